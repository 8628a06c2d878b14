/*
 * What is stored of each reference against the state of the commit that it leads to.
 */
#include "scan/verify_private.h"

static bool same_sighting(const struct sighting *a, const struct sighting *b)
{
	return a->lineage == b->lineage && oid_eq(&a->blob, &b->blob) && a->index == b->index &&
		a->carried == b->carried;
}

static bool same_version(const struct version_record *a, const struct version_record *b)
{
	if (!str_eq(a->path, b->path) || a->sighting_count != b->sighting_count)
		return false;
	for (uint32_t i = 0; i < a->sighting_count; i++)
		if (!same_sighting(&a->sightings[i], &b->sightings[i]))
			return false;
	return true;
}

static int verify_ref(struct verify *v, const struct repo_ref *ref)
{
	const struct scan_store *s = v->store->scan;
	struct version_record *stored, *standing;
	uint32_t stored_count, count, node = graph_find(&v->graph, &ref->commit);
	int rc;

	if (node == GRAPH_NONE) {
		verify_fault_of(v, "reference %.*s leads to a commit that is not stored",
			STR_ARG(ref->name));
		return 0;
	}
	rc = v->store->load_ref(s->self, ref->name, &v->arena, &stored, &stored_count, v->e);
	if (rc == 0)
		rc = tracker_state(v->tracker, node, &v->arena, &standing, &count, v->e);
	if (rc < 0)
		return rc;
	if (stored_count != count)
		verify_fault_of(v,
			"reference %.*s: %u files of its tip have findings, %u are stored",
			STR_ARG(ref->name), count, stored_count);
	for (uint32_t i = 0; i < count && count == stored_count; i++)
		if (!same_version(&standing[i], &stored[i]))
			verify_fault_of(v,
				"reference %.*s: other findings stand in %.*s of its tip",
				STR_ARG(ref->name), STR_ARG(standing[i].path));
	v->proof->refs++;
	return 0;
}

int verify_refs(struct verify *v)
{
	int rc = 0;

	for (uint32_t i = 0; rc == 0 && i < v->options->ref_count; i++) {
		arena_reset(&v->arena);
		rc = verify_ref(v, &v->options->refs[i]);
	}
	return rc;
}
