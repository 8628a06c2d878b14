/*
 * What a new finding is a copy of: a finding of a parent that still stands, in a file with the same
 * bytes, in a function with the same body, or between the same statements. The copy is a lineage of
 * its own that names the original.
 */
#include "scan/lineage_private.h"

#include <stdlib.h>

#include "scan/base/hash.h"

#define MIN_BODY    2 /* statements: smaller functions are written anew all the time */
#define MIN_CONTEXT 4 /* likewise, before and after */

/* ---- whole files ---- */

/* A file that appears with the bytes of another one that stays is a copy of it. */
static void copy_of_file(struct run *run, struct work *w)
{
	const struct slot *from = NULL;

	for (uint32_t p = 0; p < run->parent_count; p++)
		if (w->edges[p].source)
			return;
	for (uint32_t p = 0; !from && p < run->parent_count; p++)
		from = tracker_find_blob(run->t, run->states[p], &w->blob);
	for (uint32_t k = 0; from && k < w->new->len &&k < from->count; k++)
		if (!w->lineages[k] && !w->copied_from[k])
			w->copied_from[k] = run_canonical(run, from->lineages[k]);
}

/* ---- single findings ---- */

/* A new finding that looks for its original by one key. */
struct wish {
	struct work *work;
	uint32_t finding;
	struct str path; /* where the best original stands */
	uint32_t index;
	lineage_id original; /* 0: none yet */
	struct wish *next;   /* with the same key */
};

struct copying {
	struct run *run;
	struct map by_key;               /* -> struct wish *, the last */
	VEC(struct wish *) body, around; /* for each finding one of each, or NULL */
	int rc;
};

static uint64_t body_key(const struct fact *f)
{
	uint64_t h = hash_number(hash_number(HASH_SEED, f->rule), f->id.token_hash);

	if (BODY_WEIGHT(f->id.body_hash) < MIN_BODY)
		return 0;
	return hash_finish(hash_number(h, f->id.body_hash));
}

static uint64_t around_key(const struct fact *f)
{
	uint64_t h = hash_number(hash_number(HASH_SEED, f->rule), f->id.token_hash);

	if (CONTEXT_WEIGHT(f->id.before_hash) + CONTEXT_WEIGHT(f->id.after_hash) < MIN_CONTEXT)
		return 0;
	return hash_finish(hash_number(hash_number(h, f->id.before_hash), f->id.after_hash));
}

/* Key 0 is none. */
static struct wish *add_wish(struct copying *c, struct work *w, uint32_t k, uint64_t key)
{
	struct wish *wish;
	uint64_t *kept, *last;

	if (!key)
		return NULL;
	kept = ARENA_NEW(c->run->a, uint64_t);
	wish = ARENA_NEW(c->run->a, struct wish);
	*kept = key;
	last = map_put(&c->by_key, MAP_KEY(*kept), NULL);
	*wish = (struct wish){.work = w, .finding = k, .next = (struct wish *)(uintptr_t)*last};
	*last = (uint64_t)(uintptr_t)wish;
	return wish;
}

static void add_wishes(struct copying *c, struct work *w)
{
	for (uint32_t k = 0; k < w->new->len; k++) {
		if (w->lineages[k] || w->copied_from[k])
			continue;
		*vec_push(&c->body) = add_wish(c, w, k, body_key(&w->new->items[k]));
		*vec_push(&c->around) = add_wish(c, w, k, around_key(&w->new->items[k]));
	}
}

/* Of several originals the one in the same file, then the first by path and place. */
static bool is_better(const struct wish *w, struct str path, uint32_t index)
{
	bool same = str_eq(path, w->work->name);
	int d = str_cmp(path, w->path);

	if (!w->original)
		return true;
	if (same != str_eq(w->path, w->work->name))
		return same;
	return d ? d < 0 : index < w->index;
}

static void offer(struct copying *c, uint64_t key, struct str path, uint32_t index, lineage_id id)
{
	const uint64_t *at = key ? map_get(&c->by_key, MAP_KEY(key)) : NULL;

	for (struct wish *w = at ? (struct wish *)(uintptr_t)*at : NULL; w; w = w->next)
		if (is_better(w, path, index)) {
			w->path = path;
			w->index = index;
			w->original = id;
		}
}

static void visit(void *arg, uint32_t path, const struct slot *s, const struct slot *nothing)
{
	struct copying *c = arg;
	struct tracker *t = c->run->t;
	const struct facts *f;

	(void)nothing;
	if (c->rc == 0)
		c->rc = tracker_facts(t, &s->blob, &f, c->run->e);
	for (uint32_t i = 0; c->rc == 0 && i < s->count && i < f->len; i++) {
		lineage_id id = run_canonical(c->run, s->lineages[i]);

		if (t->work_of_path.items[path] && !run_sees(c->run, id))
			continue; /* it is gone */
		offer(c, body_key(&f->items[i]), t->path_names.items[path], i, id);
		offer(c, around_key(&f->items[i]), t->path_names.items[path], i, id);
	}
}

static void grant(struct copying *c)
{
	for (size_t i = 0; i < c->body.len; i++) {
		const struct wish *w = c->body.items[i];

		if (!w || !w->original)
			w = c->around.items[i];
		if (w && w->original)
			w->work->copied_from[w->finding] = w->original;
	}
}

int lineage_copies(struct run *run)
{
	struct copying c = {.run = run};

	for (size_t i = 0; i < run->works.len; i++) {
		struct work *w = &run->works.items[i];

		if (!w->new)
			continue;
		copy_of_file(run, w);
		add_wishes(&c, w);
	}
	for (uint32_t p = 0; c.by_key.len && p < run->parent_count; p++)
		state_diff(run->states[p], NULL, visit, &c);
	grant(&c);
	vec_release(&c.body);
	vec_release(&c.around);
	map_release(&c.by_key);
	return c.rc;
}
