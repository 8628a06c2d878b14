/*
 * Callables on the wrong side of the bridge: an async function where a sync one is called, a call
 * where a callable belongs, a callable where a coroutine belongs.
 */
#include "scan/rules/bridge.h"

#include "scan/base/mem.h"
#include "scan/rules/idiom.h"

/* The callable that an expression stands for: itself, or the f of partial(f, …). */
static bool is_callable_expr(struct py_file *f, const struct py_node *e)
{
	if (e->kind == PY_Call)
		return py_resolves_to(f, e->u.call.func, "functools.partial");
	return e->kind == PY_Name || e->kind == PY_Attribute;
}

static bool is_async_function(struct py_file *f, const struct py_node *e)
{
	const struct py_node *def = py_callee(f, e);

	return def ? def->kind == PY_AsyncFunctionDef : names_coroutine(f, e);
}

static bool is_async_callable(struct py_file *f, const struct py_node *e)
{
	return is_callable_expr(f, e) && is_async_function(f, e);
}

/* How the message names it: "work", or "the lambda". */
static struct str name_of(struct py_file *f, const struct py_node *e)
{
	struct str last = idiom_last_name(e);

	if (last.len > 0)
		return last;
	return e->kind == PY_Lambda ? STR("the lambda") : py_text(f->tree, py_arg(e, 0));
}

/* ---- bridge-async-callback ---- */

/* Does the taker hand on what the callable gives, so that somebody could still await it? */
static bool keeps_result(const struct taker *t)
{
	static const char *const starters[] = {"threading.Thread", "threading.Timer",
		"_thread.start_new_thread", "multiprocessing.Process",
		"multiprocessing.context.BaseContext.Process", NULL};

	return (t->place == IN_THREAD || t->place == IN_PROCESS) &&
		!idiom_is_one_of(str_from(t->name), starters);
}

/* `lambda: save(x)` with an async save. */
static bool is_async_lambda(struct py_file *f, const struct py_node *e)
{
	return e->kind == PY_Lambda && e->u.lambda.body->kind == PY_Call &&
		is_async_function(f, e->u.lambda.body->u.call.func);
}

static const char *advice_for(enum place place)
{
	switch (place) {
	case IN_THREAD:
	case IN_PROCESS:
		return "give it a sync function, or await the coroutine in the event loop";
	case IN_LOOP:
		return "give it a sync function that starts a task and keeps it";
	case IN_SIGNAL:
		return "use loop.add_signal_handler() with a sync function that starts a task";
	case AT_EXIT:
		return "no loop runs at exit: clean up before the loop ends";
	default:
		return "compute the values with await first";
	}
}

static void report_async(struct rule_run *run, const struct rule *rule, const struct taker *t,
	const struct py_node *call, const struct py_node *arg)
{
	struct str name = name_of(run->file, arg);

	rule_report(run, rule, call,
		"%.*s() calls %.*s without awaiting the coroutine that gives, so its body never "
		"runs; %s",
		STR_ARG(py_text(run->file->tree, call->u.call.func)), STR_ARG(name),
		advice_for(t->place));
}

/* @atexit.register on an async def. */
static void check_decorated(
	struct rule_run *run, const struct rule *rule, const struct py_node *def)
{
	struct py_list decorators = def->u.function.decorators;

	for (uint32_t i = 0; i < decorators.len; i++)
		if (py_resolves_to(run->file, decorators.items[i], "atexit.register"))
			rule_report(run, rule, decorators.items[i],
				"atexit calls %.*s without awaiting the coroutine that gives, so "
				"its body never runs; %s",
				STR_ARG(def->u.function.name), advice_for(AT_EXIT));
}

void check_async_callback(struct rule_run *run, const struct rule *rule, const struct py_node *n)
{
	struct py_file *f = run->file;
	const struct taker *t;
	const struct py_node *arg;

	if (n->kind == PY_AsyncFunctionDef) {
		check_decorated(run, rule, n);
		return;
	}
	t = taker_of(f, n);
	if (!t || t->takes != TAKES_SYNC)
		return;
	arg = taker_arg(t, n);
	if (!arg || idiom_expects_error(n))
		return;
	if (is_async_callable(f, arg) || (!keeps_result(t) && is_async_lambda(f, arg)))
		report_async(run, rule, t, n, arg);
}

/* ---- bridge-called-early ---- */

static bool is_plain_value(struct rule_run *run, const struct py_node *value)
{
	switch (value->kind) {
	case PY_Constant:
	case PY_JoinedStr:
	case PY_List:
	case PY_Tuple:
	case PY_Dict:
	case PY_Set:
	case PY_ListComp:
	case PY_SetComp:
	case PY_DictComp:
	case PY_GeneratorExp:
	case PY_BinOp:
	case PY_Compare:
		return true;
	case PY_Call:
		return catalogue_blocking(run, value) != NULL;
	default:
		return false;
	}
}

/* Does a def of the file surely return no callable? One without a body of its own is a stub: what
 * overrides it may return anything. */
static bool returns_plain_values(struct rule_run *run, const struct py_node *def)
{
	bool works = false;

	for (uint32_t i = 0; i < def->u.function.body.len; i++)
		PY_EACH (n, def->u.function.body.items[i]) {
			if (n->kind == PY_Return && n->u.expr.value &&
				!is_plain_value(run, n->u.expr.value))
				return false;
			works |= n->kind == PY_Call && n->parent->kind != PY_Raise;
			if (py_is_scope(n))
				n = n->end_node - 1;
		}
	return works;
}

/* Builtins that work at once and give no callable. */
static bool is_plain_builtin(struct py_file *f, const struct py_node *func)
{
	static const char *const names[] = {
		"print", "input", "len", "sum", "sorted", "open", "list", "dict", "exec", NULL};

	return func->kind == PY_Name && idiom_is_one_of(func->u.name.id, names) &&
		!py_lookup(f, func, func->u.name.id);
}

/* What blocks is done when it returns: only constructors of clients give something with methods. */
static bool is_blocking_work(struct rule_run *run, const struct py_node *call)
{
	static const char *const kinds[] = {
		"sleep", "http", "subprocess", "file", "network", "console", NULL};
	const struct blocking_call *row = catalogue_blocking(run, call);

	return row && idiom_is_one_of(str_from(row->kind), kinds);
}

static bool gives_no_callable(struct rule_run *run, const struct py_node *call)
{
	const struct py_node *func = call->u.call.func, *def = py_callee(run->file, func);

	if (def && str_is(def->u.function.name, "__init__"))
		return false;
	if (def)
		return def->kind == PY_AsyncFunctionDef || py_is_generator(def) ||
			returns_plain_values(run, def);
	return is_plain_builtin(run->file, func) || is_blocking_work(run, call) ||
		names_coroutine(run->file, func);
}

/* Elsewhere the error comes at once, and in the first test. */
static bool runs_later(const struct taker *t)
{
	return t->takes != TAKES_COROUTINE && t->place != IN_SIGNAL && t->place != AT_EXIT &&
		t->place != IN_PLACE;
}

void check_called_early(struct rule_run *run, const struct rule *rule, const struct py_node *call)
{
	const struct taker *t = taker_of(run->file, call);
	const struct py_node *arg = t && runs_later(t) ? taker_arg(t, call) : NULL;
	struct str taker = py_text(run->file->tree, call->u.call.func), inner;

	if (!arg || arg->kind != PY_Call || is_callable_expr(run->file, arg) ||
		!gives_no_callable(run, arg) || idiom_expects_error(call))
		return;
	inner = py_text(run->file->tree, arg->u.call.func);
	rule_report(run, rule, arg,
		"%.*s() is called here and now, and %.*s() gets what it gives, which is no "
		"callable; pass %.*s itself and its arguments after it",
		STR_ARG(inner), STR_ARG(taker), STR_ARG(inner));
}

/* ---- bridge-uncalled ---- */

static void check_argument(struct rule_run *run, const struct rule *rule,
	const struct py_node *call, const struct py_node *arg)
{
	const struct py_node *def;

	if (!is_async_callable(run->file, arg))
		return;
	def = py_callee(run->file, arg);
	/* An object whose __call__ is async may itself be awaitable; async generators are none. */
	if (def && (str_is(def->u.function.name, "__call__") || py_is_generator(def)))
		return;
	rule_report(run, rule, arg,
		"%.*s() needs a coroutine, and %.*s is only the function that makes one: TypeError "
		"when it runs; call it",
		STR_ARG(py_text(run->file->tree, call->u.call.func)),
		STR_ARG(name_of(run->file, arg)));
}

void check_uncalled(struct rule_run *run, const struct rule *rule, const struct py_node *call)
{
	const struct taker *t = taker_of(run->file, call);
	const struct py_node *arg = t && t->takes == TAKES_COROUTINE ? taker_arg(t, call) : NULL;

	if (!arg || idiom_expects_error(call))
		return;
	check_argument(run, rule, call, arg);
	for (uint32_t i = 1; t->position < 0 && i < call->u.call.args.len; i++)
		if (call->u.call.args.items[i]->kind != PY_Starred)
			check_argument(run, rule, call, call->u.call.args.items[i]);
}
