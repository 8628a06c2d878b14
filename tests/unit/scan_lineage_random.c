/*
 * The history layer on random repositories: linear ones and graphs with merges of all kinds, edits
 * that move, add, mend, hide and suppress findings. Every history is checked by brute force
 * (lineage_check.h), and scanned in several ways that must say the same.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

#include "gitrepo.h"
#include "lineage_check.h"
#include "lineage_world.h"

/* ---- scanning ---- */

static int scan_refs(struct world *w, struct memstore *m, const struct repo_ref *refs,
	uint32_t count, uint32_t jobs, struct err *e)
{
	struct scan_store store = memstore_interface(m);
	struct scan_options options = {
		.refs = refs, .ref_count = count, .jobs = jobs, .max_file_bytes = 1 << 20};
	struct scan_summary sum;

	return scan_run(w->r, &store, &options, NULL, NULL, &sum, e);
}

static void scan_ok(struct world *w, struct memstore *m, const struct repo_ref *refs,
	uint32_t count, uint32_t jobs)
{
	struct err e = {0};

	if (scan_refs(w, m, refs, count, jobs, &e) < 0)
		fail_msg("%s", e.message);
}

/* All commits without children; the last made is the default. */
static uint32_t list_tips(struct world *w, struct arena *a, struct repo_ref **out)
{
	uint32_t n = 0;

	*out = ARENA_ARRAY(a, w->len, struct repo_ref);
	for (uint32_t i = w->len; i-- > 0;)
		if (!w->nodes[i].has_child)
			(*out)[n++] = (struct repo_ref){
				arena_printf(a, "refs/heads/c%u", i), w->nodes[i].oid};
	return n;
}

static void expect_same(const struct memstore *a, const struct memstore *b, bool with_refs)
{
	struct strbuf x = {0}, y = {0};
	struct str p, q, line, other;

	memstore_dump(a, with_refs, &x);
	memstore_dump(b, with_refs, &y);
	p = strbuf_str(&x);
	q = strbuf_str(&y);
	while (str_next(&p, '\n', &line)) {
		if (!str_next(&q, '\n', &other))
			other = STR("(nothing)");
		if (!str_eq(line, other))
			fail_msg("\n%.*s\n%.*s", STR_ARG(line), STR_ARG(other));
	}
	assert_int_equal(q.len, 0);
	strbuf_release(&x);
	strbuf_release(&y);
}

/* ---- identity ---- */

struct names {
	const struct memstore *m;
	lineage_id *lineage_of; /* by number */
	uint32_t *number_of;    /* by lineage */
};

static uint32_t number_in(struct str snippet)
{
	return (uint32_t)strtoul(snippet.ptr + STR("time.sleep(").len, NULL, 10);
}

/* One number is one lineage, in all commits of all branches, seen or hidden. */
static void check_names(struct check *c, const struct tree_state *s, void *arg)
{
	struct names *names = arg;

	for (size_t i = 0; i < s->standing.len; i++) {
		const struct standing *st = &s->standing.items[i];
		const struct blob_record *b = memstore_blob(c->m, &st->sighting.blob);
		uint32_t number = number_in(b->findings[st->sighting.index].snippet);
		lineage_id id = check_root(c, st->lineage);

		CHECK(c, number > 0);
		if (!names->lineage_of[number])
			names->lineage_of[number] = id;
		if (!names->number_of[id])
			names->number_of[id] = number;
		CHECK(c, names->lineage_of[number] == id);
		CHECK(c, names->number_of[id] == number);
	}
}

/* ---- tests ---- */

static void check_world(uint32_t seed, struct recipe recipe)
{
	struct world *w = world_new(seed, recipe);
	struct memstore m = {0};
	struct arena a = {0};
	struct repo_ref *refs;
	uint32_t count = list_tips(w, &a, &refs);
	struct names names = {.m = &m};

	scan_ok(w, &m, refs, count, 2);
	assert_int_equal(m.commits.len, w->len);
	names.lineage_of = mem_zalloc(w->next_number + 1, sizeof *names.lineage_of);
	names.number_of = mem_zalloc(m.lineages.len + 1, sizeof *names.number_of);
	check_history(&m, w->r, recipe.identity ? check_names : NULL, &names);
	free(names.lineage_of);
	free(names.number_of);
	memstore_release(&m);
	arena_release(&a);
	world_free(w);
}

#define SEEDS 12

static void linear_histories_add_up(void **unused)
{
	(void)unused;
	for (uint32_t seed = 1; seed <= SEEDS; seed++)
		check_world(seed, (struct recipe){.commits = 60, .linear = true});
}

static void graphs_add_up(void **unused)
{
	(void)unused;
	for (uint32_t seed = 100; seed < 100 + 2 * SEEDS; seed++)
		check_world(seed, (struct recipe){.commits = 60});
}

static void distinct_findings_keep_their_lineage(void **unused)
{
	(void)unused;
	for (uint32_t seed = 200; seed < 200 + SEEDS; seed++) {
		check_world(seed, (struct recipe){.commits = 60, .linear = true, .identity = true});
		check_world(seed + 100, (struct recipe){.commits = 60, .identity = true});
	}
}

/* Refs in random order, then every commit alone in a random order, then all at once again. */
static void scan_piecemeal(struct world *w, struct memstore *m, uint32_t seed)
{
	for (uint32_t i = 0; i < w->len; i++) {
		uint32_t k = seed ? next_random(&seed) % w->len : i;
		struct repo_ref ref = {STR("refs/heads/x"), w->nodes[k].oid};

		if (!seed || i < 6)
			scan_ok(w, m, &ref, 1, 1);
	}
}

static void any_order_of_scans_says_the_same(void **unused)
{
	(void)unused;
	for (uint32_t seed = 500; seed < 500 + SEEDS; seed++) {
		struct world *w = world_new(seed, (struct recipe){.commits = 40});
		struct memstore once = {0};
		struct arena a = {0};
		struct repo_ref *refs;
		uint32_t count = list_tips(w, &a, &refs);

		scan_ok(w, &once, refs, count, 1);
		for (uint32_t way = 0; way < 3; way++) {
			struct memstore m = {0};

			scan_piecemeal(w, &m, way * seed); /* way 0: one commit after the other */
			scan_ok(w, &m, refs, count, way ? 4 : 1);
			expect_same(&once, &m, true);
			check_history(&m, w->r, NULL, NULL);
			memstore_release(&m);
		}
		memstore_release(&once);
		arena_release(&a);
		world_free(w);
	}
}

static void order_of_refs_and_jobs_do_not_matter(void **unused)
{
	struct world *w = world_new(77, (struct recipe){.commits = 80});
	struct memstore one = {0}, two = {0};
	struct arena a = {0};
	struct repo_ref *refs;
	uint32_t count = list_tips(w, &a, &refs);

	(void)unused;
	assert_true(count > 2);
	scan_ok(w, &one, refs, count, 1);
	for (uint32_t i = 0, j = count - 1; i < j; i++, j--) {
		struct repo_ref swap = refs[i];

		refs[i] = refs[j];
		refs[j] = swap;
	}
	scan_ok(w, &two, refs, count, 4);
	expect_same(&one, &two, true);
	memstore_release(&one);
	memstore_release(&two);
	arena_release(&a);
	world_free(w);
}

struct stopping {
	atomic_bool stop;
};

static void stop_now(void *arg, const struct scan_progress *p)
{
	struct stopping *s = arg;

	if (p->commits_done)
		atomic_store(&s->stop, true);
}

static void a_stopped_scan_goes_on(void **unused)
{
	struct world *w = world_new(78, (struct recipe){.commits = MAX_COMMITS});
	struct memstore whole = {0}, parts = {0};
	struct arena a = {0};
	struct repo_ref *refs;
	uint32_t count = list_tips(w, &a, &refs), stops = 0;
	int rc;

	(void)unused;
	scan_ok(w, &whole, refs, count, 2);
	do {
		struct stopping stopping = {0};
		struct scan_store store = memstore_interface(&parts);
		struct scan_options options = {.refs = refs,
			.ref_count = count,
			.jobs = 2,
			.max_file_bytes = 1 << 20,
			.stop = &stopping.stop};
		struct scan_summary sum;
		struct err e = {0};

		rc = scan_run(w->r, &store, &options, stop_now, &stopping, &sum, &e);
		stops += rc == ERR_INTERRUPTED;
	} while (rc == ERR_INTERRUPTED);
	assert_int_equal(rc, 0);
	assert_true(stops > 0);
	expect_same(&whole, &parts, true);
	memstore_release(&whole);
	memstore_release(&parts);
	arena_release(&a);
	world_free(w);
}

/* Whatever call of the store fails: its message comes out, and a later scan makes up for it. */
static void every_failure_of_the_store_surfaces(void **unused)
{
	struct world *w = world_new(79, (struct recipe){.commits = 25});
	struct memstore whole = {0};
	struct arena a = {0};
	struct repo_ref *refs, half = {STR("refs/heads/x"), w->nodes[w->len / 2].oid};
	uint32_t count = list_tips(w, &a, &refs);
	int rc = -1;

	(void)unused;
	scan_ok(w, &whole, refs, count, 1);
	for (uint32_t n = 1; rc < 0; n++) {
		struct memstore m = {0};
		struct err e = {0};

		scan_ok(w, &m, &half, 1, 1);
		m.calls = 0;
		m.fail_at = n;
		rc = scan_refs(w, &m, refs, count, 1, &e);
		if (rc < 0) {
			assert_int_equal(rc, ERR_LOCKED);
			assert_string_equal(e.message, MEMSTORE_SAYS_NO);
			m.fail_at = 0;
			memstore_rollback(&m);
			scan_ok(w, &m, refs, count, 1);
		}
		expect_same(&whole, &m, true);
		memstore_release(&m);
	}
	memstore_release(&whole);
	arena_release(&a);
	world_free(w);
}

static int setup(void **state)
{
	return gitrepo_setup(state) || repo_library_init(NULL) < 0;
}

static int teardown(void **state)
{
	repo_library_release();
	return gitrepo_teardown(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(linear_histories_add_up),
		cmocka_unit_test(graphs_add_up),
		cmocka_unit_test(distinct_findings_keep_their_lineage),
		cmocka_unit_test(any_order_of_scans_says_the_same),
		cmocka_unit_test(order_of_refs_and_jobs_do_not_matter),
		cmocka_unit_test(a_stopped_scan_goes_on),
		cmocka_unit_test(every_failure_of_the_store_surfaces),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
