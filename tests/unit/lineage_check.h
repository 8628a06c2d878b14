/*
 * What must hold of any stored history, checked by brute force: every tree is listed anew from git,
 * totals are counted from the results of its blobs, states are rebuilt from the stored versions.
 * Knows nothing of how scan/lineage*.c come to their answers.
 */
#ifndef LAPSE_TESTS_LINEAGE_CHECK_H
#define LAPSE_TESTS_LINEAGE_CHECK_H

#include "memstore.h"

#define CHECK_MAX_CELLS 1024 /* rules * levels, at most */

/* Where a lineage stands in one tree. */
struct standing {
	lineage_id lineage;
	struct str path;
	struct sighting sighting;
};

struct tree_state {
	VEC(struct version_record) versions; /* by path; all present */
	VEC(struct standing) standing;
	struct tree_totals tree; /* counted from the blobs */
};

struct cell {
	int64_t open, suppressed, unknown;
};

struct check {
	struct memstore *m;
	struct repo *r;
	struct tree_state *states; /* per commit */
	struct cell (*totals)[CHECK_MAX_CELLS];
	lineage_id *canonical; /* per lineage: by the unions in the past of `at` */
	unsigned char *past;   /* per commit: the ancestry of `at` and itself */
	const struct mem_commit *at;
};

#define CHECK(c, condition)                                                     \
	do {                                                                    \
		if (!(condition)) {                                             \
			char hex_[OID_HEX_LEN + 1];                             \
			fail_msg("%s:%d: commit %s: %s", __FILE__, __LINE__,    \
				memstore_hex(&(c)->at->oid, hex_), #condition); \
		}                                                               \
	} while (0)

/* ---- unions ---- */

static inline lineage_id check_root(const struct check *c, lineage_id id)
{
	while (c->canonical[id - 1] != id)
		id = c->canonical[id - 1];
	return id;
}

static inline void check_past(struct check *c, uint32_t id)
{
	const struct memstore *m = c->m;

	memset(c->past, 0, m->commits.len);
	c->past[id - 1] = 1;
	for (; id; id--) /* parents have smaller numbers */
		for (uint32_t p = 0; c->past[id - 1] && p < m->commits.items[id - 1].parent_count;
			p++)
			c->past[m->commits.items[id - 1].parents[p] - 1] = 1;
}

/* Unions hold in what descends from them; `everywhere`: all of them. */
static inline void check_unite(struct check *c, bool everywhere)
{
	const struct memstore *m = c->m;

	for (uint32_t i = 0; i < m->lineages.len; i++)
		c->canonical[i] = i + 1;
	for (uint32_t i = 0; i < m->commits.len; i++)
		for (uint32_t k = 0; k < m->commits.items[i].history.union_count; k++) {
			const struct union_record *u = &m->commits.items[i].history.unions[k];

			assert_int_not_equal(u->kept, u->merged);
			if (everywhere || c->past[i])
				c->canonical[check_root(c, u->merged) - 1] = check_root(c, u->kept);
		}
}

/* ---- states out of versions ---- */

static inline struct version_record *check_version(struct tree_state *s, struct str path)
{
	for (size_t i = 0; i < s->versions.len; i++)
		if (str_eq(s->versions.items[i].path, path))
			return &s->versions.items[i];
	return NULL;
}

static inline int check_by_path(const void *a, const void *b)
{
	return str_cmp(
		((const struct version_record *)a)->path, ((const struct version_record *)b)->path);
}

static inline void check_apply(
	struct check *c, struct tree_state *s, const struct version_record *v)
{
	struct version_record *old = check_version(s, v->path);

	if (v->present) {
		CHECK(c, v->sighting_count > 0);
		*(old ? old : vec_push(&s->versions)) = *v;
	} else {
		CHECK(c, old != NULL); /* only what was there can go */
		*old = *vec_last(&s->versions);
		s->versions.len--;
	}
	if (s->versions.len)
		qsort(s->versions.items, s->versions.len, sizeof *s->versions.items, check_by_path);
}

static inline void check_list_standing(struct check *c, struct tree_state *s)
{
	for (size_t i = 0; i < s->versions.len; i++)
		for (uint32_t k = 0; k < s->versions.items[i].sighting_count; k++) {
			const struct sighting *sg = &s->versions.items[i].sightings[k];

			CHECK(c, sg->lineage != 0 && sg->lineage <= c->m->lineages.len);
			*vec_push(&s->standing) =
				(struct standing){sg->lineage, s->versions.items[i].path, *sg};
		}
	for (size_t i = 0; i < s->standing.len; i++) /* once in a tree */
		for (size_t k = 0; k < i; k++)
			CHECK(c,
				check_root(c, s->standing.items[i].lineage) !=
					check_root(c, s->standing.items[k].lineage));
}

static inline const struct standing *check_find(
	const struct check *c, const struct tree_state *s, lineage_id id)
{
	for (size_t i = 0; i < s->standing.len; i++)
		if (check_root(c, s->standing.items[i].lineage) == id)
			return &s->standing.items[i];
	return NULL;
}

/* ---- a tree as git has it ---- */

static inline size_t check_cell(const struct finding *f)
{
	size_t cell = (size_t)f->rule * (LEVEL_ERROR + 1) + f->level;

	assert_true(cell < CHECK_MAX_CELLS);
	return cell;
}

/* One file: its findings are all there, each with a lineage, in order; nothing else is. */
static inline uint32_t check_file(
	struct check *c, struct tree_state *s, const struct path_delta *file, struct cell *sums)
{
	const struct blob_record *b = memstore_blob(c->m, &file->new_blob);
	const struct version_record *v = check_version(s, file->path);
	uint32_t seen = 0;

	CHECK(c, b != NULL);
	s->tree.bytes += b->bytes;
	s->tree.unknown_bytes += b->unknown_bytes;
	s->tree.async_defs += b->async_defs;
	s->tree.awaits += b->awaits;
	for (uint32_t i = 0; i < b->finding_count; i++) {
		struct cell *cell = &sums[check_cell(&b->findings[i])];

		*(b->findings[i].suppressed ? &cell->suppressed : &cell->open) += 1;
	}
	CHECK(c, v || !b->finding_count);
	if (v)
		CHECK(c, oid_eq(&v->blob, &file->new_blob));
	for (uint32_t i = 0; v && i < v->sighting_count; i++) {
		const struct sighting *sg = &v->sightings[i];

		if (sg->carried) {
			CHECK(c, b->status != BLOB_OK);
			continue;
		}
		CHECK(c, sg->index == seen++ && oid_eq(&sg->blob, &file->new_blob));
	}
	CHECK(c, seen == b->finding_count);
	return v ? 1 : 0;
}

static inline void check_tree(struct check *c, struct tree_state *s, struct cell *sums)
{
	struct arena a = {0};
	struct path_deltas files;
	struct oid tree, nothing = {{0}};
	uint32_t missing = 0, with_findings = 0;

	assert_int_equal(repo_commit_tree(c->r, &c->at->oid, &tree, NULL), 0);
	assert_int_equal(repo_tree_diff(c->r, &nothing, &tree, &a, &files, &missing, NULL), 0);
	for (uint32_t i = 0; i < files.len; i++)
		with_findings += check_file(c, s, &files.items[i], sums);
	CHECK(c, with_findings == s->versions.len);
	CHECK(c, memcmp(&s->tree, &c->at->history.tree, sizeof s->tree) == 0);
	for (size_t i = 0; i < s->standing.len; i++) {
		const struct sighting *sg = &s->standing.items[i].sighting;
		const struct blob_record *b = memstore_blob(c->m, &sg->blob);

		CHECK(c, b && sg->index < b->finding_count);
		if (sg->carried && !b->findings[sg->index].suppressed)
			sums[check_cell(&b->findings[sg->index])].unknown++;
	}
	arena_release(&a);
}

/* ---- totals ---- */

static inline void check_totals(struct check *c, uint32_t id, const struct cell *sums)
{
	const struct commit_history *h = &c->at->history;
	struct cell *now = c->totals[id - 1];
	struct cell before[CHECK_MAX_CELLS] = {{0}};
	int64_t open_total = 0;

	if (c->at->parent_count)
		memcpy(before, c->totals[c->at->parents[0] - 1], sizeof before);
	memcpy(now, before, sizeof before);
	for (uint32_t i = 0; i < h->delta_count; i++) {
		const struct count_delta *d = &h->deltas[i];
		size_t at = (size_t)d->rule * (LEVEL_ERROR + 1) + d->level;

		now[at].open += d->open;
		now[at].suppressed += d->suppressed;
		now[at].unknown += d->unknown;
		CHECK(c, d->silenced <= d->fixed);
		CHECK(c,
			now[at].open + now[at].unknown ==
				before[at].open + before[at].unknown + (int64_t)d->introduced -
					(int64_t)d->fixed);
	}
	for (size_t i = 0; i < CHECK_MAX_CELLS; i++) {
		CHECK(c, now[i].open == sums[i].open);
		CHECK(c, now[i].suppressed == sums[i].suppressed);
		CHECK(c, now[i].unknown == sums[i].unknown);
		open_total += i % (LEVEL_ERROR + 1) >= LEVEL_WARNING ? now[i].open : 0;
	}
	CHECK(c, open_total == h->open_total);
}

/* ---- events ---- */

static inline uint32_t check_count_events(const struct check *c, lineage_id id, bool endings)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < c->at->history.event_count; i++) {
		const struct event_record *ev = &c->at->history.events[i];

		n += check_root(c, ev->lineage) == id && memstore_is_ending(ev->kind) == endings;
	}
	return n;
}

static inline uint32_t check_parents_with(const struct check *c, lineage_id id)
{
	uint32_t n = 0;

	for (uint32_t p = 0; p < c->at->parent_count; p++)
		n += check_find(c, &c->states[c->at->parents[p] - 1], id) != NULL;
	return n;
}

/* What stands here and in no parent has one beginning; what is gone from all parents one ending. */
static inline void check_edges(struct check *c, const struct tree_state *s)
{
	for (size_t i = 0; i < s->standing.len; i++) {
		lineage_id id = check_root(c, s->standing.items[i].lineage);

		if (!check_parents_with(c, id))
			CHECK(c, check_count_events(c, id, false) == 1);
	}
	for (uint32_t p = 0; p < c->at->parent_count; p++) {
		const struct tree_state *before = &c->states[c->at->parents[p] - 1];

		for (size_t i = 0; i < before->standing.len; i++) {
			lineage_id id = check_root(c, before->standing.items[i].lineage);
			uint32_t endings = check_count_events(c, id, true);

			if (check_find(c, s, id))
				CHECK(c, endings == 0);
			else if (check_parents_with(c, id) == c->at->parent_count)
				CHECK(c, endings == 1);
			else
				CHECK(c, endings <= 1);
		}
	}
}

/* A related commit is named by what brings a lineage back, and by nothing else. */
static inline void check_related(struct check *c, const struct event_record *ev, bool stood_before)
{
	bool old = c->m->lineages.items[ev->lineage - 1].commit != c->at->history.commit;
	bool back = ev->kind == EVENT_REOPENED || ev->kind == EVENT_RESURRECTED_BY_MERGE ||
		(ev->kind == EVENT_SUPPRESSED && !stood_before && old);

	CHECK(c, oid_is_zero(&ev->related) != back);
}

static inline void check_event(
	struct check *c, const struct tree_state *s, const struct event_record *ev)
{
	lineage_id id = check_root(c, ev->lineage);
	const struct blob_record *b = memstore_blob(c->m, &ev->blob);
	bool stands = check_find(c, s, id) != NULL, suppressed;
	uint32_t before = check_parents_with(c, id);

	CHECK(c, b && ev->index < b->finding_count);
	suppressed = b->findings[ev->index].suppressed;
	CHECK(c, stands != memstore_is_ending(ev->kind));
	check_related(c, ev, before > 0);
	switch (ev->kind) {
	case EVENT_INTRODUCED:
		CHECK(c, !before && !suppressed);
		break;
	case EVENT_HISTORY_START:
	case EVENT_REOPENED:
		CHECK(c, !before);
		break;
	case EVENT_SUPPRESSED:
		CHECK(c, suppressed);
		break;
	case EVENT_UNSUPPRESSED:
		CHECK(c, before && !suppressed);
		break;
	case EVENT_FIXED:
	case EVENT_REMOVED:
		CHECK(c, before == c->at->parent_count);
		break;
	case EVENT_DROPPED_BY_MERGE:
	case EVENT_RESURRECTED_BY_MERGE:
		CHECK(c, before && before < c->at->parent_count);
		break;
	}
}

/* Every new lineage has exactly one event of birth, in the commit that made it. */
static inline void check_births(struct check *c)
{
	const struct commit_history *h = &c->at->history;

	for (uint32_t i = 0; i < h->lineage_count; i++) {
		uint32_t births = 0;

		CHECK(c, h->lineages[i].commit == h->commit);
		for (uint32_t k = 0; k < h->event_count; k++)
			births += h->events[k].lineage == h->lineages[i].id &&
				(h->events[k].kind == EVENT_INTRODUCED ||
					h->events[k].kind == EVENT_HISTORY_START ||
					h->events[k].kind == EVENT_SUPPRESSED);
		CHECK(c, births == 1);
	}
}

static inline void check_commit(struct check *c, uint32_t id)
{
	struct cell sums[CHECK_MAX_CELLS] = {{0}};
	struct tree_state *s = &c->states[id - 1];

	c->at = &c->m->commits.items[id - 1];
	check_past(c, id);
	check_unite(c, false);
	if (c->at->parent_count) {
		const struct tree_state *p = &c->states[c->at->parents[0] - 1];

		for (size_t i = 0; i < p->versions.len; i++)
			*vec_push(&s->versions) = p->versions.items[i];
	}
	for (uint32_t i = 0; i < c->at->history.version_count; i++)
		check_apply(c, s, &c->at->history.versions[i]);
	check_list_standing(c, s);
	check_tree(c, s, sums);
	check_totals(c, id, sums);
	check_births(c);
	check_edges(c, s);
	for (uint32_t i = 0; i < c->at->history.event_count; i++)
		check_event(c, s, &c->at->history.events[i]);
}

/* ---- references ---- */

static inline void check_ref(struct check *c, const struct mem_ref *ref)
{
	struct tree_state *s = &c->states[ref->commit - 1];

	c->at = &c->m->commits.items[ref->commit - 1];
	CHECK(c, ref->version_count == s->versions.len);
	for (uint32_t i = 0; i < ref->version_count; i++) {
		const struct version_record *a = &ref->versions[i], *b = &s->versions.items[i];

		CHECK(c, str_eq(a->path, b->path) && oid_eq(&a->blob, &b->blob));
		CHECK(c, a->sighting_count == b->sighting_count);
		for (uint32_t k = 0; k < a->sighting_count; k++)
			CHECK(c,
				a->sightings[k].lineage == b->sightings[k].lineage &&
					a->sightings[k].carried == b->sightings[k].carried &&
					oid_eq(&a->sightings[k].blob, &b->sightings[k].blob) &&
					a->sightings[k].index == b->sightings[k].index);
	}
}

typedef void check_visit(struct check *c, const struct tree_state *s, void *arg);

/* Checks all of a store; then `visit` (may be NULL) sees the state of every commit. */
static inline void check_history(struct memstore *m, struct repo *r, check_visit *visit, void *arg)
{
	struct check c = {.m = m, .r = r};

	c.states = mem_zalloc(m->commits.len, sizeof *c.states);
	c.totals = mem_zalloc(m->commits.len, sizeof *c.totals);
	c.canonical = mem_zalloc(m->lineages.len, sizeof *c.canonical);
	c.past = mem_zalloc(m->commits.len, 1);
	for (uint32_t id = 1; id <= m->commits.len; id++)
		check_commit(&c, id);
	for (size_t i = 0; i < m->refs.len; i++)
		check_ref(&c, &m->refs.items[i]);
	check_unite(&c, true);
	for (uint32_t id = 1; visit && id <= m->commits.len; id++) {
		c.at = &m->commits.items[id - 1];
		visit(&c, &c.states[id - 1], arg);
	}
	for (uint32_t id = 1; id <= m->commits.len; id++) {
		vec_release(&c.states[id - 1].versions);
		vec_release(&c.states[id - 1].standing);
	}
	free(c.states);
	free(c.totals);
	free(c.canonical);
	free(c.past);
}

#endif
