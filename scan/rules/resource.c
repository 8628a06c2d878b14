/*
 * Unclosed resources: async clients, sessions, connections, pools and writers.
 *
 * What counts as a resource is data (data/resources.tsv): the factory; whether the call itself
 * makes the resource (new) or only awaiting it (await); which item of the result it is; what closes
 * it, the usual way first; what to call it.
 */
#include "scan/base/table.h"
#include "scan/rules/idiom.h"
#include "scan/rules/rule.h"

extern const struct table table_scan_rules_data_resources;

enum column { FACTORY, HOW, ITEM, CLOSERS, LENDER, WHAT };

/* ---- which calls make a resource ---- */

/* Does some factory end in this name? */
static bool is_factory_name(struct str name)
{
	const struct table *t = &table_scan_rules_data_resources;

	for (size_t i = 0; name.len > 0 && i < t->rows; i++) {
		const char *key = table_row(t, i)[FACTORY];
		const char *last = strrchr(key, '.');

		if (str_is(name, last ? last + 1 : key))
			return true;
	}
	return false;
}

/* The row of what the call makes, NULL for none; every candidate must be a resource. */
static const char *const *resource_of(struct py_file *f, const struct py_node *call)
{
	const struct py_node *func = call->u.call.func;
	const char *const *row = NULL;
	struct py_names names;

	if (func->kind != PY_Name && !is_factory_name(idiom_last_name(func)))
		return NULL;
	names = py_resolve(f, func);
	for (uint32_t i = 0; i < names.len; i++) {
		row = table_find(&table_scan_rules_data_resources, names.items[i]);
		if (!row)
			return NULL;
	}
	return row;
}

static const struct py_node *unwrap_wait_for(struct py_file *f, const struct py_node *call)
{
	static const char *const wrappers[] = {"asyncio.wait_for", "asyncio.shield", NULL};
	const struct py_node *p = call->parent;

	return p->kind == PY_Call && py_arg(p, 0) == call &&
			py_resolves_to_any(f, p->u.call.func, wrappers) >= 0
		? p
		: call;
}

/* The expression that is the resource: the call, or the await around it. NULL: not awaited, so
 * there is none yet. */
static const struct py_node *made_value(
	struct py_file *f, const struct py_node *call, const char *const *row)
{
	const struct py_node *n = unwrap_wait_for(f, call);

	if (n->parent->kind == PY_Await || n->parent->kind == PY_YieldFrom)
		return n->parent;
	return n == call && strcmp(row[HOW], "new") == 0 ? call : NULL;
}

/* Does the argument lend what somebody else owns, or what needs no closing (ASGITransport)? One
 * made in place by another call belongs to the resource. */
static bool is_lent(const struct py_node *value)
{
	static const char *const harmless[] = {"ASGI", "WSGI", "Mock", NULL};

	return value->kind != PY_Call ||
		idiom_starts_with_one_of(idiom_last_name(value->u.call.func), harmless);
}

static bool has_lender(const struct py_node *call, const char *const *row)
{
	struct str rest = str_from(row[LENDER]), name;

	while (str_next(&rest, ',', &name))
		for (uint32_t i = 0; i < call->u.call.keywords.len; i++) {
			const struct py_node *k = call->u.call.keywords.items[i];

			if (str_eq(k->u.keyword.arg, name) && is_lent(k->u.keyword.value))
				return true;
		}
	return false;
}

/* ---- what closes it ---- */

/* Methods that end any kind of resource, also as seen in the hands of a transport or connector. */
static const char *const all_closers[] = {"close", "aclose", "__aexit__", "terminate", "abort",
	"disconnect", "detach", "dispose", "stop", "quit", "shutdown", "ensure_closed", "clear",
	"drain_and_close", "aclose_connection", "close_connection", "destroy", "release", NULL};

/* The usual way to close it, for messages: "close". */
static struct str usual_closer(const char *const *row)
{
	struct str rest = str_from(row[CLOSERS]), first = STR_EMPTY;

	str_next(&rest, ',', &first);
	return first;
}

/* nats connections drain; writers drain without closing: so drain stands in the rows. */
static bool drains(const char *const *row)
{
	return strstr(row[CLOSERS], "drain") != NULL;
}

static const struct py_node *drained(struct py_file *f, const struct py_binding *b)
{
	static const char *const names[] = {"drain", NULL};

	return py_method_called_on(f, b, names);
}

/* ---- findings ---- */

static void report(struct rule_run *run, const struct rule *rule, enum level level,
	const struct py_node *call, const char *const *row)
{
	struct str closer = usual_closer(row);

	rule_report_level(run, rule, level, call,
		"this %s is never closed; use `async with`, or `%.*s()` in a `finally`", row[WHAT],
		STR_ARG(closer));
}

/* `del session` is written where the garbage collector is meant to see it. */
static bool is_deleted(struct py_file *f, const struct py_binding *b)
{
	struct py_uses uses = py_uses_of(f, b);

	for (uint32_t i = 0; i < uses.len; i++)
		if (uses.items[i]->op == PY_DEL)
			return true;
	return false;
}

static void check_local(struct rule_run *run, const struct rule *rule, const struct py_node *call,
	const struct py_node *target, const char *const *row)
{
	struct py_file *f = run->file;
	const struct py_binding *b = py_binding_at(f, target);
	struct py_escape use;

	if (!b || b->scope->kind != PY_SCOPE_FUNCTION)
		return;
	use = py_escape_of(f, b);
	if (use.escapes || use.in_with || py_method_called_on(f, b, all_closers) ||
		(drains(row) && drained(f, b)) || is_deleted(f, b))
		return;
	report(run, rule, rule->level, call, row);
}

/* Bases from other files may close what their subclasses store, except these. */
static bool is_harmless_base(struct py_file *f, const struct py_node *base)
{
	static const char *const names[] = {"object", "ABC", "Protocol", "Generic", "TestCase",
		"IsolatedAsyncioTestCase", "Exception", "Enum", NULL};

	if (base->kind == PY_Subscript)
		base = base->u.subscript.value;
	return idiom_is_one_of(idiom_last_name(base), names) || py_class_named(f, base);
}

static bool has_unknown_base(struct py_file *f, const struct py_node *class_def)
{
	struct py_list bases = class_def->u.class_def.bases;

	for (uint32_t i = 0; i < bases.len; i++)
		if (!is_harmless_base(f, bases.items[i]))
			return true;
	return false;
}

/* getattr(self, "session") and the like: used in a way that cannot be followed. */
static bool is_named_by_string(const struct py_node *top, struct str attr)
{
	static const char *const names[] = {"getattr", "hasattr", "delattr", "attrgetter", NULL};

	PY_EACH (n, top)
		if (n->kind == PY_Constant && n->op == PY_CONST_STR &&
			str_eq(n->u.constant.text, attr) && n->parent->kind == PY_Call &&
			idiom_is_one_of(idiom_last_name(n->parent->u.call.func), names))
			return true;
	return false;
}

/* Is it `self.x` or `cls.x` in a method of a class? The class, or NULL. */
static const struct py_node *class_of_target(const struct py_node *target)
{
	const struct py_node *object = target->u.attribute.value;

	if (!py_is_name(object, "self") && !py_is_name(object, "cls"))
		return NULL;
	return idiom_class_around(target);
}

static void check_attribute(struct rule_run *run, const struct rule *rule,
	const struct py_node *call, const struct py_node *target, const char *const *row)
{
	const struct py_node *class_def = class_of_target(target);
	const struct py_node *file = run->file->tree->root;
	struct str attr = target->u.attribute.attr;
	struct py_escape use;

	if (!class_def || has_unknown_base(run->file, class_def) || is_named_by_string(file, attr))
		return;
	use = py_attribute_escape(run->file, file, attr);
	if (use.escapes || use.in_with ||
		py_method_called_on_attribute(run->file, file, attr, all_closers))
		return;
	rule_report_level(run, rule, LEVEL_WARNING, call,
		"`self.%.*s` holds this %s and no method of `%.*s` closes it; add one that calls "
		"`%.*s()`",
		STR_ARG(attr), row[WHAT], STR_ARG(class_def->u.class_def.name),
		STR_ARG(usual_closer(row)));
}

/* Methods that give the resource back in another form. */
static bool is_used_in_place(const struct py_node *attribute)
{
	static const char *const forms[] = {"execution_options", "get_database",
		"get_default_database", "with_options", "__aenter__", "__await__", NULL};
	const struct py_node *call = attribute->parent;

	return call->kind == PY_Call && call->u.call.func == attribute &&
		!idiom_is_one_of(attribute->u.attribute.attr, forms) &&
		!idiom_is_one_of(attribute->u.attribute.attr, all_closers);
}

/* The item of a tuple target that gets the resource: `reader, writer = …`. */
static const struct py_node *item_of(const struct py_node *target, const char *const *row)
{
	uint32_t index = (uint32_t)(row[ITEM][0] - '0');

	if ((target->kind != PY_Tuple && target->kind != PY_List) ||
		index >= target->u.sequence.elts.len)
		return NULL;
	for (uint32_t i = 0; i <= index; i++)
		if (target->u.sequence.elts.items[i]->kind == PY_Starred)
			return NULL;
	return target->u.sequence.elts.items[index];
}

static void check_target(struct rule_run *run, const struct rule *rule, const struct py_node *call,
	const struct py_node *target, const char *const *row)
{
	if (row[ITEM][0] != '-')
		target = item_of(target, row);
	if (target && target->kind == PY_Name)
		check_local(run, rule, call, target, row);
	else if (target && target->kind == PY_Attribute)
		check_attribute(run, rule, call, target, row);
}

static void check_use(struct rule_run *run, const struct rule *rule, const struct py_node *call,
	const struct py_node *value, const char *const *row)
{
	const struct py_node *p = value->parent;

	if (p->kind == PY_Expr || (p->kind == PY_Attribute && is_used_in_place(p)))
		report(run, rule, rule->level, call, row);
	else if (p->kind == PY_Assign && p->u.assign.targets.len == 1)
		check_target(run, rule, call, p->u.assign.targets.items[0], row);
	else if (p->kind == PY_AnnAssign)
		check_target(run, rule, call, p->u.ann_assign.target, row);
}

static void check_unclosed(
	struct rule_run *run, const struct rule *rule, const struct py_node *call)
{
	const char *const *row = resource_of(run->file, call);
	const struct py_node *value = row ? made_value(run->file, call, row) : NULL;

	if (value && !has_lender(call, row) && !idiom_expects_error(call))
		check_use(run, rule, call, py_value_top(value), row);
}

/* Each factory of the table holds one of these. */
static const char *const words[] = {"ClientSession", "RetryClient", "AsyncClient", "asyncpg",
	"aiosqlite", "aiomysql", "aiopg", "asyncmy", "psycopg", "redis", "valkey", "websockets",
	"open_connection", "open_unix_connection", "aiofiles", "anyio", "trio",
	"AsyncIOMotorClient", "AsyncMongoClient", "AsyncSession", "create_async_engine",
	"aiosmtplib", "aio_pika", "aiormq", "aiokafka", "nats", "AsyncElasticsearch",
	"AsyncOpenSearch", "asyncssh", "aiomcache", "aioftp", "AsyncGraphDatabase", "grpc", NULL};

static const struct rule rules[] = {
	{
		.id = "resource-unclosed",
		.level = LEVEL_ERROR,
		.title = "Async client, session, connection or pool that is never closed",
		.why = "Its sockets stay open until the process ends: \"Unclosed client session\" "
		       "in the "
		       "log, then file descriptors or the server's connections run out. The "
		       "garbage "
		       "collector cannot close it, as closing has to be awaited.",
		.fix = "Use `async with`, or close it in a `finally`; a class that keeps one needs "
		       "a "
		       "method that closes it.",
		.bad = "import aiohttp\n\n"
		       "async def fetch(url):\n"
		       "    session = aiohttp.ClientSession()\n"
		       "    async with session.get(url) as response:\n"
		       "        return await response.text()\n",
		.good = "import aiohttp\n\n"
			"async def fetch(url):\n"
			"    async with aiohttp.ClientSession() as session:\n"
			"        async with session.get(url) as response:\n"
			"            return await response.text()\n",
		.libraries =
			"aiohttp, httpx, asyncpg, aiosqlite, redis, websockets, asyncio, anyio, "
			"trio and others",
		.pythons = "3.5+",
		.since = "1",
		.words = words,
		.kinds = PY_BIT(Call),
		.check = check_unclosed,
		.from_absence = true,
	},
};

const struct rule_family family_resource = {
	.slug = "resource",
	.title = "Unclosed resources",
	.rules = rules,
	.rule_count = ARRAY_LEN(rules),
	.words = words,
};
