/*
 * throughput-unbounded: as many requests at once as there are items, a task for each connection,
 * queues that only memory bounds.
 */
#include "scan/rules/throughput.h"

#include "scan/rules/idiom.h"

#define FEW_ITEMS "20" /* a literal range up to here is a bound */

/* ---- gather(*[f(x) for x in xs]) ---- */

/* Is it written in the source how many there are, and are they few? */
static bool is_few(struct py_file *f, const struct py_node *iter)
{
	const struct py_node *stop;

	if (iter->kind == PY_Tuple || iter->kind == PY_List || iter->kind == PY_Set ||
		iter->kind == PY_Dict)
		return true;
	if (iter->kind == PY_Call && py_is_name(iter->u.call.func, "range")) {
		stop = py_arg(iter, iter->u.call.args.len > 1 ? 1 : 0);
		return py_is_constant(stop, PY_CONST_INT) &&
			stop->u.constant.text.len <= strlen(FEW_ITEMS);
	}
	if (iter->kind == PY_Name) {
		const struct py_binding *b = py_only_binding(py_lookup(f, iter, iter->u.name.id));

		return b && b->kind == PY_BIND_ASSIGN && b->value && b->value->kind != PY_Name &&
			is_few(f, b->value) &&
			!py_method_called_on(f, b,
				(const char *const[]){"append", "extend", "add", "update", NULL});
	}
	return false;
}

/* The comprehension behind a starred argument, through a local that is bound once. */
static const struct py_node *comprehension_of(struct py_file *f, const struct py_node *arg)
{
	const struct py_binding *b;
	const struct py_node *n = arg->u.expr.value;

	if (n->kind == PY_Name) {
		b = py_only_binding(py_lookup(f, n, n->u.name.id));
		n = b && b->kind == PY_BIND_ASSIGN ? b->value : NULL;
	}
	return n && (n->kind == PY_ListComp || n->kind == PY_GeneratorExp) ? n : NULL;
}

/* The call that makes the coroutine: of `create_task(f(x))` the f(x). */
static const struct py_node *made_by(const struct py_node *n)
{
	static const char *const makers[] = {"create_task", "ensure_future", NULL};

	if (n->kind == PY_Call && py_arg(n, 0) &&
		idiom_is_one_of(idiom_last_name(n->u.call.func), makers))
		n = py_arg(n, 0);
	return n->kind == PY_Call ? n : NULL;
}

static bool is_limited(struct py_file *f, const struct py_node *gather, const struct py_node *call)
{
	const struct py_node *def = py_callee(f, call->u.call.func);
	const struct py_node *around = py_function_around(gather);

	return names_limit(call) || (def && names_limit(def)) || (around && names_limit(around)) ||
		py_loop_around(gather); /* batches */
}

static void check_gather(struct rule_run *run, const struct rule *rule, const struct py_node *call)
{
	static const char *const gathers[] = {"asyncio.gather", NULL};
	struct py_file *f = run->file;

	for (uint32_t i = 0; i < call->u.call.args.len; i++) {
		const struct py_node *arg = call->u.call.args.items[i], *comp, *made;

		if (arg->kind != PY_Starred)
			continue;
		comp = comprehension_of(f, arg);
		made = comp ? made_by(comp->u.comp.elt) : NULL;
		if (!made || py_resolves_to_any(f, call->u.call.func, gathers) < 0 ||
			is_few(f, comp->u.comp.generators.items[0]->u.comprehension.iter) ||
			is_limited(f, call, made) || !reaches_server(f, made))
			continue;
		rule_report(run, rule, call,
			"one `%.*s` for each item, all at once; bound them with a semaphore",
			STR_ARG(py_text(f->tree, made->u.call.func)));
		return;
	}
}

/* ---- a task for each connection ---- */

static bool awaits_accept(const struct py_node *loop)
{
	static const char *const names[] = {"accept", "sock_accept", NULL};

	PY_EACH (n, loop)
		if (n->kind == PY_Await && n->u.expr.value->kind == PY_Call &&
			idiom_is_one_of(idiom_last_name(n->u.expr.value->u.call.func), names))
			return true;
	return false;
}

static void check_task(struct rule_run *run, const struct rule *rule, const struct py_node *call)
{
	const struct py_node *loop = py_endless_loop_around(call);

	if (loop && awaits_accept(loop) && !names_limit(loop))
		rule_report(run, rule, call,
			"a task for every connection that is accepted, however many there are; "
			"bound them with a semaphore");
}

/* ---- queues ---- */

static bool is_unbounded(const struct py_node *call)
{
	const struct py_node *size = py_arg_or_keyword(call, 0, "maxsize");

	if (py_has_double_star(call) || (!size && call->u.call.args.len))
		return false;
	return !size || (py_is_constant(size, PY_CONST_INT) && str_is(size->u.constant.text, "0"));
}

/* Does this put stand where nothing ever makes it wait: in an endless loop that awaits nothing but
 * it, or in a callback of the transport? */
static bool floods(const struct py_node *put)
{
	static const char *const callbacks[] = {"data_received", "datagram_received", NULL};
	const struct py_node *loop = py_endless_loop_around(put);
	const struct py_node *function = py_function_around(put);

	if (function && function->kind == PY_FunctionDef && py_class_of(function) &&
		idiom_is_one_of(function->u.function.name, callbacks))
		return true;
	if (!loop)
		return false;
	PY_EACH (n, loop) {
		if ((n->kind == PY_Await && n->u.expr.value != put) || n->kind == PY_AsyncFor ||
			n->kind == PY_AsyncWith)
			return false;
	}
	return true;
}

/* What names the queue: the Name or Attribute that the call is assigned to. */
static const struct py_node *holder_of(const struct py_node *call)
{
	const struct py_node *p = call->parent;

	if (p->kind == PY_Assign && p->u.assign.targets.len == 1)
		return p->u.assign.targets.items[0];
	return p->kind == PY_AnnAssign ? p->u.ann_assign.target : NULL;
}

static bool is_same_holder(struct py_file *f, const struct py_node *a, const struct py_node *b)
{
	if (a->kind != b->kind || !str_eq(py_text(f->tree, a), py_text(f->tree, b)))
		return false;
	if (a->kind == PY_Name)
		return py_lookup(f, a, a->u.name.id) == py_lookup(f, b, b->u.name.id);
	return a->kind == PY_Attribute && idiom_class_around(a) == idiom_class_around(b);
}

static void check_queue(struct rule_run *run, const struct rule *rule, const struct py_node *call)
{
	static const char *const queues[] = {
		"asyncio.Queue", "asyncio.PriorityQueue", "asyncio.LifoQueue", NULL};
	static const char *const puts[] = {"put_nowait", "put", NULL};
	struct py_file *f = run->file;
	const struct py_node *holder = holder_of(call);

	if (!holder || !is_unbounded(call) || py_resolves_to_any(f, call->u.call.func, queues) < 0)
		return;
	PY_EACH (n, f->tree->root) {
		if (n->kind != PY_Call || n->u.call.func->kind != PY_Attribute ||
			!idiom_is_one_of(n->u.call.func->u.attribute.attr, puts) || !floods(n) ||
			!is_same_holder(f, n->u.call.func->u.attribute.value, holder))
			continue;
		rule_report(run, rule, call,
			"this queue has no maxsize, and `%.*s` never waits for those who read it",
			STR_ARG(py_text(f->tree, n->u.call.func)));
		return;
	}
}

void check_unbounded(struct rule_run *run, const struct rule *rule, const struct py_node *call)
{
	static const char *const tasks[] = {"create_task", "ensure_future", "start_soon", NULL};
	struct str name = idiom_last_name(call->u.call.func);

	if (str_is(name, "gather"))
		check_gather(run, rule, call);
	else if (idiom_is_one_of(name, tasks))
		check_task(run, rule, call);
	else if (str_ends(name, "Queue"))
		check_queue(run, rule, call);
}
