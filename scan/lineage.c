/*
 * The tracker: states of commits, facts of blobs, line differences, and the driver for one commit.
 * See lineage.h and lineage_private.h.
 */
#include "scan/lineage_private.h"

#include <stdlib.h>
#include <string.h>

static void index_node(struct tracker *t, uint32_t node)
{
	uint32_t id = t->graph->nodes.items[node].id;

	while (t->node_of_id.len <= id)
		*vec_push(&t->node_of_id) = 0;
	t->node_of_id.items[id] = node + 1;
}

struct tracker *tracker_new(struct graph *g, const struct scan_store *store, struct repo *r)
{
	struct tracker *t = mem_zalloc(1, sizeof *t);

	t->graph = g;
	t->store = store;
	t->repo = r;
	t->first_commit = store->next_commit;
	t->first_lineage = store->next_lineage;
	for (uint32_t i = 0; i < g->nodes.len; i++)
		if (g->nodes.items[i].done)
			index_node(t, i);
	return t;
}

void tracker_free(struct tracker *t)
{
	if (!t)
		return;
	facts_release(&t->facts);
	map_release(&t->paths);
	map_release(&t->endings_by_hash);
	map_release(&t->endings_by_lineage);
	map_release(&t->given_hunks);
	vec_release(&t->path_names);
	vec_release(&t->states);
	vec_release(&t->state_known);
	vec_release(&t->lineages);
	vec_release(&t->work_of_path);
	vec_release(&t->node_of_id);
	arena_release(&t->hunk_arena);
	arena_release(&t->arena);
	free(t);
}

/* ---- facts ---- */

void tracker_add_facts(struct tracker *t, const struct blob_record *r)
{
	if (!facts_find(&t->facts, &r->oid))
		facts_add(&t->facts, r);
}

bool tracker_has_facts(const struct tracker *t, const struct oid *blob)
{
	return facts_find(&t->facts, blob) != NULL;
}

const struct facts *tracker_facts(struct tracker *t, const struct oid *blob, struct err *e)
{
	const struct facts *f = facts_find(&t->facts, blob);
	struct blob_record record = {.oid = *blob};
	struct arena scratch = {0};

	if (f)
		return f;
	if (t->store->load_blob(t->store->self, blob, &scratch, &record, e) == 0) {
		record.oid = *blob;
		f = facts_add(&t->facts, &record);
	}
	arena_release(&scratch);
	return f;
}

/* ---- line differences ---- */

void tracker_add_hunks(struct tracker *t, const struct oid *old_blob, const struct oid *new_blob,
	const struct hunks *h)
{
	struct hunk_entry *entry = ARENA_NEW(&t->hunk_arena, struct hunk_entry);

	entry->pair[0] = *old_blob;
	entry->pair[1] = *new_blob;
	entry->hunks = h;
	*map_put(&t->given_hunks, MAP_KEY(entry->pair), NULL) = (uint64_t)(uintptr_t)entry;
}

void tracker_forget_hunks(struct tracker *t)
{
	map_clear(&t->given_hunks);
	arena_reset(&t->hunk_arena);
}

/* A text that cannot be read counts as empty: its findings were stored, it is gone now. */
static int read_text(struct tracker *t, const struct oid *blob, struct arena *a, struct str *out)
{
	struct err ignored;

	if (repo_blob(t->repo, blob, a, out, &ignored) < 0)
		*out = STR_EMPTY;
	return 0;
}

int tracker_hunks(struct tracker *t, const struct oid *old_blob, const struct oid *new_blob,
	const struct hunks **out, struct err *e)
{
	struct oid pair[2] = {*old_blob, *new_blob};
	const uint64_t *given = map_get(&t->given_hunks, MAP_KEY(pair));
	struct arena scratch = {0};
	struct str old_text, new_text;
	struct hunks *h;
	int rc;

	if (given) {
		*out = ((const struct hunk_entry *)(uintptr_t)*given)->hunks;
		return 0;
	}
	h = ARENA_NEW(&t->hunk_arena, struct hunks);
	read_text(t, old_blob, &scratch, &old_text);
	read_text(t, new_blob, &scratch, &new_text);
	rc = repo_diff_lines(old_text, new_text, &t->hunk_arena, h, e);
	arena_release(&scratch);
	if (rc == 0)
		tracker_add_hunks(t, old_blob, new_blob, h);
	*out = h;
	return rc;
}

/* ---- paths, lineages ---- */

uint32_t tracker_path(struct tracker *t, struct str name)
{
	const uint64_t *at = map_get(&t->paths, name);
	struct str copy;

	if (at)
		return (uint32_t)*at - 1;
	copy = arena_dup(&t->arena, name);
	*vec_push(&t->path_names) = copy;
	*vec_push(&t->work_of_path) = 0;
	*map_put(&t->paths, copy, NULL) = t->path_names.len;
	return (uint32_t)t->path_names.len - 1;
}

uint32_t tracker_node(const struct tracker *t, uint32_t commit_id)
{
	return commit_id < t->node_of_id.len ? t->node_of_id.items[commit_id] - 1 : GRAPH_NONE;
}

int tracker_lineage(struct tracker *t, lineage_id id, struct lineage_record *out, struct err *e)
{
	if (id < t->first_lineage)
		return t->store->load_lineage(t->store->self, id, out, e);
	*out = t->lineages.items[id - t->first_lineage];
	return 0;
}

/* ---- slots and sets ---- */

uint32_t slot_len(const struct slot *s)
{
	return s ? s->count + s->carried_count : 0;
}

struct slot_item slot_at(const struct slot *s, uint32_t i)
{
	const struct carried *c;

	if (i < s->count)
		return (struct slot_item){s->lineages[i], s->blob, i, false};
	c = &s->carried[i - s->count];
	return (struct slot_item){c->lineage, c->blob, c->index, true};
}

const struct fact *tracker_fact(struct tracker *t, const struct slot_item *item, struct err *e)
{
	const struct facts *f = tracker_facts(t, &item->blob, e);

	return f && item->index < f->len ? &f->items[item->index] : NULL;
}

static int by_id(const void *a, const void *b)
{
	lineage_id x = *(const lineage_id *)a, y = *(const lineage_id *)b;

	return x < y ? -1 : x > y;
}

void id_set_sort(struct id_set *s)
{
	if (s->len > 1)
		qsort(s->items, s->len, sizeof *s->items, by_id);
}

bool id_set_has(const struct id_set *s, lineage_id id)
{
	return s->len && bsearch(&id, s->items, s->len, sizeof id, by_id);
}

/* Without items it only counts. */
static void collect_ids(void *arg, uint32_t path, const struct slot *a, const struct slot *b)
{
	struct id_set *set = arg;

	(void)path;
	(void)b;
	for (uint32_t i = 0; i < slot_len(a); i++) {
		if (set->items)
			set->items[set->len] = slot_at(a, i).lineage;
		set->len++;
	}
}

struct id_set id_set_of_state(const struct state *s, struct arena *a)
{
	struct id_set set = {0};

	state_diff(s, NULL, collect_ids, &set);
	set.items = ARENA_ARRAY(a, set.len, lineage_id);
	set.len = 0;
	state_diff(s, NULL, collect_ids, &set);
	id_set_sort(&set);
	return set;
}

const struct id_set *run_parent_set(struct run *run, uint32_t i)
{
	if (!run->parent_set_known[i]) {
		run->parent_sets[i] = id_set_of_state(run->states[i], run->a);
		run->parent_set_known[i] = true;
	}
	return &run->parent_sets[i];
}

lineage_id run_canonical(const struct run *run, lineage_id id)
{
	for (size_t i = 0; i < run->unions.len; i++)
		if (run->unions.items[i].merged == id) {
			id = run->unions.items[i].kept;
			i = (size_t)-1; /* from the start: chains are short and rare */
		}
	return id;
}

/* ---- states of commits ---- */

static void remember_state(struct tracker *t, uint32_t node, const struct state *s)
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
		remember_state(t, node, base);
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

/* ---- one commit ---- */

static int run_begin(struct run *run)
{
	const struct graph_node *n = &run->t->graph->nodes.items[run->node];
	int rc = 0;

	run->parent_count = n->parent_count;
	run->parents = n->parents;
	run->states = ARENA_ARRAY(run->a, n->parent_count, const struct state *);
	run->parent_sets = ARENA_ARRAY(run->a, n->parent_count, struct id_set);
	run->parent_set_known = ARENA_ARRAY(run->a, n->parent_count, bool);
	run->first_new = run->t->first_lineage + (lineage_id)run->t->lineages.len;
	for (uint32_t i = 0; rc == 0 && i < run->parent_count; i++)
		rc = tracker_state_of(run->t, run->parents[i], &run->states[i], run->e);
	return rc;
}

static void run_end(struct run *run)
{
	const struct state *s = run->parent_count ? run->states[0] : NULL;

	for (size_t i = 0; i < run->works.len; i++) {
		const struct work *w = &run->works.items[i];

		s = state_set(s, w->path, w->slot, &run->t->arena);
		run->t->work_of_path.items[w->path] = 0;
	}
	remember_state(run->t, run->node, s);
}

static struct sighting sighting_of(const struct work *w, uint32_t i)
{
	struct slot_item item = slot_at(w->slot, i);
	struct sighting s = {
		.lineage = item.lineage,
		.blob = item.blob,
		.index = item.index,
		.carried = item.carried,
		.step = item.carried ? STEP_CARRIED : STEP_NEW,
		.confidence = 1.0f,
	};

	return s;
}

/* How finding i was matched: by the first parent that had it. */
static void add_match(const struct run *run, const struct work *w, uint32_t i, struct sighting *s)
{
	for (uint32_t p = 0; p < run->parent_count; p++)
		if (w->edges[p].lineages && w->edges[p].lineages[i]) {
			s->step = w->edges[p].matches[i].step;
			s->confidence = w->edges[p].matches[i].confidence;
			return;
		}
}

static void fill_version(const struct run *run, const struct work *w, struct version_record *v)
{
	*v = (struct version_record){.path = w->name, .present = w->slot != NULL, .blob = w->blob};
	v->sighting_count = slot_len(w->slot);
	v->sightings = ARENA_ARRAY(run->a, v->sighting_count, struct sighting);
	for (uint32_t i = 0; i < v->sighting_count; i++) {
		v->sightings[i] = sighting_of(w, i);
		if (!v->sightings[i].carried)
			add_match(run, w, i, &v->sightings[i]);
	}
}

/* The paths whose findings stand otherwise than in the first parent. */
static void output_versions(const struct run *run, struct commit_history *out)
{
	out->versions = ARENA_ARRAY(run->a, run->works.len, struct version_record);
	for (size_t i = 0; i < run->works.len; i++) {
		const struct work *w = &run->works.items[i];

		if (w->slot != (run->parent_count ? w->edges[0].slot : NULL))
			fill_version(run, w, &out->versions[out->version_count++]);
	}
}

static void *copy_out(struct arena *a, const void *items, size_t len, size_t size)
{
	char *p = arena_alloc(a, len * size);

	if (len)
		memcpy(p, items, len * size);
	return p;
}

static void output(const struct run *run, struct commit_history *out)
{
	size_t before = run->first_new - run->t->first_lineage;

	out->lineage_count = (uint32_t)(run->t->lineages.len - before);
	out->lineages = out->lineage_count ? copy_out(run->a, &run->t->lineages.items[before],
						     out->lineage_count, sizeof *out->lineages)
					   : NULL;
	out->event_count = (uint32_t)run->events.len;
	out->events = copy_out(run->a, run->events.items, run->events.len, sizeof *out->events);
	out->union_count = (uint32_t)run->unions.len;
	out->unions = copy_out(run->a, run->unions.items, run->unions.len, sizeof *out->unions);
	output_versions(run, out);
}

int tracker_commit(struct tracker *t, const struct walk_commit *c, struct arena *a,
	struct commit_history *out, struct err *e)
{
	struct run run = {.t = t, .c = c, .node = c->node, .a = a, .e = e};
	int rc;

	*out = (struct commit_history){.commit = t->graph->nodes.items[c->node].id};
	index_node(t, c->node);
	rc = run_begin(&run);
	if (rc == 0)
		rc = lineage_works(&run);
	if (rc == 0)
		rc = lineage_assign(&run);
	if (rc == 0)
		rc = lineage_births(&run);
	if (rc == 0)
		rc = lineage_endings(&run);
	if (rc == 0)
		rc = lineage_totals(&run, out);
	run_end(&run);
	if (rc == 0)
		output(&run, out);
	vec_release(&run.works);
	vec_release(&run.events);
	vec_release(&run.unions);
	map_release(&run.new_keys);
	return rc;
}

/* ---- a whole tree ---- */

struct listing {
	struct run run;
	VEC(struct version_record) versions;
};

static void list_slot(void *arg, uint32_t path, const struct slot *a, const struct slot *b)
{
	struct listing *l = arg;
	struct work w = {.name = l->run.t->path_names.items[path], .slot = a, .blob = a->blob};

	(void)b;
	fill_version(&l->run, &w, vec_push(&l->versions));
}

int tracker_state(struct tracker *t, uint32_t node, struct arena *a, struct version_record **out,
	uint32_t *count, struct err *e)
{
	struct listing l = {.run = {.t = t, .a = a}};
	const struct state *s;
	int rc = tracker_state_of(t, node, &s, e);

	if (rc == 0)
		state_diff(s, NULL, list_slot, &l);
	*count = (uint32_t)l.versions.len;
	*out = copy_out(a, l.versions.items, l.versions.len, sizeof **out);
	vec_release(&l.versions);
	return rc;
}
