/*
 * The tracker and what it looks things up in: facts of blobs, line differences, paths, lineages.
 * See lineage.h and lineage_private.h.
 */
#include "scan/lineage_private.h"

#include <stdlib.h>
#include <string.h>

void tracker_index_node(struct tracker *t, uint32_t node)
{
	uint32_t id = t->graph->nodes.items[node].id;

	while (t->node_of_id.len <= id)
		*vec_push(&t->node_of_id) = 0;
	t->node_of_id.items[id] = node + 1;
}

int tracker_new(struct tracker **out, struct graph *g, const struct scan_store *store,
	struct repo *r, struct err *e)
{
	struct tracker *t = mem_zalloc(1, sizeof *t);

	*out = t;
	t->graph = g;
	t->store = store;
	t->repo = r;
	t->first_commit = store->next_commit;
	t->first_lineage = store->next_lineage;
	for (uint32_t i = 0; i < g->nodes.len; i++)
		if (g->nodes.items[i].done)
			tracker_index_node(t, i);
	return tracker_load_unions(t, e);
}

void tracker_free(struct tracker *t)
{
	if (!t)
		return;
	facts_release(&t->facts);
	map_release(&t->paths);
	map_release(&t->places);
	map_release(&t->endings_by_hash);
	map_release(&t->endings_by_lineage);
	map_release(&t->aliases_by_kept);
	map_release(&t->aliases_by_merged);
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

int tracker_facts(
	struct tracker *t, const struct oid *blob, const struct facts **out, struct err *e)
{
	struct blob_record record = {.oid = *blob};
	struct arena scratch = {0};
	int rc = 0;

	*out = facts_find(&t->facts, blob);
	if (*out)
		return 0;
	rc = t->store->load_blob(t->store->self, blob, &scratch, &record, e);
	if (rc == 0) {
		record.oid = *blob;
		*out = facts_add(&t->facts, &record);
	}
	arena_release(&scratch);
	return rc;
}

int tracker_fact(
	struct tracker *t, const struct slot_item *item, const struct fact **out, struct err *e)
{
	const struct facts *f;
	char hex[OID_HEX_LEN + 1];
	int rc = tracker_facts(t, &item->blob, &f, e);

	if (rc < 0)
		return rc;
	if (item->index >= f->len) {
		oid_hex(&item->blob, hex);
		return err_set(e, ERR_CORRUPT,
			"stored history does not fit blob %s: it has %u findings, not %u; run "
			"`lapse verify`",
			hex, f->len, item->index + 1);
	}
	*out = &f->items[item->index];
	return 0;
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
static struct str read_text(struct tracker *t, const struct oid *blob, struct arena *a)
{
	struct str text;

	return repo_blob(t->repo, blob, a, &text, NULL) < 0 ? STR_EMPTY : text;
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
	old_text = read_text(t, old_blob, &scratch);
	new_text = read_text(t, new_blob, &scratch);
	rc = repo_diff_lines(old_text, new_text, &t->hunk_arena, h, e);
	arena_release(&scratch);
	if (rc == 0)
		tracker_add_hunks(t, old_blob, new_blob, h);
	*out = h;
	return rc;
}

/* ---- paths, commits, lineages ---- */

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

int tracker_compare_nodes(const struct tracker *t, uint32_t a, uint32_t b)
{
	const struct graph_node *x = &t->graph->nodes.items[a], *y = &t->graph->nodes.items[b];

	if (x->generation != y->generation)
		return x->generation < y->generation ? -1 : 1;
	return memcmp(&x->oid, &y->oid, sizeof x->oid);
}

int tracker_lineage(struct tracker *t, lineage_id id, struct lineage_record *out, struct err *e)
{
	if (id < t->first_lineage)
		return t->store->load_lineage(t->store->self, id, out, e);
	*out = t->lineages.items[id - t->first_lineage];
	return 0;
}
