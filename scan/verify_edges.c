/*
 * What came and went on every parent edge of a commit, from the states alone, against the counts of
 * blobs and the stored changes (history design, section 1):
 *
 *   n(c) = n(p) + findings of c that p has not - findings of p that c has not
 *
 * for every rule and level, where n counts what is seen and not suppressed, and what is carried
 * under syntax errors.
 */
#include "scan/verify_private.h"

#include <stdlib.h>
#include <string.h>

/* ---- what differs ---- */

struct listing {
	struct verify *v;
	stand_list *out;
	bool check; /* slots of the commit against their blobs */
	int rc;
};

static void check_slot(struct listing *l, uint32_t path, const struct slot *s)
{
	struct verify *v = l->v;
	struct str name = v->tracker->path_names.items[path];
	const struct facts *f;
	char hex[OID_HEX_LEN + 1];

	if (l->rc == 0)
		l->rc = tracker_facts(v->tracker, &s->blob, &f, v->e);
	if (l->rc < 0)
		return;
	oid_hex(&s->blob, hex);
	if (s->count != f->len)
		verify_fault(v, "%.*s shows %u findings, its blob %s has %u", STR_ARG(name),
			s->count, hex, f->len);
	if (s->carried_count && f->status == BLOB_OK)
		verify_fault(v, "%.*s carries findings, but its blob %s has no syntax errors",
			STR_ARG(name), hex);
}

static void list_slot(struct listing *l, uint32_t path, const struct slot *s, bool now)
{
	struct verify *v = l->v;

	for (uint32_t i = 0; l->rc == 0 && i < slot_len(s); i++) {
		struct slot_item item = slot_at(s, i);
		const struct fact *f;

		l->rc = tracker_fact(v->tracker, &item, &f, v->e);
		if (l->rc == 0)
			*vec_push(l->out) = (struct stand){
				run_canonical(&v->run, item.lineage), f, item, path, now};
	}
}

static void list_path(void *arg, uint32_t path, const struct slot *now, const struct slot *before)
{
	struct listing *l = arg;

	if (now && l->check)
		check_slot(l, path, now);
	list_slot(l, path, before, false);
	list_slot(l, path, now, true);
}

static int by_lineage(const void *a, const void *b)
{
	const struct stand *x = a, *y = b;

	if (x->lineage != y->lineage)
		return x->lineage < y->lineage ? -1 : 1;
	return x->now - y->now;
}

static int list_edge(struct verify *v, uint32_t p)
{
	struct listing l = {.v = v, .out = &v->edges[p], .check = p == 0};

	state_diff(v->run.after, v->run.parent_count ? v->run.states[p] : NULL, list_path, &l);
	if (l.out->len)
		qsort(l.out->items, l.out->len, sizeof *l.out->items, by_lineage);
	return l.rc;
}

/* ---- counting ---- */

static struct count_delta *cell_of(struct count_delta *cells, const struct fact *f)
{
	return &cells[f->rule * LEVELS + f->level];
}

/* What the trees have more or fewer: a finding on its own, whatever lineage it has. */
static void count_stand(struct verify *v, const struct stand *s)
{
	struct count_delta *d = cell_of(v->counted, s->fact);
	int sign = s->now ? 1 : -1;

	if (s->item.carried)
		d->unknown += s->fact->suppressed ? 0 : sign;
	else if (s->fact->suppressed)
		d->suppressed += sign;
	else
		d->open += sign;
}

static bool counts_as_one(const struct fact *a, const struct fact *b)
{
	return a->suppressed == b->suppressed && a->level == b->level && a->rule == b->rule;
}

/* `old` or `new` NULL: the lineage stands on one side only. */
static void count_lineage(struct verify *v, const struct stand *old, const struct stand *new)
{
	if (old && new &&counts_as_one(old->fact, new->fact))
		return;
	if (old && !old->fact->suppressed) {
		cell_of(v->counted, old->fact)->fixed++;
		cell_of(v->counted, old->fact)->silenced += new &&new->fact->suppressed;
	}
	if (new && !new->fact->suppressed)
		cell_of(v->counted, new->fact)->introduced++;
}

/* Those of one lineage stand together, the parent's first. */
static void count_edge(struct verify *v, const stand_list *l)
{
	memset(v->counted, 0, v->cells * sizeof *v->counted);
	for (size_t i = 0; i < l->len;) {
		const struct stand *first = &l->items[i], *old = NULL, *new = NULL;

		for (; i < l->len && l->items[i].lineage == first->lineage; i++) {
			const struct stand *s = &l->items[i];

			count_stand(v, s);
			if (s->now ? new : old)
				verify_fault(v, "finding %s stands twice in %s tree",
					verify_key(v, s->lineage), s->now ? "its" : "a parent's");
			*(s->now ? &new : &old) = s;
		}
		count_lineage(v, old, new);
	}
}

/* ---- comparing ---- */

static void check_invariant(struct verify *v, uint32_t p)
{
	char hex[OID_HEX_LEN + 1] = "none";

	if (v->run.parent_count)
		oid_hex(&v->graph.nodes.items[v->run.parents[p]].oid, hex);
	for (size_t i = 0; i < v->cells; i++) {
		const struct count_delta *d = &v->counted[i];
		int64_t more = (int64_t)d->open + d->unknown;

		if (more != (int64_t)d->introduced - (int64_t)d->fixed)
			verify_fault(v, "parent %s: %s %s: %d more, but %u came and %u went", hex,
				rule_at(i / LEVELS)->id, level_name((enum level)(i % LEVELS)),
				(int)more, d->introduced, d->fixed);
	}
	v->proof->edges += v->run.parent_count > 0;
}

struct column {
	const char *name;
	int64_t counted, stored;
};

static void compare_cell(struct verify *v, size_t i)
{
	const struct count_delta *a = &v->counted[i], *b = &v->stored[i];
	const struct column columns[] = {{"open", a->open, b->open},
		{"suppressed", a->suppressed, b->suppressed}, {"unknown", a->unknown, b->unknown},
		{"introduced", a->introduced, b->introduced}, {"fixed", a->fixed, b->fixed},
		{"silenced", a->silenced, b->silenced}};

	for (size_t k = 0; k < ARRAY_LEN(columns); k++)
		if (columns[k].counted != columns[k].stored)
			verify_fault(v,
				"%s %s: %s changes by %d in its tree, by %d in what is stored",
				rule_at(i / LEVELS)->id, level_name((enum level)(i % LEVELS)),
				columns[k].name, (int)columns[k].counted, (int)columns[k].stored);
}

static int load_stored(struct verify *v)
{
	struct count_delta *deltas;
	uint32_t count;
	int rc = v->store->load_deltas(v->store->scan->self, v->graph.nodes.items[v->run.node].id,
		&v->arena, &deltas, &count, v->e);

	memset(v->stored, 0, v->cells * sizeof *v->stored);
	for (uint32_t i = 0; rc == 0 && i < count; i++) {
		size_t cell = (size_t)deltas[i].rule * LEVELS + deltas[i].level;

		if (cell < v->cells)
			v->stored[cell] = deltas[i];
		else
			verify_fault(v, "a change of rule %u, level %u: there is no such rule",
				deltas[i].rule, deltas[i].level);
	}
	return rc;
}

static void compare_open_total(struct verify *v)
{
	const struct graph_node *n = &v->graph.nodes.items[v->run.node];
	int64_t sum = n->parent_count ? v->graph.nodes.items[n->parents[0]].open_total : 0;

	for (size_t i = 0; i < v->cells; i++)
		sum += i % LEVELS >= LEVEL_WARNING ? v->counted[i].open : 0;
	if (sum != n->open_total)
		verify_fault(v, "open_total is %d, its parent's and the changes make %d",
			n->open_total, (int)sum);
}

int verify_edges(struct verify *v)
{
	int rc = load_stored(v);

	for (uint32_t p = v->edge_count; rc == 0 && p-- > 0;) {
		rc = list_edge(v, p);
		if (rc < 0)
			break;
		count_edge(v, &v->edges[p]);
		check_invariant(v, p);
	}
	for (size_t i = 0; rc == 0 && i < v->cells; i++) /* the first parent came last */
		compare_cell(v, i);
	if (rc == 0)
		compare_open_total(v);
	return rc;
}
