/*
 * What evaluating one expression or simple statement does: meets a checkpoint, may raise before it.
 *
 * Only calls are taken to raise, and not those that practically never do (logging, clocks, len):
 * a report about `log.debug()` failing for ever would be noise. A call inside the operand of an
 * await is part of that await: making a coroutine does not fail, running it does.
 */
#include "scan/py/flow.h"

static const char *const harmless_calls[] = {"add", "add_done_callback", "append", "bool", "clear",
	"copy", "critical", "current_task", "debug", "dict", "discard", "done", "empty", "error",
	"exception", "extend", "format", "getLogger", "get_event_loop", "get_running_loop",
	"hasattr", "id", "info", "is_set", "isinstance", "issubclass", "items", "join", "keys",
	"len", "list", "log", "lower", "monotonic", "now", "perf_counter", "print", "qsize",
	"range", "repr", "set", "setdefault", "sorted", "str", "strip", "time", "trace", "tuple",
	"type", "upper", "utcnow", "values", "warn", "warning"};

static bool is_harmless(const struct py_node *call)
{
	struct str name = flow_last_name(call);

	for (size_t i = 0; i < ARRAY_LEN(harmless_calls); i++)
		if (str_is(name, harmless_calls[i]))
			return true;
	return false;
}

struct str flow_last_name(const struct py_node *n)
{
	if (n && n->kind == PY_Call)
		n = n->u.call.func;
	if (n && n->kind == PY_Name)
		return n->u.name.id;
	if (n && n->kind == PY_Attribute)
		return n->u.attribute.attr;
	return STR_EMPTY;
}

bool flow_is_exit_call(const struct py_node *n)
{
	const struct py_node *func;

	if (!n || n->kind != PY_Call)
		return false;
	func = n->u.call.func;
	if (func->kind == PY_Name)
		return py_is_name(func, "exit") || py_is_name(func, "quit");
	if (func->kind != PY_Attribute)
		return false;
	if (py_is_name(func->u.attribute.value, "sys"))
		return str_is(func->u.attribute.attr, "exit");
	return py_is_name(func->u.attribute.value, "os") &&
		(str_is(func->u.attribute.attr, "_exit") ||
			str_is(func->u.attribute.attr, "abort"));
}

bool flow_in_list(struct py_list list, const struct py_node *n)
{
	return list.len && n >= list.items[0] && n < list.items[list.len - 1]->end_node;
}

static bool in_async_function(const struct py_node *n)
{
	while (n->parent && !py_is_scope(n))
		n = n->parent;
	return n->kind == PY_AsyncFunctionDef;
}

/* A generator expression runs when somebody iterates it, but for its first iterable. */
static bool is_deferred(const struct py_node *n, const struct py_node *top)
{
	for (; n != top; n = n->parent) {
		const struct py_node *p = n->parent;

		if (p->kind == PY_GeneratorExp && n != p->u.comp.generators.items[0])
			return true;
		if (p->kind == PY_comprehension && p->parent->kind == PY_GeneratorExp &&
			n != p->u.comprehension.iter)
			return true;
	}
	return false;
}

static bool is_checkpoint(const struct py_node *n)
{
	switch (n->kind) {
	case PY_Await:
	case PY_AsyncFor:
	case PY_AsyncWith:
		return true;
	case PY_Yield:
	case PY_YieldFrom:
		return in_async_function(n);
	case PY_comprehension:
		return n->is_async && n->parent->kind != PY_GeneratorExp;
	default:
		return false;
	}
}

static bool is_nested_body(const struct py_node *n, const struct py_node *top)
{
	return n != top && py_is_scope(n);
}

/* The first checkpoint of the subtree in source order, or NULL. */
static const struct py_node *first_checkpoint(const struct py_node *top)
{
	PY_EACH (it, top) {
		if (is_nested_body(it, top)) {
			it = it->end_node - 1;
			continue;
		}
		if (is_checkpoint(it) && !is_deferred(it, top))
			return it;
	}
	return NULL;
}

bool py_has_checkpoint(const struct py_node *top)
{
	return first_checkpoint(top) != NULL;
}

bool py_list_has_checkpoint(struct py_list body)
{
	for (uint32_t i = 0; i < body.len; i++)
		if (!py_is_scope(body.items[i]) && py_has_checkpoint(body.items[i]))
			return true;
	return false;
}

/* create_task(f()): f() only makes a coroutine. */
static bool makes_task(const struct py_node *n)
{
	struct str name = n->kind == PY_Call ? flow_last_name(n) : STR_EMPTY;

	return str_is(name, "create_task") || str_is(name, "ensure_future");
}

/* Is there a call that may raise and is over before `limit` (a byte offset)? */
static bool may_raise_before(const struct py_node *top, uint32_t limit)
{
	PY_EACH (it, top) {
		if (is_nested_body(it, top) || it->kind == PY_Await || makes_task(it)) {
			it = it->end_node - 1;
			continue;
		}
		if (it->kind == PY_Call && it->end <= limit && !is_harmless(it))
			return true;
	}
	return false;
}

static const struct ways bare = {.bare = true};
static const struct ways met = {.met = true};

/* Does this call take something out of a container, and raise when there is nothing? */
static bool is_taking(const struct py_node *call)
{
	static const char *const names[] = {"popleft", "popitem", "get_nowait", "receive_nowait",
		"heappop", "remove", "__next__"};
	struct str name = flow_last_name(call);

	if (str_is(name, "pop") || str_is(name, "next"))
		return call->u.call.args.len + call->u.call.keywords.len <= 1;
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (str_is(name, names[i]))
			return true;
	return false;
}

static bool takes_something(const struct py_node *top)
{
	PY_EACH (it, top) {
		if (is_nested_body(it, top))
			it = it->end_node - 1;
		else if (it->kind == PY_Call && is_taking(it))
			return true;
	}
	return top->kind == PY_Delete;
}

struct outcome flow_expr(const struct py_node *n)
{
	const struct py_node *checkpoint = n ? first_checkpoint(n) : NULL;
	struct outcome o = {.falls = checkpoint ? met : bare};

	if (!n)
		return o;
	if (may_raise_before(n, checkpoint ? checkpoint->start : n->end))
		o.raises.bare = true;
	if (checkpoint)
		o.raises.met = true;
	else if (takes_something(n))
		o.falls = met;
	return o;
}

struct outcome flow_awaited(void)
{
	return (struct outcome){.falls = met, .raises = met};
}
