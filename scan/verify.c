/*
 * The proof of verify.h: every commit in graph order, then blobs.
 */
#include "scan/verify_private.h"

#include <stdlib.h>

#include "scan/base/hash.h"

/* ---- telling ---- */

__attribute__((format(printf, 3, 0))) static void tell(
	struct verify *v, bool of_commit, const char *fmt, va_list ap)
{
	char hex[OID_HEX_LEN + 1];
	struct strbuf b = {0};

	if (of_commit) {
		oid_hex(&v->graph.nodes.items[v->run.node].oid, hex);
		strbuf_addf(&b, "commit %s: ", hex);
	}
	strbuf_vaddf(&b, fmt, ap);
	v->found(v->found_arg, strbuf_str(&b));
	strbuf_release(&b);
}

void verify_fault(struct verify *v, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	tell(v, true, fmt, ap);
	va_end(ap);
}

void verify_fault_of(struct verify *v, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	tell(v, false, fmt, ap);
	va_end(ap);
}

const char *verify_key(struct verify *v, lineage_id id)
{
	struct lineage_record l;

	if (tracker_lineage(v->tracker, id, &l, NULL) < 0)
		return arena_printf(&v->arena, "number %u", (unsigned)id).ptr;
	return arena_dup(&v->arena, str_from(l.key)).ptr;
}

bool verify_stopped(const struct verify *v)
{
	return v->options->stop && atomic_load(v->options->stop);
}

void verify_tell(struct verify *v)
{
	if (v->report)
		v->report(v->report_arg, &v->progress);
}

/* ---- commits ---- */

struct loading {
	struct verify *v;
	VEC(uint32_t) node_of_id; /* + 1 */
};

/* A parent that comes later, or never, is told by the store's own checks. */
static int load_commit(void *arg, const struct stored_commit *c)
{
	struct loading *l = arg;
	struct graph *g = &l->v->graph;
	uint32_t *parents = ARENA_ARRAY(&g->arena, c->parent_count, uint32_t), count = 0, node;

	for (uint32_t i = 0; i < c->parent_count; i++) {
		uint32_t id = c->parent_ids[i];

		if (id < l->node_of_id.len && l->node_of_id.items[id])
			parents[count++] = l->node_of_id.items[id] - 1;
	}
	node = graph_add(g, &c->oid, parents, count);
	g->nodes.items[node].id = c->id;
	g->nodes.items[node].done = true;
	g->nodes.items[node].open_total = c->open_total;
	g->nodes.items[node].tree = c->tree;
	*vec_push(&l->v->cut) = c->shallow;
	while (l->node_of_id.len <= c->id)
		*vec_push(&l->node_of_id) = 0;
	l->node_of_id.items[c->id] = node + 1;
	return 0;
}

static int load_graph(struct verify *v)
{
	struct loading l = {.v = v};
	const struct scan_store *s = v->store->scan;
	int rc = s->each_commit(s->self, load_commit, &l, v->e);

	vec_release(&l.node_of_id);
	return rc;
}

/* Is this one of the commits whose trees are read? About as many as asked for, spread evenly. */
static bool is_chosen(const struct verify *v, const struct oid *oid)
{
	const struct verify_options *o = v->options;
	uint64_t dice = hash_finish(hash_feed(hash_number(HASH_SEED, o->seed), MAP_KEY(*oid)));

	for (uint32_t i = 0; i < o->ref_count; i++)
		if (oid_eq(&o->refs[i].commit, oid))
			return true;
	return dice % v->graph.nodes.len < o->commits;
}

static int begin_commit(struct verify *v, uint32_t node)
{
	const struct graph_node *n = &v->graph.nodes.items[node];
	struct run *run = &v->run;
	int rc;

	arena_reset(&v->arena);
	*run = (struct run){.t = v->tracker, .node = node, .a = &v->arena, .e = v->e};
	run->parent_count = n->parent_count;
	run->parents = n->parents;
	run->states = ARENA_ARRAY(&v->arena, n->parent_count, const struct state *);
	rc = tracker_state_of(v->tracker, node, &run->after, v->e);
	for (uint32_t i = 0; rc == 0 && i < n->parent_count; i++)
		rc = tracker_state_of(v->tracker, n->parents[i], &run->states[i], v->e);
	v->edge_count = n->parent_count ? n->parent_count : 1;
	v->edges = ARENA_ARRAY(&v->arena, v->edge_count, stand_list);
	return rc;
}

static void end_commit(struct verify *v)
{
	for (uint32_t p = 0; p < v->edge_count; p++)
		vec_release(&v->edges[p]);
	v->edge_count = 0;
	v->proof->commits++;
	v->progress.commits_done++;
	verify_tell(v);
}

static int verify_commit(struct verify *v, uint32_t node)
{
	int rc = begin_commit(v, node);

	if (rc == 0)
		rc = verify_edges(v);
	if (rc == 0)
		rc = verify_events(v);
	if (rc == 0 && v->repo && is_chosen(v, &v->graph.nodes.items[node].oid))
		rc = verify_tree(v);
	end_commit(v);
	return rc;
}

static int verify_commits(struct verify *v)
{
	int rc = 0;

	v->progress.commits_total = (uint32_t)v->graph.nodes.len;
	for (uint32_t i = 0; rc == 0 && i < v->graph.nodes.len; i++) {
		if (verify_stopped(v))
			return err_set(v->e, ERR_INTERRUPTED, "interrupted");
		rc = verify_commit(v, i);
		/* What is stored does not hang together: that is a finding, not the end. */
		if (rc == ERR_CORRUPT || rc == ERR_NOT_FOUND) {
			verify_fault(v, "%s", v->e->message);
			rc = 0;
		}
	}
	return rc;
}

static void verify_release(struct verify *v)
{
	tracker_free(v->tracker);
	graph_release(&v->graph);
	vec_release(&v->cut);
	free(v->counted);
	free(v->stored);
	arena_release(&v->arena);
}

int verify_history(struct repo *r, const struct verify_store *store,
	const struct verify_options *options, verify_found *found, void *found_arg,
	scan_report *report, void *report_arg, struct verify_proof *out, struct err *e)
{
	struct verify v = {.repo = r,
		.store = store,
		.options = options,
		.found = found,
		.found_arg = found_arg,
		.report = report,
		.report_arg = report_arg,
		.proof = out,
		.e = e};
	int rc;

	*out = (struct verify_proof){0};
	v.cells = rule_count() * LEVELS;
	v.counted = mem_zalloc(v.cells, sizeof *v.counted);
	v.stored = mem_zalloc(v.cells, sizeof *v.stored);
	rc = load_graph(&v);
	if (rc == 0)
		rc = tracker_new(&v.tracker, &v.graph, store->scan, r, e);
	if (rc == 0)
		rc = verify_commits(&v);
	if (rc == 0)
		rc = verify_refs(&v);
	if (rc == 0 && r)
		rc = verify_blobs(&v);
	verify_release(&v);
	return rc;
}
