/*
 * starvation-spin: loops that wait by asking again and again, with nothing but sleep(0) between. A
 * loop that gets its own work done that way is no wait: it shares the thread as it should.
 */
#include "scan/base/mem.h"
#include "scan/rules/idiom.h"
#include "scan/rules/starvation.h"

/* ---- sleeps ---- */

/* 0, 0.0, 0_0 */
static bool is_zero(const struct py_node *n)
{
	if (!py_is_constant(n, PY_CONST_INT) && !py_is_constant(n, PY_CONST_FLOAT))
		return false;
	for (size_t i = 0; i < n->u.constant.text.len; i++)
		if (n->u.constant.text.ptr[i] != '0' && n->u.constant.text.ptr[i] != '.')
			return false;
	return true;
}

static bool is_upper_case(struct str name)
{
	for (size_t i = 0; i < name.len; i++)
		if (name.ptr[i] >= 'a' && name.ptr[i] <= 'z')
			return false;
	return name.len > 1;
}

/* Numbers, arithmetic with them, and names written as constants: 0.1, 60 * 5, INTERVAL_S. */
static bool is_constant_time(const struct py_node *top)
{
	PY_EACH (n, top) {
		switch (n->kind) {
		case PY_BinOp:
		case PY_UnaryOp:
			break;
		case PY_Constant:
			if (n->op != PY_CONST_INT && n->op != PY_CONST_FLOAT)
				return false;
			break;
		case PY_Name:
		case PY_Attribute:
			if (!is_upper_case(idiom_last_name(n)))
				return false;
			n = n->end_node - 1;
			break;
		default:
			return false;
		}
	}
	return true;
}

enum sleep sleep_of(struct py_file *f, const struct py_node *awaited)
{
	static const char *const names[] = {"sleep", "checkpoint", NULL};
	static const char *const checkpoints[] = {"trio.lowlevel.checkpoint",
		"trio.hazmat.checkpoint", "anyio.lowlevel.checkpoint", NULL};
	static const char *const sleeps[] = {"asyncio.sleep", "asyncio.tasks.sleep", "anyio.sleep",
		"trio.sleep", "curio.sleep", "tornado.gen.sleep", NULL};
	const struct py_node *func, *time;

	if (!awaited || awaited->kind != PY_Call)
		return SLEEP_NOT;
	func = awaited->u.call.func;
	if (!idiom_is_one_of(idiom_last_name(func), names) && func->kind != PY_Name)
		return SLEEP_NOT;
	if (py_resolves_to_any(f, func, checkpoints) >= 0)
		return SLEEP_ZERO;
	time = awaited->u.call.args.len ? py_arg(awaited, 0) : py_keyword(awaited, "delay");
	if (!time || py_resolves_to_any(f, func, sleeps) < 0)
		return SLEEP_NOT;
	if (is_zero(time))
		return SLEEP_ZERO;
	return is_constant_time(time) ? SLEEP_CONSTANT : SLEEP_VARIABLE;
}

/* ---- what the loop awaits ---- */

static bool waits_otherwise(const struct py_node *n)
{
	return n->kind == PY_AsyncFor || n->kind == PY_AsyncWith || n->kind == PY_Yield ||
		n->kind == PY_YieldFrom || (n->kind == PY_comprehension && n->is_async);
}

/* The loop whose turns `n` slows down: a bounded `for` passes them on. */
static const struct py_node *spinning_loop(const struct py_node *n)
{
	const struct py_node *loop = py_loop_around(n);

	while (loop && loop->kind == PY_For && !py_is_endless_loop(loop))
		loop = py_loop_around(loop);
	return loop;
}

/* Are all waits of the loop sleep(0), and at least one of them its own? */
static bool only_yields(struct py_file *f, const struct py_node *loop)
{
	bool own = false;

	PY_EACH (it, loop) {
		if (py_is_scope(it)) {
			it = it->end_node - 1;
			continue;
		}
		if (waits_otherwise(it))
			return false;
		if (it->kind != PY_Await)
			continue;
		if (sleep_of(f, it->u.expr.value) != SLEEP_ZERO)
			return false;
		own = own || spinning_loop(it) == loop;
	}
	return own;
}

/* ---- does it get on by itself? ---- */

static bool same_text(struct py_file *f, const struct py_node *a, const struct py_node *b)
{
	return str_eq(py_text(f->tree, a), py_text(f->tree, b));
}

/* `x = …`; an augmented assignment is progress in any case. */
static bool is_plainly_assigned(const struct py_node *target)
{
	int kind = target->parent->kind;

	return kind == PY_Assign || kind == PY_AnnAssign || kind == PY_NamedExpr;
}

/* A call of a method that takes from, adds to or steps x: x.pop(), x.feed(). Logging is none. */
static bool is_stepped(const struct py_node *x)
{
	const struct py_node *p = x->parent, *call = p->parent;

	return p->kind == PY_Attribute && p->u.attribute.value == x && call->kind == PY_Call &&
		call->u.call.func == p && call->parent->kind != PY_If &&
		call->parent->kind != PY_UnaryOp && call->parent->kind != PY_While;
}

static bool is_variable(const struct py_node *n)
{
	return n->kind == PY_Name || n->kind == PY_Attribute;
}

/* `not x`, `x is None`, `x == 0`: what ends a wait when x has come, and what ends work when x is
 * used up. */
static bool is_negated(const struct py_node *n)
{
	const struct py_node *p = n->parent;

	if (p->kind == PY_UnaryOp)
		return p->op == PY_OP_NOT;
	return p->kind == PY_Compare && p->u.compare.left == n &&
		(p->u.compare.ops[0] == PY_OP_IS || p->u.compare.ops[0] == PY_OP_EQ) &&
		p->u.compare.comparators.items[0]->kind == PY_Constant;
}

/* Is x, which stands in a test, changed in the body? `waiting`: x's coming is waited for. */
static bool is_advanced(
	struct py_file *f, const struct py_node *x, struct py_list body, bool waiting)
{
	for (uint32_t i = 0; i < body.len; i++) {
		PY_EACH (it, body.items[i]) {
			if (it->kind != x->kind || it == x || !same_text(f, it, x))
				continue;
			if (is_stepped(it) && !py_is_name(it, "self"))
				return true;
			if (it->op != PY_STORE)
				continue;
			if (!waiting || !is_plainly_assigned(it))
				return true;
		}
	}
	return false;
}

static struct py_list body_of(const struct py_node *loop)
{
	return loop->kind == PY_While ? loop->u.cond.body : loop->u.loop.body;
}

/* Does the body change what this test of the loop or of an exit asks? */
static bool test_advances(
	struct py_file *f, const struct py_node *test, struct py_list body, bool is_exit)
{
	PY_EACH (x, test) {
		if (x->kind == PY_NamedExpr)
			return !is_exit;
		if (is_variable(x) && is_advanced(f, x, body, is_negated(x) != is_exit))
			return true;
	}
	return false;
}

/* `x = next(it)`, `q.popleft()`: ends by running out. */
static bool takes_something(const struct py_node *n)
{
	static const char *const names[] = {"next", "pop", "popleft", "popitem", "get_nowait",
		"receive_nowait", "heappop", "__next__", "readline", "readinto", NULL};

	return n->kind == PY_Call && idiom_is_one_of(idiom_last_name(n->u.call.func), names);
}

/* The If whose branch leaves the loop with this statement, or NULL. */
static const struct py_node *guard_of(const struct py_node *leaving, const struct py_node *loop)
{
	if (leaving->kind != PY_Break && leaving->kind != PY_Return && leaving->kind != PY_Raise)
		return NULL;
	for (const struct py_node *p = leaving->parent; p != loop; p = p->parent)
		if (p->kind == PY_If)
			return p;
	return NULL;
}

/* Does a statement of the body show that the loop works something off? */
static bool body_advances(struct py_file *f, const struct py_node *loop)
{
	struct py_list body = body_of(loop);

	for (uint32_t i = 0; i < body.len; i++) {
		PY_EACH (it, body.items[i]) {
			const struct py_node *guard = guard_of(it, loop);

			if (py_is_scope(it)) {
				it = it->end_node - 1;
				continue;
			}
			if (takes_something(it))
				return true;
			if (guard && test_advances(f, guard->u.cond.test, body, true))
				return true;
		}
	}
	return false;
}

static bool gets_on(struct py_file *f, const struct py_node *loop)
{
	if (loop->kind == PY_While && test_advances(f, loop->u.cond.test, body_of(loop), false))
		return true;
	return body_advances(f, loop);
}

/* A game's frame clock waits in its own way, and the browser wants the sleep(0). */
static bool is_paced(struct py_file *f)
{
	return py_imports(f, "pygame");
}

void check_spin(struct rule_run *run, const struct rule *rule, const struct py_node *n)
{
	if (n->kind == PY_For && !py_is_endless_loop(n))
		return;
	if (!py_in_async(run->file, n) || !only_yields(run->file, n))
		return;
	if (!gets_on(run->file, n) && !is_paced(run->file))
		rule_report(run, rule, n,
			"this loop awaits nothing but sleep(0): it keeps a core busy while it "
			"waits");
}
