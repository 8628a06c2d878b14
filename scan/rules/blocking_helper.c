/*
 * blocking-helper: a sync function of the file, called in async code, that comes to a blocking call
 * by itself or through others. The call site is told, with the way.
 */
#include "scan/rules/blocking.h"

#include "scan/rules/chain.h"
#include "scan/rules/engine.h"
#include "scan/rules/idiom.h"
#include "scan/rules/lock.h"

/* ---- what blocks inside sync functions ---- */

/* LEVEL_INFO is the least of the grades. */
static int grade_of(enum level level)
{
	return (int)level + 1;
}

static enum level level_of(int grade)
{
	return (enum level)(grade - 1);
}

/* `lock.acquire()` with its release() in the same function: a short critical section, as `with
 * lock:` would be. */
static bool is_critical_section(struct py_file *f, const struct py_node *call)
{
	const struct py_node *function = idiom_function_or_module(f, call);
	const struct py_node *lock = call->u.call.func;
	struct str text;

	if (lock->kind != PY_Attribute || !str_is(lock->u.attribute.attr, "acquire"))
		return false;
	text = py_text(f->tree, lock->u.attribute.value);
	PY_EACH (n, function)
		if (lock_method(f, n, text, "release"))
			return true;
	return false;
}

/* Levels are those of the rules that would tell the same call in async code. */
static int grade_call(struct rule_run *run, const struct py_node *call)
{
	const struct blocking_call *row = catalogue_blocking(run, call);
	struct str kind;
	enum level level = LEVEL_ERROR;

	if (!row)
		return 0;
	kind = str_from(row->kind);
	if (str_is(kind, "cpu") || is_debugger(str_from(row->name)) ||
		is_told_elsewhere(run, row, call) ||
		(str_is(kind, "lock") && is_critical_section(run->file, call)))
		return 0;
	if (str_is(kind, "cloud"))
		level = LEVEL_WARNING;
	if (str_is(kind, "file") && !file_level(run, row, call, &level))
		return 0;
	if (str_is(kind, "file") && file_is_only_looked_at(str_from(row->name)))
		level = LEVEL_INFO;
	return grade_of(level);
}

/* `try: asyncio.get_running_loop()`, `if loop.is_running():`: it knows where it is called. */
static bool is_guarded(struct rule_run *run, const struct py_node *function)
{
	(void)run;
	PY_EACH (n, function) {
		if (!asks_for_loop(n))
			continue;
		for (const struct py_node *p = n->parent; p != function; p = p->parent)
			if (p->kind == PY_Try || p->kind == PY_If || p->kind == PY_IfExp)
				return true;
	}
	return false;
}

static const struct chain_search search = {.grade_call = grade_call, .is_guarded = is_guarded};

/* ---- the call site ---- */

/* What is read before anybody is served keeps nobody waiting. */
static enum level site_level(
	struct rule_run *run, const struct chain *c, const struct py_node *site)
{
	const struct blocking_call *row = catalogue_blocking(run, chain_goal(c));
	enum level level = level_of(c->grade);

	if (row && str_is(str_from(row->kind), "file") && is_in_startup(run->file, site))
		return LEVEL_INFO;
	return level;
}

/* `while self.queue.empty(): await …` in the async code, `self.queue.get()` in the helper. */
static bool is_asked_before(
	struct rule_run *run, const struct py_node *goal, const struct py_node *site)
{
	const struct blocking_call *row = catalogue_blocking(run, goal);

	return row && str_is(str_from(row->kind), "queue") &&
		goal->u.call.func->kind == PY_Attribute &&
		queue_is_tested(run->file, site, goal->u.call.func->u.attribute.value);
}

/* "fetch, …": what asyncio.to_thread is to be given. */
static struct str thread_arguments(struct rule_run *run, const struct py_node *call)
{
	const struct py_node *func = call->u.call.func;
	bool given = call->u.call.args.len + call->u.call.keywords.len > 0;

	if (func->kind != PY_Name &&
		(func->kind != PY_Attribute || func->u.attribute.value->kind != PY_Name))
		return STR("…");
	return arena_printf(run->file->arena, "%.*s%s", STR_ARG(py_text(run->file->tree, func)),
		given ? ", …" : "");
}

void check_blocking_helper(
	struct rule_run *run, const struct rule *rule, const struct py_node *call)
{
	const struct py_node *goal;
	const struct chain *c;
	struct str way, callee;

	if (!py_in_async(run->file, call))
		return;
	c = chain_from(run, &search, call);
	if (!c || leads_to_cpu(run, call))
		return;
	goal = chain_goal(c);
	if (is_asked_before(run, goal, call))
		return;
	way = chain_text(run, c);
	callee = callee_text(run, catalogue_blocking(run, goal), goal);
	rule_report_level(run, rule, site_level(run, c, call), call,
		"%.*s -> %.*s blocks the event loop; await asyncio.to_thread(%.*s), or make the "
		"functions on the way async",
		STR_ARG(way), STR_ARG(callee), STR_ARG(thread_arguments(run, call)));
}
