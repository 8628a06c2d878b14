/*
 * The events of a commit against what came and went on its edges: what no parent has begins once,
 * what is gone from all of them ends once, and nothing else begins or ends.
 */
#include "scan/verify_private.h"

struct events {
	struct event_record *items;
	uint32_t count;
};

static bool is_ending(enum event_kind k)
{
	return k == EVENT_FIXED || k == EVENT_REMOVED || k == EVENT_DROPPED_BY_MERGE;
}

static bool is_birth(enum event_kind k)
{
	return k == EVENT_INTRODUCED || k == EVENT_HISTORY_START || k == EVENT_REOPENED ||
		k == EVENT_SUPPRESSED;
}

static uint32_t parents_with(const struct verify *v, lineage_id id)
{
	uint32_t n = 0;

	for (uint32_t p = 0; p < v->run.parent_count; p++)
		n += run_stands(&v->run, v->run.states[p], id);
	return n;
}

static uint32_t count_events(
	const struct events *ev, lineage_id id, bool (*wanted)(enum event_kind k))
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < ev->count; i++)
		n += ev->items[i].lineage == id && wanted(ev->items[i].kind);
	return n;
}

static void check_came(struct verify *v, const struct events *ev, lineage_id id)
{
	uint32_t births = count_events(ev, id, is_birth);

	if (!parents_with(v, id) && births != 1)
		verify_fault(v, "finding %s came, and %u events say so", verify_key(v, id), births);
}

/* Where a parent is not there, the one that is says nothing of what was done. */
static void check_went(struct verify *v, const struct events *ev, lineage_id id)
{
	uint32_t endings = count_events(ev, id, is_ending);
	uint32_t wanted = v->cut.items[v->run.node] ? 0 : 1;

	if (parents_with(v, id) == v->run.parent_count && endings != wanted)
		verify_fault(
			v, "finding %s went, and %u events say so", verify_key(v, id), endings);
}

/* What differs from the first parent says it all: what all parents have, or none, that one has or
 * has not. */
static void check_first_edge(struct verify *v, const struct events *ev)
{
	const stand_list *l = &v->edges[0];

	for (size_t i = 0; i < l->len; i++) {
		lineage_id id = l->items[i].lineage;

		if ((i && l->items[i - 1].lineage == id) ||
			(i + 1 < l->len && l->items[i + 1].lineage == id))
			continue; /* on both sides */
		if (l->items[i].now)
			check_came(v, ev, id);
		else
			check_went(v, ev, id);
	}
}

static void check_event(struct verify *v, const struct event_record *e)
{
	bool stands = run_stands(&v->run, v->run.after, e->lineage);
	uint32_t before = parents_with(v, e->lineage);
	const char *what = event_kind_name(e->kind);

	if (is_ending(e->kind) && stands)
		verify_fault(v, "finding %s: %s, but it stands in its tree",
			verify_key(v, e->lineage), what);
	else if (!is_ending(e->kind) && !stands)
		verify_fault(v, "finding %s: %s, but it does not stand in its tree",
			verify_key(v, e->lineage), what);
	else if (is_ending(e->kind) && !before)
		verify_fault(
			v, "finding %s: %s, but no parent has it", verify_key(v, e->lineage), what);
	else if (is_birth(e->kind) && e->kind != EVENT_SUPPRESSED && before)
		verify_fault(
			v, "finding %s: %s, but a parent has it", verify_key(v, e->lineage), what);
}

int verify_events(struct verify *v)
{
	struct events ev = {0};
	int rc = v->store->load_events(v->store->scan->self, v->graph.nodes.items[v->run.node].id,
		&v->arena, &ev.items, &ev.count, v->e);

	if (rc < 0)
		return rc;
	check_first_edge(v, &ev);
	for (uint32_t i = 0; i < ev.count; i++)
		check_event(v, &ev.items[i]);
	v->proof->events += ev.count;
	return 0;
}
