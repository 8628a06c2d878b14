/*
 * What a new finding is a copy of: a finding of a parent that still stands, in a file with the same
 * bytes, in a function with the same body or name, or between the same statements. The copy is a
 * lineage of its own that names the original.
 */
#include "scan/lineage_private.h"

#include <stdlib.h>
#include <string.h>

#include "scan/base/hash.h"

#define MIN_BODY    2 /* statements: smaller functions are written anew all the time */
#define MIN_CONTEXT 4 /* likewise, before and after */
#define MIN_TOKENS  8 /* in functions of one name */

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

/* Keys by which a copy is known, the best first; 0: the finding has none. */
enum { BY_BODY, BY_CONTEXT, BY_SCOPE, KEYS };

struct wishes {
	struct wish *by[KEYS]; /* NULL: none */
};

struct copying {
	struct run *run;
	struct map by_key; /* -> struct wish *, the last */
	VEC(struct wishes) wishes;
	int rc;
};

static void make_keys(const struct fact *f, uint64_t out[KEYS])
{
	const struct signature *id = &f->id;
	uint64_t h = hash_number(hash_number(HASH_SEED, f->rule), id->token_hash);
	unsigned around = CONTEXT_WEIGHT(id->before_hash) + CONTEXT_WEIGHT(id->after_hash);

	memset(out, 0, KEYS * sizeof *out);
	if (BODY_WEIGHT(id->body_hash) >= MIN_BODY)
		out[BY_BODY] = hash_finish(hash_number(h, id->body_hash));
	if (around >= MIN_CONTEXT)
		out[BY_CONTEXT] =
			hash_finish(hash_number(hash_number(h, id->before_hash), id->after_hash));
	if (f->scope.len && sketch_len(id->sketch) >= MIN_TOKENS)
		out[BY_SCOPE] = hash_finish(hash_field(h, f->scope));
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
	uint64_t keys[KEYS];
	struct wishes *to;

	for (uint32_t k = 0; k < w->new->len; k++) {
		if (w->lineages[k] || w->copied_from[k])
			continue;
		make_keys(&w->new->items[k], keys);
		to = vec_push(&c->wishes);
		for (int i = 0; i < KEYS; i++)
			to->by[i] = add_wish(c, w, k, keys[i]);
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
	uint64_t keys[KEYS];

	(void)nothing;
	if (c->rc == 0)
		c->rc = tracker_facts(t, &s->blob, &f, c->run->e);
	for (uint32_t i = 0; c->rc == 0 && i < s->count && i < f->len; i++) {
		lineage_id id = run_canonical(c->run, s->lineages[i]);

		if (t->work_of_path.items[path] && !run_sees(c->run, id))
			continue; /* it is gone */
		make_keys(&f->items[i], keys);
		for (int k = 0; k < KEYS; k++)
			offer(c, keys[k], t->path_names.items[path], i, id);
	}
}

static void grant(const struct wishes *w)
{
	for (int i = 0; i < KEYS; i++)
		if (w->by[i] && w->by[i]->original) {
			w->by[i]->work->copied_from[w->by[i]->finding] = w->by[i]->original;
			return;
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
	for (size_t i = 0; i < c.wishes.len; i++)
		grant(&c.wishes.items[i]);
	vec_release(&c.wishes);
	map_release(&c.by_key);
	return c.rc;
}
