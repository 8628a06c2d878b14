/*
 * Findings that no parent has: new, or back after they had ended; suppression markers that came or
 * went. Afterwards every finding of the commit has its lineage and every work its slot.
 */
#include "scan/lineage_private.h"

#include <stdlib.h>
#include <string.h>

#include "scan/base/hash.h"
#include "scan/rules/rule.h"

uint64_t reopen_hash(const struct fact *f, struct str path)
{
	uint64_t h = hash_field(HASH_SEED, str_from(rule_at(f->rule)->id));

	h = hash_field(hash_field(h, path), f->scope);
	return hash_finish(hash_number(h, f->token_hash));
}

static struct event_record *add_event(
	struct run *run, const struct work *w, uint32_t k, enum event_kind kind)
{
	struct event_record *ev = vec_push(&run->events);

	*ev = (struct event_record){
		.lineage = w->lineages[k],
		.kind = kind,
		.step = STEP_NEW,
		.confidence = 1.0f,
		.path = w->name,
		.blob = w->blob,
		.index = k,
	};
	return ev;
}

/* ---- new lineages ---- */

/*
 * The public id: 12 letters and digits (Crockford's base 32) of a hash. The first is a letter
 * beyond f, so that an id is never taken for a commit's.
 */
static void write_key(uint64_t hash, char out[13])
{
	static const char digits[] = "0123456789abcdefghjkmnpqrstvwxyz";

	out[0] = digits[16 + (hash & 15)];
	hash >>= 4;
	for (int i = 1; i < 12; i++, hash >>= 5)
		out[i] = digits[hash & 31];
	out[12] = '\0';
}

/* Equal findings of one commit and scope are told apart by their order. */
static uint64_t natural_key(struct run *run, const struct work *w, uint32_t k)
{
	const struct fact *f = &w->new->items[k];
	uint64_t h = hash_field(HASH_SEED, MAP_KEY(run->c->record.oid));
	uint64_t *key = ARENA_NEW(run->a, uint64_t);
	uint64_t *earlier;

	*key = hash_number(h, reopen_hash(f, w->name));
	earlier = map_put(&run->new_keys, MAP_KEY(*key), NULL);
	return hash_finish(hash_number(*key, (*earlier)++));
}

static void add_lineage(struct run *run, struct work *w, uint32_t k)
{
	struct tracker *t = run->t;
	struct lineage_record *l = vec_push(&t->lineages);
	enum event_kind kind = EVENT_INTRODUCED;

	*l = (struct lineage_record){
		.id = t->first_lineage + (lineage_id)t->lineages.len - 1,
		.rule = w->new->items[k].rule,
		.commit = t->graph->nodes.items[run->node].id,
		.copied_from = w->copied_from[k],
	};
	write_key(natural_key(run, w, k), l->key);
	w->lineages[k] = l->id;
	if (run->c->record.shallow)
		kind = EVENT_HISTORY_START;
	else if (w->new->items[k].suppressed)
		kind = EVENT_SUPPRESSED;
	add_event(run, w, k, kind);
}

/* ---- back again ---- */

/* A lineage that had ended and could be this finding; lineage 0: none. */
struct comeback {
	lineage_id lineage;
	uint32_t node; /* where it ended */
};

static bool stands_already(struct run *run, lineage_id id)
{
	for (uint32_t p = 0; p < run->parent_count; p++)
		if (id_set_has(run_parent_set(run, p), id))
			return true;
	for (size_t i = 0; i < run->events.len; i++)
		if (run->events.items[i].lineage == id)
			return true;
	return false;
}

/* The latest ending wins; of two in one commit, the older lineage. */
static void consider(struct run *run, struct comeback *best, lineage_id lineage, uint32_t node)
{
	const struct graph *g = run->t->graph;
	uint32_t old_generation, new_generation;

	if (best->lineage) {
		old_generation = g->nodes.items[best->node].generation;
		new_generation = g->nodes.items[node].generation;
		if (new_generation < old_generation ||
			(new_generation == old_generation && lineage >= best->lineage))
			return;
	}
	if (graph_is_ancestor(g, node, run->node) && !stands_already(run, lineage))
		*best = (struct comeback){lineage, node};
}

static int consider_stored(struct run *run, struct comeback *best, uint64_t hash)
{
	struct tracker *t = run->t;
	struct stored_ending *stored;
	uint32_t count;
	int rc;

	if (t->first_commit <= 1)
		return 0;
	rc = t->store->load_endings(t->store->self, hash, 0, run->a, &stored, &count, run->e);
	for (uint32_t i = 0; rc == 0 && i < count; i++) {
		uint32_t node = tracker_node(t, stored[i].commit);

		if (stored[i].commit < t->first_commit && node != GRAPH_NONE)
			consider(run, best, stored[i].lineage, node);
	}
	return rc;
}

static int find_comeback(struct run *run, uint64_t hash, struct comeback *out)
{
	const uint64_t *at = map_get(&run->t->endings_by_hash, MAP_KEY(hash));

	*out = (struct comeback){0};
	for (const struct ending *en = at ? (const struct ending *)(uintptr_t)*at : NULL; en;
		en = en->next_by_hash)
		consider(run, out, en->lineage, en->node);
	return consider_stored(run, out, hash);
}

static int reopen_or_add(struct run *run, struct work *w, uint32_t k)
{
	const struct fact *f = &w->new->items[k];
	struct comeback back;
	int rc = find_comeback(run, reopen_hash(f, w->name), &back);

	if (rc < 0)
		return rc;
	if (!back.lineage) {
		add_lineage(run, w, k);
		return 0;
	}
	w->lineages[k] = back.lineage;
	add_event(run, w, k, f->suppressed ? EVENT_SUPPRESSED : EVENT_REOPENED)->related =
		run->t->graph->nodes.items[back.node].oid;
	return 0;
}

/* ---- markers ---- */

/* A marker came or went when this commit differs from every parent that has the finding. */
static void note_marker(struct run *run, const struct work *w, uint32_t k)
{
	bool now = w->new->items[k].suppressed, matched = false;

	for (uint32_t p = 0; p < run->parent_count; p++) {
		if (!w->edges[p].lineages[k])
			continue;
		if (w->edges[p].was_suppressed[k] == now)
			return;
		matched = true;
	}
	if (matched)
		add_event(run, w, k, now ? EVENT_SUPPRESSED : EVENT_UNSUPPRESSED);
}

/* ---- slots ---- */

static bool slot_equals(const struct slot *s, const struct work *w)
{
	if (!s || !oid_eq(&s->blob, &w->blob) || s->count != w->new->len ||
		s->carried_count != w->carried_count ||
		memcmp(s->lineages, w->lineages, s->count * sizeof *s->lineages) != 0)
		return false;
	for (uint32_t i = 0; i < s->carried_count; i++)
		if (s->carried[i].lineage != w->carried[i].lineage)
			return false;
	return true;
}

static const struct slot *make_slot(struct run *run, const struct work *w)
{
	struct arena *a = &run->t->arena;
	struct slot *s;

	if (!w->new || w->new->len + w->carried_count == 0)
		return NULL;
	for (uint32_t p = 0; p < run->parent_count; p++)
		if (slot_equals(w->edges[p].slot, w))
			return w->edges[p].slot;
	s = ARENA_NEW(a, struct slot);
	s->blob = w->blob;
	s->count = w->new->len;
	s->lineages = ARENA_ARRAY(a, s->count, lineage_id);
	s->carried_count = w->carried_count;
	s->carried = ARENA_ARRAY(a, s->carried_count, struct carried);
	if (s->count)
		memcpy(s->lineages, w->lineages, s->count * sizeof *s->lineages);
	if (s->carried_count)
		memcpy(s->carried, w->carried, s->carried_count * sizeof *s->carried);
	return s;
}

static void list_present(struct run *run)
{
	uint32_t n = 0;

	for (size_t i = 0; i < run->works.len; i++)
		n += slot_len(run->works.items[i].slot);
	run->present.items = ARENA_ARRAY(run->a, n, lineage_id);
	for (size_t i = 0; i < run->works.len; i++)
		for (uint32_t k = 0; k < slot_len(run->works.items[i].slot); k++)
			run->present.items[run->present.len++] =
				slot_at(run->works.items[i].slot, k).lineage;
	id_set_sort(&run->present);
}

int lineage_births(struct run *run)
{
	int rc = 0;

	for (size_t i = 0; i < run->works.len; i++) {
		struct work *w = &run->works.items[i];

		for (uint32_t k = 0; rc == 0 && w->new &&k < w->new->len; k++) {
			if (w->lineages[k])
				note_marker(run, w, k);
			else if (w->copied_from[k] || run->c->record.shallow)
				add_lineage(run, w, k);
			else
				rc = reopen_or_add(run, w, k);
		}
		w->slot = make_slot(run, w);
	}
	list_present(run);
	return rc;
}
