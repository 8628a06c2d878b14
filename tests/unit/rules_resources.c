/*
 * The catalogue of resources: rows are well formed, and the prefilter's words cover every factory.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "scan/base/table.h"
#include "scan/rules/rule.h"

extern const struct table table_scan_rules_data_resources;

enum column { FACTORY, HOW, ITEM, CLOSERS, LENDER, POOLS, WHAT, COLUMNS };

static void rows_are_well_formed(void **state)
{
	const struct table *t = &table_scan_rules_data_resources;

	(void)state;
	assert_int_equal(t->columns, COLUMNS);
	for (size_t i = 0; i < t->rows; i++) {
		const char *const *row = table_row(t, i);

		assert_non_null(strchr(row[FACTORY], '.'));
		assert_true(strcmp(row[HOW], "new") == 0 || strcmp(row[HOW], "lazy") == 0 ||
			strcmp(row[HOW], "await") == 0);
		assert_true(strcmp(row[ITEM], "-") == 0 ||
			(row[ITEM][0] >= '0' && row[ITEM][0] <= '9'));
		assert_true(row[CLOSERS][0] != '\0' && row[CLOSERS][0] != '-');
		assert_true(row[LENDER][0] != '\0' && row[WHAT][0] != '\0');
		assert_true(strcmp(row[POOLS], "yes") == 0 || strcmp(row[POOLS], "-") == 0);
	}
}

static bool holds_word(const char *factory, const char *const *words)
{
	for (; *words; words++)
		if (strstr(factory, *words))
			return true;
	return false;
}

static void words_cover_the_factories(void **state)
{
	const struct table *t = &table_scan_rules_data_resources;
	const struct rule *rule = rule_at((size_t)rule_find(STR("resource-unclosed")));

	(void)state;
	for (size_t i = 0; i < t->rows; i++)
		if (!holds_word(table_row(t, i)[FACTORY], rule->words))
			fail_msg("no word for %s", table_row(t, i)[FACTORY]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_are_well_formed),
		cmocka_unit_test(words_cover_the_factories),
	};

	return cmocka_run_group_tests_name("resources", tests, NULL, NULL);
}
