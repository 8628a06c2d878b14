/*
 * The abstract interpreter: statements and lists of them. See flow.h.
 *
 * Outcomes are computed once per statement, from the state "no checkpoint yet", and put together
 * with flow_then, so that a try with a finally costs no more than its size.
 */
#include "scan/py/flow.h"

static const struct outcome pass = {.falls = {.bare = true}};

bool ways_any(struct ways w)
{
	return w.bare || w.idle || w.met || w.via;
}

struct ways ways_join(struct ways a, struct ways b)
{
	return (struct ways){
		a.bare || b.bare, a.idle || b.idle, a.met || b.met, a.via ? a.via : b.via};
}

struct ways ways_then(struct ways a, struct ways b)
{
	struct ways w = {0};

	if (!ways_any(a) || !ways_any(b))
		return w;
	w.bare = a.bare && b.bare;
	w.idle = (a.idle && (b.bare || b.idle || b.via)) || (a.bare && b.idle);
	w.met = a.met || b.met;
	if (a.via && (b.bare || b.idle || b.via))
		w.via = a.via;
	else if (a.bare)
		w.via = b.via;
	return w;
}

/* Ways without a checkpoint now lead through `by`. */
static struct ways ways_by(struct ways w, const struct py_node *by)
{
	if (w.bare || w.via)
		w.via = by;
	w.bare = false;
	return w;
}

static struct outcome join(struct outcome a, struct outcome b)
{
	return (struct outcome){
		.falls = ways_join(a.falls, b.falls),
		.continues = ways_join(a.continues, b.continues),
		.breaks = ways_join(a.breaks, b.breaks),
		.returns = ways_join(a.returns, b.returns),
		.throws = ways_join(a.throws, b.throws),
		.exits = ways_join(a.exits, b.exits),
		.raises = ways_join(a.raises, b.raises),
	};
}

/* `o`, entered after the ways `before`. */
static struct outcome after(struct ways before, struct outcome o)
{
	return (struct outcome){
		.falls = ways_then(before, o.falls),
		.continues = ways_then(before, o.continues),
		.breaks = ways_then(before, o.breaks),
		.returns = ways_then(before, o.returns),
		.throws = ways_then(before, o.throws),
		.exits = ways_then(before, o.exits),
		.raises = ways_then(before, o.raises),
	};
}

struct outcome flow_then(struct outcome a, struct outcome b)
{
	struct outcome o = after(a.falls, b);

	a.falls = (struct ways){0};
	return join(a, o);
}

static struct outcome flow_stmt(struct flow *f, const struct py_node *n);

struct outcome flow_list(struct flow *f, struct py_list body)
{
	struct outcome o = pass;

	if (f->depth >= FLOW_MAX_DEPTH)
		f->too_deep = true;
	if (f->too_deep)
		return o;
	f->depth++;
	for (uint32_t i = 0; i < body.len && ways_any(o.falls); i++)
		o = flow_then(o, flow_stmt(f, body.items[i]));
	f->depth--;
	return o;
}

static bool is_false(const struct py_node *n)
{
	return py_is_constant(n, PY_CONST_FALSE) || py_is_constant(n, PY_CONST_NONE) ||
		(py_is_constant(n, PY_CONST_INT) && str_is(n->u.constant.text, "0"));
}

/* An elif chain may be long: it is followed without going deeper. */
static struct outcome flow_if(struct flow *f, const struct py_node *n)
{
	struct outcome done = {0}, head = pass;

	for (;;) {
		struct py_list orelse = n->u.cond.orelse;

		head = flow_then(head, flow_expr(n->u.cond.test));
		if (!is_false(n->u.cond.test))
			done = join(done, flow_then(head, flow_list(f, n->u.cond.body)));
		if (py_is_true(n->u.cond.test))
			return done;
		if (orelse.len != 1 || !(orelse.items[0]->flags & PY_FLAG_ELIF))
			return join(done, flow_then(head, flow_list(f, orelse)));
		n = orelse.items[0];
	}
}

/* A `continue` of an inner loop is no way around the outer one. */
static struct ways without_continue(struct ways w)
{
	if (w.via && w.via->kind == PY_Continue) {
		w.via = NULL;
		w.bare = true;
	}
	return w;
}

/* Past a loop that waits on every turn: the way without a turn is not what a `continue` behind the
 * loop is blamed for. */
static struct ways past_loop(struct ways zero, struct ways again)
{
	if (again.met && !again.bare && !again.via && !again.idle && zero.bare) {
		zero.bare = false;
		zero.idle = true;
	}
	return zero;
}

/*
 * A loop whose head does `head` before every turn. One turn more or less adds no new way: ways only
 * know whether a checkpoint was met at all.
 */
static struct outcome flow_turns(
	struct outcome head, struct outcome turn, struct outcome orelse, bool endless)
{
	struct ways again = ways_join(turn.falls, without_continue(turn.continues));
	struct outcome more = after(again, head), ends = {0};
	struct ways turned = ways_then(head.falls, more.falls);
	struct ways out = ways_join(past_loop(head.falls, again), turned);
	struct outcome o;

	turn.falls = turn.continues = (struct ways){0};
	o = after(ways_join(head.falls, turned), turn);
	ends.falls = o.breaks;
	o.breaks = (struct ways){0};
	o = join(o, ends);
	if (!endless)
		o = join(o, after(out, orelse));
	o.raises = ways_join(o.raises, head.raises);
	o.raises = ways_join(o.raises, ways_then(head.falls, more.raises));
	return o;
}

/* range(60), (1, 2): takes a turn for sure. */
static bool is_never_empty(const struct py_node *iter)
{
	const struct py_node *n;

	if (iter->kind == PY_Tuple || iter->kind == PY_List)
		return iter->u.sequence.elts.len > 0 &&
			iter->u.sequence.elts.items[0]->kind != PY_Starred;
	if (iter->kind != PY_Call || !str_is(flow_last_name(iter), "range"))
		return false;
	n = py_arg(iter, 0);
	return iter->u.call.args.len == 1 && py_is_constant(n, PY_CONST_INT) && py_is_true(n);
}

/* Without the way that takes no turn. */
static struct outcome flow_some_turns(struct outcome turn, struct outcome orelse)
{
	struct outcome o = flow_turns(pass, turn, orelse, true);
	struct ways again = ways_join(turn.falls, without_continue(turn.continues));

	return join(o, after(again, orelse));
}

static struct outcome flow_loop(struct flow *f, const struct py_node *n)
{
	struct py_list body = n->u.loop.body, orelse = n->u.loop.orelse;
	struct outcome turn = flow_list(f, body), other = flow_list(f, orelse);

	if (n->kind == PY_AsyncFor)
		return flow_turns(flow_awaited(), turn, other, false);
	if (is_never_empty(n->u.loop.iter))
		return flow_some_turns(turn, other);
	return flow_then(flow_expr(n->u.loop.iter), flow_turns(pass, turn, other, false));
}

static struct outcome flow_while(struct flow *f, const struct py_node *n)
{
	const struct py_node *test = n->u.cond.test;
	struct outcome turn = flow_list(f, n->u.cond.body);
	struct outcome other = flow_list(f, n->u.cond.orelse);

	if (is_false(test))
		return other;
	return flow_turns(flow_expr(test), turn, other, py_is_true(test));
}

/*
 * How a handler (or `with suppress()`) `by` is entered. A try around nothing that is known to raise
 * (`d[k]`) is believed: its author saw it raise. An exception that plain calls hardly raise is
 * taken to come from a checkpoint if there is one, or from a raise statement.
 */
static struct ways handler_entry(struct outcome body, enum origin origin, const struct py_node *by)
{
	struct ways w = body.raises;

	if (!ways_any(w))
		w.bare = true;
	if (w.met && origin == ORIGIN_AWAITS) {
		w = body.throws;
		w.met = true;
	}
	return ways_by(w, by);
}

/* What `with suppress(E):` catches; false when the with is none. It is a try with an empty handler.
 */
static bool suppresses(const struct py_node *with, struct py_list *types)
{
	for (uint32_t i = 0; i < with->u.with.items.len; i++) {
		const struct py_node *item = with->u.with.items.items[i];
		const struct py_node *context = item->u.withitem.context_expr;

		if (context->kind == PY_Call && str_is(flow_last_name(context), "suppress")) {
			*types = context->u.call.args;
			return true;
		}
	}
	return false;
}

static struct outcome flow_with(struct flow *f, const struct py_node *n)
{
	struct outcome o = pass;
	struct outcome body = flow_list(f, n->u.with.body);
	struct py_list types;

	for (uint32_t i = 0; i < n->u.with.items.len; i++) {
		const struct py_node *item = n->u.with.items.items[i];

		o = flow_then(o, n->kind == PY_AsyncWith ? flow_awaited() : flow_expr(item));
	}
	if (suppresses(n, &types))
		body.falls =
			ways_join(body.falls, handler_entry(body, flow_types_origin(types), n));
	return flow_then(o, body);
}

/* `case _:` and `case name:` without a guard take whatever comes. */
static bool takes_all(const struct py_node *match_case)
{
	const struct py_node *p = match_case->u.match_case.pattern;

	if (match_case->u.match_case.guard || p->u.pattern.children.len)
		return false;
	if (p->u.pattern.binds.len == 1)
		return p->end - p->start == p->u.pattern.binds.items[0].len;
	return p->end - p->start == 1;
}

static struct outcome flow_match(struct flow *f, const struct py_node *n)
{
	struct outcome head = flow_expr(n->u.match.subject), done = {0};

	for (uint32_t i = 0; i < n->u.match.cases.len; i++) {
		const struct py_node *c = n->u.match.cases.items[i];

		head = flow_then(head, flow_expr(c->u.match_case.guard));
		done = join(done, flow_then(head, flow_list(f, c->u.match_case.body)));
		if (takes_all(c))
			return done;
	}
	return join(done, head);
}

/* ---- try ---- */

static struct outcome flow_handlers(
	struct flow *f, const struct py_node *n, struct outcome body, enum catches *most)
{
	struct outcome all = {0};

	for (uint32_t i = 0; i < n->u.try_stmt.handlers.len; i++) {
		const struct py_node *h = n->u.try_stmt.handlers.items[i];
		enum catches c = flow_handler_catches(h);
		struct outcome o = flow_list(f, h->u.handler.body);

		if (*most != CATCHES_ALL)
			all = join(all, after(handler_entry(body, flow_handler_origin(h), h), o));
		*most = c > *most ? c : *most;
	}
	return all;
}

/* Every way out of `o` goes through the finally; what that does itself replaces the way out. */
static struct outcome flow_finally(struct outcome o, struct outcome last)
{
	struct ways all = ways_join(
		ways_join(ways_join(o.falls, o.continues), ways_join(o.breaks, o.returns)),
		ways_join(o.raises, o.throws));
	struct outcome own = last,
		       r = {
			       .falls = ways_then(o.falls, last.falls),
			       .continues = ways_then(o.continues, last.falls),
			       .breaks = ways_then(o.breaks, last.falls),
			       .returns = ways_then(o.returns, last.falls),
			       .throws = ways_then(o.throws, last.falls),
			       .exits = ways_then(o.exits, last.falls),
			       .raises = ways_then(o.raises, last.falls),
		       };

	own.falls = (struct ways){0};
	return join(r, after(ways_join(all, o.exits), own));
}

static struct outcome flow_try(struct flow *f, const struct py_node *n)
{
	struct outcome body = flow_list(f, n->u.try_stmt.body), o = body;
	enum catches most = CATCHES_SOME;
	struct outcome handled = flow_handlers(f, n, body, &most);

	if (most != CATCHES_SOME)
		o.throws = (struct ways){0};
	if (most == CATCHES_ALL)
		o.raises = o.exits = (struct ways){0};
	o = join(flow_then(o, flow_list(f, n->u.try_stmt.orelse)), handled);
	if (!n->u.try_stmt.finalbody.len)
		return o;
	return flow_finally(o, flow_list(f, n->u.try_stmt.finalbody));
}

/* ---- simple statements ---- */

static struct outcome flow_raise(const struct py_node *n)
{
	struct outcome o = flow_expr(n);

	o.throws = o.falls;
	o.raises = ways_join(o.raises, o.falls);
	o.falls = (struct ways){0};
	return o;
}

static struct outcome flow_assert(const struct py_node *n)
{
	struct outcome o = flow_expr(n);

	o.throws = o.falls;
	o.raises = ways_join(o.raises, o.falls);
	if (is_false(n->u.assert_stmt.test))
		o.falls = (struct ways){0};
	return o;
}

static struct outcome flow_simple(const struct py_node *n)
{
	struct outcome o = flow_expr(n);

	if (n->kind == PY_Return)
		o.returns = o.falls;
	else if (n->kind == PY_Expr && flow_is_exit_call(n->u.expr.value))
		o.exits = o.falls;
	else
		return o;
	o.raises = ways_join(o.raises, o.exits);
	o.falls = (struct ways){0};
	return o;
}

static struct outcome flow_stmt(struct flow *f, const struct py_node *n)
{
	switch (n->kind) {
	case PY_FunctionDef:
	case PY_AsyncFunctionDef:
	case PY_ClassDef:
		return pass;
	case PY_If:
		return flow_if(f, n);
	case PY_While:
		return flow_while(f, n);
	case PY_For:
	case PY_AsyncFor:
		return flow_loop(f, n);
	case PY_With:
	case PY_AsyncWith:
		return flow_with(f, n);
	case PY_Match:
		return flow_match(f, n);
	case PY_Try:
	case PY_TryStar:
		return flow_try(f, n);
	case PY_Raise:
		return flow_raise(n);
	case PY_Assert:
		return flow_assert(n);
	case PY_Break:
		return (struct outcome){.breaks = {.bare = true}};
	case PY_Continue:
		return (struct outcome){.continues = {.via = n}};
	default:
		return flow_simple(n);
	}
}
