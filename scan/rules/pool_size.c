/*
 * ThreadPoolExecutor without max_workers: what size it gets, and whether its work is of the kind
 * for which that matters.
 */
#include "scan/rules/idiom.h"
#include "scan/rules/pool.h"
#include "scan/rules/process_kind.h"

#define MAX_CALLS 3    /* functions of the file, one calling the other */
#define MAX_NODES 5000 /* all looked at for one executor */

struct reach {
	struct rule_run *run;
	uint32_t nodes;
	const char *what; /* "http", "database", or NULL */
};

static bool has_size(const struct py_node *call)
{
	const struct py_node *size = py_keyword(call, "max_workers");

	if (call->u.call.args.len > 0)
		return !py_is_constant(call->u.call.args.items[0], PY_CONST_NONE);
	return py_has_double_star(call) || (size && !py_is_constant(size, PY_CONST_NONE));
}

/* ---- what is submitted ---- */

static const char *remote_kind(const struct blocking_call *row)
{
	if (row && strcmp(row->kind, "http") == 0)
		return "http";
	return row && strcmp(row->kind, "database") == 0 ? "database" : NULL;
}

static void search_code(struct reach *r, const struct py_node *top, int depth)
{
	PY_EACH (n, top) {
		const struct py_node *callee;

		if (r->what || r->nodes++ >= MAX_NODES)
			return;
		if (n->kind != PY_Call)
			continue;
		r->what = remote_kind(catalogue_blocking(r->run, n));
		callee = r->what || depth == MAX_CALLS ? NULL
						       : py_callee(r->run->file, n->u.call.func);
		if (callee && callee->kind == PY_FunctionDef)
			search_code(r, callee, depth + 1);
	}
}

static void search_callable(struct reach *r, const struct py_node *callable)
{
	struct py_file *f = r->run->file;
	const struct py_node *def;
	struct py_names names;

	if (!callable)
		return;
	if (callable->kind == PY_Lambda) {
		search_code(r, callable->u.lambda.body, 1);
		return;
	}
	names = py_resolve(f, callable);
	for (uint32_t i = 0; i < names.len && !r->what; i++)
		r->what = remote_kind(catalogue_find(r->run->set, names.items[i]));
	def = r->what ? NULL : py_callee(f, callable);
	if (def && def->kind == PY_FunctionDef)
		search_code(r, def, 1);
}

/* One use of the executor: pool.submit(f), pool.map(f, xs), loop.run_in_executor(pool, f). */
static void search_use(struct reach *r, const struct py_node *use)
{
	const struct py_node *p = use->parent;

	if (p->kind == PY_Attribute && p->parent->kind == PY_Call && p->parent->u.call.func == p &&
		(str_is(p->u.attribute.attr, "submit") || str_is(p->u.attribute.attr, "map")))
		search_callable(r, py_arg(p->parent, 0));
	else if (p->kind == PY_Call && py_arg(p, 0) == use &&
		str_is(idiom_last_name(p->u.call.func), "run_in_executor"))
		search_callable(r, py_arg(p, 1));
}

static void search_variable(struct reach *r, const struct py_node *name)
{
	const struct py_binding *b = py_binding_at(r->run->file, name);
	struct py_uses uses = {0};

	if (b)
		uses = py_uses_of(r->run->file, b);
	for (uint32_t i = 0; i < uses.len && !r->what; i++)
		search_use(r, uses.items[i]);
}

static void search_attribute(struct reach *r, struct str attr)
{
	PY_EACH (n, r->run->file->tree->root)
		if (n->kind == PY_Attribute && n->op == PY_LOAD && !r->what &&
			str_eq(n->u.attribute.attr, attr))
			search_use(r, n);
}

static const char *remote_work(struct rule_run *run, const struct py_node *call)
{
	const struct py_node *value = py_value_top(call), *p = value->parent, *target = NULL;
	struct reach r = {.run = run};

	if (p->kind == PY_Assign && p->u.assign.targets.len == 1)
		target = p->u.assign.targets.items[0];
	else if (p->kind == PY_withitem)
		target = p->u.withitem.optional_vars;
	if (target && target->kind == PY_Name)
		search_variable(&r, target);
	else if (target && target->kind == PY_Attribute)
		search_attribute(&r, target->u.attribute.attr);
	else
		search_use(&r, value);
	return r.what;
}

/* ---- how much is submitted ---- */

static bool is_in_loop(const struct py_node *n, const struct py_node *top)
{
	for (const struct py_node *p = n->parent; p != top; p = p->parent)
		if (p->kind == PY_For || p->kind == PY_While || p->kind == PY_AsyncFor ||
			p->kind == PY_comprehension || p->kind == PY_ListComp ||
			p->kind == PY_SetComp || p->kind == PY_DictComp ||
			p->kind == PY_GeneratorExp || py_is_scope(p))
			return true;
	return false;
}

/* `with ThreadPoolExecutor() as pool: pool.submit(f)`: for one piece of work there is one thread.
 */
static bool has_one_task(struct py_file *f, const struct py_node *call)
{
	const struct py_node *item = call->parent, *use;
	const struct py_binding *b;
	struct py_uses uses;

	if (item->kind != PY_withitem || !item->u.withitem.optional_vars ||
		item->u.withitem.optional_vars->kind != PY_Name)
		return false;
	b = py_binding_at(f, item->u.withitem.optional_vars);
	if (!b)
		return false;
	uses = py_uses_of(f, b);
	use = uses.len == 2 ? uses.items[1] : NULL;
	return use && py_is_inside(use, item->parent) && use->parent->kind == PY_Attribute &&
		str_is(use->parent->u.attribute.attr, "submit") && !is_in_loop(use, item->parent);
}

void check_pool_default_size(
	struct rule_run *run, const struct rule *rule, const struct py_node *call)
{
	const struct py_node *local_class;
	const char *what;

	if (!str_is(idiom_last_name(call->u.call.func), "ThreadPoolExecutor") || has_size(call) ||
		worker_made(run->file, call, &local_class) != WORKER_THREAD_EXECUTOR ||
		local_class || has_one_task(run->file, call))
		return;
	what = remote_work(run, call);
	if (what)
		rule_report_level(run, rule, LEVEL_WARNING, call,
			"ThreadPoolExecutor without max_workers makes %s calls from as many "
			"threads "
			"as the machine's CPUs happen to give; say how many the other side can "
			"take",
			what);
	else
		rule_report(run, rule, call,
			"ThreadPoolExecutor without max_workers has min(32, CPUs + 4) threads: "
			"another number on every machine");
}
