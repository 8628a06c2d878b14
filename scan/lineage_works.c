/*
 * Which paths of a commit matter to its findings, and what each parent has there.
 *
 * A path matters when this commit or a parent has findings on it and either its bytes differ from a
 * parent's or (merges) two parents disagree about its lineages.
 */
#include "scan/lineage_private.h"

#include <stdlib.h>
#include <string.h>

static struct work *find_work(struct run *run, uint32_t path)
{
	uint32_t at = run->t->work_of_path.items[path];

	return at ? &run->works.items[at - 1] : NULL;
}

/* A work for the path, with every parent's slot; the blob is set by the caller. */
static struct work *add_work(struct run *run, uint32_t path)
{
	struct work *w = vec_push(&run->works);

	*w = (struct work){.path = path, .name = run->t->path_names.items[path]};
	w->edges = ARENA_ARRAY(run->a, run->parent_count, struct edge);
	for (uint32_t i = 0; i < run->parent_count; i++) {
		w->edges[i].slot = w->edges[i].source = state_get(run->states[i], path);
		w->edges[i].same_blob =
			true; /* until a difference with this parent says otherwise */
	}
	run->t->work_of_path.items[path] = (uint32_t)run->works.len;
	return w;
}

static bool any_parent_has(const struct run *run, uint32_t path)
{
	for (uint32_t i = 0; i < run->parent_count; i++)
		if (state_get(run->states[i], path))
			return true;
	return false;
}

/* Has the file findings, or may it hide those of one that moved here? */
static bool may_show(const struct facts *f)
{
	return f && (f->len || f->status != BLOB_OK);
}

/* One file that differs from parent p (or from nothing, in a root). */
static int add_delta(struct run *run, uint32_t p, const struct path_delta *d)
{
	uint32_t path = tracker_path(run->t, d->path);
	struct work *w = find_work(run, path);
	const struct facts *new = NULL;
	int rc = 0;

	if (!oid_is_zero(&d->new_blob))
		rc = tracker_facts(run->t, &d->new_blob, &new, run->e);
	if (rc < 0)
		return rc;
	if (!w && !may_show(new) && !any_parent_has(run, path))
		return 0;
	if (!w)
		w = add_work(run, path);
	w->blob = d->new_blob;
	w->new = new;
	if (p < run->parent_count) {
		w->edges[p].same_blob = false;
		w->edges[p].absent = oid_is_zero(&d->old_blob);
	}
	return 0;
}

static void add_disagreement(void *arg, uint32_t path, const struct slot *a, const struct slot *b)
{
	struct run *run = arg;
	struct work *w = find_work(run, path);

	if (w)
		return;
	w = add_work(run, path);
	w->blob = a ? a->blob : b->blob;
}

/* Paths on which the parents of a merge disagree though the merge differs from none of them. */
static int add_disagreements(struct run *run)
{
	int rc = 0;

	for (uint32_t i = 1; i < run->parent_count; i++)
		state_diff(run->states[0], run->states[i], add_disagreement, run);
	for (size_t i = 0; rc == 0 && i < run->works.len; i++) {
		struct work *w = &run->works.items[i];

		if (!w->new && !oid_is_zero(&w->blob))
			rc = tracker_facts(run->t, &w->blob, &w->new, run->e);
	}
	return rc;
}

static int by_name(const void *a, const void *b)
{
	return str_cmp(((const struct work *)a)->name, ((const struct work *)b)->name);
}

static void sort_works(struct run *run)
{
	if (run->works.len)
		qsort(run->works.items, run->works.len, sizeof *run->works.items, by_name);
	for (size_t i = 0; i < run->works.len; i++)
		run->t->work_of_path.items[run->works.items[i].path] = (uint32_t)i + 1;
}

int lineage_works(struct run *run)
{
	int rc = 0;

	for (uint32_t p = 0; p < run->c->delta_count; p++)
		for (uint32_t i = 0; rc == 0 && i < run->c->deltas[p].len; i++)
			rc = add_delta(run, p, &run->c->deltas[p].items[i]);
	if (rc == 0)
		rc = add_disagreements(run);
	if (rc == 0)
		sort_works(run);
	return rc;
}
