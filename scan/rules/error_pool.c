/*
 * Work given to a multiprocessing pool and not fetched before the pool's `with` ends: its exit
 * calls terminate(), which kills the workers in the middle of it.
 */
#include "scan/rules/error.h"

#include "scan/rules/idiom.h"
#include "scan/rules/process_kind.h"
#include "scan/rules/sink.h"

/* with closing(Pool()) as pool: closes it and terminates nothing. */
static bool is_closing(const struct py_node *context)
{
	return context->kind == PY_Call && str_is(idiom_last_name(context->u.call.func), "closing");
}

/* The With around `call` whose item binds the pool that `name` names, or NULL. */
static const struct py_node *with_of_pool(
	struct py_file *f, const struct py_node *call, const struct py_node *name)
{
	const struct py_binding *b = py_only_binding(py_lookup(f, name, name->u.name.id));
	const struct py_node *with;

	if (!b || b->kind != PY_BIND_WITH || b->node->parent->kind != PY_withitem)
		return NULL;
	with = b->node->parent->parent;
	return with->kind == PY_With && py_is_inside(call, with) &&
			!is_closing(b->node->parent->u.withitem.context_expr)
		? with
		: NULL;
}

/* Anything after the submitting call that may give the workers time to finish. */
static bool may_wait(const struct py_node *n)
{
	static const char *const parts[] = {"get", "wait", "join", "sleep", "acquire", "result",
		"recv", "input", "poll", "ready", "serve", "run", "map", "apply", "starmap", "imap",
		"imap_unordered", NULL};

	if (n->kind == PY_While || n->kind == PY_Yield || n->kind == PY_Await)
		return true;
	return n->kind == PY_Call &&
		idiom_starts_with_one_of(idiom_last_name(n->u.call.func), parts);
}

/* The end of the work that `call` stands in: waiting before it, in an earlier turn of the loop,
 * counts as well. */
static bool waits_in(const struct py_node *with, const struct py_node *call)
{
	const struct py_node *loop = py_loop_around(call), *from = call->end_node;

	if (loop && py_is_inside(loop, with))
		from = loop;
	for (const struct py_node *n = from; n < with->end_node; n++)
		if (n != call && may_wait(n) &&
			!str_ends(
				idiom_last_name(n->kind == PY_Call ? n->u.call.func : n), "_async"))
			return true;
	return false;
}

/* The only target of `results = [pool.apply_async(…) …]`, a local; or NULL. */
static const struct py_binding *bound_local(struct py_file *f, const struct sink *s)
{
	const struct py_node *target;
	const struct py_binding *b;

	if (s->kind != SINK_BOUND || s->stmt->kind != PY_Assign ||
		s->stmt->u.assign.targets.len != 1)
		return NULL;
	target = s->stmt->u.assign.targets.items[0];
	if (target->kind != PY_Name)
		return NULL;
	b = py_only_binding(py_lookup(f, target, target->u.name.id));
	return b && b->node == target && b->scope == py_scope_at(f, target) ? b : NULL;
}

/* Are all uses of the results after the `with`, when it is too late? */
static bool is_read_too_late(
	struct py_file *f, const struct py_binding *b, const struct py_node *with)
{
	struct py_uses uses = py_uses_of(f, b);
	bool read = false;

	for (uint32_t i = 0; i < uses.len; i++) {
		if (uses.items[i]->op != PY_LOAD)
			continue;
		if (uses.items[i] < with->end_node ||
			py_function_around(uses.items[i]) != py_function_around(with))
			return false;
		read = true;
	}
	return read;
}

static bool is_submit(struct str name)
{
	static const char *const names[] = {"apply_async", "map_async", "starmap_async", NULL};

	return idiom_is_one_of(name, names);
}

void check_pool_discarded(struct rule_run *run, const struct rule *rule, const struct py_node *call)
{
	struct py_file *f = run->file;
	const struct py_node *func = call->u.call.func, *pool, *with;
	const struct py_binding *b;
	struct sink s;
	enum worker w;

	if (func->kind != PY_Attribute || !is_submit(func->u.attribute.attr) ||
		func->u.attribute.value->kind != PY_Name)
		return;
	pool = func->u.attribute.value;
	with = with_of_pool(f, call, pool);
	if (!with || waits_in(with, call))
		return;
	w = worker_of(f, pool, NULL);
	if (w != WORKER_POOL && w != WORKER_THREAD_POOL)
		return;
	s = sink_of(call);
	b = bound_local(f, &s);
	if (s.kind == SINK_DROPPED || sink_is_unread(f, &s, call) || sink_is_collected(f, &s))
		rule_report(run, rule, call,
			"the end of the `with` terminates the pool, and nobody waits for this "
			"work: it may "
			"never be done");
	else if (b && is_read_too_late(f, b, with))
		rule_report(run, rule, call,
			"`%.*s` is read after the `with` has terminated the pool: get() may wait "
			"for ever; "
			"read it inside the `with`",
			STR_ARG(b->name));
}
