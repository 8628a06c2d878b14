/*
 * Processes started while a module is imported. A spawned child imports the main module again, and
 * would start its own children there.
 */
#include "scan/rules/idiom.h"
#include "scan/rules/process.h"
#include "scan/rules/process_kind.h"

#define MAX_CALLS 3 /* functions of the file, one calling the other */

/* ---- guards ---- */

/* __name__ == "__main__", or a question about which process this is. */
static bool is_guard(const struct py_node *test)
{
	static const char *const names[] = {"__name__", "__mp_main__", "current_process",
		"parent_process", "TYPE_CHECKING", "freeze_support", NULL};

	PY_EACH (n, test)
		if (idiom_is_one_of(idiom_last_name(n), names))
			return true;
	return false;
}

static bool is_guarded(const struct py_node *n)
{
	for (; n; n = n->parent)
		if (n->kind == PY_If && is_guard(n->u.cond.test))
			return true;
	return false;
}

/* `if __name__ != "__main__": raise SystemExit` before it. */
static bool is_left_before(struct py_file *f, const struct py_node *n)
{
	struct py_list body = f->tree->root->u.module.body;

	for (uint32_t i = 0; i < body.len && body.items[i]->start < n->start; i++)
		if (body.items[i]->kind == PY_If && is_guard(body.items[i]->u.cond.test) &&
			!py_may_complete(body.items[i]->u.cond.body))
			return true;
	return false;
}

/* A child that is forked imports nothing again. */
static bool is_forked(struct py_file *f, const struct py_node *made)
{
	const struct py_node *func = made->u.call.func, *context = py_keyword(made, "mp_context");

	if (func->kind == PY_Attribute)
		context = process_context(f, func->u.attribute.value);
	else if (context)
		context = process_context(f, context);
	if (context)
		return str_is(process_method(context), "fork");
	return process_sets_method(f, "fork");
}

/* Does it run while the module is imported? */
static bool is_import_time(const struct py_node *n)
{
	for (; n; n = n->parent)
		if (py_is_function(n) || n->kind == PY_Lambda)
			return false;
	return true;
}

/* ---- what starts processes ---- */

/* The call that made what `expr` is: itself, or what its variable was given. */
static const struct py_node *maker_of(struct py_file *f, const struct py_node *expr)
{
	const struct py_binding *b;

	if (expr->kind == PY_Name) {
		b = py_lookup(f, expr, expr->u.name.id);
		expr = b && (b->kind == PY_BIND_ASSIGN || b->kind == PY_BIND_WITH) ? b->value
										   : NULL;
	}
	return expr && expr->kind == PY_Call ? expr : NULL;
}

/* The call that made the process or executor which is put to work here, NULL for none. */
static const struct py_node *put_to_work(struct py_file *f, const struct py_node *call)
{
	const struct py_node *func = call->u.call.func, *object, *made;
	struct str name = idiom_last_name(func);
	enum worker w;

	if (str_is(name, "Pool"))
		return worker_made(f, call, NULL) == WORKER_POOL ? call : NULL;
	if (func->kind != PY_Attribute ||
		(!str_is(name, "start") && !str_is(name, "submit") && !str_is(name, "map")))
		return NULL;
	object = func->u.attribute.value;
	w = worker_of(f, object, NULL);
	made = maker_of(f, object);
	if (w == WORKER_PROCESS && str_is(name, "start"))
		return made ? made : call;
	return w == WORKER_PROCESS_EXECUTOR && !str_is(name, "start") && made ? made : NULL;
}

/* Is it the first use of the executor bound to this variable? One defect, one finding. */
static bool is_first_use(struct py_file *f, const struct py_node *call)
{
	const struct py_node *object = call->u.call.func;
	const struct py_binding *b;
	struct py_uses uses;

	if (object->kind != PY_Attribute || object->u.attribute.value->kind != PY_Name ||
		str_is(object->u.attribute.attr, "start"))
		return true;
	object = object->u.attribute.value;
	b = py_lookup(f, object, object->u.name.id);
	if (!b) /* a module that is not imported: multiprocessing.Pool() */
		return true;
	uses = py_uses_of(f, b);
	for (uint32_t i = 0; i < uses.len && uses.items[i]->start < object->start; i++) {
		const struct py_node *p = uses.items[i]->parent->parent;

		if (uses.items[i]->op == PY_LOAD && p && p->kind == PY_Call && is_import_time(p) &&
			put_to_work(f, p))
			return false;
	}
	return true;
}

/* ---- functions that are called while the module is imported ---- */

static const struct py_node *starter_in(struct py_file *f, const struct py_node *def, int depth)
{
	PY_EACH (n, def) {
		const struct py_node *callee, *made;

		if (py_is_scope(n) && n != def) {
			n = n->end_node - 1;
			continue;
		}
		if (n->kind != PY_Call || is_guarded(n))
			continue;
		made = put_to_work(f, n);
		if (made)
			return is_forked(f, made) ? NULL : n;
		callee = depth < MAX_CALLS ? py_callee(f, n->u.call.func) : NULL;
		if (callee && callee->kind == PY_FunctionDef && callee != def &&
			starter_in(f, callee, depth + 1))
			return n;
	}
	return NULL;
}

/* `main()` at the end of the module, where main starts processes. */
static bool calls_starter(struct py_file *f, const struct py_node *call)
{
	const struct py_node *def;

	if (call->u.call.func->kind != PY_Name || call->parent->kind != PY_Expr)
		return false;
	def = py_callee(f, call->u.call.func);
	return def && def->kind == PY_FunctionDef && !py_is_generator(def) && starter_in(f, def, 1);
}

void check_main_guard(struct rule_run *run, const struct rule *rule, const struct py_node *call)
{
	struct py_file *f = run->file;
	const struct py_node *made;
	bool starts;

	if (!is_import_time(call))
		return;
	made = put_to_work(f, call);
	starts = made ? is_first_use(f, call) && !is_forked(f, made) : calls_starter(f, call);
	if (!starts || is_guarded(call) || is_left_before(f, call))
		return;
	rule_report(run, rule, py_stmt_of(call),
		"processes are started while this module is imported; a spawned child imports it "
		"again: put this under `if __name__ == \"__main__\":`");
}
