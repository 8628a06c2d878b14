/*
 * Rows of the catalogue of blocking calls that no call could meet, because the front end rewrites
 * their names: other spellings of a module or class, builtins, methods of a class whose instances
 * are taken for another type.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "scan/base/str.h"
#include "scan/base/table.h"

extern const struct table table_scan_rules_data_blocking_calls;
extern const struct table table_scan_py_data_aliases;
extern const struct table table_scan_py_data_constructors;

/* The name without its last component; empty when it has only one. */
static struct str owner_of(struct str name)
{
	ptrdiff_t dot = str_rfind(name, '.');

	return str_slice(name.ptr, dot > 0 ? (size_t)dot : 0);
}

/* NULL, or the spelling that the front end has for the name or for what it is inside of. */
static const char *rewritten(struct str name)
{
	if (str_starts(name, "builtins."))
		return "the name without builtins";
	for (; name.len; name = owner_of(name)) {
		const char *const *row = table_find(&table_scan_py_data_aliases, name);

		if (row)
			return row[1];
	}
	return NULL;
}

/* NULL, or the type that instances of this class are taken for. */
static const char *taken_for(struct str class_name)
{
	const char *const *row = table_find(&table_scan_py_data_constructors, class_name);

	return row && !str_is(class_name, row[1]) ? row[1] : NULL;
}

static void rewritten_names_are_seen(void **state)
{
	(void)state;
	assert_string_equal(rewritten(STR("requests.api.get")), "requests");
	assert_non_null(rewritten(STR("builtins.open")));
	assert_null(rewritten(STR("requests.get")));
	assert_string_equal(taken_for(STR("pathlib.PosixPath")), "pathlib.Path");
	assert_null(taken_for(STR("pathlib.Path")));
}

static void every_row_can_be_met(void **state)
{
	const struct table *t = &table_scan_rules_data_blocking_calls;

	(void)state;
	for (size_t i = 0; i < t->rows; i++) {
		struct str name = str_from(table_row(t, i)[0]);
		const char *other = rewritten(name);

		if (!other && owner_of(name).len)
			other = taken_for(owner_of(name));
		if (other)
			fail_msg("%s: the front end says %s", table_row(t, i)[0], other);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rewritten_names_are_seen),
		cmocka_unit_test(every_row_can_be_met),
	};

	return cmocka_run_group_tests_name("spelling of the catalogue", tests, NULL, NULL);
}
