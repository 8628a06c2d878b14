/*
 * What ended in earlier commits: of this scan in memory, of the ones before in the store.
 */
#include "scan/lineage_private.h"

static struct ending *first_ending(const struct map *m, struct str key)
{
	const uint64_t *at = map_get(m, key);

	return at ? (struct ending *)(uintptr_t)*at : NULL;
}

void remember_ending(struct run *run, const struct event_record *ev)
{
	struct tracker *t = run->t;
	struct ending *en = ARENA_NEW(&t->arena, struct ending);
	uint64_t *by_hash, *by_lineage;

	*en = (struct ending){.hash = ev->reopen_hash, .lineage = ev->lineage, .node = run->node};
	by_hash = map_put(&t->endings_by_hash, MAP_KEY(en->hash), NULL);
	en->next_by_hash = (struct ending *)(uintptr_t)*by_hash;
	*by_hash = (uint64_t)(uintptr_t)en;
	by_lineage = map_put(&t->endings_by_lineage, MAP_KEY(en->lineage), NULL);
	en->next_by_lineage = (struct ending *)(uintptr_t)*by_lineage;
	*by_lineage = (uint64_t)(uintptr_t)en;
}

/* Endings of earlier scans, by hash or (0) by lineage, in the order of their events. */
static int add_stored(struct run *run, uint64_t hash, lineage_id id, ended_list *out)
{
	struct tracker *t = run->t;
	struct stored_ending *stored;
	uint32_t count;
	int rc;

	if (t->first_commit <= 1)
		return 0;
	rc = t->store->load_endings(t->store->self, hash, id, run->a, &stored, &count, run->e);
	for (uint32_t i = 0; rc == 0 && i < count; i++) {
		uint32_t node = tracker_node(t, stored[i].commit);

		/* The store has those of this scan, too, and may know of unions made elsewhere. */
		if (stored[i].commit < t->first_commit && node != GRAPH_NONE &&
			(hash || stored[i].lineage == id))
			*vec_push(out) = (struct ended){stored[i].lineage, node, i};
	}
	return rc;
}

int ended_by_hash(struct run *run, uint64_t hash, ended_list *out)
{
	/* The newest comes first: counting down keeps the order of events. */
	uint32_t order = UINT32_MAX;
	const struct ending *en = first_ending(&run->t->endings_by_hash, MAP_KEY(hash));

	for (; en; en = en->next_by_hash)
		*vec_push(out) = (struct ended){en->lineage, en->node, order--};
	return add_stored(run, hash, 0, out);
}

int ended_by_lineage(struct run *run, lineage_id id, ended_list *out)
{
	uint32_t order = UINT32_MAX;
	const struct ending *en = first_ending(&run->t->endings_by_lineage, MAP_KEY(id));

	for (; en; en = en->next_by_lineage)
		*vec_push(out) = (struct ended){en->lineage, en->node, order--};
	return add_stored(run, 0, id, out);
}
