/*
 * What is stored of one commit against its tree, listed from git: its parents, its files with
 * findings, its totals.
 */
#include "scan/verify_private.h"

struct counting {
	struct verify *v;
	struct tree_totals tree;
	int64_t open;
	uint32_t with_findings, slots;
	int rc;
};

static void check_file(struct counting *c, const struct path_delta *d)
{
	struct verify *v = c->v;
	const struct slot *s = state_get(v->run.after, tracker_path(v->tracker, d->path));
	const struct facts *f;

	if (c->rc == 0)
		c->rc = tracker_facts(v->tracker, &d->new_blob, &f, v->e);
	if (c->rc < 0)
		return;
	c->tree.bytes += f->bytes;
	c->tree.unknown_bytes += facts_unknown_bytes(f);
	c->tree.async_defs += f->async_defs;
	c->tree.awaits += f->awaits;
	for (uint32_t i = 0; i < f->len; i++)
		c->open += f->items[i].level >= LEVEL_WARNING && !f->items[i].suppressed;
	c->with_findings += s != NULL;
	if (f->len && (!s || !oid_eq(&s->blob, &d->new_blob)))
		verify_fault(v, "%.*s: its %u findings are not what is stored of this path",
			STR_ARG(d->path), f->len);
}

static void count_slot(void *arg, uint32_t path, const struct slot *s, const struct slot *none)
{
	struct counting *c = arg;

	(void)path;
	(void)s;
	(void)none;
	c->slots++;
}

static void compare(struct verify *v, const char *what, int64_t in_tree, int64_t stored)
{
	if (in_tree != stored)
		verify_fault(v, "%s: %lld in its tree, %lld in what is stored", what,
			(long long)in_tree, (long long)stored);
}

static void compare_totals(struct counting *c)
{
	struct verify *v = c->v;
	const struct graph_node *n = &v->graph.nodes.items[v->run.node];

	state_diff(v->run.after, NULL, count_slot, c);
	compare(v, "open errors and warnings", c->open, n->open_total);
	compare(v, "Python bytes", c->tree.bytes, n->tree.bytes);
	compare(v, "unknown bytes", c->tree.unknown_bytes, n->tree.unknown_bytes);
	compare(v, "async functions", c->tree.async_defs, n->tree.async_defs);
	compare(v, "awaits", c->tree.awaits, n->tree.awaits);
	compare(v, "files with findings", c->with_findings, c->slots);
}

/* Stored parents are among git's; those that are not stored were cut. */
static void check_parents(struct verify *v, const struct commit_record *c)
{
	const struct graph_node *n = &v->graph.nodes.items[v->run.node];
	uint32_t k = 0;

	for (uint32_t i = 0; i < n->parent_count; i++, k++) {
		while (k < c->parent_count &&
			!oid_eq(&c->parents[k], &v->graph.nodes.items[n->parents[i]].oid))
			k++;
	}
	/* A clone that became shallower knows fewer parents than the store. */
	if (k > c->parent_count && !c->shallow)
		verify_fault(v, "its stored parents are not those it has");
	if (!c->shallow && !v->cut.items[v->run.node] && n->parent_count != c->parent_count)
		verify_fault(
			v, "it has %u parents, %u are stored", c->parent_count, n->parent_count);
}

int verify_tree(struct verify *v)
{
	struct counting c = {.v = v};
	const struct oid nothing = {{0}};
	struct commit_record record;
	struct path_deltas files;
	uint32_t missing = 0;
	struct oid tree;
	int rc = 0;

	if (repo_commit(v->repo, &v->graph.nodes.items[v->run.node].oid, &v->arena, &record, &tree,
		    NULL))
		missing = 1;
	else
		rc = repo_tree_diff(v->repo, &nothing, &tree, &v->arena, &files, &missing, v->e);
	if (rc < 0 || missing) {
		v->proof->trees_unreadable++;
		return rc;
	}
	check_parents(v, &record);
	for (uint32_t i = 0; i < files.len; i++)
		check_file(&c, &files.items[i]);
	if (c.rc == 0)
		compare_totals(&c);
	v->proof->trees++;
	return c.rc;
}
