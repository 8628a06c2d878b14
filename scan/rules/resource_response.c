/*
 * Responses of aiohttp whose body nobody reads and which nobody releases: each holds a connection
 * of the session until the garbage collector comes by.
 */
#include "scan/rules/idiom.h"
#include "scan/rules/resource.h"

/* A request with a body in its response. HEAD has none: its connection is free at once. */
static bool is_request(struct py_file *f, const struct py_node *call)
{
	static const char *const verbs[] = {
		"get", "post", "put", "patch", "delete", "request", NULL};
	const struct py_node *func = call->u.call.func;

	return func->kind == PY_Attribute && idiom_is_one_of(func->u.attribute.attr, verbs) &&
		py_is_type(f, func->u.attribute.value, "aiohttp.ClientSession");
}

/* What a response tells without its body. Whoever asks only for these does not have the rest. */
static bool is_only_looked_at(const struct py_node *attribute)
{
	static const char *const seen[] = {"status", "headers", "ok", "reason", "url", "cookies",
		"history", "content_type", "raise_for_status", "method", "real_url", NULL};

	return attribute->kind == PY_Attribute &&
		idiom_is_one_of(attribute->u.attribute.attr, seen);
}

static bool is_left_open(struct py_file *f, const struct py_node *target)
{
	const struct py_binding *b = target->kind == PY_Name ? py_binding_at(f, target) : NULL;
	struct py_uses uses;

	if (!b || b->scope->kind != PY_SCOPE_FUNCTION || b->scope->calls_locals)
		return false;
	uses = py_uses_of(f, b);
	for (uint32_t i = 0; i < uses.len; i++)
		if (uses.items[i]->op != PY_STORE && !is_only_looked_at(uses.items[i]->parent))
			return false;
	return true;
}

/* `async with ClientSession() as s` around it ends soon and closes all its connections: nothing is
 * lost, unless there are many requests. */
static bool session_ends_soon(struct py_file *f, const struct py_node *call)
{
	const struct py_node *session = call->u.call.func->u.attribute.value;
	const struct py_binding *b;

	if (session->kind != PY_Name || py_loop_around(call))
		return false;
	b = py_only_binding(py_lookup(f, session, session->u.name.id));
	return b && b->kind == PY_BIND_WITH && b->scope == py_scope_at(f, call);
}

/* with mock.patch("aiohttp.ClientSession._request"): there is no real response. */
static bool is_patched(const struct py_node *n)
{
	static const char *const names[] = {"patch", "object", "aioresponses", NULL};

	for (const struct py_node *p = n->parent; p && !py_is_scope(p); p = p->parent) {
		if (p->kind != PY_With && p->kind != PY_AsyncWith)
			continue;
		for (uint32_t i = 0; i < p->u.with.items.len; i++) {
			const struct py_node *e = p->u.with.items.items[i]->u.withitem.context_expr;

			if (e->kind == PY_Call &&
				idiom_is_one_of(idiom_last_name(e->u.call.func), names))
				return true;
		}
	}
	return false;
}

void check_response(struct rule_run *run, const struct rule *rule, const struct py_node *call)
{
	struct py_file *f = run->file;
	const struct py_node *value = call->parent, *p;
	bool open;

	if (value->kind != PY_Await || !is_request(f, call) || idiom_expects_error(call))
		return;
	value = py_value_top(value);
	p = value->parent;
	open = p->kind == PY_Expr || is_only_looked_at(p) ||
		(p->kind == PY_Assign && p->u.assign.targets.len == 1 &&
			is_left_open(f, p->u.assign.targets.items[0]));
	if (open && !is_patched(call))
		rule_report_level(run, rule, session_ends_soon(f, call) ? LEVEL_INFO : rule->level,
			call,
			"nobody reads or releases this response, so it keeps its connection; use "
			"`async with session.%.*s(…) as response:`",
			STR_ARG(call->u.call.func->u.attribute.attr));
}
