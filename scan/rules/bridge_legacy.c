/*
 * bridge-legacy: asyncio's ways of before 3.10 that newer Pythons warn about or refuse:
 * get_event_loop() without a loop, `loop=` arguments, wait() on coroutines, generator-based
 * coroutines.
 */
#include "scan/rules/bridge.h"

#include "scan/rules/idiom.h"

static bool asks_version(const struct py_node *top)
{
	PY_EACH (t, top) {
		struct str name = idiom_last_name(t);

		if (str_is(name, "version_info") || str_starts(name, "PY") ||
			str_starts(name, "py3") || str_is(name, "hexversion"))
			return true;
	}
	return false;
}

/* @pytest.mark.skipif(sys.version_info >= (3, 11), reason="gone"), but not `< (3, 5)`. */
static bool is_for_older(const struct py_node *decorator)
{
	PY_EACH (n, decorator)
		if (n->kind == PY_Compare &&
			(n->u.compare.ops[0] == PY_OP_GTE || n->u.compare.ops[0] == PY_OP_GT))
			return asks_version(n);
	return false;
}

static bool has_version_decorator(const struct py_node *def)
{
	struct py_list d =
		def->kind == PY_ClassDef ? def->u.class_def.decorators : def->u.function.decorators;

	for (uint32_t i = 0; i < d.len; i++)
		if (is_for_older(d.items[i]))
			return true;
	return false;
}

/* Is there a test of Python's version around the node, or, in its function, a handler for the
 * error? */
static bool is_version_guarded(const struct py_node *n)
{
	bool inside = true; /* the node's own function */

	for (const struct py_node *p = n->parent; p; n = p, p = p->parent) {
		if (p->kind == PY_If && asks_version(p->u.cond.test))
			return true;
		if (p->kind == PY_IfExp && asks_version(p->u.if_exp.test))
			return true;
		if (inside && p->kind == PY_Try && n->kind != PY_ExceptHandler &&
			p->u.try_stmt.handlers.len > 0)
			return true;
		if (!py_is_function(p) && p->kind != PY_ClassDef)
			continue;
		if (has_version_decorator(p))
			return true;
		inside = false;
	}
	return false;
}

/* ---- get_event_loop() where no loop runs ---- */

static bool is_inside_async(const struct py_node *n)
{
	for (n = n->parent; n; n = n->parent)
		if (n->kind == PY_AsyncFunctionDef)
			return true;
	return false;
}

/* In the function, class or module itself, without what is defined in it. */
static bool calls_method(const struct py_node *top, const char *const *names)
{
	PY_EACH (n, top) {
		if (n != top && py_is_scope(n)) {
			n = n->end_node - 1;
			continue;
		}
		if (n->kind == PY_Call && idiom_is_one_of(idiom_last_name(n->u.call.func), names))
			return true;
	}
	return false;
}

/* The function that drives the loop itself, so that none runs when it asks for one. */
static bool drives_loop(const struct py_node *function)
{
	static const char *const names[] = {"run_until_complete", "run_forever", NULL};

	return calls_method(function, names);
}

static bool sets_loop(const struct py_node *function)
{
	static const char *const names[] = {
		"set_event_loop", "new_event_loop", "is_running", "get_running_loop", NULL};

	return calls_method(function, names);
}

static void check_get_loop(
	struct rule_run *run, const struct rule *rule, const struct py_node *call)
{
	struct py_file *f = run->file;
	const struct py_node *function = py_context(f, call);
	bool at_import = function->kind == PY_Module || function->kind == PY_ClassDef;

	if (is_inside_async(call) ||
		!py_resolves_to(f, call->u.call.func, "asyncio.get_event_loop") ||
		is_version_guarded(call) || idiom_expects_error(call) || sets_loop(function))
		return;
	if (at_import || (function->kind == PY_FunctionDef && drives_loop(function)))
		rule_report(run, rule, call,
			"no loop runs here: get_event_loop() warns since Python 3.12 and raises "
			"RuntimeError in 3.14; use asyncio.run(), or get_running_loop() in "
			"coroutines");
}

/* ---- arguments that are refused ---- */

static const char *const without_loop[] = {"asyncio.sleep", "asyncio.wait_for", "asyncio.wait",
	"asyncio.gather", "asyncio.shield", "asyncio.as_completed", "asyncio.open_connection",
	"asyncio.start_server", "asyncio.open_unix_connection", "asyncio.start_unix_server",
	"asyncio.create_subprocess_exec", "asyncio.create_subprocess_shell", "asyncio.Lock",
	"asyncio.Event", "asyncio.Condition", "asyncio.Semaphore", "asyncio.BoundedSemaphore",
	"asyncio.Queue", "asyncio.LifoQueue", "asyncio.PriorityQueue", NULL};

static void check_loop_argument(
	struct rule_run *run, const struct rule *rule, const struct py_node *call)
{
	if (!py_keyword(call, "loop") ||
		py_resolves_to_any(run->file, call->u.call.func, without_loop) < 0 ||
		is_version_guarded(call) || idiom_expects_error(call))
		return;
	rule_report(run, rule, call,
		"%.*s() takes no `loop` since Python 3.10: TypeError; leave it out",
		STR_ARG(py_text(run->file->tree, call->u.call.func)));
}

static bool makes_coroutine(struct py_file *f, const struct py_node *e)
{
	const struct py_node *def = e->kind == PY_Call ? py_callee(f, e->u.call.func) : NULL;

	return def ? def->kind == PY_AsyncFunctionDef && !py_is_generator(def)
		   : e->kind == PY_Call && names_coroutine(f, e->u.call.func);
}

static bool holds_coroutine(struct py_file *f, const struct py_node *e)
{
	if (e->kind == PY_ListComp || e->kind == PY_SetComp)
		return makes_coroutine(f, e->u.comp.elt);
	if (e->kind != PY_List && e->kind != PY_Set && e->kind != PY_Tuple)
		return false;
	for (uint32_t i = 0; i < e->u.sequence.elts.len; i++)
		if (makes_coroutine(f, e->u.sequence.elts.items[i]))
			return true;
	return false;
}

/* The list itself, or the one that the local variable is bound to. */
static const struct py_node *list_of(struct py_file *f, const struct py_node *e)
{
	const struct py_binding *b;

	if (!e || e->kind != PY_Name)
		return e;
	b = py_only_binding(py_lookup(f, e, e->u.name.id));
	return b && b->kind == PY_BIND_ASSIGN ? b->value : NULL;
}

static void check_wait(struct rule_run *run, const struct rule *rule, const struct py_node *call)
{
	const struct py_node *list = list_of(run->file, py_arg_or_keyword(call, 0, "fs"));

	if (!list || !holds_coroutine(run->file, list) ||
		!py_resolves_to(run->file, call->u.call.func, "asyncio.wait") ||
		idiom_expects_error(call))
		return;
	rule_report(run, rule, call,
		"asyncio.wait() refuses coroutines since Python 3.11: TypeError; make tasks of "
		"them with asyncio.create_task()");
}

static void check_call(struct rule_run *run, const struct rule *rule, const struct py_node *call)
{
	struct str name = idiom_last_name(call->u.call.func);

	if (str_is(name, "get_event_loop"))
		check_get_loop(run, rule, call);
	else if (str_is(name, "async") &&
		py_resolves_to(run->file, call->u.call.func, "asyncio.async"))
		rule_report(run, rule, call,
			"asyncio.async() is a syntax error since Python 3.7; use "
			"asyncio.ensure_future() or create_task()");
	else if (call->u.call.keywords.len > 0)
		check_loop_argument(run, rule, call);
	if (str_is(name, "wait"))
		check_wait(run, rule, call);
}

/* ---- generator-based coroutines ---- */

static void check_def(struct rule_run *run, const struct rule *rule, const struct py_node *def)
{
	struct py_list decorators = def->u.function.decorators;

	for (uint32_t i = 0; i < decorators.len; i++)
		if (py_resolves_to(run->file, decorators.items[i], "asyncio.coroutine") &&
			!is_version_guarded(def))
			rule_report(run, rule, decorators.items[i],
				"@asyncio.coroutine is gone since Python 3.11; write `async def` "
				"and `await`");
}

void check_legacy(struct rule_run *run, const struct rule *rule, const struct py_node *n)
{
	if (n->kind == PY_Call)
		check_call(run, rule, n);
	else if (n->kind == PY_FunctionDef)
		check_def(run, rule, n);
	else if (py_in_async(run->file, n))
		rule_report(run, rule, n,
			"`yield from` is a syntax error inside `async def`; write `await`");
}
