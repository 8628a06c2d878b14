/*
 * How long a scan takes without a database: scan_bench REPO [JOBS]. The store keeps nothing and
 * counts what it is given.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include "scan/scan.h"

struct counts {
	uint32_t blobs, findings, commits, events[EVENT_HISTORY_START + 1], unions, sightings;
	int32_t open;
};

static int each_commit(
	void *self, int (*fn)(void *, const struct stored_commit *), void *arg, struct err *e)
{
	(void)self, (void)fn, (void)arg, (void)e;
	return 0;
}

static int has_blob(void *self, const struct oid *blob, struct err *e)
{
	(void)self, (void)blob, (void)e;
	return 0;
}

static int load_blob(
	void *self, const struct oid *blob, struct arena *a, struct blob_record *out, struct err *e)
{
	(void)self, (void)blob, (void)a, (void)out;
	return err_set(e, ERR_NOT_FOUND, "nothing is stored");
}

static int put_blob(void *self, const struct blob_record *blob, struct err *e)
{
	struct counts *c = self;

	(void)e;
	c->blobs++;
	c->findings += blob->finding_count;
	return 0;
}

static int put_commit(
	void *self, uint32_t id, const struct commit_record *c, const uint32_t *ids, struct err *e)
{
	(void)id, (void)c, (void)ids, (void)e;
	((struct counts *)self)->commits++;
	return 0;
}

static int put_history(void *self, const struct commit_history *h, struct err *e)
{
	struct counts *c = self;

	(void)e;
	for (uint32_t i = 0; i < h->event_count; i++)
		c->events[h->events[i].kind]++;
	for (uint32_t i = 0; i < h->version_count; i++)
		c->sightings += h->versions[i].sighting_count;
	c->unions += h->union_count;
	return 0;
}

static int nothing(void *self, struct err *e)
{
	(void)self, (void)e;
	return 0;
}

static int put_refs(void *self, const struct ref_state *refs, uint32_t count, const uint32_t *m,
	uint32_t m_count, const uint32_t *r, uint32_t r_count, struct err *e)
{
	struct counts *c = self;

	(void)m, (void)m_count, (void)r, (void)r_count, (void)e;
	for (uint32_t i = 0; count && i < refs[0].version_count; i++)
		c->open += (int32_t)refs[0].versions[i].sighting_count;
	return 0;
}

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void print(const struct counts *c, const struct scan_summary *sum, double took)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	printf("%.2f s, %ld MB, %.1f MB/s; commits %u, blobs %u, findings in blobs %u\n", took,
		u.ru_maxrss / 1024, (double)sum->bytes / 1e6 / took, c->commits, c->blobs,
		c->findings);
	for (int k = 0; k <= EVENT_HISTORY_START; k++)
		printf("%s %u\n", event_kind_name((enum event_kind)k), c->events[k]);
	printf("unions %u, sightings %u, at the tip %d\n", c->unions, c->sightings, c->open);
}

int main(int argc, char **argv)
{
	struct counts c = {0};
	struct scan_store store = {.self = &c,
		.next_commit = 1,
		.next_lineage = 1,
		.each_commit = each_commit,
		.has_blob = has_blob,
		.load_blob = load_blob,
		.begin = nothing,
		.put_blob = put_blob,
		.put_commit = put_commit,
		.put_history = put_history,
		.commit = nothing,
		.put_refs = put_refs};
	struct repo_ref ref;
	struct scan_options options = {.refs = &ref,
		.ref_count = 1,
		.jobs = argc > 2 ? (uint32_t)atoi(argv[2]) : 2,
		.max_file_bytes = 4 << 20};
	struct scan_summary sum;
	struct arena a = {0};
	struct repo *r = NULL;
	struct err e = {0};
	double start = seconds();

	if (argc < 2)
		return 2;
	if (repo_library_init(&e) < 0 || repo_open(&r, argv[1], &e) < 0 ||
		repo_head(r, &a, &ref, &e) < 0 ||
		scan_run(r, &store, &options, NULL, NULL, &sum, &e) < 0)
		fprintf(stderr, "%s\n", e.message);
	else
		print(&c, &sum, seconds() - start);
	repo_close(r);
	arena_release(&a);
	repo_library_release();
	return e.code != 0;
}
