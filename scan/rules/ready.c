/*
 * What the code around a catalogued call does so that it does not block: queues without a bound,
 * sockets that were told not to wait, futures that are asked first. The arguments of the call are
 * waits.c's matter.
 */
#include "scan/rules/engine.h"

#include "scan/rules/idiom.h"
#include "scan/rules/receiver.h"

#define MAX_NODES 20000 /* of a function that is searched: generated code is not */

/* ---- queues, futures, threads ---- */

static bool is_nothing(const struct py_node *n)
{
	return !n || py_is_constant(n, PY_CONST_NONE) ||
		(py_is_constant(n, PY_CONST_INT) && str_is(n->u.constant.text, "0")) ||
		(n->kind == PY_UnaryOp && n->op == PY_OP_USUB);
}

/* put() waits only where the queue has a bound, which must be seen. */
static bool is_bounded(struct py_file *f, const struct py_node *queue)
{
	const struct py_node *maker = receiver_maker(f, queue);

	if (!maker || maker->kind != PY_Call)
		return false;
	return !is_nothing(py_arg_or_keyword(maker, 0, "maxsize"));
}

bool queue_is_tested(struct py_file *f, const struct py_node *at, const struct py_node *queue)
{
	static const char *const asks[] = {"empty", "qsize", "poll", "full", NULL};

	return receiver_is_tested(f, at, queue, asks, false);
}

static bool queue_is_ready(struct py_file *f, struct str name, const struct py_node *queue)
{
	if (str_ends(name, ".put"))
		return !is_bounded(f, queue);
	return !str_ends(name, ".poll") && queue_is_tested(f, queue, queue);
}

/* future.set_exception(e) before it, in the same function. */
static bool is_settled_before(struct py_file *f, const struct py_node *future)
{
	static const char *const names[] = {"set_result", "set_exception", NULL};
	const struct py_node *top = idiom_function_or_module(f, future);
	struct str text = py_text(f->tree, future);

	for (const struct py_node *n = future - 1; n > top && future - n < MAX_NODES; n--)
		if (n->kind == PY_Attribute && idiom_is_one_of(n->u.attribute.attr, names) &&
			str_eq(py_text(f->tree, n->u.attribute.value), text) &&
			py_context(f, n) == py_context(f, future))
			return true;
	return false;
}

/* `wait(futures)`, `gather(*map(wrap_future, futures))` and then `for future in futures:`. */
static bool is_of_known_list(struct py_file *f, const struct py_binding *b)
{
	const struct py_binding *list;

	if (!b || b->kind != PY_BIND_FOR || !b->value || b->value->kind != PY_Name)
		return false;
	list = py_lookup(f, b->value, b->value->u.name.id);
	return list && py_escape_of(f, list).escapes;
}

/* Somebody makes sure that it is done: asks it, settles it, or waits for it in another way. */
static bool future_is_ready(struct py_file *f, struct str name, const struct py_node *future)
{
	static const char *const asks[] = {"done", "ready", NULL};
	const struct py_binding *b;

	if (!str_starts(name, "concurrent.futures.Future.") &&
		!str_starts(name, "multiprocessing.pool.AsyncResult."))
		return false;
	if (receiver_method(f, future, asks) || is_settled_before(f, future))
		return true;
	b = future->kind == PY_Name ? py_only_binding(py_lookup(f, future, future->u.name.id))
				    : NULL;
	return b && (py_escape_of(f, b).escapes || is_of_known_list(f, b));
}

/* A lock that this function has just made is free the first time. */
static bool is_new_lock(struct py_file *f, const struct py_node *object, const struct py_node *call)
{
	static const char *const takes[] = {"acquire", NULL};
	const struct py_node *maker = object->kind == PY_Name ? receiver_maker(f, object) : NULL;

	return maker && py_context(f, maker) == py_context(f, call) &&
		receiver_method(f, object, takes) == call;
}

static bool lock_is_ready(struct py_file *f, struct str name, const struct py_node *object,
	const struct py_node *call)
{
	static const char *const lives[] = {"is_alive", NULL};

	if (str_ends(name, ".acquire"))
		return is_new_lock(f, object, call);
	return str_ends(name, ".join") && receiver_is_tested(f, call, object, lives, true);
}

/* ---- sockets ---- */

static bool is_told_not_to_block(struct py_file *f, const struct py_node *socket)
{
	static const char *const modes[] = {"setblocking", "settimeout", NULL};
	const struct py_node *call = receiver_method(f, socket, modes);
	const struct py_node *how = call ? py_arg(call, 0) : NULL;

	return how &&
		(py_is_constant(how, PY_CONST_FALSE) ||
			(py_is_constant(how, PY_CONST_INT) && str_is(how->u.constant.text, "0")) ||
			(py_is_constant(how, PY_CONST_FLOAT) &&
				str_is(how->u.constant.text, "0.0")));
}

static bool mentions(const struct py_node *top, const char *name)
{
	PY_EACH (n, top)
		if (str_is(idiom_last_name(n), name))
			return true;
	return false;
}

static bool is_sending(struct str name)
{
	static const char *const methods[] = {
		"send", "sendto", "sendmsg", "sendall", "connect", "connect_ex", NULL};

	return idiom_is_one_of(str_drop(name, (size_t)(str_rfind(name, '.') + 1)), methods);
}

/* Datagrams are sent at once; so is what fits into the buffer of a socketpair. */
static bool is_made_ready(struct py_file *f, struct str name, const struct py_node *socket)
{
	const struct py_node *maker = receiver_maker(f, socket);

	if (!maker)
		return false;
	if (mentions(maker, "SOCK_NONBLOCK"))
		return true;
	return is_sending(name) &&
		(mentions(maker, "SOCK_DGRAM") ||
			py_resolves_to(f, maker->u.call.func, "socket.socketpair"));
}

/* `except BlockingIOError:` around the call: the socket does not block. */
static bool expects_would_block(const struct py_node *call)
{
	static const char *const errors[] = {"BlockingIOError", "SSLWantReadError",
		"SSLWantWriteError", "InterruptedError", "EAGAIN", "EWOULDBLOCK", "EINPROGRESS",
		NULL};

	for (const struct py_node *n = call, *p = n->parent; p && !py_is_scope(p);
		n = p, p = p->parent) {
		struct py_list handlers;

		if (p->kind != PY_Try || !py_is_stmt(n))
			continue;
		handlers = p->u.try_stmt.handlers;
		for (uint32_t i = 0; i < handlers.len; i++)
			PY_EACH (e, handlers.items[i])
				if (idiom_is_one_of(idiom_last_name(e), errors))
					return true;
	}
	return false;
}

/* `await wait_readable(sock)` in the function: it asks before it reads. */
static bool is_waited_for(struct py_file *f, const struct py_node *socket)
{
	static const char *const waits[] = {"wait_readable", "wait_writable",
		"wait_socket_readable", "wait_socket_writable", NULL};
	const struct py_node *top = idiom_function_or_module(f, socket);
	struct str text = py_text(f->tree, socket);

	if (top->end_node - top > MAX_NODES)
		return false;
	PY_EACH (n, top)
		if (n->kind == PY_Call && idiom_is_one_of(idiom_last_name(n->u.call.func), waits) &&
			py_arg(n, 0) && str_eq(py_text(f->tree, py_arg(n, 0)), text))
			return true;
	return false;
}

/* `events = dict(poller.poll())` in the function: it reads what has come. */
static bool is_polled(struct py_file *f, const struct py_node *call)
{
	const struct py_node *top = idiom_function_or_module(f, call);

	if (top->end_node - top > MAX_NODES)
		return false;
	PY_EACH (n, top)
		if (n->kind == PY_Call && n != call &&
			str_is(idiom_last_name(n->u.call.func), "poll"))
			return true;
	return false;
}

/* ctx.wrap_socket(socket.socket()): not connected yet, so there is nobody to shake hands with. */
static bool wraps_new_socket(struct py_file *f, const struct py_node *call)
{
	const struct py_node *socket = py_arg(call, 0);

	return socket && socket->kind == PY_Call &&
		py_resolves_to(f, socket->u.call.func, "socket.socket");
}

static bool socket_is_ready(struct py_file *f, struct str name, const struct py_node *call)
{
	const struct py_node *socket = call->u.call.func->u.attribute.value;

	if (str_ends(name, ".wrap_socket"))
		return wraps_new_socket(f, call);
	if (str_starts(name, "zmq.Socket.recv"))
		return is_polled(f, call);
	if (!str_starts(name, "socket.socket.") && !str_starts(name, "ssl.SSLSocket."))
		return false;
	return is_told_not_to_block(f, socket) || is_made_ready(f, name, socket) ||
		expects_would_block(call) || is_waited_for(f, socket);
}

/* ---- databases ---- */

#define MAX_MAKERS 3 /* connect().cursor().execute() */

static bool is_in_memory(struct py_file *f, const struct py_node *object)
{
	for (int i = 0; i < MAX_MAKERS && object; i++) {
		const struct py_node *maker = receiver_maker(f, object);

		if (!maker)
			return false;
		if (str_is(idiom_last_name(maker->u.call.func), "connect"))
			return is_memory_database(maker);
		object = maker->u.call.func->kind == PY_Attribute
			? maker->u.call.func->u.attribute.value
			: NULL;
	}
	return false;
}

bool call_is_ready(struct py_file *f, const struct py_node *call, const struct blocking_call *row)
{
	struct str kind = str_from(row->kind), name = str_from(row->name);
	const struct py_node *func = call->u.call.func;

	if (func->kind != PY_Attribute)
		return false;
	if (str_is(kind, "queue"))
		return queue_is_ready(f, name, func->u.attribute.value);
	if (str_is(kind, "future"))
		return future_is_ready(f, name, func->u.attribute.value);
	if (str_starts(name, "sqlite3."))
		return is_in_memory(f, func->u.attribute.value);
	if (str_is(kind, "lock"))
		return lock_is_ready(f, name, func->u.attribute.value, call);
	return str_is(kind, "socket") && socket_is_ready(f, name, call);
}
