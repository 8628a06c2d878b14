/*
 * What scan/ and store/ need of each other, joined: neither knows the other.
 */
#include "cmd/scan.h"

struct rule_record *scan_rule_records(struct arena *a)
{
	struct rule_record *records = ARENA_ARRAY(a, rule_count(), struct rule_record);

	for (size_t i = 0; i < rule_count(); i++) {
		const struct rule *r = rule_at(i);
		const struct rule_family *f = rule_family_of(i);

		records[i] = (struct rule_record){
			.id = str_from(r->id),
			.category = str_from(f->slug),
			.category_title = str_from(f->title),
			.title = str_from(r->title),
			.since = str_from(r->since),
			.level = r->level,
		};
	}
	return records;
}

struct scan_store scan_store_of(struct store *store, const struct store_scan *begun)
{
	return (struct scan_store){
		.self = store,
		.next_commit = begun->next_commit,
		.next_lineage = begun->next_lineage,
		.scanned = begun->scanned,
		.each_commit = store_each_commit,
		.has_blob = store_has_blob,
		.load_blob = store_load_blob,
		.load_versions = store_load_versions,
		.load_lineage = store_load_lineage,
		.load_endings = store_load_endings,
		.each_union = store_each_union,
		.begin = store_begin,
		.put_blob = store_put_blob,
		.put_commit = store_put_commit,
		.put_history = store_put_history,
		.commit = store_commit,
		.put_refs = store_put_refs,
		.put_scanned = store_put_scanned,
		.each_missing = store_each_missing,
		.put_missing = store_put_missing,
		.restart = store_restart,
	};
}
