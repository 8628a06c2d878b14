/*
 * bridge-nested-run: an event loop started where one is running. It works from the call that runs a
 * loop outwards: through the sync functions of this file that call each other, up to the call sites
 * in async code.
 */
#include "scan/rules/bridge.h"

#include "scan/rules/idiom.h"

#define MAX_STEPS     5  /* sync functions between the async code and the call */
#define MAX_FUNCTIONS 64 /* visited for one call */

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

void check_nested_run(struct rule_run *run, const struct rule *rule, const struct py_node *call)
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
