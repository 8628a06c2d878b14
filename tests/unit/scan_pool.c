/*
 * The worker pool: what jobs bring back, whatever the number of threads, and an end in the middle
 * of the work.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "scan/pool.h"
#include "tests/unit/gitrepo.h"

#define MAX_BYTES 2000

struct fixture {
	struct gitrepo git;
	struct err err;
	struct repo *repo;
	struct pool *pool;
};

static int setup(void **state)
{
	struct fixture *f = mem_zalloc(1, sizeof *f);
	char path[600];

	gitrepo_new(&f->git);
	gitrepo_run(&f->git, "git init -q --bare b");
	gitrepo_path(&f->git, "b", path, sizeof path);
	assert_int_equal(repo_open(&f->repo, path, &f->err), 0);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	pool_free(f->pool);
	repo_close(f->repo);
	gitrepo_remove(&f->git);
	free(f);
	return 0;
}

static void start(struct fixture *f, uint32_t threads)
{
	static const struct pool_limits limits = {.py = {.max_bytes = MAX_BYTES}};

	pool_free(f->pool);
	assert_int_equal(pool_new(&f->pool, f->repo, threads, &limits, &f->err), 0);
}

static void run(struct fixture *f, struct pool_job *j)
{
	pool_submit(f->pool, j);
	pool_wait(f->pool, j);
}

static const char blocking[] = "import time\nasync def f():\n    time.sleep(1)\n";

static void analyses_and_differs_at_once(void **state)
{
	struct fixture *f = *state;
	struct pool_job j = {.want_analysis = true, .want_diff = true};

	j.blob = gitrepo_object(&f->git, "b", "blob", str_from(blocking));
	j.old_blob = gitrepo_object(&f->git, "b", "blob", STR("import time\n"));
	start(f, 1);
	run(f, &j);
	assert_int_equal(j.record.status, BLOB_OK);
	assert_true(oid_eq(&j.record.oid, &j.blob));
	assert_int_equal(j.record.finding_count, 1);
	assert_int_equal(j.record.findings[0].line, 3);
	assert_true(str_is(j.record.findings[0].scope, "f"));
	assert_int_equal(j.hunks.len, 1);
	assert_int_equal(j.hunks.added, 2);
	arena_release(&j.arena);
}

static void empty_sides_are_whole_files(void **state)
{
	struct fixture *f = *state;
	struct oid blob = gitrepo_object(&f->git, "b", "blob", str_from(blocking)), lost = blob;
	struct pool_job added = {.blob = blob, .want_diff = true};
	struct pool_job removed = {.old_blob = blob, .want_diff = true};
	struct pool_job half = {.blob = blob, .old_blob = lost, .want_diff = true};

	half.old_blob.id[3] ^= 1;
	start(f, 2);
	run(f, &added);
	run(f, &removed);
	run(f, &half);
	assert_int_equal(added.hunks.added, 3);
	assert_int_equal(removed.hunks.deleted, 3);
	assert_int_equal(half.hunks.added, 3);
	assert_int_equal(added.record.finding_count, 0); /* not asked for */
	arena_release(&added.arena);
	arena_release(&removed.arena);
	arena_release(&half.arena);
}

static struct blob_record analyse_blob(struct fixture *f, struct oid blob)
{
	struct pool_job j = {.blob = blob, .want_analysis = true};

	run(f, &j);
	arena_release(&j.arena);
	return j.record; /* only its numbers and constant strings are looked at */
}

static void says_why_not(void **state)
{
	struct fixture *f = *state;
	char big[MAX_BYTES + 1];
	struct blob_record r;
	struct oid id;

	start(f, 1);
	memset(big, '#', sizeof big);
	id = gitrepo_object(&f->git, "b", "blob", str_slice(big, sizeof big));
	r = analyse_blob(f, id);
	assert_int_equal(r.status, BLOB_SKIPPED);
	assert_true(str_is(r.reason, "too large"));
	assert_int_equal(r.bytes, MAX_BYTES + 1);
	id = gitrepo_object(&f->git, "b", "blob", str_slice(big, MAX_BYTES));
	r = analyse_blob(f, id);
	assert_int_equal(r.status, BLOB_OK);
	id.id[0] ^= 1;
	r = analyse_blob(f, id);
	assert_int_equal(r.status, BLOB_MISSING);
	assert_true(str_is(r.reason, "object missing"));
	assert_true(oid_eq(&r.oid, &id));
	id = gitrepo_object(&f->git, "b", "tree", STR_EMPTY);
	r = analyse_blob(f, id);
	assert_int_equal(r.status, BLOB_MISSING);
	assert_true(str_is(r.reason, "object corrupt"));
}

#define JOBS 200

/* Each file has as many findings as its number modulo four. */
static void make_jobs(struct fixture *f, struct pool_job *jobs)
{
	struct oid ids[4];

	for (int k = 0; k < 4; k++) {
		struct strbuf b = {0};

		strbuf_addz(&b, "import time\nasync def f():\n    pass\n");
		for (int i = 0; i < k; i++)
			strbuf_addz(&b, "    time.sleep(1)\n");
		ids[k] = gitrepo_object(&f->git, "b", "blob", strbuf_str(&b));
		strbuf_release(&b);
	}
	for (int i = 0; i < JOBS; i++)
		jobs[i] = (struct pool_job){.blob = ids[i % 4],
			.old_blob = ids[(i + 1) % 4],
			.want_analysis = true,
			.want_diff = true};
}

static void any_number_of_threads_does_the_same(void **state)
{
	struct fixture *f = *state;
	struct pool_job *jobs = mem_zalloc(JOBS, sizeof *jobs);

	for (uint32_t threads = 1; threads <= 4; threads++) {
		make_jobs(f, jobs);
		start(f, threads);
		for (int i = 0; i < JOBS; i++)
			pool_submit(f->pool, &jobs[i]);
		for (int i = JOBS - 1; i >= 0; i--) {
			pool_wait(f->pool, &jobs[i]);
			assert_int_equal(jobs[i].record.finding_count, i % 4);
			assert_int_equal(
				jobs[i].hunks.added + jobs[i].hunks.deleted, i % 4 == 3 ? 3 : 1);
			arena_release(&jobs[i].arena);
		}
	}
	free(jobs);
}

/* What is still waiting stays undone, in the order in which it was handed in. */
static void ends_in_the_middle(void **state)
{
	struct fixture *f = *state;
	struct pool_job *jobs = mem_zalloc(JOBS, sizeof *jobs);
	bool ended = false;

	make_jobs(f, jobs);
	start(f, 1);
	for (int i = 0; i < JOBS; i++)
		pool_submit(f->pool, &jobs[i]);
	pool_wait(f->pool, &jobs[0]);
	pool_free(f->pool);
	f->pool = NULL;
	assert_true(jobs[0].done);
	for (int i = 0; i < JOBS; i++) {
		assert_false(ended && jobs[i].done);
		ended |= !jobs[i].done;
		arena_release(&jobs[i].arena);
	}
	free(jobs);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

static int group_setup(void **state)
{
	return gitrepo_setup(state) || repo_library_init(NULL);
}

static int group_teardown(void **state)
{
	repo_library_release();
	return gitrepo_teardown(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(analyses_and_differs_at_once),
		TEST(empty_sides_are_whole_files),
		TEST(says_why_not),
		TEST(any_number_of_threads_does_the_same),
		TEST(ends_in_the_middle),
	};

	return cmocka_run_group_tests_name("pool", tests, group_setup, group_teardown);
}
