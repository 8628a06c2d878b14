/*
 * Files that moved: a file that appears is matched with one that went away. First by their bytes,
 * which is exact, then by their lines (lineage_alike.c), where that leaves no doubt.
 */
#include "scan/lineage_private.h"

#include <stdlib.h>
#include <string.h>

static void take_source(struct work *w, uint32_t p, struct work *from, bool same_blob)
{
	struct edge *edge = &w->edges[p];

	from->edges[p].moved_to = w;
	edge->source = from->edges[p].slot;
	edge->same_blob = same_blob;
	edge->moved = true;
}

static bool is_gone(const struct work *w, uint32_t p)
{
	return oid_is_zero(&w->blob) && w->edges[p].slot && !w->edges[p].moved_to;
}

/* ---- without a change ---- */

/* A file with findings that is not there any more. */
struct gone_file {
	struct oid blob;
	struct work *work;
};

static int compare_gone(const void *a, const void *b)
{
	const struct gone_file *x = a, *y = b;
	int d = memcmp(&x->blob, &y->blob, sizeof x->blob);

	return d ? d : str_cmp(x->work->name, y->work->name);
}

static size_t list_gone(struct run *run, uint32_t p, struct gone_file *out)
{
	size_t n = 0;

	for (size_t i = 0; i < run->works.len; i++) {
		struct work *w = &run->works.items[i];

		if (is_gone(w, p))
			out[n++] = (struct gone_file){w->edges[p].slot->blob, w};
	}
	if (n)
		qsort(out, n, sizeof *out, compare_gone);
	return n;
}

static size_t first_of_blob(const struct gone_file *gone, size_t len, const struct oid *blob)
{
	size_t low = 0, high = len;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (memcmp(&gone[mid].blob, blob, sizeof *blob) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static struct str base_name(struct str path)
{
	return str_drop(path, (size_t)(str_rfind(path, '/') + 1));
}

/* Of the files of this blob that went away the first free one; of the same base name, if asked. */
static struct work *find_source(
	const struct gone_file *gone, size_t len, const struct work *w, uint32_t p, bool same_name)
{
	size_t i = first_of_blob(gone, len, &w->blob);

	for (; i < len && oid_eq(&gone[i].blob, &w->blob); i++)
		if (is_gone(gone[i].work, p) &&
			(!same_name || str_eq(base_name(gone[i].work->name), base_name(w->name))))
			return gone[i].work;
	return NULL;
}

static void find_same(
	struct run *run, uint32_t p, const struct gone_file *gone, size_t n, bool same_name)
{
	for (size_t i = 0; i < run->works.len; i++) {
		struct work *w = &run->works.items[i], *source;

		if (!w->new || w->edges[p].slot || w->edges[p].same_blob)
			continue;
		source = find_source(gone, n, w, p, same_name);
		if (source)
			take_source(w, p, source, true);
	}
}

/* ---- with changes ---- */

struct file_list {
	struct alike_file *files;
	struct work **works;
	uint32_t len;
};

static int list_file(struct run *run, struct file_list *l, struct work *w, const struct oid *blob)
{
	const struct facts *f;
	int rc = tracker_facts(run->t, blob, &f, run->e);

	if (rc < 0 || f->status == BLOB_SKIPPED || f->status == BLOB_MISSING)
		return rc;
	l->works[l->len] = w;
	l->files[l->len++] = (struct alike_file){w->name, *blob, f->bytes};
	return 0;
}

static struct file_list new_list(struct run *run)
{
	return (struct file_list){ARENA_ARRAY(run->a, run->works.len, struct alike_file),
		ARENA_ARRAY(run->a, run->works.len, struct work *), 0};
}

static int list_files(struct run *run, uint32_t p, struct file_list *gone, struct file_list *come)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < run->works.len; i++) {
		struct work *w = &run->works.items[i];

		if (is_gone(w, p))
			rc = list_file(run, gone, w, &w->edges[p].slot->blob);
		else if (w->new && w->edges[p].absent && !w->edges[p].source)
			rc = list_file(run, come, w, &w->blob);
	}
	return rc;
}

static int find_edited(struct run *run, uint32_t p)
{
	struct file_list gone = new_list(run), come = new_list(run);
	uint32_t *partner;
	int rc = list_files(run, p, &gone, &come);

	if (rc < 0 || !gone.len || !come.len)
		return rc;
	partner = ARENA_ARRAY(run->a, gone.len, uint32_t);
	find_alike(run, gone.files, gone.len, come.files, come.len, partner);
	for (uint32_t i = 0; i < gone.len; i++)
		if (partner[i] != ALIKE_NONE)
			take_source(come.works[partner[i]], p, gone.works[i], false);
	return 0;
}

int lineage_moves(struct run *run)
{
	struct gone_file *gone = ARENA_ARRAY(run->a, run->works.len, struct gone_file);
	int rc = 0;

	for (uint32_t p = 0; rc == 0 && p < run->parent_count; p++) {
		size_t n = list_gone(run, p, gone);

		if (!n)
			continue;
		find_same(run, p, gone, n, true);
		find_same(run, p, gone, n, false);
		rc = find_edited(run, p);
	}
	return rc;
}
