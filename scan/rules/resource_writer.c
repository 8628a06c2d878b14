/*
 * asyncio's StreamWriter: writing in a loop without ever waiting for the buffer to drain, and
 * close() without wait_closed().
 */
#include "scan/rules/idiom.h"
#include "scan/rules/resource.h"

static bool is_writer(struct py_file *f, const struct py_node *expr)
{
	return py_is_type(f, expr, "asyncio.StreamWriter") ||
		py_is_type(f, expr, "asyncio.streams.StreamWriter");
}

/* A method call of this name, or of one that holds it: `await self._drain_all()`. */
static bool calls_like(const struct py_node *from, const struct py_node *end, const char *part)
{
	for (const struct py_node *n = from; n < end; n++) {
		struct str name;

		if (n->kind != PY_Call)
			continue;
		name = idiom_last_name(n->u.call.func);
		for (size_t i = 0; i < name.len; i++)
			if (str_starts(str_drop(name, i), part))
				return true;
	}
	return false;
}

static bool limits_output(const struct py_node *from, const struct py_node *end)
{
	return calls_like(from, end, "drain") || calls_like(from, end, "flush") ||
		calls_like(from, end, "wait_closed");
}

/* An earlier write of the same loop has been reported. */
static bool is_first_write(const struct py_node *call, const struct py_node *loop)
{
	for (const struct py_node *n = loop; n < call; n++)
		if (n->kind == PY_Call && str_is(idiom_last_name(n->u.call.func), "write") &&
			py_loop_around(n) == loop)
			return false;
	return true;
}

/* `for part in (a, b, c)` and range(3) are over soon. */
static bool is_small_loop(const struct py_node *loop)
{
	const struct py_node *iter;

	if (loop->kind != PY_For)
		return false;
	iter = loop->u.loop.iter;
	return iter->kind == PY_Tuple || iter->kind == PY_List ||
		(iter->kind == PY_Call && py_is_name(iter->u.call.func, "range") &&
			py_is_constant(py_arg(iter, 0), PY_CONST_INT));
}

static void check_writer_loop(
	struct rule_run *run, const struct rule *rule, const struct py_node *call)
{
	struct py_file *f = run->file;
	const struct py_node *func = call->u.call.func, *loop, *function;

	if (func->kind != PY_Attribute || !str_is(func->u.attribute.attr, "write"))
		return;
	loop = py_loop_around(call);
	function = py_function_around(call);
	if (!loop || !function || !py_in_async(f, call) || is_small_loop(loop) ||
		limits_output(loop, loop->end_node) || !is_writer(f, func->u.attribute.value) ||
		!is_first_write(call, loop))
		return;
	if (loop->kind == PY_For && limits_output(loop->end_node, function->end_node))
		return;
	rule_report(run, rule, call,
		"write() in a loop without `await %.*s.drain()`: what the peer does not read piles "
		"up "
		"in memory",
		STR_ARG(py_text(f->tree, func->u.attribute.value)));
}

/* Where an error is on its way out, waiting for the peer is not wanted. */
static bool is_in_handler(const struct py_node *n)
{
	for (; n && !py_is_scope(n); n = n->parent)
		if (n->kind == PY_ExceptHandler)
			return true;
	return false;
}

static void check_writer_close(
	struct rule_run *run, const struct rule *rule, const struct py_node *call)
{
	struct py_file *f = run->file;
	const struct py_node *func = call->u.call.func, *function;

	if (func->kind != PY_Attribute || !str_is(func->u.attribute.attr, "close") ||
		call->parent->kind != PY_Expr)
		return;
	/* wait() on a process says more than the end of its stdin. */
	if (str_is(idiom_last_name(func->u.attribute.value), "stdin"))
		return;
	function = py_function_around(call);
	if (!function || !py_in_async(f, call) || !is_writer(f, func->u.attribute.value) ||
		calls_like(call->end_node, function->end_node, "wait_closed") ||
		is_in_handler(call))
		return;
	rule_report_level(run, rule, LEVEL_INFO, call,
		"close() only starts closing; `await %.*s.wait_closed()` waits for the end",
		STR_ARG(py_text(f->tree, func->u.attribute.value)));
}

void check_writer(struct rule_run *run, const struct rule *rule, const struct py_node *call)
{
	check_writer_loop(run, rule, call);
	check_writer_close(run, rule, call);
}
