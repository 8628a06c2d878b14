/*
 * Async syntax and protocols used where they do not fit: await outside async def, the wrong with or
 * for, tests that nobody awaits, shared defaults of context variables.
 *
 * The rows, what the parts share, and protocol-contextvar; the rest is in protocol_*.c.
 */
#include "scan/rules/protocol.h"

#include "scan/rules/idiom.h"

/* ---- shared ---- */

#define MAX_ANCESTORS 16

static bool is_plain_base(struct py_file *f, const struct py_node *base)
{
	static const char *const names[] = {"object", "abc.ABC", "typing.Generic",
		"typing.Protocol", "typing_extensions.Protocol", NULL};

	if (base->kind == PY_Subscript)
		base = base->u.subscript.value;
	return names_only(f, base, names);
}

static bool has_plain_metaclass(struct py_file *f, const struct py_node *class_def)
{
	struct py_list keywords = class_def->u.class_def.keywords;

	for (uint32_t i = 0; i < keywords.len; i++)
		if (!py_resolves_to(f, keywords.items[i]->u.keyword.value, "abc.ABCMeta"))
			return false;
	return true;
}

static const struct py_node *local_base(struct py_file *f, const struct py_node *base)
{
	return py_class_named(f, base->kind == PY_Subscript ? base->u.subscript.value : base);
}

enum has class_has(struct py_file *f, const struct py_node *class_def, const char *name)
{
	const struct py_node *todo[MAX_ANCESTORS] = {class_def};
	enum has answer = HAS_NOT;
	uint32_t count = 1;

	for (uint32_t next = 0; next < count; next++) {
		const struct py_node *c = todo[next];
		struct py_list bases = c->u.class_def.bases;

		if (py_scope_find(py_scope_of(f, c), str_from(name)))
			return HAS;
		if (c->u.class_def.decorators.len || !has_plain_metaclass(f, c))
			answer = HAS_PERHAPS;
		for (uint32_t i = 0; i < bases.len; i++) {
			const struct py_node *local = local_base(f, bases.items[i]);

			if (local && count < MAX_ANCESTORS)
				todo[count++] = local;
			else if (!is_plain_base(f, bases.items[i]))
				answer = HAS_PERHAPS;
		}
	}
	return answer;
}

bool names_only(struct py_file *f, const struct py_node *expr, const char *const *list)
{
	struct py_names names = py_resolve(f, expr);

	for (uint32_t i = 0; i < names.len; i++)
		if (!idiom_is_one_of(names.items[i], list))
			return false;
	return names.len > 0;
}

/* ---- protocol-contextvar ---- */

static const char *mutable_kind(struct py_file *f, const struct py_node *n)
{
	static const char *const makers[] = {"list", "dict", "set", "bytearray",
		"collections.defaultdict", "collections.deque", "collections.OrderedDict",
		"collections.Counter", NULL};
	int which;

	switch (n->kind) {
	case PY_List:
	case PY_ListComp:
		return "list";
	case PY_Dict:
	case PY_DictComp:
		return "dict";
	case PY_Set:
	case PY_SetComp:
		return "set";
	case PY_Call:
		which = py_resolves_to_any(f, n->u.call.func, makers);
		return which < 0 ? NULL : makers[which];
	default:
		return NULL;
	}
}

/* What a module's name stands for, and what `x.copy()` copies: the default is still only one. */
static const struct py_node *shared_value(struct py_file *f, const struct py_node *n)
{
	const struct py_node *func = n->kind == PY_Call ? n->u.call.func : NULL;
	const struct py_binding *b;

	if (func && func->kind == PY_Attribute && str_is(func->u.attribute.attr, "copy"))
		n = func->u.attribute.value;
	if (n->kind != PY_Name)
		return n;
	b = py_only_binding(py_lookup(f, n, n->u.name.id));
	return b && b->kind == PY_BIND_ASSIGN && b->value ? b->value : n;
}

static void check_contextvar(
	struct rule_run *run, const struct rule *rule, const struct py_node *call)
{
	const struct py_node *value = py_keyword(call, "default");
	const char *kind;

	if (!value || !py_resolves_to(run->file, call->u.call.func, "contextvars.ContextVar"))
		return;
	kind = mutable_kind(run->file, shared_value(run->file, value));
	if (kind)
		rule_report(run, rule, call,
			"the default of this ContextVar is one %s that every context shares; set a "
			"new one in each context, or use None as the default",
			kind);
}

/* ---- rows ---- */

static const char *const await_words[] = {"await", "async", NULL};
static const char *const with_words[] = {
	"async", "aio", "httpx", "anyio", "trio", "sqlite", "websockets", NULL};
static const char *const iter_words[] = {"async", "aio", "httpx", NULL};
static const char *const contextvar_words[] = {"ContextVar", NULL};
static const char *const test_words[] = {"async", NULL};

static const struct rule rules[] = {
	{
		.id = "protocol-await-outside",
		.level = LEVEL_ERROR,
		.title = "await outside an async function",
		.why = "Python refuses the whole file with a SyntaxError: nothing in it can be "
		       "imported.",
		.fix = "Make the function `async def` and await it where it is called, or start "
		       "the coroutine with asyncio.run().",
		.bad = "import asyncio\n\n"
		       "def main():\n"
		       "    await asyncio.sleep(1)\n",
		.good = "import asyncio\n\n"
			"async def main():\n"
			"    await asyncio.sleep(1)\n",
		.libraries = "",
		.pythons = "3.5+",
		.since = "1",
		.words = await_words,
		.kinds = PY_BIT(Await) | PY_BIT(AsyncFor) | PY_BIT(AsyncWith) | PY_BIT(ListComp) |
			PY_BIT(SetComp) | PY_BIT(DictComp),
		.check = check_await_outside,
		.at_compile_time = true,
	},
	{
		.id = "protocol-with",
		.level = LEVEL_ERROR,
		.title = "with and async with mixed up",
		.why = "An async context manager has no __enter__, a sync one no __aenter__: the "
		       "statement raises TypeError or AttributeError each time it is reached.",
		.fix = "Use `async with` for async context managers and `with` for the others.",
		.bad = "import asyncio\n\n"
		       "lock = asyncio.Lock()\n\n"
		       "async def update():\n"
		       "    with lock:\n"
		       "        await write()\n",
		.good = "import asyncio\n\n"
			"lock = asyncio.Lock()\n\n"
			"async def update():\n"
			"    async with lock:\n"
			"        await write()\n",
		.libraries = "asyncio, threading, aiohttp, httpx, anyio, trio",
		.pythons = "3.5+",
		.since = "1",
		.words = with_words,
		.kinds = PY_BIT(With) | PY_BIT(AsyncWith),
		.check = check_protocol_with,
	},
	{
		.id = "protocol-iter",
		.level = LEVEL_ERROR,
		.title = "for and async for mixed up",
		.why = "An async generator has no __iter__ and a coroutine no __aiter__: the loop "
		       "raises TypeError before its first turn.",
		.fix = "Use `async for` over async generators; await a coroutine and loop over "
		       "its result.",
		.bad = "async def pages():\n"
		       "    yield await load()\n\n"
		       "async def main():\n"
		       "    for page in pages():\n"
		       "        print(page)\n",
		.good = "async def pages():\n"
			"    yield await load()\n\n"
			"async def main():\n"
			"    async for page in pages():\n"
			"        print(page)\n",
		.libraries = "asyncio, aiohttp, httpx, redis",
		.pythons = "3.6+",
		.since = "1",
		.words = iter_words,
		.kinds = PY_BIT(For) | PY_BIT(AsyncFor) | PY_BIT(ListComp) | PY_BIT(SetComp) |
			PY_BIT(DictComp) | PY_BIT(GeneratorExp) | PY_BIT(Call) | PY_BIT(YieldFrom),
		.check = check_protocol_iter,
	},
	{
		.id = "protocol-contextvar",
		.level = LEVEL_WARNING,
		.title = "ContextVar with a mutable default",
		.why = "There is one default object for all contexts: what one request or task "
		       "adds to it shows up in all the others.",
		.fix = "Leave the default out or make it None, and set() a new object at the "
		       "start of each context.",
		.bad = "from contextvars import ContextVar\n\n"
		       "tags = ContextVar(\"tags\", default={})\n",
		.good = "from contextvars import ContextVar\n\n"
			"tags = ContextVar(\"tags\", default=None)\n",
		.libraries = "contextvars",
		.pythons = "3.7+",
		.since = "1",
		.words = contextvar_words,
		.kinds = PY_BIT(Call),
		.check = check_contextvar,
	},
	{
		.id = "protocol-test",
		.level = LEVEL_WARNING,
		.title = "Async test that nobody awaits",
		.why = "The runner calls the test, gets a coroutine and throws it away: the test "
		       "passes without having run.",
		.fix = "Derive from unittest.IsolatedAsyncioTestCase, or mark the test for "
		       "pytest-asyncio or anyio.",
		.bad = "import unittest\n\n"
		       "class StoreTest(unittest.TestCase):\n"
		       "    async def test_load(self):\n"
		       "        self.assertEqual(await load(), 1)\n",
		.good = "import unittest\n\n"
			"class StoreTest(unittest.IsolatedAsyncioTestCase):\n"
			"    async def test_load(self):\n"
			"        self.assertEqual(await load(), 1)\n",
		.libraries = "unittest, pytest",
		.pythons = "3.5+",
		.since = "1",
		.words = test_words,
		.kinds = PY_BIT(AsyncFunctionDef),
		.check = check_protocol_test,
	},
};

const struct rule_family family_protocol = {
	.slug = "protocol",
	.title = "Async protocol misuse",
	.rules = rules,
	.rule_count = ARRAY_LEN(rules),
	.words = await_words,
};
