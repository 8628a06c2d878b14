/*
 * The catalogue's data and the rule table: sorted, complete, known kinds, names that exist; looking
 * rules up; the digest.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>
#include <glob.h>

#include "scan/base/mem.h"
#include "scan/base/table.h"
#include "scan/rules/bits.h"
#include "scan/rules/rule.h"

extern const struct table table_scan_rules_data_blocking_calls;
extern const struct table table_scan_rules_data_coroutines;
extern const struct table table_scan_rules_data_markers;

static void rows_are_sorted_and_unique(void **state)
{
	static const struct table *const tables[] = {&table_scan_rules_data_blocking_calls,
		&table_scan_rules_data_coroutines, &table_scan_rules_data_markers};

	(void)state;
	for (size_t t = 0; t < ARRAY_LEN(tables); t++)
		for (size_t i = 1; i < tables[t]->rows; i++)
			assert_true(strcmp(table_row(tables[t], i - 1)[0],
					    table_row(tables[t], i)[0]) < 0);
}

static bool is_dotted_name(struct str name)
{
	for (size_t i = 0; i < name.len; i++) {
		char c = name.ptr[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
			    c == '_' || c == '.'))
			return false;
	}
	return name.len > 0 && name.ptr[0] != '.' && name.ptr[name.len - 1] != '.';
}

static void every_kind_is_known(void **state)
{
	static const char *const kinds[] = {"cloud", "console", "cpu", "database", "dns", "email",
		"file", "future", "http", "lock", "queue", "sleep", "socket", "ssh", "subprocess"};
	const struct table *t = &table_scan_rules_data_blocking_calls;

	(void)state;
	for (size_t i = 0; i < t->rows; i++) {
		struct str kind = str_from(table_row(t, i)[1]);
		bool known = false;

		for (size_t k = 0; k < ARRAY_LEN(kinds); k++)
			known = known || str_is(kind, kinds[k]);
		if (!known)
			print_error("%s: unknown kind\n", table_row(t, i)[0]);
		assert_true(known);
		assert_true(is_dotted_name(str_from(table_row(t, i)[0])));
		assert_true(strlen(table_row(t, i)[2]) > 1); /* something to use instead */
	}
}

static void calls_are_found_by_name(void **state)
{
	const struct blocking_call *row = catalogue_find(NULL, STR("time.sleep"));

	(void)state;
	assert_non_null(row);
	assert_string_equal(row->name, "time.sleep");
	assert_string_equal(row->kind, "sleep");
	assert_string_equal(row->instead, "asyncio.sleep / anyio.sleep / trio.sleep");
	assert_null(catalogue_find(NULL, STR("time.slee")));
	assert_null(catalogue_find(NULL, STR("subprocess.Popen.poll")));
	assert_null(catalogue_find(NULL, STR("redis.asyncio.Redis.get")));
}

static void coroutines_are_found_by_name(void **state)
{
	static const char *const yes[] = {"asyncio.sleep", "asyncio.wait_for", "asyncio.gather",
		"asyncio.Queue.get", "asyncio.Lock.acquire", "asyncio.Event.wait",
		"asyncio.StreamWriter.drain", "httpx.AsyncClient.get",
		"aiohttp.ClientResponse.json", "asyncpg.connect", "asyncpg.Connection.fetch",
		"trio.sleep", "anyio.to_thread.run_sync"};
	static const char *const no[] = {"asyncio.Queue.put_nowait", "asyncio.create_task",
		"asyncio.Event.set", "httpx.Client.get", "time.sleep", "asyncio.StreamWriter.write",
		"aiohttp.ClientSession.get"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(yes); i++)
		assert_true(catalogue_is_coroutine(str_from(yes[i])));
	for (size_t i = 0; i < ARRAY_LEN(no); i++)
		assert_false(catalogue_is_coroutine(str_from(no[i])));
}

/* No call may both block and have to be awaited. */
static void catalogues_do_not_overlap(void **state)
{
	const struct table *t = &table_scan_rules_data_coroutines;

	(void)state;
	for (size_t i = 0; i < t->rows; i++)
		assert_null(catalogue_find(NULL, str_from(table_row(t, i)[0])));
}

static void rules_are_numbered_in_order(void **state)
{
	(void)state;
	assert_true(rule_count() > 0 && rule_count() <= MAX_RULES);
	assert_ptr_equal(rule_at(rule_count()), family_ignore.rules);
	assert_null(rule_at(rule_count() + 1));
	assert_null(rule_family_of(rule_count() + 1));
	for (size_t i = 0; i < rule_count(); i++) {
		const char *slug = rule_family_of(i)->slug;

		assert_int_equal(rule_find(str_from(rule_at(i)->id)), i);
		assert_non_null(rule_at(i)->check);
		assert_true(rule_at(i)->kinds != 0);
		assert_non_null(slug);
	}
	assert_int_equal(rule_find(STR("blocking-slee")), -1);
	assert_int_equal(rule_find(STR("")), -1);
}

static void misspelt_ids_have_a_neighbour(void **state)
{
	(void)state;
	assert_string_equal(rule_nearest(STR("blocking-slep"))->id, "blocking-sleep");
	assert_string_equal(rule_nearest(STR("blockingsleep"))->id, "blocking-sleep");
	assert_string_equal(rule_nearest(STR("blocking-htpp"))->id, "blocking-http");
	assert_null(rule_nearest(STR("zzzzzzzzzzzz")));
	assert_null(rule_nearest(STR("")));
	assert_null(rule_nearest(STR("a-name-much-too-long-to-be-any-rule-that-there-is-or-will-be-"
				     "in-this-catalogue")));
}

static void digest_is_hex_and_stable(void **state)
{
	char first[17], second[17];

	(void)state;
	rule_set_digest(NULL, first);
	rule_set_digest(NULL, second);
	assert_int_equal(strlen(first), 16);
	assert_int_equal(strspn(first, "0123456789abcdef"), 16);
	assert_string_equal(first, second);
}

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

/* A data file that is left out of the digest would give stale results after an edit. */
static void digest_covers_every_data_file(void **state)
{
	struct strbuf source = {0};
	glob_t found;

	(void)state;
	read_file("scan/rules/digest.c", &source);
	assert_int_equal(glob("scan/*/data/*.tsv", 0, NULL, &found), 0);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		char symbol[256] = "table_";
		size_t n = strlen(symbol);

		for (const char *p = found.gl_pathv[i]; strcmp(p, ".tsv") != 0; p++)
			symbol[n++] = *p == '/' ? '_' : *p;
		if (!strstr(source.ptr, symbol))
			print_error("%s is not in the digest\n", found.gl_pathv[i]);
		assert_non_null(strstr(source.ptr, symbol));
	}
	globfree(&found);
	strbuf_release(&source);
}

static bool is_family(struct str name)
{
	static const char *const slugs[] = {"blocking", "starvation", "task", "scope", "async",
		"cancel", "timeout", "error", "race", "lock", "bridge", "process", "pool", "thread",
		"resource", "throughput", "protocol"};

	for (size_t i = 0; i < ARRAY_LEN(slugs); i++)
		if (str_is(name, slugs[i]))
			return true;
	return false;
}

/* Every name that a foreign marker stands for begins with a family of the catalogue. */
static void markers_name_rules(void **state)
{
	const struct table *t = &table_scan_rules_data_markers;

	(void)state;
	for (size_t i = 0; i < t->rows; i++) {
		struct str rest = str_from(table_row(t, i)[1]), name;

		assert_non_null(strchr(table_row(t, i)[0], ':'));
		assert_true(rest.len > 0);
		while (str_next(&rest, ' ', &name)) {
			if (str_find(name, '-') > 0)
				name.len = (size_t)str_find(name, '-');
			assert_true(is_family(name));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_are_sorted_and_unique),
		cmocka_unit_test(every_kind_is_known),
		cmocka_unit_test(calls_are_found_by_name),
		cmocka_unit_test(coroutines_are_found_by_name),
		cmocka_unit_test(catalogues_do_not_overlap),
		cmocka_unit_test(rules_are_numbered_in_order),
		cmocka_unit_test(misspelt_ids_have_a_neighbour),
		cmocka_unit_test(digest_is_hex_and_stable),
		cmocka_unit_test(digest_covers_every_data_file),
		cmocka_unit_test(markers_name_rules),
	};

	return cmocka_run_group_tests_name("rule catalogue", tests, NULL, NULL);
}
