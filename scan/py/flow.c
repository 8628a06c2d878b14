/*
 * Questions of rules on structured control flow; the interpreter that answers them is in
 * flow_run.c, checkpoints are recognised in flow_expr.c. Everything here looks at one function and
 * at syntax only.
 */
#include "scan/py/flow.h"

static bool has_own_yield(struct py_list body)
{
	for (uint32_t i = 0; i < body.len; i++) {
		PY_EACH (it, body.items[i]) {
			if (py_is_scope(it))
				it = it->end_node - 1;
			else if (it->kind == PY_Yield || it->kind == PY_YieldFrom)
				return true;
		}
	}
	return false;
}

static struct py_list loop_body(const struct py_node *loop)
{
	return loop->kind == PY_While ? loop->u.cond.body : loop->u.loop.body;
}

bool py_loop_has_exit(const struct py_node *loop)
{
	struct flow f = {0};
	struct outcome o = flow_list(&f, loop_body(loop));

	return f.too_deep || ways_any(o.breaks) || ways_any(o.returns) || ways_any(o.throws) ||
		ways_any(o.exits) || has_own_yield(loop_body(loop));
}

bool py_loop_skips_checkpoint(const struct py_node *loop, const struct py_node **witness)
{
	struct flow f = {0};
	struct outcome o = flow_list(&f, loop_body(loop));
	struct ways around = ways_join(o.falls, o.continues);

	if (loop->kind == PY_AsyncFor || f.too_deep)
		return false;
	if (loop->kind == PY_While)
		around = ways_then(flow_expr(loop->u.cond.test).falls, around);
	if (witness)
		*witness = around.via ? around.via : loop;
	return around.bare || around.idle || around.via;
}

bool py_may_complete(struct py_list body)
{
	struct flow f = {0};
	struct outcome o = flow_list(&f, body);

	return !f.too_deep &&
		(ways_any(o.falls) || ways_any(o.returns) || ways_any(o.breaks) ||
			ways_any(o.continues));
}

bool py_may_go_on(struct py_list body)
{
	struct flow f = {0};
	struct outcome o = flow_list(&f, body);

	return !f.too_deep && (ways_any(o.falls) || ways_any(o.continues));
}

static bool is_loop(const struct py_node *n)
{
	return n->kind == PY_While || n->kind == PY_For || n->kind == PY_AsyncFor;
}

const struct py_node *py_loop_around(const struct py_node *n)
{
	for (const struct py_node *p = n->parent; p && !py_is_scope(p); n = p, p = p->parent) {
		if (!is_loop(p))
			continue;
		if (flow_in_list(loop_body(p), n) || (p->kind == PY_While && n == p->u.cond.test))
			return p;
	}
	return NULL;
}

/* itertools.count(), cycle(xs), repeat(x) */
static bool is_endless_iterable(const struct py_node *n)
{
	struct str name = flow_last_name(n);

	if (n->kind != PY_Call)
		return false;
	return str_is(name, "count") || str_is(name, "cycle") ||
		(str_is(name, "repeat") && n->u.call.args.len + n->u.call.keywords.len == 1);
}

bool py_is_endless_loop(const struct py_node *loop)
{
	if (loop->kind == PY_While)
		return py_is_true(loop->u.cond.test);
	return loop->kind == PY_For && is_endless_iterable(loop->u.loop.iter);
}

const struct py_node *py_endless_loop_around(const struct py_node *n)
{
	for (n = py_loop_around(n); n; n = py_loop_around(n))
		if (py_is_endless_loop(n))
			return n;
	return NULL;
}

static bool releases(
	const struct py_node *try_stmt, const struct py_node *n, const struct py_node *m)
{
	bool in_body = flow_in_list(try_stmt->u.try_stmt.body, n);

	if (!in_body && !flow_in_list(try_stmt->u.try_stmt.orelse, n))
		return false;
	return flow_in_list(try_stmt->u.try_stmt.finalbody, m) ||
		(in_body && flow_in_list(try_stmt->u.try_stmt.handlers, m));
}

bool py_is_released_in_finally(const struct py_node *n, const struct py_node *m)
{
	for (const struct py_node *p = n->parent; p && !py_is_scope(p); p = p->parent)
		if ((p->kind == PY_Try || p->kind == PY_TryStar) && releases(p, n, m))
			return true;
	return false;
}
