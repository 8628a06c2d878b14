/*
 * task-unawaited: coroutines that are made and never awaited, or used as if they were the result.
 * Where the value of a call goes is the question of sink.h.
 */
#include "scan/rules/task.h"

#include "scan/rules/idiom.h"
#include "scan/rules/sink.h"

bool task_is_coroutine_function(struct py_file *f, const struct py_node *func)
{
	const struct py_node *def = py_callee(f, func);
	struct py_names names;

	if (def)
		return def->kind == PY_AsyncFunctionDef && !py_is_generator(def);
	names = py_resolve(f, func);
	for (uint32_t i = 0; i < names.len; i++)
		if (!catalogue_is_coroutine(names.items[i]))
			return false;
	return names.len > 0;
}

bool task_gives_future(struct py_file *f, const struct py_node *func)
{
	static const char *const names[] = {"asyncio.gather", "asyncio.shield", NULL};

	return py_resolves_to_any(f, func, names) >= 0;
}

/* What a coroutine object itself has. */
static bool is_coroutine_attribute(struct str name)
{
	return str_is(name, "send") || str_is(name, "throw") || str_is(name, "close") ||
		str_starts(name, "cr_") || str_starts(name, "__");
}

static bool is_test_of(const struct py_node *p, const struct py_node *n)
{
	switch (p->kind) {
	case PY_If:
	case PY_While:
		return n == p->u.cond.test;
	case PY_IfExp:
		return n == p->u.if_exp.test;
	case PY_Assert:
		return n == p->u.assert_stmt.test;
	case PY_BoolOp:
		return n != p->u.bool_op.values.items[p->u.bool_op.values.len - 1];
	case PY_UnaryOp:
		return true;
	case PY_comprehension:
		return n != p->u.comprehension.iter;
	default:
		return false;
	}
}

static bool is_operand_of(const struct py_node *p, const struct py_node *n)
{
	switch (p->kind) {
	case PY_BinOp:
	case PY_AugAssign:
	case PY_Compare:
	case PY_FormattedValue:
		return true;
	case PY_Subscript:
		return p->op == PY_LOAD;
	case PY_Attribute:
		return !is_coroutine_attribute(p->u.attribute.attr);
	case PY_For:
		return n == p->u.loop.iter;
	case PY_comprehension:
		return n == p->u.comprehension.iter && !p->is_async;
	case PY_Starred:
		return p->parent->kind != PY_Call;
	default:
		return false;
	}
}

static bool is_used_as_value(const struct py_node *call)
{
	const struct py_node *n = sink_carrier(call);

	return is_test_of(n->parent, n) || is_operand_of(n->parent, n);
}

/* `if _IS_SYNC:` of code from which a sync twin is generated. */
static bool is_for_twin(const struct py_node *n)
{
	for (const struct py_node *p = n->parent; p; p = p->parent) {
		if (p->kind != PY_If)
			continue;
		PY_EACH (t, p->u.cond.test) {
			struct str name = idiom_last_name(t);

			if (str_ends(name, "IS_SYNC") || str_ends(name, "IS_ASYNC"))
				return true;
		}
	}
	return false;
}

void check_task_unawaited(struct rule_run *run, const struct rule *rule, const struct py_node *n)
{
	struct py_file *f = run->file;
	struct str name = py_text(f->tree, n->u.call.func);
	struct sink s;

	if (n->parent->kind == PY_Await || n->parent->kind == PY_Call ||
		n->parent->kind == PY_keyword || n->parent->kind == PY_Return)
		return;
	s = sink_of(n);
	if (s.kind == SINK_ELSEWHERE && !is_used_as_value(n))
		return;
	if (s.kind != SINK_ELSEWHERE && s.contained)
		return;
	if (s.kind == SINK_BOUND && !sink_is_unread(f, &s, n))
		return;
	if (!task_is_coroutine_function(f, n->u.call.func) || is_for_twin(n))
		return;
	if (task_gives_future(f, n->u.call.func)) {
		if (s.kind != SINK_ELSEWHERE)
			rule_report(run, rule, n,
				"%.*s() is never awaited: nobody waits for its work or sees its "
				"errors",
				STR_ARG(name));
		return;
	}
	if (s.kind == SINK_ELSEWHERE)
		rule_report(run, rule, n,
			"%.*s() gives a coroutine, and its value is used without `await`",
			STR_ARG(name));
	else
		rule_report(
			run, rule, n, "%.*s() is never awaited, so it never runs", STR_ARG(name));
}
