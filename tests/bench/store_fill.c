/*
 * Fills a database with a synthetic history the size of a large project and times the writer and
 * the reports: store_fill FILE [COMMITS]. Deterministic; not a model of real code.
 *
 * Every commit changes one of 400 files with about 3 findings each; one in 4 commits introduces a
 * finding, one in 5 fixes one. With 14,000 commits: some 14,000 blobs, 45,000 hits and sightings.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "store/query.h"
#include "store/store.h"

#define FILES        400
#define RULES        60
#define CATEGORIES   12
#define AUTHORS      300
#define MAX_IN_FILE  12
#define BATCH        500
#define DAY_SECONDS  86400
#define FIRST_COMMIT 1300000000

struct file {
	lineage_id lineages[MAX_IN_FILE];
	uint16_t rules[MAX_IN_FILE];
	uint32_t count;
	struct oid blob;
};

struct fill {
	struct store *store;
	struct store_scan scan;
	struct file files[FILES];
	uint64_t random;
	lineage_id next;
	struct arena arena;
	struct err e;
};

static uint32_t draw(struct fill *f, uint32_t below)
{
	f->random = f->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(f->random >> 33) % below;
}

static void check(const struct fill *f, int rc)
{
	if (rc >= 0)
		return;
	fprintf(stderr, "store_fill: %s\n", f->e.message);
	exit(2);
}

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static struct oid oid_of(uint32_t kind, uint32_t n)
{
	struct oid o = {{0}};

	memcpy(o.id, &kind, sizeof kind);
	memcpy(o.id + sizeof kind, &n, sizeof n);
	n *= 2654435761u;
	memcpy(o.id + 2 * sizeof kind, &n, sizeof n);
	return o;
}

static void begin(struct fill *f, const char *path)
{
	static struct rule_record rules[RULES];
	const struct store_options options = {.write = true, .command = "store_fill"};
	const struct store_rules set = {rules, RULES, "bench"};
	const struct store_repo repo = {STR("/bench"), STR(""), STR(""), NULL, 0};

	for (uint32_t i = 0; i < RULES; i++)
		rules[i] = (struct rule_record){.id = arena_printf(&f->arena, "rule-%u", i),
			.category = arena_printf(&f->arena, "category-%u", i % CATEGORIES),
			.category_title = STR("A category"),
			.title = STR("A rule"),
			.since = STR("1"),
			.level = (enum level)(i % 3)};
	check(f, store_open(&f->store, path, &options, &f->e));
	check(f, store_begin_scan(f->store, &repo, &set, &f->scan, &f->e));
}

static void put_blob(struct fill *f, struct file *file, uint32_t commit)
{
	struct finding hits[MAX_IN_FILE];
	struct blob_record b = {
		.bytes = 9000, .lines = 300, .findings = hits, .finding_count = file->count};

	b.oid = file->blob = oid_of(1, commit);
	for (uint32_t i = 0; i < file->count; i++)
		hits[i] = (struct finding){.rule = file->rules[i],
			.level = (uint8_t)(file->rules[i] % 3),
			.line = 10 + i * 7 + draw(f, 5),
			.column = 9,
			.end_line = 11 + i * 7,
			.end_column = 60,
			.scope = arena_printf(&f->arena, "Class%u.method_%u", commit % 97, i),
			.snippet =
				arena_printf(&f->arena, "await something.call_%u(argument, other)",
					(unsigned)file->lineages[i]),
			.message = arena_printf(
				&f->arena, "call_%u blocks the event loop", file->rules[i]),
			.id = {(uint64_t)file->lineages[i] * UINT64_C(0x9e3779b97f4a7c15),
				(uint64_t)file->lineages[i] * UINT64_C(0x27d4eb2f165667c5),
				(uint64_t)commit * UINT64_C(0xc2b2ae3d27d4eb4f),
				(uint64_t)commit * UINT64_C(0x165667b19e3779f9),
				(uint64_t)commit * UINT64_C(0x85ebca77c2b2ae63),
				STR("\1sixteen or so and twenty")}};
	check(f, store_put_blob(f->store, &b, &f->e));
}

static void put_commit(struct fill *f, uint32_t id)
{
	struct oid parent = oid_of(2, id - 1);
	uint32_t parent_id = id - 1, author = draw(f, AUTHORS);
	struct commit_record c = {.oid = oid_of(2, id),
		.parents = &parent,
		.parent_count = id > 1,
		.authored_at = FIRST_COMMIT + (int64_t)id * DAY_SECONDS / 4,
		.committed_at = FIRST_COMMIT + (int64_t)id * DAY_SECONDS / 4,
		.generation = id};

	c.author = (struct identity){arena_printf(&f->arena, "Author %u", author),
		arena_printf(&f->arena, "a%u@example.org", author)};
	c.summary = arena_printf(&f->arena, "Change number %u of the synthetic project", id);
	check(f, store_put_commit(f->store, id, &c, &parent_id, &f->e));
}

static void add_finding(struct fill *f, struct file *file, struct commit_history *h)
{
	uint32_t i = file->count++;

	file->lineages[i] = f->next;
	file->rules[i] = (uint16_t)draw(f, RULES);
	h->lineages = ARENA_NEW(&f->arena, struct lineage_record);
	h->lineages[0] =
		(struct lineage_record){.id = f->next, .rule = file->rules[i], .commit = h->commit};
	(void)snprintf(h->lineages[0].key, sizeof h->lineages[0].key, "%012u", f->next++);
	h->lineage_count = 1;
}

static void add_event(struct fill *f, struct commit_history *h, const struct file *file,
	uint32_t index, enum event_kind kind, struct str path)
{
	h->events = ARENA_NEW(&f->arena, struct event_record);
	h->events[0] = (struct event_record){.lineage = file->lineages[index],
		.kind = kind,
		.confidence = 1,
		.path = path,
		.blob = file->blob,
		.index = index,
		.reopen_hash = kind == EVENT_FIXED ? 1 + draw(f, 1000) : 0};
	h->event_count = 1;
	h->deltas = ARENA_NEW(&f->arena, struct count_delta);
	h->deltas[0] = (struct count_delta){.rule = file->rules[index],
		.level = (uint8_t)(file->rules[index] % 3),
		.open = kind == EVENT_FIXED ? -1 : 1,
		.introduced = kind != EVENT_FIXED,
		.fixed = kind == EVENT_FIXED};
	h->delta_count = 1;
}

static void drop_last(struct fill *f, struct file *file, struct commit_history *h, struct str path)
{
	add_event(f, h, file, file->count - 1, EVENT_FIXED, path);
	file->count--;
}

static struct version_record version_of(struct fill *f, const struct file *file, struct str path)
{
	struct version_record v = {.path = path, .present = file->count > 0, .blob = file->blob};

	v.sightings = ARENA_ARRAY(&f->arena, file->count, struct sighting);
	v.sighting_count = file->count;
	for (uint32_t i = 0; i < file->count; i++)
		v.sightings[i] = (struct sighting){.lineage = file->lineages[i],
			.blob = file->blob,
			.index = i,
			.step = STEP_LINE,
			.confidence = 1};
	return v;
}

static void put_one(struct fill *f, uint32_t id)
{
	uint32_t n = draw(f, FILES), dice = draw(f, 20);
	struct file *file = &f->files[n];
	struct str path = arena_printf(&f->arena, "package/module_%u/file_%u.py", n % 20, n);
	struct commit_history h = {.commit = id,
		.open_total = (int32_t)id / 10,
		.tree = {.bytes = 1000000},
		.lines_added = 20,
		.lines_deleted = 5};
	struct version_record v;

	if (dice < 5 && file->count < MAX_IN_FILE)
		add_finding(f, file, &h);
	else if (dice < 9 && file->count)
		drop_last(f, file, &h, path);
	put_blob(f, file, id);
	put_commit(f, id);
	if (h.lineage_count)
		add_event(f, &h, file, file->count - 1, EVENT_INTRODUCED, path);
	v = version_of(f, file, path);
	h.versions = &v;
	h.version_count = 1;
	check(f, store_put_history(f->store, &h, &f->e));
}

static void put_all(struct fill *f, uint32_t commits)
{
	check(f, store_begin(f->store, &f->e));
	for (uint32_t id = 1; id <= commits; id++) {
		put_one(f, id);
		if (id % BATCH)
			continue;
		check(f, store_commit(f->store, &f->e));
		check(f, store_begin(f->store, &f->e));
		arena_reset(&f->arena);
	}
	check(f, store_commit(f->store, &f->e));
}

static void put_refs(struct fill *f, uint32_t commits)
{
	uint32_t *all = mem_zalloc(commits, sizeof *all);
	struct version_record *versions = ARENA_ARRAY(&f->arena, FILES, struct version_record);
	struct ref_state ref = {STR("refs/heads/main"), commits, true, versions, 0};

	for (uint32_t i = 0; i < commits; i++)
		all[i] = i + 1;
	for (uint32_t n = 0; n < FILES; n++)
		if (f->files[n].count)
			versions[ref.version_count++] = version_of(f, &f->files[n],
				arena_printf(&f->arena, "package/module_%u/file_%u.py", n % 20, n));
	check(f, store_put_refs(f->store, &ref, 1, all, commits, all, commits, &f->e));
	free(all);
}

static void time_sql(struct fill *f, const char *name, struct query_run *r)
{
	double start = seconds();
	uint32_t rows = 0;
	int rc;

	while ((rc = query_next(r, &f->e)) > 0)
		rows++;
	check(f, rc);
	printf("%-42.42s %7u rows %6.1f ms\n", name, (unsigned)rows, (seconds() - start) * 1000);
	query_close(r);
}

static void time_reports(struct fill *f)
{
	static const char *const selects[] = {
		"SELECT * FROM findings",
		"SELECT * FROM findings WHERE state = 'open'",
		"SELECT * FROM findings WHERE finding = '000000000100'",
		"SELECT * FROM events",
		"SELECT * FROM events WHERE finding = '000000000100'",
		"SELECT * FROM events WHERE commit_oid = (SELECT max(commit_oid) FROM commits)",
		"SELECT * FROM regressions ORDER BY at DESC LIMIT 50",
		"SELECT * FROM commits",
		"SELECT sum(introduced) FROM commits",
		"SELECT * FROM mainline WHERE position = 9000",
		"SELECT count(*) FROM mainline",
		"SELECT * FROM trend",
		"SELECT * FROM authors",
		"SELECT * FROM open_at_ref",
		"SELECT * FROM coverage",
		"SELECT e.finding FROM events e JOIN commits c USING (repo, commit_oid)",
		"SELECT e.kind FROM events e JOIN findings f USING (repo, finding)",
	};
	const struct query_limits limits = {0};
	struct query *queries;
	struct query_run *r;
	uint32_t count;

	for (size_t i = 0; i < ARRAY_LEN(selects); i++) {
		check(f, query_open_sql(&r, f->store, str_from(selects[i]), &limits, &f->e));
		time_sql(f, selects[i], r);
	}
	check(f, query_builtin(&f->arena, &queries, &count, &f->e));
	for (uint32_t i = 0; i < count; i++) {
		check(f, query_open(&r, f->store, &queries[i], &limits, &f->e));
		time_sql(f, queries[i].source.ptr, r);
	}
}

int main(int argc, char **argv)
{
	struct fill *f = mem_zalloc(1, sizeof *f);
	uint32_t commits = argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : 14000;
	double start = seconds();

	if (argc < 2)
		return 2;
	f->next = 1;
	begin(f, argv[1]);
	if (f->scan.is_new) {
		put_all(f, commits);
		printf("%-42s %7u %6.1f ms\n", "commits written", (unsigned)commits,
			(seconds() - start) * 1000);
		start = seconds();
		put_refs(f, commits);
		printf("%-42s %14.1f ms\n", "references written", (seconds() - start) * 1000);
	}
	time_reports(f);
	store_close(f->store);
	arena_release(&f->arena);
	free(f);
	return 0;
}
