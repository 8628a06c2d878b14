/*
 * throughput-sequential: a loop that awaits one call for each item and collects the results, though
 * no turn needs anything of the one before.
 *
 * Silent for whatever may depend on order: writes, sends, locks, queues, cursors, connections.
 */
#include "scan/rules/throughput.h"

#include "scan/rules/idiom.h"

#define MAX_STATEMENTS 3
#define MIN_LITERALS   4 /* fewer items written in place are not worth it */

/* ---- the call ---- */

/* Calls whose order matters, or that are no requests of their own. */
static bool is_ordered(struct str name)
{
	static const char *const starts[] = {"send", "write", "put", "post", "delete", "update",
		"insert", "execute", "commit", "save", "create", "publish", "remove", "close",
		"aclose", "sleep", "acquire", "release", "lock", "unlock", "wait", "join", "drain",
		"stop", "start", "connect", "disconnect", "set", "add", "append", "push", "pop",
		"ack", "edit", "reply", "answer", "respond", "emit", "notify", "next", "anext",
		"step", "fetchone", "fetchmany", "fetchall", "recv", "receive", "read", "parse",
		"seek", "run", "call", "apply", "process", "handle", "move", "copy", "rename",
		"upload", "login", "click", "type", "goto", "open", "enter", "exit", "to_thread",
		"gather", "shield", "as_completed", "register", "subscribe", "unsubscribe",
		"migrate", "transaction", "begin", "flush", "merge", "refresh", "ask", "input",
		"prompt", "confirm", "do_", "on_", "expire", "clear", "reset", "feed", "consume",
		"dispatch", "invoke", "assert", "test", "cancel", "increment", "incr", "decr",
		"hset", "lpush", "rpush", "sadd", "shutdown", "terminate", "kill", "ensure", "make",
		"mkdir", "bulk", "async_add", "async_set", "play", "turn", "setup", NULL};

	return name.len == 0 || str_starts(name, "__") || idiom_starts_with_one_of(name, starts);
}

/* A single connection, cursor, page or transaction does one thing at a time. */
static bool is_exclusive(struct py_file *f, const struct py_node *func)
{
	static const char *const names[] = {"conn", "connection", "cursor", "cur", "tx",
		"transaction", "db", "database", "session", "page", "browser", "driver", "reader",
		"stream", "ws", "websocket", "lock", "queue", "writer", "protocol", "channel",
		"db_session", "async_session", "pipe", "pipeline", NULL};
	static const char *const sessions[] = {
		"aiohttp.ClientSession", "redis.asyncio.Redis", NULL};
	const struct py_node *base;

	if (func->kind != PY_Attribute)
		return false;
	base = func->u.attribute.value;
	if (idiom_is_one_of(py_type_of(f, base, NULL), sessions))
		return false;
	return str_ends(py_type_of(f, base, NULL), "Connection") ||
		str_ends(py_type_of(f, base, NULL), "AsyncSession") ||
		idiom_starts_with_one_of(idiom_last_name(base), names);
}

/* Are such objects among the arguments: `load(conn, x)`? */
static bool takes_exclusive(const struct py_node *call)
{
	static const char *const names[] = {"conn", "connection", "cursor", "cur", "tx",
		"transaction", "db", "session", "db_session", "page", "lock", "queue", NULL};

	for (uint32_t i = 0; i < call->u.call.args.len; i++)
		if (idiom_is_one_of(idiom_last_name(call->u.call.args.items[i]), names))
			return true;
	for (uint32_t i = 0; i < call->u.call.keywords.len; i++)
		if (idiom_is_one_of(call->u.call.keywords.items[i]->u.keyword.arg, names))
			return true;
	return false;
}

static bool has_name(const struct py_node *top, struct str id)
{
	PY_EACH (n, top)
		if (n->kind == PY_Name && str_eq(n->u.name.id, id))
			return true;
	return false;
}

/* Does the call mention a name that the target binds? */
static bool takes_item(const struct py_node *call, const struct py_node *target)
{
	PY_EACH (n, target)
		if (n->kind == PY_Name && has_name(call, n->u.name.id))
			return true;
	return false;
}

static bool is_independent(
	struct py_file *f, const struct py_node *call, const struct py_node *target)
{
	const struct py_node *func = call->u.call.func;
	struct str name = idiom_last_name(func);

	/* `await session.get(…)` of a session that is known to be a pool is the exception. */
	if (!asks_server(f, call) &&
		(is_ordered(name) || (takes_exclusive(call) && !passes_client(f, call))))
		return false;
	if (asks_server(f, call) && !is_read_name(name))
		return false;
	return takes_item(call, target) && !is_exclusive(f, func) && !names_limit(call);
}

/* ---- around the loop ---- */

static bool is_short(const struct py_node *iter)
{
	return (iter->kind == PY_Tuple || iter->kind == PY_List || iter->kind == PY_Set) &&
		iter->u.sequence.elts.len < MIN_LITERALS;
}

/* Does the loop stand under a lock, semaphore or transaction, which it may have to? */
static bool is_held(const struct py_node *n)
{
	for (; n && !py_is_function(n); n = n->parent)
		if (n->kind == PY_AsyncWith || n->kind == PY_With)
			for (uint32_t i = 0; i < n->u.with.items.len; i++)
				if (names_limit(n->u.with.items.items[i]) || idiom_expects_error(n))
					return true;
	return false;
}

static void report(struct rule_run *run, const struct rule *rule, const struct py_node *n,
	const struct py_node *call)
{
	bool asks =
		reaches_server(run->file, call) && is_read_name(idiom_last_name(call->u.call.func));
	struct str text = py_text(run->file->tree, call->u.call.func);

	if (is_held(n))
		return;
	rule_report_level(run, rule, asks ? LEVEL_WARNING : LEVEL_INFO, n,
		"each turn waits for `%.*s` although none needs the one before; run them together, "
		"with a bound",
		STR_ARG(text));
}

/* ---- loops ---- */

/* The one await of the statements, of a call; NULL when there are others, or ways out. */
static const struct py_node *only_awaited_call(const struct py_node *loop)
{
	struct py_list body = loop->u.loop.body;
	const struct py_node *found = NULL, *end = body.items[body.len - 1]->end_node;

	for (const struct py_node *n = body.items[0]; n < end; n++) {
		switch (n->kind) {
		case PY_If: /* `if v: xs.append(v)`; container_of lets no other through */
		case PY_Assign:
		case PY_AnnAssign:
		case PY_Expr:
			continue;
		case PY_Await:
			if (found || n->u.expr.value->kind != PY_Call)
				return NULL;
			found = n->u.expr.value;
			continue;
		case PY_Yield:
		case PY_YieldFrom:
		case PY_NamedExpr:
			return NULL;
		default:
			if (py_is_stmt(n) || py_is_scope(n))
				return NULL;
		}
	}
	return found;
}

/* `xs.append(v)`, `xs.add(v)`, `xs.extend(v)`: the container. */
static const struct py_node *appended_to(const struct py_node *stmt)
{
	static const char *const methods[] = {"append", "add", "extend", NULL};
	const struct py_node *call = stmt->kind == PY_Expr ? stmt->u.expr.value : NULL;

	if (!call || call->kind != PY_Call || call->u.call.func->kind != PY_Attribute ||
		!idiom_is_one_of(call->u.call.func->u.attribute.attr, methods))
		return NULL;
	return call->u.call.func->u.attribute.value;
}

/* Where the last statement of the turn puts what it got, or NULL. */
static const struct py_node *container_of(const struct py_node *stmt)
{
	const struct py_node *target;

	if (stmt->kind == PY_If && stmt->u.cond.body.len == 1 && stmt->u.cond.orelse.len == 0)
		stmt = stmt->u.cond.body.items[0];
	if (stmt->kind != PY_Assign || stmt->u.assign.targets.len != 1)
		return appended_to(stmt);
	target = stmt->u.assign.targets.items[0];
	return target->kind == PY_Subscript ? target->u.subscript.value : NULL;
}

/* `cg.add(x)` of an imported module collects nothing that is known. */
static bool is_module(struct py_file *f, const struct py_node *container)
{
	const struct py_binding *b;

	if (container->kind != PY_Name)
		return container->kind != PY_Attribute;
	b = py_lookup(f, container, container->u.name.id);
	return !b || b->kind == PY_BIND_IMPORT || b->kind == PY_BIND_FROM;
}

/* Is the name bound in the body of the loop? */
static bool is_bound_in(struct py_list body, struct str id, uint32_t before)
{
	for (uint32_t i = 0; i < body.len; i++)
		PY_EACH (n, body.items[i])
			if (n->kind == PY_Name && n->op == PY_STORE && str_eq(n->u.name.id, id) &&
				n->start >= before)
				return true;
	return false;
}

/* Does the call use what a turn before it may have made: the container, or a local that is bound
 * only further down? */
static bool depends_on_turn(
	const struct py_node *loop, const struct py_node *call, const struct py_node *container)
{
	PY_EACH (n, call) {
		if (n->kind == PY_Name && n->op == PY_LOAD &&
			is_bound_in(loop->u.loop.body, n->u.name.id, call->parent->start))
			return true;
		if (n->kind == container->kind &&
			str_eq(idiom_last_name(n), idiom_last_name(container)))
			return true;
	}
	return false;
}

/* Names that the statements before the await bind from a value of their own. */
static bool reads_itself(struct py_list body)
{
	for (uint32_t i = 0; i < body.len; i++) {
		const struct py_node *s = body.items[i];

		if (s->kind == PY_Assign && s->u.assign.targets.items[0]->kind == PY_Name &&
			has_name(s->u.assign.value, s->u.assign.targets.items[0]->u.name.id))
			return true;
	}
	return false;
}

/* Does what is collected come from the awaited call: as itself, or through a local? */
static bool collects_result(const struct py_node *loop, const struct py_node *await)
{
	struct py_list body = loop->u.loop.body;
	const struct py_node *last = body.items[body.len - 1], *stmt = py_stmt_of(await);

	if (stmt == last)
		return stmt->kind != PY_If;
	if (stmt->kind != PY_Assign)
		return false;
	PY_EACH (n, stmt->u.assign.targets.items[0])
		if (n->kind == PY_Name && has_name(last, n->u.name.id))
			return true;
	return false;
}

static bool has_early_if(struct py_list body)
{
	for (uint32_t i = 0; i + 1 < body.len; i++)
		if (body.items[i]->kind == PY_If)
			return true;
	return false;
}

static void check_loop(struct rule_run *run, const struct rule *rule, const struct py_node *loop)
{
	struct py_list body = loop->u.loop.body;
	const struct py_node *call, *container;

	if (body.len == 0 || body.len > MAX_STATEMENTS || loop->u.loop.orelse.len ||
		is_short(loop->u.loop.iter))
		return;
	container = container_of(body.items[body.len - 1]);
	if (!container || has_early_if(body))
		return;
	call = only_awaited_call(loop);
	if (!call || is_module(run->file, container) || !collects_result(loop, call->parent) ||
		reads_itself(body) || depends_on_turn(loop, call, container) ||
		!is_independent(run->file, call, loop->u.loop.target))
		return;
	report(run, rule, loop, call);
}

/* ---- comprehensions ---- */

static const struct py_node *only_await_in(const struct py_node *top)
{
	const struct py_node *found = NULL;

	PY_EACH (n, top) {
		if (n->kind != PY_Await)
			continue;
		if (found)
			return NULL;
		found = n;
	}
	return found;
}

static void check_comp(struct rule_run *run, const struct rule *rule, const struct py_node *comp)
{
	const struct py_node *g = comp->u.comp.generators.items[0], *await;
	const struct py_node *made =
		comp->kind == PY_DictComp ? comp->u.comp.value : comp->u.comp.elt;

	if (comp->u.comp.generators.len != 1 || g->is_async || is_short(g->u.comprehension.iter))
		return;
	await = only_await_in(made);
	if (!await || await->u.expr.value->kind != PY_Call)
		return;
	for (uint32_t i = 0; i < g->u.comprehension.ifs.len; i++)
		if (only_await_in(g->u.comprehension.ifs.items[i]))
			return;
	if (is_independent(run->file, await->u.expr.value, g->u.comprehension.target))
		report(run, rule, comp, await->u.expr.value);
}

void check_sequential(struct rule_run *run, const struct rule *rule, const struct py_node *n)
{
	if (!py_in_async(run->file, n))
		return;
	if (n->kind == PY_For)
		check_loop(run, rule, n);
	else
		check_comp(run, rule, n);
}
