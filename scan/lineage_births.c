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
	return hash_finish(hash_number(h, f->id.token_hash));
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

static bool stands_already(const struct run *run, lineage_id id)
{
	for (uint32_t p = 0; p < run->parent_count; p++)
		if (run_stands(run, run->states[p], id))
			return true;
	for (size_t i = 0; i < run->reopened.len; i++)
		if (run->reopened.items[i] == id)
			return true;
	return false;
}

/* Is x to be tried before y? The latest ending first; of two in one commit, the first of its
 * events: what stood first comes back first. */
static bool is_better(const struct run *run, const struct ended *x, const struct ended *y)
{
	int d = tracker_compare_nodes(run->t, x->node, y->node);

	return d ? d > 0 : x->order < y->order;
}

/* The lineage that had ended and is this finding, NULL for none. */
static const struct ended *find_comeback(const struct run *run, ended_list *list)
{
	const struct ended *best = NULL;

	for (size_t i = 0; i < list->len; i++) {
		struct ended *en = &list->items[i];

		if (best && !is_better(run, en, best))
			continue;
		if (!graph_is_ancestor(run->t->graph, en->node, run->node))
			continue;
		en->lineage = run_canonical_past(run, en->lineage);
		if (!stands_already(run, en->lineage))
			best = en;
	}
	return best;
}

static void reopen(struct run *run, struct work *w, uint32_t k, const struct ended *back)
{
	enum event_kind kind = w->new->items[k].suppressed ? EVENT_SUPPRESSED : EVENT_REOPENED;

	w->lineages[k] = *vec_push(&run->reopened) = back->lineage;
	add_event(run, w, k, kind)->related = run->t->graph->nodes.items[back->node].oid;
}

static int reopen_or_add(struct run *run, struct work *w, uint32_t k)
{
	uint64_t hash = reopen_hash(&w->new->items[k], w->name);
	ended_list list = {0};
	const struct ended *back = NULL;
	int rc = 0;

	if (!run->c->record.shallow) {
		rc = ended_by_hash(run, hash, &list);
		back = find_comeback(run, &list);
	}
	if (rc == 0 && back)
		reopen(run, w, k, back);
	else if (rc == 0)
		add_lineage(run, w, k);
	vec_release(&list);
	return rc;
}

/* ---- markers ---- */

/* A marker came or went when this commit differs from every parent that has the finding. */
static void note_marker(struct run *run, const struct work *w, uint32_t k)
{
	bool now = w->new->items[k].suppressed;

	if (run->c->record.shallow) /* a parent is not there, whose marker it may be */
		return;
	for (uint32_t p = 0; p < run->parent_count; p++)
		if (w->edges[p].lineages[k] && w->edges[p].was_suppressed[k] == now)
			return;
	add_event(run, w, k, now ? EVENT_SUPPRESSED : EVENT_UNSUPPRESSED);
}

/* ---- slots ---- */

static bool carried_equals(const struct carried *a, const struct carried *b)
{
	return a->lineage == b->lineage && a->index == b->index && oid_eq(&a->blob, &b->blob);
}

static bool slot_equals(const struct slot *s, const struct work *w)
{
	if (!s || !oid_eq(&s->blob, &w->blob) || s->count != w->new->len ||
		s->carried_count != w->carried_count)
		return false;
	if (s->count && memcmp(s->lineages, w->lineages, s->count * sizeof *s->lineages) != 0)
		return false;
	for (uint32_t i = 0; i < s->carried_count; i++)
		if (!carried_equals(&s->carried[i], &w->carried[i]))
			return false;
	return true;
}

static void *keep(struct arena *a, const void *items, size_t len, size_t size)
{
	void *p = arena_alloc(a, len * size);

	if (len)
		memcpy(p, items, len * size);
	return p;
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
	s->lineages = keep(a, w->lineages, s->count, sizeof *s->lineages);
	s->carried_count = w->carried_count;
	s->carried = keep(a, w->carried, s->carried_count, sizeof *s->carried);
	tracker_note_place(run->t, s, w->path);
	return s;
}

static int settle_findings(struct run *run, struct work *w)
{
	int rc = 0;

	for (uint32_t k = 0; rc == 0 && w->new &&k < w->new->len; k++) {
		if (w->lineages[k])
			note_marker(run, w, k);
		else
			rc = reopen_or_add(run, w, k);
	}
	return rc;
}

int lineage_births(struct run *run)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < run->works.len; i++) {
		struct work *w = &run->works.items[i];

		rc = settle_findings(run, w);
		if (rc < 0)
			break;
		w->slot = make_slot(run, w);
		run->after = state_set(run->after, w->path, w->slot, &run->t->arena);
	}
	return rc;
}
