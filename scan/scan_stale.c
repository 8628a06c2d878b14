/*
 * Is what is stored still what a scan from the start would say? Then what is new is added to it,
 * else history is made anew from the stored results of blobs.
 *
 * Commits that are gone from the references need nothing: what is said of a commit depends on its
 * ancestry alone. What can change is where history was cut (shallow clones, --since), and what
 * could not be read. A clone that became shallower, or lost objects, changes nothing: what is known
 * stays.
 */
#include "scan/scan_private.h"

#include <stdlib.h>

#include "scan/base/hash.h"

/* The same whatever the order of the references that are not the default one. */
uint64_t scan_inputs(const struct scan *s)
{
	const struct scan_options *o = s->options;
	uint64_t sum = 0, h = HASH_SEED;

	for (uint32_t i = 0; i < o->ref_count; i++) {
		uint64_t one = hash_field(hash_number(HASH_SEED, i == 0), o->refs[i].name);

		sum += hash_finish(hash_feed(one, MAP_KEY(o->refs[i].commit)));
	}
	h = hash_number(hash_number(h, sum), (uint64_t)o->since);
	h = hash_finish(hash_number(h, repo_grafts_hash(s->repo)));
	return h ? h : 1;
}

/* ---- objects that could not be read ---- */

struct retry {
	struct repo *repo;
	int64_t max_bytes; /* of a blob; 0: any */
	bool found;
};

static bool is_in_limit(const struct retry *r, const struct oid *blob)
{
	int64_t bytes = repo_blob_size(r->repo, blob);

	return bytes >= 0 && (r->max_bytes == 0 || bytes <= r->max_bytes);
}

static int try_again(void *arg, const struct missing_object *m)
{
	struct retry *r = arg;

	r->found = m->kind == OBJECT_OVER_LIMIT ? is_in_limit(r, &m->id)
						: repo_can_read(r->repo, &m->id, m->kind);
	return r->found; /* one is enough */
}

int scan_can_read_more(struct scan *s, bool *out)
{
	struct retry r = {.repo = s->repo, .max_bytes = s->options->max_file_bytes};
	int rc = 0;

	if (s->store->each_missing)
		rc = s->store->each_missing(s->store->self, try_again, &r, s->e);
	*out = r.found;
	return rc < 0 ? rc : 0;
}

/* ---- where history was cut ---- */

bool scan_is_walked(struct scan *s, const struct oid *id)
{
	struct arena a = {0};
	struct oid *parents;
	int64_t committed_at;
	uint32_t count;
	bool shallow, readable;

	readable =
		repo_parents(s->repo, id, &a, &parents, &count, &shallow, &committed_at, NULL) == 0;
	arena_release(&a);
	return readable && (!s->options->since || committed_at >= s->options->since);
}

/* Would a walk find more parents of this commit now? */
static bool has_more_parents(struct scan *s, uint32_t node)
{
	const struct graph_node *n = &s->graph.nodes.items[node];
	struct arena a = {0};
	struct oid *parents;
	int64_t committed_at;
	uint32_t count, walked = 0;
	bool shallow;

	if (repo_parents(s->repo, &n->oid, &a, &parents, &count, &shallow, &committed_at, NULL))
		count = 0;
	for (uint32_t i = 0; i < count; i++)
		walked += scan_is_walked(s, &parents[i]);
	arena_release(&a);
	return walked > n->parent_count;
}

/* `reached`: by the references, as the graph is now. */
static const char *why_stale(struct scan *s, const unsigned char *reached)
{
	int64_t since = s->options->since;

	for (uint32_t i = 0; since && i < s->stored.len; i++)
		if (reached[i] && s->stored.items[i].committed_at < since)
			return "--since leaves out commits that were scanned before";
	for (uint32_t i = 0; i < s->stored.len; i++)
		if (reached[i] && s->stored.items[i].cut && has_more_parents(s, i))
			return "history goes on where it had been cut";
	return NULL;
}

const char *scan_why_stale(struct scan *s)
{
	unsigned char *reached = mem_zalloc(s->graph.nodes.len, 1);
	const char *why;

	for (uint32_t i = 0; i < s->options->ref_count; i++) {
		uint32_t tip = graph_find(&s->graph, &s->options->refs[i].commit);

		if (tip != GRAPH_NONE)
			graph_mark_reachable(&s->graph, tip, reached);
	}
	why = s->store->restart ? why_stale(s, reached) : NULL;
	free(reached);
	return why;
}
