/*
 * protocol-test: async tests whose runner does not await them.
 *
 * Sure for unittest.TestCase. For pytest the plugin may be configured elsewhere; what the file
 * alone shows is that some tests are marked and others are not, and that is only worth knowing.
 */
#include "scan/rules/protocol.h"

#include "scan/rules/idiom.h"

#define MAX_ANCESTORS 16

/* Decorators after which the test is still the coroutine function that it was. */
static bool is_harmless_decorator(struct py_file *f, const struct py_node *d)
{
	static const char *const prefixes[] = {"unittest.skip", "unittest.expectedFailure",
		"unittest.mock.patch", "mock.patch", "pytest.mark.parametrize", "pytest.mark.skip",
		"pytest.mark.xfail", "pytest.mark.usefixtures", "pytest.mark.filterwarnings", NULL};
	struct py_names names = py_resolve(f, d->kind == PY_Call ? d->u.call.func : d);

	for (uint32_t i = 0; i < names.len; i++)
		if (!idiom_starts_with_one_of(names.items[i], prefixes))
			return false;
	return names.len > 0;
}

static bool has_harmless_decorators(struct py_file *f, const struct py_node *def)
{
	struct py_list d = def->u.function.decorators;

	for (uint32_t i = 0; i < d.len; i++)
		if (!is_harmless_decorator(f, d.items[i]))
			return false;
	return true;
}

/* ---- unittest ---- */

/* A class that may run its tests in a way of its own. */
static bool runs_tests_itself(struct py_file *f, const struct py_node *class_def)
{
	static const char *const names[] = {"run", "_callTestMethod", "__getattribute__",
		"__init_subclass__", "__init__", "__call__", NULL};

	for (size_t i = 0; names[i]; i++)
		if (py_scope_find(py_scope_of(f, class_def), str_from(names[i])))
			return true;
	return class_def->u.class_def.decorators.len + class_def->u.class_def.keywords.len > 0;
}

/* Is it a TestCase through known bases only? A mixin from elsewhere may await. */
static bool is_test_case(struct py_file *f, const struct py_node *class_def)
{
	static const char *const names[] = {
		"unittest.TestCase", "unittest.case.TestCase", "object", NULL};
	const struct py_node *todo[MAX_ANCESTORS] = {class_def};
	uint32_t count = 1;
	bool found = false;

	for (uint32_t next = 0; next < count; next++) {
		struct py_list bases = todo[next]->u.class_def.bases;

		if (runs_tests_itself(f, todo[next]))
			return false;
		for (uint32_t i = 0; i < bases.len; i++) {
			const struct py_node *local = py_class_named(f, bases.items[i]);

			if (local && count < MAX_ANCESTORS)
				todo[count++] = local;
			else if (!names_only(f, bases.items[i], names))
				return false;
			else
				found = found || !py_is_name(bases.items[i], "object");
		}
	}
	return found;
}

/* ---- pytest ---- */

/* Plugins and frameworks that await every test. */
static bool has_async_runner(struct py_file *f)
{
	static const char *const modules[] = {"pytest_aiohttp", "pytest_tornasync",
		"pytest_tornado", "pytest_twisted", "aiounittest", "asynctest", "tornado", "quart",
		"ward", "curio", "alt_pytest_asyncio", NULL};

	for (size_t i = 0; modules[i]; i++)
		if (py_imports(f, modules[i]))
			return true;
	return false;
}

/* @pytest.mark.asyncio and the like, also under another name than pytest's. */
static bool has_async_mark(struct py_list decorators)
{
	static const char *const marks[] = {
		"asyncio", "anyio", "trio", "asyncio_cooperative", "curio", NULL};

	for (uint32_t i = 0; i < decorators.len; i++) {
		const struct py_node *d = decorators.items[i];

		if (d->kind == PY_Call)
			d = d->u.call.func;
		if (d->kind == PY_Attribute && idiom_is_one_of(d->u.attribute.attr, marks) &&
			str_is(idiom_last_name(d->u.attribute.value), "mark"))
			return true;
	}
	return false;
}

/* For each test without a mark, how many with one show that it was forgotten. */
#define MARKED_FOR_ONE 3

/* Are nearly all async tests of the file marked one by one? Where many are not, the configuration
 * marks them; `pytestmark = …` and marked classes do as well. */
static bool marks_one_by_one(struct py_file *f)
{
	uint32_t marked = 0, unmarked = 0;

	PY_EACH (n, f->tree->root) {
		if (n->kind == PY_Name && str_is(n->u.name.id, "pytestmark"))
			return false;
		if (n->kind == PY_ClassDef && has_async_mark(n->u.class_def.decorators))
			return false;
		if (n->kind != PY_AsyncFunctionDef || !str_starts(n->u.function.name, "test_"))
			continue;
		if (has_async_mark(n->u.function.decorators))
			marked++;
		else
			unmarked++;
	}
	return marked >= MARKED_FOR_ONE * unmarked;
}

static bool takes_loop_fixture(const struct py_node *def)
{
	static const char *const fixtures[] = {"loop", "event_loop", "aiohttp_client",
		"aiohttp_server", "aiohttp_raw_server", "test_client", "test_server",
		"anyio_backend", "nursery", "autojump_clock", "hass", NULL};
	struct py_list args = def->u.function.args->u.arguments.args;

	for (uint32_t i = 0; i < args.len; i++)
		if (idiom_is_one_of(args.items[i]->u.arg.arg, fixtures))
			return true;
	return false;
}

/* Is the function named anywhere but in its def: called, passed on? */
static bool is_referenced(struct py_file *f, const struct py_node *def)
{
	PY_EACH (n, f->tree->root)
		if (str_eq(idiom_last_name(n), def->u.function.name))
			return true;
	return false;
}

static bool is_unmarked(struct py_file *f, const struct py_node *def)
{
	return !takes_loop_fixture(def) && !has_async_runner(f) && marks_one_by_one(f) &&
		!is_referenced(f, def);
}

/* Does the class, Test* without bases, hold tests of pytest? */
static bool is_pytest_class(const struct py_node *class_def)
{
	return str_starts(class_def->u.class_def.name, "Test") &&
		class_def->u.class_def.bases.len == 0 && class_def->u.class_def.decorators.len == 0;
}

void check_protocol_test(struct rule_run *run, const struct rule *rule, const struct py_node *def)
{
	struct py_file *f = run->file;
	const struct py_node *class_def = py_class_of(def);
	struct str name = def->u.function.name;

	if (!str_starts(name, "test") || !has_harmless_decorators(f, def))
		return;
	if (class_def && is_test_case(f, class_def)) {
		if (!is_referenced(f, def))
			rule_report_level(run, rule, LEVEL_ERROR, def,
				"unittest.TestCase never awaits `%.*s`: it passes without running; "
				"derive from IsolatedAsyncioTestCase",
				STR_ARG(name));
		return;
	}
	if (!str_starts(name, "test_") || (!class_def && def->parent->kind != PY_Module) ||
		(class_def && !is_pytest_class(class_def)))
		return;
	if (is_unmarked(f, def))
		rule_report_level(run, rule, LEVEL_INFO, def,
			"other tests of this file are marked for a plugin that awaits them, "
			"`%.*s` is not: without a mark it is skipped or passes without running",
			STR_ARG(name));
}
