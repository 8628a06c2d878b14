/*
 * Executors and pools made anew for every turn of a loop or every request, and executors that are
 * never shut down.
 */
#include "scan/rules/idiom.h"
#include "scan/rules/pool.h"
#include "scan/rules/handler.h"
#include "scan/rules/process_kind.h"

/* What becomes of the executor in its function. */
enum life {
	LIFE_ELSEWHERE, /* kept, returned, handed on */
	LIFE_ENDED,     /* by with or shutdown */
	LIFE_LEFT,      /* nobody ends it */
};

static bool is_executor(enum worker w)
{
	return w == WORKER_THREAD_EXECUTOR || w == WORKER_PROCESS_EXECUTOR || w == WORKER_POOL ||
		w == WORKER_THREAD_POOL;
}

/* ---- how long it lives ---- */

/* `del pool` is written where its end is meant. */
static bool is_deleted(struct py_file *f, const struct py_binding *b)
{
	struct py_uses uses = py_uses_of(f, b);

	for (uint32_t i = 0; i < uses.len; i++)
		if (uses.items[i]->op == PY_DEL)
			return true;
	return false;
}

static enum life life_of_local(struct py_file *f, const struct py_node *target)
{
	static const char *const enders[] = {
		"shutdown", "close", "terminate", "join", "__exit__", NULL};
	const struct py_binding *b = target->kind == PY_Name ? py_binding_at(f, target) : NULL;
	struct py_escape use;

	if (!b || b->scope->kind != PY_SCOPE_FUNCTION || b->scope->calls_locals)
		return LIFE_ELSEWHERE;
	use = py_escape_of(f, b);
	if (use.in_with || py_method_called_on(f, b, enders) || is_deleted(f, b))
		return LIFE_ENDED;
	return use.escapes ? LIFE_ELSEWHERE : LIFE_LEFT;
}

/* `loop.run_in_executor(ThreadPoolExecutor(), f)` does not take the executor over. */
static bool is_lent(const struct py_node *value)
{
	const struct py_node *p = value->parent;

	return p->kind == PY_Call && py_arg(p, 0) == value &&
		str_is(idiom_last_name(p->u.call.func), "run_in_executor");
}

static bool is_used_in_place(const struct py_node *attribute)
{
	static const char *const methods[] = {"submit", "map", "map_async", "apply", "apply_async",
		"starmap", "starmap_async", "imap", "imap_unordered", NULL};

	return attribute->kind == PY_Attribute &&
		idiom_is_one_of(attribute->u.attribute.attr, methods) &&
		attribute->parent->kind == PY_Call;
}

static enum life life_of(struct py_file *f, const struct py_node *value)
{
	const struct py_node *p = value->parent;

	if (p->kind == PY_withitem)
		return LIFE_ENDED;
	if (p->kind == PY_Assign && p->u.assign.targets.len == 1)
		return life_of_local(f, p->u.assign.targets.items[0]);
	return is_lent(value) || is_used_in_place(p) ? LIFE_LEFT : LIFE_ELSEWHERE;
}

/* ---- loops ---- */

/* A handful of turns: over a list written there, or range(3). */
static bool is_short(const struct py_node *loop)
{
	const struct py_node *iter, *turns;

	if (loop->kind != PY_For)
		return false;
	iter = loop->u.loop.iter;
	if (iter->kind == PY_List || iter->kind == PY_Tuple || iter->kind == PY_Set)
		return true;
	turns = iter->kind == PY_Call && py_is_name(iter->u.call.func, "range") ? py_arg(iter, 0)
										: NULL;
	return py_is_constant(turns, PY_CONST_INT) && turns->u.constant.text.len == 1;
}

/* Turns that end with the first success are retries: the old pool may be broken. */
static bool is_per_turn(const struct py_node *call)
{
	const struct py_node *loop = py_loop_around(call);

	return loop && !is_short(loop) && !idiom_depends_on_turn(call, loop) &&
		!py_loop_has_exit(loop);
}

static bool is_per_request(struct py_file *f, const struct py_node *call)
{
	const struct py_node *function = py_function_around(call);

	return function && py_in_async(f, call) && handler_of_request(f, function, HANDLER_ANY);
}

void check_pool_per_call(struct rule_run *run, const struct rule *rule, const struct py_node *call)
{
	struct py_file *f = run->file;
	struct str name = idiom_last_name(call->u.call.func);
	const struct py_node *local_class;
	enum life life;

	if (!is_executor(worker_made(f, call, &local_class)) || local_class ||
		idiom_expects_error(call))
		return;
	life = life_of(f, py_value_top(call));
	if (life == LIFE_ELSEWHERE)
		return;
	if (is_per_turn(call))
		rule_report(run, rule, call,
			"%.*s is made anew in every turn of the loop, and its workers with it; "
			"make "
			"it once, before the loop",
			STR_ARG(name));
	else if (is_per_request(f, call))
		rule_report(run, rule, call,
			"%.*s is made anew for every request, so nothing limits the number of its "
			"workers; make one when the application starts",
			STR_ARG(name));
	else if (life == LIFE_LEFT)
		rule_report_level(run, rule, LEVEL_INFO, call,
			"this %.*s is never shut down; use `with`, or make one and keep it",
			STR_ARG(name));
}
