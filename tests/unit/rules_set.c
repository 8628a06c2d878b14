/*
 * Rule sets: names that a project adds to the catalogue are found like built-in ones, change the
 * digest, and are known to the prefilter.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "scan/rules/engine.h"

static const struct blocking_call added[] = {
	{"shop.db.fetch", "database", "shop.db.afetch"},
	{"shop.Client.get", "http", "shop.AsyncClient"},
	{"time.sleep", "socket", "a nap"},
	{"shop.zz.qqwait", "lock", "asyncio.Event"},
	{"shop.db.fetch", "http", "never used"},
};

/* The findings of `text` as "rule:line message\n…"; belongs to `a`. */
static const char *findings(
	const struct rule_set *set, const char *text, bool filtered, struct arena *a)
{
	struct analyser *analyser = analyser_new(set, NULL);
	struct strbuf b = {0};
	struct blob_record out;
	struct str all;

	if (filtered)
		analyse(analyser, str_from(text), a, &out);
	else
		analyse_unfiltered(analyser, str_from(text), a, &out);
	for (uint32_t i = 0; i < out.finding_count; i++)
		strbuf_addf(&b, "%s:%u %.*s\n", rule_at(out.findings[i].rule)->id,
			(unsigned)out.findings[i].line, STR_ARG(out.findings[i].message));
	all = arena_dup(a, strbuf_str(&b));
	strbuf_release(&b);
	analyser_free(analyser);
	return all.ptr;
}

static void check(const char *text, const char *want)
{
	struct rule_set *set = rule_set_new(added, ARRAY_LEN(added));
	struct arena a = {0};

	assert_string_equal(findings(set, text, true, &a), want);
	assert_string_equal(findings(set, text, false, &a), want);
	rule_set_free(set);
	arena_release(&a);
}

static void added_names_are_found_however_they_are_imported(void **state)
{
	(void)state;
	check("import shop.db\nasync def f():\n    shop.db.fetch()\n",
		"blocking-database:3 `shop.db.fetch` blocks the event loop; use shop.db.afetch\n");
	check("from shop import db as d\nasync def f():\n    d.fetch(1)\n",
		"blocking-database:3 `d.fetch` (shop.db.fetch) blocks the event loop; "
		"use shop.db.afetch\n");
	check("from shop.db import fetch as g\nasync def f():\n    g()\n",
		"blocking-database:3 `g` (shop.db.fetch) blocks the event loop; "
		"use shop.db.afetch\n");
	check("import shop\nasync def f():\n    c = shop.Client()\n    c.get()\n",
		"blocking-http:4 `c.get` (shop.Client.get) blocks the event loop; "
		"use shop.AsyncClient\n");
}

static void added_names_follow_the_rules_of_all(void **state)
{
	(void)state;
	check("from shop.db import fetch\nasync def f():\n    await fetch()\n", "");
	check("from shop.db import fetch\ndef f():\n    fetch()\n", "");
	check("from shop.db import fetch\nimport asyncio\nasync def f():\n"
	      "    await asyncio.to_thread(fetch)\n",
		"");
	check("from shop.db import fetch\nasync def f():\n    fetch()  # noqa\n",
		"blocking-database:3 `shop.db.fetch` blocks the event loop; use shop.db.afetch\n");
}

static void an_added_name_wins(void **state)
{
	(void)state;
	check("import time\nasync def f():\n    time.sleep(1)\n",
		"blocking-network:3 `time.sleep` blocks the event loop; use a nap\n");
}

static void without_the_set_nothing_is_found(void **state)
{
	struct rule_set *empty = rule_set_new(NULL, 0);
	struct arena a = {0};
	const char *text = "import shop.db\nasync def f():\n    shop.db.fetch()\n";

	(void)state;
	assert_string_equal(findings(NULL, text, true, &a), "");
	assert_string_equal(findings(empty, text, true, &a), "");
	rule_set_free(empty);
	arena_release(&a);
}

static void digests_tell_sets_apart(void **state)
{
	const struct blocking_call other[] = {added[2], added[1], added[0], added[3]};
	const struct blocking_call changed[] = {added[4], added[1], added[2], added[3]};
	struct rule_set *sets[] = {rule_set_new(NULL, 0), rule_set_new(added, ARRAY_LEN(added)),
		rule_set_new(other, ARRAY_LEN(other)), rule_set_new(changed, ARRAY_LEN(changed))};
	char none[17], digests[ARRAY_LEN(sets)][17];

	(void)state;
	rule_set_digest(NULL, none);
	for (size_t i = 0; i < ARRAY_LEN(sets); i++) {
		rule_set_digest(sets[i], digests[i]);
		rule_set_free(sets[i]);
	}
	assert_string_equal(digests[0], none);
	assert_string_not_equal(digests[1], none);
	assert_string_equal(digests[2], digests[1]); /* order and repetition mean nothing */
	assert_string_not_equal(digests[3], digests[1]);
}

static void the_prefilter_knows_their_last_words(void **state)
{
	struct rule_set *set = rule_set_new(added, ARRAY_LEN(added));
	struct prefilter *without = prefilter_new(NULL), *with = prefilter_new(set);
	struct rule_bits asked;

	(void)state;
	assert_false(prefilter_passes(without, STR("from shop.zz import qqwait\n"), &asked));
	assert_true(prefilter_passes(with, STR("from shop.zz import qqwait\n"), &asked));
	assert_false(prefilter_passes(with, STR("x = 1\n"), &asked));
	prefilter_free(with);
	prefilter_free(without);
	rule_set_free(set);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(added_names_are_found_however_they_are_imported),
		cmocka_unit_test(added_names_follow_the_rules_of_all),
		cmocka_unit_test(an_added_name_wins),
		cmocka_unit_test(without_the_set_nothing_is_found),
		cmocka_unit_test(digests_tell_sets_apart),
		cmocka_unit_test(the_prefilter_knows_their_last_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
