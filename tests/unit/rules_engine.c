/*
 * The engine: what a finding's fields hold, what a syntax error makes unknown, what is skipped.
 * Chopped and garbled fixtures must neither crash nor depend on anything but the bytes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>
#include <glob.h>

#include "scan/base/mem.h"
#include "scan/rules/rule.h"

struct state {
	struct analyser *analyser;
	struct arena arena;
	struct blob_record out;
};

static int set_up(void **state)
{
	struct state *s = mem_zalloc(1, sizeof *s);

	s->analyser = analyser_new(NULL, NULL);
	*state = s;
	return 0;
}

static int tear_down(void **state)
{
	struct state *s = *state;

	analyser_free(s->analyser);
	arena_release(&s->arena);
	free(s);
	return 0;
}

static const struct blob_record *run_str(struct state *s, struct str source)
{
	analyse(s->analyser, source, &s->arena, &s->out);
	return &s->out;
}

static const struct blob_record *run(struct state *s, const char *source)
{
	return run_str(s, str_from(source));
}

static const struct finding *only(struct state *s, const char *source)
{
	const struct blob_record *out = run(s, source);

	if (out->finding_count != 1)
		print_error("%u findings in\n%s", out->finding_count, source);
	assert_int_equal(out->finding_count, 1);
	return &out->findings[0];
}

static void assert_text(struct str got, const char *expected)
{
	if (!str_is(got, expected))
		print_error("got: %.*s\nexpected: %s\n", STR_ARG(got), expected);
	assert_true(str_is(got, expected));
}

/* ---- fields ---- */

static void a_finding_says_where_and_what(void **state)
{
	const struct finding *f = only(*state,
		"import time\n"
		"class C:\n"
		"    async def m(self):\n"
		"        x = 'äö'; y = time.sleep(\n"
		"            1)  # idle\n");

	assert_string_equal(rule_at(f->rule)->id, "blocking-sleep");
	assert_int_equal(f->level, LEVEL_ERROR);
	assert_int_equal(f->line, 4);
	assert_int_equal(f->column, 23); /* characters, not bytes */
	assert_int_equal(f->end_line, 5);
	assert_int_equal(f->end_column, 15);
	assert_text(f->scope, "C.m");
	assert_text(f->snippet, "x = 'äö'; y = time.sleep(");
	assert_text(f->message,
		"`time.sleep` blocks the event loop; use asyncio.sleep or anyio.sleep or "
		"trio.sleep");
	assert_false(f->suppressed);
}

static void snippets_are_cut_between_characters(void **state)
{
	struct strbuf text = {0};
	const struct finding *f;

	strbuf_addz(&text, "import time\nasync def f(log):\n    log('");
	for (int i = 0; i < 300; i++)
		strbuf_addz(&text, "ä");
	strbuf_addz(&text, "', time.sleep(1))\n");
	f = only(*state, text.ptr);
	assert_int_equal(f->snippet.len, strlen("log('") + 2 * (200 - strlen("log('")));
	assert_true(str_ends(f->snippet, "ä"));
	strbuf_release(&text);
}

static void columns_of_latin1_files_count_bytes(void **state)
{
	const struct finding *f = only(*state,
		"# -*- coding: latin-1 -*-\nimport time\nasync def f(): x = '\xe4'; "
		"time.sleep(1)\n");

	assert_int_equal(f->line, 3);
	assert_int_equal(f->column, 25);
}

static void records_own_their_strings(void **state)
{
	struct state *s = *state;
	struct strbuf text = {0};
	const struct finding *f;
	struct str snippet;

	strbuf_addz(&text, "import time\nasync def f():\n    time.sleep(1)\n");
	f = only(s, text.ptr);
	snippet = f->snippet;
	memset(text.ptr, 'x', text.len);
	strbuf_release(&text);
	run(s, "import time\nasync def other_name():\n    time.sleep(22)\n");
	assert_text(snippet, "time.sleep(1)");
}

static void findings_come_in_the_order_of_the_file(void **state)
{
	const struct blob_record *out = run(*state,
		"import time, requests, os\n"
		"async def f(u):\n"
		"    os.system(requests.get(u, timeout=time.sleep(1)))\n"
		"    time.sleep(2)\n");

	assert_int_equal(out->finding_count, 4);
	for (uint32_t i = 1; i < 4; i++) {
		const struct finding *a = &out->findings[i - 1], *b = &out->findings[i];

		assert_true(a->line < b->line || (a->line == b->line && a->column < b->column));
	}
}

static void blobs_are_measured(void **state)
{
	const struct blob_record *out = run(*state,
		"async def f(g):\n"
		"    await g()\n"
		"    return [await x async for x in g()]\n"
		"async def h(): pass");

	assert_int_equal(out->status, BLOB_OK);
	assert_int_equal(out->lines, 4);
	assert_int_equal(out->bytes, 89);
	assert_int_equal(out->async_defs, 2);
	assert_int_equal(out->awaits, 2);
	assert_int_equal(out->finding_count, 0);
	assert_int_equal(run(*state, "")->lines, 0);
	assert_int_equal(run(*state, "")->status, BLOB_OK);
}

/* ---- what cannot be analysed ---- */

static void assert_skipped(struct state *s, struct str source, const char *reason)
{
	const struct blob_record *out = run_str(s, source);

	assert_int_equal(out->status, BLOB_SKIPPED);
	assert_text(out->reason, reason);
	assert_int_equal(out->bytes, source.len);
	assert_int_equal(out->unknown_bytes, source.len);
	assert_int_equal(out->finding_count, 0);
}

static void what_is_no_python_is_skipped(void **state)
{
	static const char lfs[] = "version https://git-lfs.github.com/spec/v1\n"
				  "oid sha256:4d7a2146\nsize 12345\n";

	assert_skipped(*state, str_from(lfs), "LFS pointer");
	assert_skipped(*state, STR("async def f(): pass\0"), "NUL bytes");
	assert_skipped(*state, STR("\0"), "NUL bytes");
	assert_skipped(*state, STR("\xff\xfe\x61\x00"), "UTF-16");
	assert_skipped(*state, STR("\xfe\xff\x00\x61"), "UTF-16");
}

static void large_files_are_skipped(void **state)
{
	struct py_limits limits = {.max_bytes = 40};
	struct state small = {.analyser = analyser_new(NULL, &limits)};

	(void)state;
	assert_skipped(&small, STR("async def f(): pass # 45678901234567890123"), "too large");
	assert_skipped(&small, STR("plain = 1           # 45678901234567890123"), "too large");
	assert_int_equal(run(&small, "async def f(): pass # 456789012345678901")->status, BLOB_OK);
	analyser_free(small.analyser);
	arena_release(&small.arena);
}

/* ---- syntax errors ---- */

static bool is_unknown(const struct blob_record *r, uint32_t line)
{
	for (uint32_t i = 0; i < r->unknown_count; i++)
		if (line >= r->unknown[i].first && line <= r->unknown[i].last)
			return true;
	return false;
}

static void errors_stay_local(void **state)
{
	const struct blob_record *out = run(*state,
		"import time\n"
		"async def f():\n"
		"    time.sleep(1)\n"
		"    x = = 3\n"
		"    time.sleep(2)\n"
		"async def g():\n"
		"    time.sleep(3)\n");

	assert_int_equal(out->status, BLOB_PARTIAL);
	assert_true(out->unknown_count > 0);
	assert_true(out->unknown_bytes > 0 && out->unknown_bytes < 40);
	assert_true(is_unknown(out, 4));
	assert_false(is_unknown(out, 3));
	assert_false(is_unknown(out, 7));
	assert_int_equal(out->finding_count, 3);
	assert_int_equal(out->findings[0].line, 3);
	assert_int_equal(out->findings[1].line, 5);
	assert_int_equal(out->findings[2].line, 7);
}

static void findings_need_a_clean_statement(void **state)
{
	const struct blob_record *out = run(*state,
		"import time\n"
		"async def f(g):\n"
		"    g(\n"
		"        time.sleep(1),\n"
		"        x = = 3,\n"
		"    )\n"
		"    time.sleep(2)\n");

	assert_int_equal(out->status, BLOB_PARTIAL);
	for (uint32_t i = 0; i < out->finding_count; i++)
		assert_int_equal(out->findings[i].line, 7);
	assert_true(is_unknown(out, 4)); /* or the finding there would count as mended */
	assert_true(is_unknown(out, 5));
}

static void unknown_ranges_are_sorted_and_apart(void **state)
{
	const struct blob_record *out = run(*state,
		"async def f():\n    x = = 1\n    y = 2\n    z = = 3\n"
		"async def g():\n    x = = 1\n    x = = 1\n    y = 2\n");

	assert_true(out->unknown_count > 1);
	for (uint32_t i = 0; i < out->unknown_count; i++) {
		assert_true(out->unknown[i].first <= out->unknown[i].last);
		if (i > 0)
			assert_true(out->unknown[i].first > out->unknown[i - 1].last + 1);
	}
}

/* ---- robustness: the fixtures again ---- */

static void read_file(const char *path, struct strbuf *out)
{
	FILE *f = fopen(path, "rb");
	char part[4096];
	size_t n;

	assert_non_null(f);
	while ((n = fread(part, 1, sizeof part, f)) > 0)
		strbuf_add(out, str_slice(part, n));
	fclose(f);
}

typedef void with_fixture(struct state *s, struct str text);

static void for_each_fixture(struct state *s, with_fixture *act)
{
	glob_t found;

	assert_int_equal(glob("tests/rules/*.py", 0, NULL, &found), 0);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		struct strbuf text = {0};

		read_file(found.gl_pathv[i], &text);
		act(s, strbuf_str(&text));
		strbuf_release(&text);
	}
	globfree(&found);
}

static void assert_sane(const struct blob_record *r)
{
	for (uint32_t i = 0; i < r->finding_count; i++) {
		const struct finding *f = &r->findings[i];

		assert_true(f->rule < rule_count());
		assert_true(f->line >= 1 && f->line <= r->lines + 1 && f->column >= 1);
		assert_true(f->end_line > f->line ||
			(f->end_line == f->line && f->end_column >= f->column));
	}
}

#define CHOPS 24

static void chop(struct state *s, struct str text)
{
	for (size_t i = 0; i < CHOPS; i++) {
		arena_reset(&s->arena);
		assert_sane(run_str(s, str_slice(text.ptr, text.len * i / CHOPS)));
		assert_sane(run_str(s, str_drop(text, text.len * i / CHOPS)));
	}
}

static void chopped_files_are_survived(void **state)
{
	for_each_fixture(*state, chop);
}

/* The next number of a linear congruence (Knuth's MMIX constants). */
static uint64_t next_random(uint64_t *seed)
{
	*seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return *seed >> 33;
}

static void garble(struct state *s, struct str text)
{
	static const char noise[] = "()[]{}:,'\"#\\\n\t @*=.";
	uint64_t seed = text.len;
	struct strbuf copy = {0};

	for (int round = 0; round < 4; round++) {
		strbuf_clear(&copy);
		strbuf_add(&copy, text);
		for (size_t i = 0; i < text.len / 200 + 1; i++)
			copy.ptr[next_random(&seed) % copy.len] =
				noise[next_random(&seed) % (sizeof noise - 1)];
		arena_reset(&s->arena);
		assert_sane(run_str(s, strbuf_str(&copy)));
	}
	strbuf_release(&copy);
}

static void garbled_files_are_survived(void **state)
{
	for_each_fixture(*state, garble);
}

/* The same bytes give the same record from a fresh analyser and from one that has seen others. */
static void compare_with_fresh(struct state *s, struct str text)
{
	struct state fresh = {.analyser = analyser_new(NULL, NULL)};
	const struct blob_record *a = run_str(s, text), *b = run_str(&fresh, text);

	assert_int_equal(a->finding_count, b->finding_count);
	for (uint32_t i = 0; i < a->finding_count; i++) {
		assert_int_equal(a->findings[i].rule, b->findings[i].rule);
		assert_int_equal(a->findings[i].line, b->findings[i].line);
		assert_true(a->findings[i].id.token_hash == b->findings[i].id.token_hash);
		assert_true(a->findings[i].id.body_hash == b->findings[i].id.body_hash);
		assert_true(a->findings[i].id.before_hash == b->findings[i].id.before_hash);
		assert_true(a->findings[i].id.after_hash == b->findings[i].id.after_hash);
		assert_true(a->findings[i].id.callee_hash == b->findings[i].id.callee_hash);
		assert_true(str_eq(a->findings[i].id.sketch, b->findings[i].id.sketch));
		assert_true(str_eq(a->findings[i].message, b->findings[i].message));
	}
	analyser_free(fresh.analyser);
	arena_release(&fresh.arena);
}

static void results_depend_on_nothing_else(void **state)
{
	for_each_fixture(*state, compare_with_fresh);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_finding_says_where_and_what),
		cmocka_unit_test(snippets_are_cut_between_characters),
		cmocka_unit_test(columns_of_latin1_files_count_bytes),
		cmocka_unit_test(records_own_their_strings),
		cmocka_unit_test(findings_come_in_the_order_of_the_file),
		cmocka_unit_test(blobs_are_measured),
		cmocka_unit_test(what_is_no_python_is_skipped),
		cmocka_unit_test(large_files_are_skipped),
		cmocka_unit_test(errors_stay_local),
		cmocka_unit_test(findings_need_a_clean_statement),
		cmocka_unit_test(unknown_ranges_are_sorted_and_apart),
		cmocka_unit_test(chopped_files_are_survived),
		cmocka_unit_test(garbled_files_are_survived),
		cmocka_unit_test(results_depend_on_nothing_else),
	};

	return cmocka_run_group_tests_name("engine", tests, set_up, tear_down);
}
