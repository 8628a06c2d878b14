/*
 * A store in memory for tests of scan_run: keeps everything a scan hands over, gives it back as
 * a database would, undoes an open transaction, and can fail on the n-th call.
 *
 * memstore_dump writes all of it by natural keys, in an order of its own: two scans said the same
 * when their dumps are equal.
 */
#ifndef LAPSE_TESTS_MEMSTORE_H
#define LAPSE_TESTS_MEMSTORE_H

#include <stdlib.h>

#include "scan/base/map.h"
#include "scan/scan.h"

struct mem_commit {
	struct oid oid;
	uint32_t *parents; /* ids */
	uint32_t parent_count;
	bool done;
	struct commit_history history;
};

struct mem_ref {
	struct str name;
	uint32_t commit;
	struct version_record *versions;
	uint32_t version_count;
};

struct memstore {
	struct arena arena;
	VEC(struct mem_commit) commits;         /* by id - 1 */
	VEC(struct lineage_record) lineages;    /* by id - 1 */
	struct map blobs;                       /* oid -> struct blob_record * */
	VEC(struct mem_ref) refs;               /* as given last */
	VEC(uint32_t) mainline, reachable;      /* likewise */
	size_t commits_before, lineages_before; /* the open transaction */
	uint32_t transactions;
	uint32_t calls, fail_at; /* the call with this number fails; 0: none */
};

#define MEMSTORE_SAYS_NO "the test's store says no"

static inline int memstore_call(struct memstore *m, struct err *e)
{
	m->calls++;
	return m->calls == m->fail_at ? err_set(e, ERR_LOCKED, MEMSTORE_SAYS_NO) : 0;
}

/* ---- reading ---- */

static inline int memstore_each_commit(
	void *self, int (*fn)(void *, const struct stored_commit *), void *arg, struct err *e)
{
	struct memstore *m = self;
	int rc = memstore_call(m, e);

	for (uint32_t i = 0; rc == 0 && i < m->commits.len; i++) {
		const struct mem_commit *c = &m->commits.items[i];
		struct stored_commit out = {.id = i + 1,
			.oid = c->oid,
			.parent_ids = c->parents,
			.parent_count = c->parent_count,
			.open_total = c->history.open_total,
			.tree = c->history.tree};

		rc = fn(arg, &out);
	}
	return rc;
}

static inline const struct blob_record *memstore_blob(
	const struct memstore *m, const struct oid *blob)
{
	const uint64_t *at = map_get(&m->blobs, MAP_KEY(*blob));

	return at ? (const struct blob_record *)(uintptr_t)*at : NULL;
}

static inline int memstore_has_blob(void *self, const struct oid *blob, struct err *e)
{
	int rc = memstore_call(self, e);
	const struct blob_record *b = memstore_blob(self, blob);

	return rc < 0 ? rc : b && b->status != BLOB_MISSING;
}

static inline int memstore_load_blob(
	void *self, const struct oid *blob, struct arena *a, struct blob_record *out, struct err *e)
{
	int rc = memstore_call(self, e);
	const struct blob_record *b = memstore_blob(self, blob);

	(void)a;
	if (rc == 0 && !b)
		rc = err_set(e, ERR_NOT_FOUND, "no such blob in the test's store");
	if (rc == 0)
		*out = *b;
	return rc;
}

static inline int memstore_load_versions(void *self, uint32_t commit, struct arena *a,
	struct version_record **out, uint32_t *count, struct err *e)
{
	struct memstore *m = self;
	int rc = memstore_call(m, e);

	(void)a;
	*out = m->commits.items[commit - 1].history.versions;
	*count = m->commits.items[commit - 1].history.version_count;
	return rc;
}

static inline int memstore_load_lineage(
	void *self, lineage_id id, struct lineage_record *out, struct err *e)
{
	struct memstore *m = self;
	int rc = memstore_call(m, e);

	*out = m->lineages.items[id - 1];
	return rc;
}

static inline bool memstore_is_ending(enum event_kind k)
{
	return k == EVENT_FIXED || k == EVENT_REMOVED || k == EVENT_DROPPED_BY_MERGE;
}

static inline int memstore_load_endings(void *self, uint64_t hash, lineage_id lineage,
	struct arena *a, struct stored_ending **out, uint32_t *count, struct err *e)
{
	struct memstore *m = self;
	VEC(struct stored_ending) found = {0};
	int rc = memstore_call(m, e);

	for (uint32_t i = 0; i < m->commits.len; i++)
		for (uint32_t k = 0; k < m->commits.items[i].history.event_count; k++) {
			const struct event_record *ev = &m->commits.items[i].history.events[k];

			if (memstore_is_ending(ev->kind) &&
				(hash ? ev->reopen_hash == hash : ev->lineage == lineage))
				*vec_push(&found) = (struct stored_ending){ev->lineage, i + 1};
		}
	*count = (uint32_t)found.len;
	*out = ARENA_ARRAY(a, found.len, struct stored_ending);
	for (uint32_t i = 0; i < found.len; i++)
		(*out)[i] = found.items[i];
	vec_release(&found);
	return rc;
}

static inline int memstore_each_union(void *self,
	int (*fn)(void *, uint32_t, const struct union_record *), void *arg, struct err *e)
{
	struct memstore *m = self;
	int rc = memstore_call(m, e);

	for (uint32_t i = 0; i < m->commits.len; i++)
		for (uint32_t k = 0; rc == 0 && k < m->commits.items[i].history.union_count; k++)
			rc = fn(arg, i + 1, &m->commits.items[i].history.unions[k]);
	return rc;
}

/* ---- writing ---- */

static inline void *memstore_copy(struct memstore *m, const void *items, size_t len, size_t size)
{
	void *p = arena_alloc(&m->arena, len * size);

	if (len)
		memcpy(p, items, len * size);
	return p;
}

static inline int memstore_begin(void *self, struct err *e)
{
	struct memstore *m = self;

	m->commits_before = m->commits.len;
	m->lineages_before = m->lineages.len;
	return memstore_call(m, e);
}

/* Undoes what the transaction that a failed scan left open had written. Blobs stay: they are facts.
 */
static inline void memstore_rollback(struct memstore *m)
{
	m->commits.len = m->commits_before;
	m->lineages.len = m->lineages_before;
}

static inline int memstore_commit(void *self, struct err *e)
{
	struct memstore *m = self;
	int rc = memstore_call(m, e);

	if (rc < 0)
		return rc;
	m->transactions++;
	m->commits_before = m->commits.len;
	m->lineages_before = m->lineages.len;
	return 0;
}

static inline int memstore_put_blob(void *self, const struct blob_record *blob, struct err *e)
{
	struct memstore *m = self;
	struct blob_record *b = memstore_copy(m, blob, 1, sizeof *blob);

	b->findings = memstore_copy(m, blob->findings, blob->finding_count, sizeof *b->findings);
	b->unknown = memstore_copy(m, blob->unknown, blob->unknown_count, sizeof *b->unknown);
	for (uint32_t i = 0; i < b->finding_count; i++) {
		b->findings[i].scope = arena_dup(&m->arena, b->findings[i].scope);
		b->findings[i].id.sketch = arena_dup(&m->arena, b->findings[i].id.sketch);
		b->findings[i].snippet = arena_dup(&m->arena, b->findings[i].snippet);
		b->findings[i].message = STR_EMPTY;
	}
	*map_put(&m->blobs, MAP_KEY(b->oid), NULL) = (uint64_t)(uintptr_t)b;
	return memstore_call(m, e);
}

static inline int memstore_put_commit(void *self, uint32_t id, const struct commit_record *c,
	const uint32_t *parents, struct err *e)
{
	struct memstore *m = self;

	assert_int_equal(id, m->commits.len + 1);
	*vec_push(&m->commits) = (struct mem_commit){.oid = c->oid,
		.parents = memstore_copy(m, parents, c->parent_count, sizeof *parents),
		.parent_count = c->parent_count};
	return memstore_call(m, e);
}

static inline struct version_record *memstore_versions(
	struct memstore *m, const struct version_record *from, uint32_t count)
{
	struct version_record *v = memstore_copy(m, from, count, sizeof *v);

	for (uint32_t i = 0; i < count; i++) {
		v[i].path = arena_dup(&m->arena, v[i].path);
		v[i].sightings = memstore_copy(
			m, v[i].sightings, v[i].sighting_count, sizeof *v[i].sightings);
	}
	return v;
}

static inline int memstore_put_history(void *self, const struct commit_history *h, struct err *e)
{
	struct memstore *m = self;
	struct mem_commit *c = vec_last(&m->commits);

	assert_int_equal(h->commit, m->commits.len);
	c->history = *h;
	c->done = true;
	c->history.deltas = memstore_copy(m, h->deltas, h->delta_count, sizeof *h->deltas);
	c->history.versions = memstore_versions(m, h->versions, h->version_count);
	c->history.lineages = memstore_copy(m, h->lineages, h->lineage_count, sizeof *h->lineages);
	c->history.unions = memstore_copy(m, h->unions, h->union_count, sizeof *h->unions);
	c->history.events = memstore_copy(m, h->events, h->event_count, sizeof *h->events);
	for (uint32_t i = 0; i < h->event_count; i++)
		c->history.events[i].path = arena_dup(&m->arena, h->events[i].path);
	for (uint32_t i = 0; i < h->lineage_count; i++) {
		assert_int_equal(h->lineages[i].id, m->lineages.len + 1);
		*vec_push(&m->lineages) = h->lineages[i];
	}
	return memstore_call(m, e);
}

static inline int memstore_put_refs(void *self, const struct ref_state *refs, uint32_t count,
	const uint32_t *mainline, uint32_t mainline_count, const uint32_t *reachable,
	uint32_t reachable_count, struct err *e)
{
	struct memstore *m = self;

	vec_clear(&m->refs);
	vec_clear(&m->mainline);
	vec_clear(&m->reachable);
	for (uint32_t i = 0; i < count; i++)
		*vec_push(&m->refs) =
			(struct mem_ref){arena_dup(&m->arena, refs[i].name), refs[i].commit,
				memstore_versions(m, refs[i].versions, refs[i].version_count),
				refs[i].version_count};
	for (uint32_t i = 0; i < mainline_count; i++)
		*vec_push(&m->mainline) = mainline[i];
	for (uint32_t i = 0; i < reachable_count; i++)
		*vec_push(&m->reachable) = reachable[i];
	return memstore_call(m, e);
}

static inline struct scan_store memstore_interface(struct memstore *m)
{
	return (struct scan_store){.self = m,
		.next_commit = (uint32_t)m->commits.len + 1,
		.next_lineage = (lineage_id)m->lineages.len + 1,
		.each_commit = memstore_each_commit,
		.has_blob = memstore_has_blob,
		.load_blob = memstore_load_blob,
		.load_versions = memstore_load_versions,
		.load_lineage = memstore_load_lineage,
		.load_endings = memstore_load_endings,
		.each_union = memstore_each_union,
		.begin = memstore_begin,
		.put_blob = memstore_put_blob,
		.put_commit = memstore_put_commit,
		.put_history = memstore_put_history,
		.commit = memstore_commit,
		.put_refs = memstore_put_refs};
}

static inline void memstore_release(struct memstore *m)
{
	vec_release(&m->commits);
	vec_release(&m->lineages);
	vec_release(&m->refs);
	vec_release(&m->mainline);
	vec_release(&m->reachable);
	map_release(&m->blobs);
	arena_release(&m->arena);
}

/* ---- by natural keys ---- */

static inline const char *memstore_key(const struct memstore *m, lineage_id id)
{
	return id ? m->lineages.items[id - 1].key : "-";
}

static inline const char *memstore_hex(const struct oid *o, char out[OID_HEX_LEN + 1])
{
	oid_hex(o, out);
	return out;
}

/* The lines of a dump before they are sorted. */
struct mem_lines {
	struct arena arena;
	VEC(struct str) lines;
};

#define memstore_line(l, ...) (*vec_push(&(l)->lines) = arena_printf(&(l)->arena, __VA_ARGS__))

static inline void memstore_dump_version(const struct memstore *m, const char *where,
	const struct version_record *v, struct mem_lines *l)
{
	char blob[OID_HEX_LEN + 1];

	memstore_line(l, "%s version %.*s %s %d", where, STR_ARG(v->path),
		memstore_hex(&v->blob, blob), v->present);
	for (uint32_t i = 0; i < v->sighting_count; i++) {
		const struct sighting *s = &v->sightings[i];

		memstore_line(l, "%s version %.*s sighting %s %s %u carried %d step %s %.2f", where,
			STR_ARG(v->path), memstore_key(m, s->lineage), memstore_hex(&s->blob, blob),
			s->index, s->carried, match_step_name(s->step), (double)s->confidence);
	}
}

static inline void memstore_dump_event(const struct memstore *m, const char *where,
	const struct event_record *ev, struct mem_lines *l)
{
	char blob[OID_HEX_LEN + 1], related[OID_HEX_LEN + 1];

	memstore_line(l, "%s event %s %s %.*s %s %u %s %.2f %llx because of %s", where,
		event_kind_name(ev->kind), memstore_key(m, ev->lineage), STR_ARG(ev->path),
		memstore_hex(&ev->blob, blob), ev->index, match_step_name(ev->step),
		(double)ev->confidence, (unsigned long long)ev->reopen_hash,
		memstore_hex(&ev->related, related));
}

static inline void memstore_dump_commit(
	const struct memstore *m, const struct mem_commit *c, struct mem_lines *l)
{
	const struct commit_history *h = &c->history;
	char where[OID_HEX_LEN + 1];

	memstore_hex(&c->oid, where);
	memstore_line(l, "%s open %d bytes %lld unknown %lld async %lld awaits %lld lines +%u -%u",
		where, h->open_total, (long long)h->tree.bytes, (long long)h->tree.unknown_bytes,
		(long long)h->tree.async_defs, (long long)h->tree.awaits, h->lines_added,
		h->lines_deleted);
	for (uint32_t i = 0; i < h->delta_count; i++) {
		const struct count_delta *d = &h->deltas[i];

		memstore_line(l, "%s delta %u %u %d %d %d +%u -%u %u", where, d->rule, d->level,
			d->open, d->suppressed, d->unknown, d->introduced, d->fixed, d->silenced);
	}
	for (uint32_t i = 0; i < h->version_count; i++)
		memstore_dump_version(m, where, &h->versions[i], l);
	for (uint32_t i = 0; i < h->event_count; i++)
		memstore_dump_event(m, where, &h->events[i], l);
	for (uint32_t i = 0; i < h->lineage_count; i++)
		memstore_line(l, "%s lineage %s %u copy of %s", where, h->lineages[i].key,
			h->lineages[i].rule, memstore_key(m, h->lineages[i].copied_from));
	for (uint32_t i = 0; i < h->union_count; i++)
		memstore_line(l, "%s union %s %s", where, memstore_key(m, h->unions[i].kept),
			memstore_key(m, h->unions[i].merged));
}

static inline int memstore_by_line(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

/* Everything said of commits; `with_refs`: and of references. */
static inline void memstore_dump(const struct memstore *m, bool with_refs, struct strbuf *out)
{
	struct mem_lines l = {0};

	for (size_t i = 0; i < m->commits.len; i++)
		memstore_dump_commit(m, &m->commits.items[i], &l);
	for (size_t i = 0; with_refs && i < m->refs.len; i++)
		for (uint32_t k = 0; k < m->refs.items[i].version_count; k++)
			memstore_dump_version(
				m, m->refs.items[i].name.ptr, &m->refs.items[i].versions[k], &l);
	if (l.lines.len)
		qsort(l.lines.items, l.lines.len, sizeof *l.lines.items, memstore_by_line);
	for (size_t i = 0; i < l.lines.len; i++) {
		strbuf_add(out, l.lines.items[i]);
		strbuf_addc(out, '\n');
	}
	vec_release(&l.lines);
	arena_release(&l.arena);
}

#endif
