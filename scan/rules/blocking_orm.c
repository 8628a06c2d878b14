/*
 * Django's ORM in async code. A model's class comes from another file, so the catalogue cannot name
 * the call: the manager `Model.objects` in a file that imports Django is the evidence.
 */
#include "scan/rules/blocking.h"

#include "scan/base/mem.h"
#include "scan/rules/consume.h"

static bool uses_django(struct py_file *f)
{
	static const char *const modules[] = {
		"django", "channels", "rest_framework", "adrf", "ninja", "ninja_extra"};

	for (size_t i = 0; i < ARRAY_LEN(modules); i++)
		if (py_imports(f, modules[i]))
			return true;
	return false;
}

/* The last identifier of `models.User`, `User`. */
static struct str last_name(const struct py_node *n)
{
	if (n->kind == PY_Name)
		return n->u.name.id;
	return n->kind == PY_Attribute ? n->u.attribute.attr : STR_EMPTY;
}

static bool is_class_like(struct str name)
{
	return name.len > 0 &&
		((name.ptr[0] >= 'A' && name.ptr[0] <= 'Z') || str_is(name, "cls") ||
			str_is(name, "model"));
}

static const struct py_node *chain_before(const struct py_node *n)
{
	switch (n->kind) {
	case PY_Call:
		return n->u.call.func;
	case PY_Attribute:
		return n->u.attribute.value;
	case PY_Subscript:
		return n->u.subscript.value;
	default:
		return NULL;
	}
}

static bool comes_from_manager(const struct py_node *n)
{
	for (; n; n = chain_before(n))
		if (n->kind == PY_Attribute && str_is(n->u.attribute.attr, "objects"))
			return is_class_like(last_name(n->u.attribute.value));
	return false;
}

/* Methods that go to the database at once; the others build a query. */
static bool is_terminal(const struct py_node *n)
{
	static const char *const names[] = {"get", "create", "get_or_create", "update_or_create",
		"bulk_create", "bulk_update", "count", "exists", "first", "last", "latest",
		"earliest", "aggregate", "in_bulk", "update", "delete", "explain"};

	if (n->kind != PY_Call || n->u.call.func->kind != PY_Attribute)
		return false;
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (str_is(n->u.call.func->u.attribute.attr, names[i]))
			return true;
	return false;
}

static bool is_awaited_chain(const struct py_node *call)
{
	const struct py_node *p = chain_end(call)->parent;

	return p->kind == PY_Await || p->kind == PY_AsyncFor || p->kind == PY_withitem ||
		(p->kind == PY_comprehension && p->is_async);
}

/* `objects.get(pk=1).delete()` asks twice: the last call is told. */
static bool is_last_question(const struct py_node *call)
{
	for (const struct py_node *n = chain_next(call); n; n = chain_next(n))
		if (is_terminal(n))
			return false;
	return true;
}

void check_blocking_database(
	struct rule_run *run, const struct rule *rule, const struct py_node *call)
{
	const struct py_node *func = call->u.call.func;
	bool terminal = is_terminal(call);
	struct str method;

	check_blocking_call(run, rule, call);
	if (func->kind != PY_Attribute || (!terminal && (chain_next(call) || !is_consumed(call))))
		return;
	if (!comes_from_manager(func) || !is_last_question(call) || is_awaited_chain(call) ||
		!py_in_async(run->file, call) || !uses_django(run->file))
		return;
	method = func->u.attribute.attr;
	if (terminal)
		rule_report(run, rule, call,
			"Django's `%.*s` queries the database and blocks the event loop; use "
			"`await` with `a%.*s`, or asgiref.sync.sync_to_async",
			STR_ARG(method), STR_ARG(method));
	else
		rule_report(run, rule, call,
			"going through a Django query blocks the event loop; use `async for`, or "
			"asgiref.sync.sync_to_async");
}
