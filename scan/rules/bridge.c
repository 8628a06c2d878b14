/*
 * Mixing async and threads: event loops run, called and waited for from the wrong side.
 *
 * bridge-nested-run works from the call that runs a loop outwards: through the sync functions of
 * this file that call each other, up to the call sites in async code.
 */
#include "scan/rules/idiom.h"
#include "scan/rules/rule.h"

#define MAX_STEPS     5  /* sync functions between the async code and the call */
#define MAX_FUNCTIONS 64 /* visited for one call */

/* ---- bridge-nested-run ---- */

static bool runs_loop(struct py_file *f, const struct py_node *call)
{
	static const char *const names[] = {"asyncio.run", "asyncio.runners.run",
		"asyncio.Runner.run", "anyio.run", "trio.run", "uvloop.run", NULL};
	struct str name = idiom_last_name(call->u.call.func);

	/* Only event loops have a method of this name. */
	if (call->u.call.func->kind == PY_Attribute && str_is(name, "run_until_complete"))
		return true;
	return (str_is(name, "run") || call->u.call.func->kind == PY_Name) &&
		py_resolves_to_any(f, call->u.call.func, names) >= 0;
}

static bool asks_for_loop(const struct py_node *n)
{
	static const char *const names[] = {"get_running_loop", "_get_running_loop", "is_running",
		"current_async_library", "in_trio_run", "current_task", "running_async", NULL};

	return n->kind == PY_Call && idiom_is_one_of(idiom_last_name(n->u.call.func), names);
}

/* Does the sync function find out first whether a loop runs? */
static bool is_guarded(const struct py_node *function)
{
	PY_EACH (n, function)
		if (asks_for_loop(n))
			return true;
	return false;
}

static bool list_asks_for_loop(struct py_list body)
{
	for (uint32_t i = 0; i < body.len; i++)
		if (is_guarded(body.items[i]))
			return true;
	return false;
}

/* In an async def a running loop is certain, so only a test of it that surrounds the call counts:
 * `if not loop.is_running():`, or the handler after `try: get_running_loop()`. */
static bool is_guarded_here(const struct py_node *call)
{
	for (const struct py_node *n = call; n && !py_is_function(n); n = n->parent) {
		const struct py_node *p = n->parent;

		if (p && p->kind == PY_If && is_guarded(p->u.cond.test))
			return true;
		if (n->kind == PY_ExceptHandler && p && list_asks_for_loop(p->u.try_stmt.body))
			return true;
	}
	return false;
}

/* A sync function of the file on the way outwards; `inner` is the call in it that leads on. */
struct hop {
	const struct py_node *function, *inner;
	uint32_t next; /* index of the function that `inner` calls; unused for the first */
	uint32_t steps;
};

struct search {
	struct rule_run *run;
	const struct rule *rule;
	struct hop hops[MAX_FUNCTIONS];
	uint32_t count;
};

static bool seen(const struct search *s, const struct py_node *function)
{
	for (uint32_t i = 0; i < s->count; i++)
		if (s->hops[i].function == function)
			return true;
	return false;
}

/* Adds the function if calling it runs its body at once, without a guard. */
static void add_function(struct search *s, const struct py_node *function,
	const struct py_node *inner, uint32_t next, uint32_t steps)
{
	if (function->kind != PY_FunctionDef || s->count == MAX_FUNCTIONS || seen(s, function) ||
		py_is_generator(function) || is_guarded(function))
		return;
	s->hops[s->count++] = (struct hop){function, inner, next, steps};
}

/* Adds the function around `inner`. */
static void add_hop(struct search *s, const struct py_node *inner, uint32_t next, uint32_t steps)
{
	if (!idiom_expects_error(inner))
		add_function(s, py_context(s->run->file, inner), inner, next, steps);
}

/* "load() -> fetch() -> asyncio.run()" */
static void add_chain(const struct search *s, uint32_t hop, struct strbuf *out)
{
	for (uint32_t i = hop;; i = s->hops[i].next) {
		strbuf_add(out, s->hops[i].function->u.function.name);
		strbuf_addz(out, "() -> ");
		if (i == 0)
			break;
	}
	strbuf_add(out, py_text(s->run->file->tree, s->hops[0].inner->u.call.func));
	strbuf_addz(out, "()");
}

/*
 * The call that runs a loop, as a reader would find it first from `from` inwards. When several can
 * be reached from one call site, the site is reported once, for this one.
 */
static const struct py_node *first_run(struct rule_run *run, const struct py_node *from)
{
	struct search s = {.run = run};

	s.hops[s.count++] = (struct hop){.function = from};
	for (uint32_t i = 0; i < s.count; i++)
		PY_EACH (n, s.hops[i].function) {
			const struct py_node *callee;

			if (n->kind != PY_Call || py_context(run->file, n) != s.hops[i].function)
				continue;
			if (runs_loop(run->file, n) && !idiom_expects_error(n))
				return n;
			callee = py_callee(run->file, n->u.call.func);
			if (callee && s.hops[i].steps < MAX_STEPS)
				add_function(&s, callee, n, i, s.hops[i].steps + 1);
		}
	return NULL;
}

static void report_site(const struct search *s, const struct py_node *site, uint32_t hop)
{
	struct strbuf chain = {0};

	if (first_run(s->run, s->hops[hop].function) != s->hops[0].inner)
		return;
	add_chain(s, hop, &chain);
	rule_report(s->run, s->rule, site,
		"%s starts an event loop while this one is running, which raises RuntimeError; "
		"make "
		"the functions on the way async and await them",
		chain.ptr);
	strbuf_release(&chain);
}

static void visit_callers(struct search *s, uint32_t hop)
{
	struct py_uses callers = py_callers(s->run->file, s->hops[hop].function);

	for (uint32_t i = 0; i < callers.len; i++) {
		const struct py_node *site = callers.items[i];

		if (!py_in_async(s->run->file, site)) {
			if (s->hops[hop].steps < MAX_STEPS)
				add_hop(s, site, hop, s->hops[hop].steps + 1);
		} else if (!is_guarded_here(site) && !idiom_expects_error(site)) {
			report_site(s, site, hop);
		}
	}
}

static void search_outwards(
	struct rule_run *run, const struct rule *rule, const struct py_node *call)
{
	struct search s = {.run = run, .rule = rule};

	add_hop(&s, call, 0, 1);
	for (uint32_t i = 0; i < s.count; i++)
		visit_callers(&s, i);
}

static void check_nested_run(
	struct rule_run *run, const struct rule *rule, const struct py_node *call)
{
	struct py_file *f = run->file;

	if (!runs_loop(f, call) || py_calls_anywhere(f, "nest_asyncio.apply"))
		return;
	if (!py_in_async(f, call))
		search_outwards(run, rule, call);
	else if (!is_guarded_here(call) && !idiom_expects_error(call))
		rule_report(run, rule, call,
			"%.*s() in async code raises RuntimeError, as a loop is already running; "
			"await "
			"the coroutine instead",
			STR_ARG(py_text(f->tree, call->u.call.func)));
}

static const char *const nested_words[] = {
	"run_until_complete", "asyncio", "anyio", "trio", "uvloop", NULL};

static const struct rule rules[] = {
	{
		.id = "bridge-nested-run",
		.level = LEVEL_ERROR,
		.title = "Event loop started inside a running event loop",
		.why = "asyncio.run() and run_until_complete() refuse to start while a loop is "
		       "running "
		       "in the thread: the call raises RuntimeError, often only on the one path "
		       "where "
		       "async code reaches a helper that was written for scripts.",
		.fix = "Await the coroutine. Where the helper must stay sync, give it an async "
		       "twin, or "
		       "run it in a worker thread: `await asyncio.to_thread(helper)`.",
		.bad = "import asyncio\n\n"
		       "def load(url):\n"
		       "    return asyncio.run(fetch(url))\n\n"
		       "async def handler(request):\n"
		       "    return load(request.url)\n",
		.good = "import asyncio\n\n"
			"async def load(url):\n"
			"    return await fetch(url)\n\n"
			"async def handler(request):\n"
			"    return await load(request.url)\n",
		.libraries = "asyncio, anyio, trio, uvloop",
		.pythons = "",
		.since = "1",
		.words = nested_words,
		.kinds = PY_BIT(Call),
		.check = check_nested_run,
	},
};

static const char *const words[] = {"asyncio", "threading", "concurrent", "anyio", "trio", "uvloop",
	"run_until_complete", NULL};

const struct rule_family family_bridge = {
	.slug = "bridge",
	.title = "Mixing async and threads",
	.rules = rules,
	.rule_count = ARRAY_LEN(rules),
	.words = words,
};
