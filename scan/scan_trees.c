/*
 * Commits whose tree cannot be read all: what stands in for it, and differences to that.
 */
#include "scan/scan_private.h"

#include <stdlib.h>

static const struct oid *stand_in_of(const struct scan *s, uint32_t node)
{
	size_t low = 0, high = s->stand_ins.len;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (s->stand_ins.items[mid].node < node)
			low = mid + 1;
		else
			high = mid;
	}
	return low < s->stand_ins.len && s->stand_ins.items[low].node == node
		? &s->stand_ins.items[low].tree
		: NULL;
}

/* The tree whose findings stand for a commit's; zero when even that cannot be told. */
static struct oid believed_tree(const struct scan *s, uint32_t node)
{
	const struct oid *known = stand_in_of(s, node);
	struct oid tree = {{0}};

	if (known)
		return *known;
	if (repo_commit_tree(s->repo, &s->graph.nodes.items[node].oid, &tree, NULL))
		return (struct oid){{0}};
	return tree;
}

/* Differences to what stands for the parents. */
static int retake_deltas(struct scan *s, struct arena *a, struct walk_commit *c)
{
	const struct graph_node *n = &s->graph.nodes.items[c->node];
	int rc = 0;

	c->missing_trees = 0;
	for (uint32_t p = 0; rc == 0 && p < n->parent_count; p++) {
		struct oid before = believed_tree(s, n->parents[p]);

		rc = repo_tree_diff(
			s->repo, &before, &c->tree, a, &c->deltas[p], &c->missing_trees, s->e);
	}
	return rc;
}

/*
 * A tree that cannot be read looks empty: a difference to it would say that everything went away,
 * and came back in the next commit. So such a commit stands still, its first parent's tree is taken
 * for its own, and its children are compared with that.
 */
int scan_mend_deltas(struct scan *s, struct arena *a, struct walk_commit *c)
{
	const struct graph_node *n = &s->graph.nodes.items[c->node];
	bool retake = false;
	int rc = 0;

	for (uint32_t p = 0; p < n->parent_count; p++)
		retake = retake || stand_in_of(s, n->parents[p]);
	if (!c->unreadable && (retake || (c->missing_trees && n->parent_count)))
		rc = retake_deltas(s, a, c);
	if (rc == 0 && (c->unreadable || c->missing_trees)) {
		struct stand_in *in = vec_push(&s->stand_ins);

		*in = (struct stand_in){.node = c->node};
		if (n->parent_count)
			in->tree = believed_tree(s, n->parents[0]);
		c->delta_count = 0;
	}
	return rc;
}
