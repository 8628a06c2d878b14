/*
 * What makes an async resource and what closes it: see resource.h.
 */
#include "scan/rules/resource.h"

#include <string.h>

#include "scan/base/table.h"
#include "scan/rules/idiom.h"

extern const struct table table_scan_rules_data_resources;

/* ---- which calls make a resource ---- */

const char *const *resource_of(struct py_file *f, const struct py_node *call)
{
	struct py_names names = py_resolve(f, call->u.call.func);
	const char *const *row = NULL;

	for (uint32_t i = 0; i < names.len; i++) {
		row = table_find(&table_scan_rules_data_resources, names.items[i]);
		if (!row)
			return NULL;
	}
	return row;
}

static const struct py_node *unwrap_wait_for(struct py_file *f, const struct py_node *call)
{
	static const char *const wrappers[] = {"asyncio.wait_for", "asyncio.shield", NULL};
	const struct py_node *p = call->parent;

	return p->kind == PY_Call && py_arg(p, 0) == call &&
			py_resolves_to_any(f, p->u.call.func, wrappers) >= 0
		? p
		: call;
}

const struct py_node *resource_value(
	struct py_file *f, const struct py_node *call, const char *const *row)
{
	const struct py_node *n = unwrap_wait_for(f, call);

	if (n->parent->kind == PY_Await || n->parent->kind == PY_YieldFrom)
		return n->parent;
	return n == call && strcmp(row[RESOURCE_HOW], "await") != 0 ? call : NULL;
}

/* Does the argument lend what somebody else owns, or what needs no closing (ASGITransport)? One
 * made in place by another call belongs to the resource. */
static bool is_lent(const struct py_node *value)
{
	static const char *const harmless[] = {"ASGI", "WSGI", "Mock", NULL};

	return value->kind != PY_Call ||
		idiom_starts_with_one_of(idiom_last_name(value->u.call.func), harmless);
}

bool resource_has_lender(const struct py_node *call, const char *const *row)
{
	struct str rest = str_from(row[RESOURCE_LENDER]), name;

	while (str_next(&rest, ',', &name))
		for (uint32_t i = 0; i < call->u.call.keywords.len; i++) {
			const struct py_node *k = call->u.call.keywords.items[i];

			if (str_eq(k->u.keyword.arg, name) && is_lent(k->u.keyword.value))
				return true;
		}
	return false;
}

/* ---- what closes it ---- */

/* Methods that end any kind of resource, also as seen in the hands of a transport or connector. */
const char *const resource_closers[] = {"close", "aclose", "__aexit__", "terminate", "abort",
	"disconnect", "detach", "dispose", "stop", "quit", "shutdown", "ensure_closed", "clear",
	"drain_and_close", "aclose_connection", "close_connection", "destroy", "release", NULL};

struct str resource_usual_closer(const char *const *row)
{
	struct str rest = str_from(row[RESOURCE_CLOSERS]), first = STR_EMPTY;

	str_next(&rest, ',', &first);
	return first;
}

bool resource_drains(const char *const *row)
{
	return strstr(row[RESOURCE_CLOSERS], "drain") != NULL;
}

/* ---- where it is kept ---- */

const struct py_node *resource_target(const struct py_node *target, const char *const *row)
{
	uint32_t index = (uint32_t)(row[RESOURCE_ITEM][0] - '0');

	if (row[RESOURCE_ITEM][0] == '-')
		return target;
	if ((target->kind != PY_Tuple && target->kind != PY_List) ||
		index >= target->u.sequence.elts.len)
		return NULL;
	for (uint32_t i = 0; i <= index; i++)
		if (target->u.sequence.elts.items[i]->kind == PY_Starred)
			return NULL;
	return target->u.sequence.elts.items[index];
}

/* `del session` is written where the garbage collector is meant to see it. */
static bool is_deleted(struct py_file *f, const struct py_binding *b)
{
	struct py_uses uses = py_uses_of(f, b);

	for (uint32_t i = 0; i < uses.len; i++)
		if (uses.items[i]->op == PY_DEL)
			return true;
	return false;
}

struct py_binding *resource_local(struct py_file *f, const struct py_node *target)
{
	struct py_binding *b = py_binding_at(f, target);
	struct py_escape use;

	if (!b || b->scope->kind != PY_SCOPE_FUNCTION)
		return NULL;
	use = py_escape_of(f, b);
	return use.escapes || use.in_with || is_deleted(f, b) ? NULL : b;
}
