/*
 * A store in memory: see compare_store.h.
 */
#include "cmd/compare_store.h"

#include <stdlib.h>
#include <string.h>

/* ---- blobs ---- */

const struct blob_record *compare_store_blob(const struct compare_store *m, const struct oid *blob)
{
	const uint64_t *at = map_get(&m->blobs, MAP_KEY(*blob));

	return at ? (const struct blob_record *)(uintptr_t)*at : NULL;
}

static void keep_blob(struct compare_store *m, struct blob_record *kept)
{
	*map_put(&m->blobs, MAP_KEY(kept->oid), NULL) = (uint64_t)(uintptr_t)kept;
}

/* Without texts of the record's arena: it is gone after the call. */
static struct finding copy_finding(struct arena *a, const struct finding *f)
{
	struct finding copy = *f;

	copy.scope = arena_dup(a, f->scope);
	copy.snippet = arena_dup(a, f->snippet);
	copy.message = arena_dup(a, f->message);
	copy.id.sketch = arena_dup(a, f->id.sketch);
	return copy;
}

static int put_blob(void *self, const struct blob_record *b, struct err *e)
{
	struct compare_store *m = self;
	struct blob_record *copy = ARENA_NEW(&m->arena, struct blob_record);

	(void)e;
	*copy = *b;
	copy->reason = arena_dup(&m->arena, b->reason);
	copy->findings = ARENA_ARRAY(&m->arena, b->finding_count, struct finding);
	for (uint32_t i = 0; i < b->finding_count; i++)
		copy->findings[i] = copy_finding(&m->arena, &b->findings[i]);
	copy->unknown = ARENA_ARRAY(&m->arena, b->unknown_count, struct line_range);
	if (b->unknown_count)
		memcpy(copy->unknown, b->unknown, b->unknown_count * sizeof *b->unknown);
	keep_blob(m, copy);
	return 0;
}

static bool is_needed(const struct compare_store *m, const struct oid *blob)
{
	return m->all_needed || map_get(&m->needed, MAP_KEY(*blob));
}

/* A blob that is equal on both sides is as good as one without findings. */
static void keep_empty(struct compare_store *m, const struct oid *blob)
{
	struct blob_record *empty = ARENA_NEW(&m->arena, struct blob_record);

	*empty = (struct blob_record){.oid = *blob, .reason = STR_EMPTY};
	keep_blob(m, empty);
}

/* A database that fails half way is done without. */
static int has_stored(struct compare_store *m, const struct oid *blob)
{
	struct blob_record *stored;
	struct err ignored;
	int rc;

	if (!m->database)
		return 0;
	rc = store_has_blob(m->database, blob, &ignored);
	if (rc > 0) {
		stored = ARENA_NEW(&m->arena, struct blob_record);
		rc = store_load_blob(m->database, blob, &m->arena, stored, &ignored);
		if (rc == 0)
			keep_blob(m, stored);
		rc = rc == 0 ? 1 : rc;
	}
	if (rc < 0) {
		store_close(m->database);
		m->database = NULL;
	}
	return rc > 0;
}

static int has_blob(void *self, const struct oid *blob, struct err *e)
{
	struct compare_store *m = self;

	(void)e;
	if (compare_store_blob(m, blob))
		return 1;
	if (is_needed(m, blob))
		return has_stored(m, blob);
	keep_empty(m, blob);
	return 1;
}

static const struct blob_record *analysed_blob(
	const struct compare_store *m, const struct oid *blob, struct err *e)
{
	const struct blob_record *b = compare_store_blob(m, blob);
	char hex[OID_HEX_LEN + 1];

	if (!b) {
		oid_hex(blob, hex);
		(void)err_set(e, ERR_FAILED, "internal error: blob %s was not analysed", hex);
	}
	return b;
}

static int load_blob(
	void *self, const struct oid *blob, struct arena *a, struct blob_record *out, struct err *e)
{
	const struct blob_record *b = analysed_blob(self, blob, e);

	(void)a;
	if (!b)
		return ERR_FAILED;
	*out = *b;
	return 0;
}

const struct finding *compare_store_finding(
	const struct compare_store *m, const struct standing *at, struct err *e)
{
	const struct blob_record *b = analysed_blob(m, &at->blob, e);

	if (!b)
		return NULL;
	if (at->index < b->finding_count)
		return &b->findings[at->index];
	(void)err_set(e, ERR_FAILED, "internal error: %.*s has no finding %u", STR_ARG(at->path),
		(unsigned)at->index);
	return NULL;
}

/* ---- commits ---- */

static struct identity copy_identity(struct arena *a, struct identity who)
{
	return (struct identity){arena_dup(a, who.name), arena_dup(a, who.email)};
}

static int put_commit(void *self, uint32_t id, const struct commit_record *c,
	const uint32_t *parent_ids, struct err *e)
{
	struct compare_store *m = self;
	struct commit_record *copy;

	(void)parent_ids;
	(void)e;
	while (m->commits.len < id)
		*vec_push(&m->commits) = (struct commit_record){0};
	copy = &m->commits.items[id - 1];
	*copy = (struct commit_record){
		.oid = c->oid, .authored_at = c->authored_at, .committed_at = c->committed_at};
	copy->author = copy_identity(&m->arena, c->author);
	copy->summary = arena_dup(&m->arena, c->summary);
	return 0;
}

static int put_history(void *self, const struct commit_history *h, struct err *e)
{
	struct compare_store *m = self;

	(void)e;
	for (uint32_t i = 0; i < h->lineage_count; i++)
		if (h->lineages[i].id > m->last_lineage)
			m->last_lineage = h->lineages[i].id;
	for (uint32_t i = 0; i < h->event_count; i++)
		*vec_push(&m->events) =
			(struct told_event){h->events[i].lineage, h->commit, h->events[i].kind};
	for (uint32_t i = 0; i < h->union_count; i++)
		*vec_push(&m->unions) = h->unions[i];
	return 0;
}

/* ---- the end ---- */

static struct standing *copy_version(
	struct compare_store *m, const struct version_record *v, struct standing *to)
{
	struct str path = arena_dup(&m->arena, v->path);

	for (uint32_t i = 0; i < v->sighting_count; i++) {
		const struct sighting *from = &v->sightings[i];

		*to++ = (struct standing){.lineage = from->lineage,
			.path = path,
			.blob = from->blob,
			.index = from->index,
			.carried = from->carried};
	}
	return to;
}

static void copy_ref(struct compare_store *m, const struct ref_state *ref, struct standings *out)
{
	uint32_t count = 0;
	struct standing *to;

	for (uint32_t i = 0; i < ref->version_count; i++)
		count += ref->versions[i].sighting_count;
	out->items = to = ARENA_ARRAY(&m->arena, count, struct standing);
	out->len = count;
	for (uint32_t i = 0; i < ref->version_count; i++)
		to = copy_version(m, &ref->versions[i], to);
}

static int put_refs(void *self, const struct ref_state *refs, uint32_t count,
	const uint32_t *mainline, uint32_t mainline_count, const uint32_t *reachable,
	uint32_t reachable_count, struct err *e)
{
	struct compare_store *m = self;

	(void)mainline;
	(void)mainline_count;
	(void)reachable;
	(void)reachable_count;
	(void)e;
	m->side_count = count;
	for (uint32_t i = 0; i < count && i < ARRAY_LEN(m->sides); i++)
		copy_ref(m, &refs[i], &m->sides[i]);
	return 0;
}

/* ---- what one scan that begins with nothing never needs ---- */

static int each_commit(
	void *self, int (*fn)(void *arg, const struct stored_commit *c), void *arg, struct err *e)
{
	(void)self;
	(void)fn;
	(void)arg;
	(void)e;
	return 0;
}

static int never_asked(struct err *e)
{
	return err_set(e, ERR_FAILED, "internal error: a comparison has no earlier scan");
}

static int load_versions(void *self, uint32_t commit, struct arena *a, struct version_record **out,
	uint32_t *count, struct err *e)
{
	(void)self;
	(void)commit;
	(void)a;
	(void)out;
	(void)count;
	return never_asked(e);
}

static int load_lineage(void *self, lineage_id id, struct lineage_record *out, struct err *e)
{
	(void)self;
	(void)id;
	(void)out;
	return never_asked(e);
}

static int load_endings(void *self, uint64_t reopen_hash, lineage_id lineage, struct arena *a,
	struct stored_ending **out, uint32_t *count, struct err *e)
{
	(void)self;
	(void)reopen_hash;
	(void)lineage;
	(void)a;
	(void)out;
	(void)count;
	return never_asked(e);
}

static int transaction(void *self, struct err *e)
{
	(void)self;
	(void)e;
	return 0;
}

struct scan_store compare_store_interface(struct compare_store *m)
{
	return (struct scan_store){
		.self = m,
		.next_commit = 1,
		.next_lineage = 1,
		.each_commit = each_commit,
		.has_blob = has_blob,
		.load_blob = load_blob,
		.load_versions = load_versions,
		.load_lineage = load_lineage,
		.load_endings = load_endings,
		.begin = transaction,
		.put_blob = put_blob,
		.put_commit = put_commit,
		.put_history = put_history,
		.commit = transaction,
		.put_refs = put_refs,
	};
}

void compare_store_release(struct compare_store *m)
{
	store_close(m->database);
	map_release(&m->needed);
	map_release(&m->blobs);
	vec_release(&m->commits);
	vec_release(&m->events);
	vec_release(&m->unions);
	arena_release(&m->arena);
}
