/*
 * States of commits: those of this scan are kept, those of earlier scans are loaded along first
 * parents. Also where each blob stood, to find what a file is a copy of.
 */
#include "scan/lineage_private.h"

#include <stdlib.h>
#include <string.h>

/* ---- slots ---- */

struct slot_item slot_at(const struct slot *s, uint32_t i)
{
	const struct carried *c;

	if (i < s->count)
		return (struct slot_item){s->lineages[i], s->blob, i, false};
	c = &s->carried[i - s->count];
	return (struct slot_item){c->lineage, c->blob, c->index, true};
}

struct sighting sighting_of(const struct slot_item *item)
{
	return (struct sighting){
		.lineage = item->lineage,
		.blob = item->blob,
		.index = item->index,
		.carried = item->carried,
		.step = item->carried ? STEP_CARRIED : STEP_NEW,
		.confidence = 1.0f,
	};
}

/* ---- where blobs stood ---- */

void tracker_note_place(struct tracker *t, const struct slot *s, uint32_t path)
{
	uint64_t *first = map_put(&t->places, MAP_KEY(s->blob), NULL);
	struct blob_place *place;

	for (place = (struct blob_place *)(uintptr_t)*first; place; place = place->next)
		if (place->path == path)
			return;
	place = ARENA_NEW(&t->arena, struct blob_place);
	*place = (struct blob_place){path, (struct blob_place *)(uintptr_t)*first};
	*first = (uint64_t)(uintptr_t)place;
}

const struct slot *tracker_find_blob(
	const struct tracker *t, const struct state *s, const struct oid *blob)
{
	const uint64_t *first = map_get(&t->places, MAP_KEY(*blob));
	const struct blob_place *place = first ? (void *)(uintptr_t)*first : NULL;
	const struct slot *best = NULL;
	struct str best_name = STR_EMPTY;

	for (; place; place = place->next) {
		const struct slot *at = state_get(s, place->path);
		struct str name = t->path_names.items[place->path];

		if (!at || !oid_eq(&at->blob, blob) || (best && str_cmp(name, best_name) > 0))
			continue;
		best = at;
		best_name = name;
	}
	return best;
}

/* ---- states ---- */

void tracker_keep_state(struct tracker *t, uint32_t node, const struct state *s)
{
	while (t->states.len < t->graph->nodes.len) {
		*vec_push(&t->states) = NULL;
		*vec_push(&t->state_known) = false;
	}
	t->states.items[node] = s;
	t->state_known.items[node] = true;
}

static bool state_is_known(const struct tracker *t, uint32_t node)
{
	return node < t->state_known.len && t->state_known.items[node];
}

/* A slot out of what the store kept of it. Sightings of the commit's own blob come in its order. */
static const struct slot *slot_from(struct tracker *t, const struct version_record *v)
{
	struct slot *s;

	if (!v->present || !v->sighting_count)
		return NULL;
	s = ARENA_NEW(&t->arena, struct slot);
	s->lineages = ARENA_ARRAY(&t->arena, v->sighting_count, lineage_id);
	s->carried = ARENA_ARRAY(&t->arena, v->sighting_count, struct carried);
	s->blob = v->blob;
	for (uint32_t i = 0; i < v->sighting_count; i++) {
		const struct sighting *from = &v->sightings[i];

		if (from->carried)
			s->carried[s->carried_count++] =
				(struct carried){from->lineage, from->index, from->blob};
		else
			s->lineages[s->count++] = from->lineage;
	}
	tracker_note_place(t, s, tracker_path(t, v->path));
	return s;
}

/* The state of a stored commit: its first parent's with the stored versions laid over it. */
static int load_state(struct tracker *t, uint32_t node, const struct state *base, struct err *e)
{
	struct arena scratch = {0};
	struct version_record *versions;
	uint32_t count;
	uint32_t id = t->graph->nodes.items[node].id;
	int rc = t->store->load_versions(t->store->self, id, &scratch, &versions, &count, e);

	for (uint32_t i = 0; rc == 0 && i < count; i++)
		base = state_set(base, tracker_path(t, versions[i].path),
			slot_from(t, &versions[i]), &t->arena);
	if (rc == 0)
		tracker_keep_state(t, node, base);
	arena_release(&scratch);
	return rc;
}

int tracker_state_of(struct tracker *t, uint32_t node, const struct state **out, struct err *e)
{
	VEC(uint32_t) chain = {0};
	const struct state *s = NULL;
	uint32_t at = node;
	int rc = 0;

	while (!state_is_known(t, at)) {
		const struct graph_node *n = &t->graph->nodes.items[at];

		*vec_push(&chain) = at;
		if (!n->parent_count)
			break;
		at = n->parents[0];
	}
	if (state_is_known(t, at))
		s = t->states.items[at];
	while (rc == 0 && chain.len) {
		at = chain.items[--chain.len];
		rc = load_state(t, at, s, e);
		if (rc == 0)
			s = t->states.items[at];
	}
	vec_release(&chain);
	*out = s;
	return rc;
}

/* ---- a whole tree ---- */

struct listing {
	struct tracker *t;
	struct arena *a;
	VEC(struct version_record) versions;
};

static void list_slot(void *arg, uint32_t path, const struct slot *s, const struct slot *nothing)
{
	struct listing *l = arg;
	struct version_record *v = vec_push(&l->versions);

	(void)nothing;
	*v = (struct version_record){
		.path = l->t->path_names.items[path], .present = true, .blob = s->blob};
	v->sighting_count = slot_len(s);
	v->sightings = ARENA_ARRAY(l->a, v->sighting_count, struct sighting);
	for (uint32_t i = 0; i < v->sighting_count; i++) {
		struct slot_item item = slot_at(s, i);

		v->sightings[i] = sighting_of(&item);
	}
}

static int by_path(const void *a, const void *b)
{
	return str_cmp(
		((const struct version_record *)a)->path, ((const struct version_record *)b)->path);
}

int tracker_state(struct tracker *t, uint32_t node, struct arena *a, struct version_record **out,
	uint32_t *count, struct err *e)
{
	struct listing l = {.t = t, .a = a};
	const struct state *s;
	int rc = tracker_state_of(t, node, &s, e);

	if (rc == 0)
		state_diff(s, NULL, list_slot, &l);
	*count = (uint32_t)l.versions.len;
	*out = ARENA_ARRAY(a, l.versions.len, struct version_record);
	if (l.versions.len) {
		/* Numbers of paths depend on the order of the scan. */
		qsort(l.versions.items, l.versions.len, sizeof *l.versions.items, by_path);
		memcpy(*out, l.versions.items, l.versions.len * sizeof **out);
	}
	vec_release(&l.versions);
	return rc;
}
