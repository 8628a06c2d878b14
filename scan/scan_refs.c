/*
 * The end of a scan: what stands at the tracked references, the default one's first parents, and
 * what they reach.
 */
#include "scan/scan_private.h"

#include <stdlib.h>

struct refs_output {
	struct ref_state *refs;
	uint32_t ref_count;
	VEC(uint32_t) mainline, reachable;
};

static void list_mainline(struct scan *s, uint32_t tip, struct refs_output *out)
{
	uint32_t at = tip;

	for (;;) {
		const struct graph_node *n = &s->graph.nodes.items[at];

		*vec_push(&out->mainline) = n->id;
		if (!n->parent_count)
			break;
		at = n->parents[0];
	}
	for (size_t i = 0, j = out->mainline.len - 1; i < j; i++, j--) {
		uint32_t swap = out->mainline.items[i];

		out->mainline.items[i] = out->mainline.items[j];
		out->mainline.items[j] = swap;
	}
}

static void list_reachable(struct scan *s, struct refs_output *out)
{
	unsigned char *seen = mem_zalloc(s->graph.nodes.len, 1);

	for (uint32_t i = 0; i < s->options->ref_count; i++) {
		uint32_t tip = graph_find(&s->graph, &s->options->refs[i].commit);

		if (tip != GRAPH_NONE)
			graph_mark_reachable(&s->graph, tip, seen);
	}
	for (size_t i = 0; i < s->graph.nodes.len; i++)
		if (seen[i])
			*vec_push(&out->reachable) = s->graph.nodes.items[i].id;
	free(seen);
}

static int list_ref(struct scan *s, uint32_t i, struct arena *a, struct ref_state *out)
{
	const struct repo_ref *ref = &s->options->refs[i];
	uint32_t tip = graph_find(&s->graph, &ref->commit);

	*out = (struct ref_state){.name = ref->name, .is_default = i == 0};
	out->commit = s->graph.nodes.items[tip].id;
	return tracker_state(s->tracker, tip, a, &out->versions, &out->version_count, s->e);
}

/* Refs whose commit cannot be read (the walk counted it) or was cut away are left out. */
static int list_refs(struct scan *s, struct arena *a, struct refs_output *out)
{
	int rc = 0;

	out->refs = ARENA_ARRAY(a, s->options->ref_count, struct ref_state);
	for (uint32_t i = 0; rc == 0 && i < s->options->ref_count; i++)
		if (graph_find(&s->graph, &s->options->refs[i].commit) != GRAPH_NONE)
			rc = list_ref(s, i, a, &out->refs[out->ref_count++]);
	return rc;
}

int scan_check_default_ref(struct scan *s)
{
	const struct repo_ref *ref = &s->options->refs[0];

	if (scan_is_walked(s, &ref->commit))
		return 0;
	if (repo_can_read(s->repo, &ref->commit, OBJECT_COMMIT))
		return err_set(s->e, ERR_USAGE,
			"%.*s has no commits since the given date; choose an earlier one",
			STR_ARG(ref->name));
	return err_set(s->e, ERR_CORRUPT,
		"%.*s: its commit cannot be read; run `git fsck`, then fetch it again",
		STR_ARG(ref->name));
}

/* Those that no batch told: of references that lead nowhere. */
static int put_last_missing(struct scan *s)
{
	uint32_t count;
	int rc;

	(void)repo_missing(s->repo, &count);
	if (count == s->missing_told)
		return 0;
	rc = s->store->begin(s->store->self, s->e);
	if (rc == 0)
		rc = scan_put_missing(s);
	return rc < 0 ? rc : s->store->commit(s->store->self, s->e);
}

static int put_refs(struct scan *s, const struct refs_output *out)
{
	int rc = s->store->put_refs(s->store->self, out->refs, out->ref_count, out->mainline.items,
		(uint32_t)out->mainline.len, out->reachable.items, (uint32_t)out->reachable.len,
		s->e);

	if (rc == 0 && s->store->put_scanned)
		rc = s->store->put_scanned(s->store->self, scan_inputs(s), s->e);
	return rc;
}

int scan_store_refs(struct scan *s)
{
	struct refs_output out = {0};
	struct arena a = {0};
	int rc = list_refs(s, &a, &out);

	if (rc == 0)
		rc = put_last_missing(s);
	if (rc == 0) {
		list_mainline(s, graph_find(&s->graph, &s->options->refs[0].commit), &out);
		list_reachable(s, &out);
		rc = put_refs(s, &out);
	}
	vec_release(&out.mainline);
	vec_release(&out.reachable);
	arena_release(&a);
	return rc;
}
