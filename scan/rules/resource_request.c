/*
 * Sessions, clients and pools made anew for every turn of a loop or every request: each starts
 * without connections, and none is used again. This is no leak; that is another rule.
 */
#include <string.h>

#include "scan/rules/handler.h"
#include "scan/rules/idiom.h"
#include "scan/rules/resource.h"

/* ---- does it live no longer than the turn or the request? ---- */

static bool is_own_local(struct py_file *f, const struct py_node *target)
{
	const struct py_binding *b;

	if (!target || target->kind != PY_Name)
		return false;
	b = py_binding_at(f, target);
	return b && b->scope->kind == PY_SCOPE_FUNCTION && !py_escape_of(f, b).escapes;
}

/* Used in place, `with` item, or a local that does not escape. */
static bool is_short_lived(struct py_file *f, const struct py_node *value)
{
	const struct py_node *p = value->parent;

	switch (p->kind) {
	case PY_withitem:
		return !p->u.withitem.optional_vars || is_own_local(f, p->u.withitem.optional_vars);
	case PY_Attribute:
	case PY_Expr:
		return true;
	case PY_Assign:
		return p->u.assign.targets.len == 1 &&
			is_own_local(f, p->u.assign.targets.items[0]);
	default:
		return false;
	}
}

/* What is kept open on purpose: websockets, streams, subscriptions; or a loop of its own. */
static bool is_long_lived(const struct py_node *stmt)
{
	static const char *const names[] = {"ws_connect", "stream", "pubsub", "subscribe", "listen",
		"run_forever", "serve_forever", "monitor", NULL};

	for (const struct py_node *n = stmt + 1; n < stmt->end_node; n++)
		if (n->kind == PY_While || n->kind == PY_For || n->kind == PY_AsyncFor ||
			n->kind == PY_ListComp || n->kind == PY_GeneratorExp ||
			(n->kind == PY_Call &&
				idiom_is_one_of(idiom_last_name(n->u.call.func), names)))
			return true;
	return false;
}

/* ---- loops ---- */

/* `for attempt in range(3)`, and any loop that ends at the first success. */
static bool is_retry(const struct py_node *loop)
{
	static const char *const names[] = {
		"attempt", "retry", "retries", "tries", "try", "i_try", "_", NULL};
	const struct py_node *target = loop->u.loop.target;

	if (target->kind == PY_Name && idiom_is_one_of(target->u.name.id, names))
		return true;
	PY_EACH (n, loop)
		if ((n->kind == PY_Break || n->kind == PY_Return) &&
			py_function_around(n) == py_function_around(loop))
			return true;
	return false;
}

/* Is the statement that uses it all that the turn is for, and does the next turn need another? */
static bool is_made_in_loop(const struct py_node *call)
{
	const struct py_node *loop = py_loop_around(call), *stmt = py_stmt_of(call);

	if (!loop || (loop->kind != PY_For && loop->kind != PY_AsyncFor))
		return false;
	return !is_retry(loop) && !idiom_depends_on_turn(call, loop) && !is_long_lived(stmt);
}

void check_per_request(struct rule_run *run, const struct rule *rule, const struct py_node *call)
{
	struct py_file *f = run->file;
	const struct py_node *function = py_function_around(call);
	const char *const *row = resource_of(f, call);
	const struct py_node *value = row ? resource_value(f, call, row) : NULL;

	if (!value || strcmp(row[RESOURCE_POOLS], "yes") != 0 || resource_has_lender(call, row) ||
		py_has_double_star(call) || !py_in_async(f, call) || idiom_expects_error(call))
		return;
	if (!is_short_lived(f, py_value_top(value)))
		return;
	if (is_made_in_loop(call))
		rule_report(run, rule, call,
			"a new %s in every turn of the loop connects anew each time; create it "
			"once, "
			"before the loop",
			row[RESOURCE_WHAT]);
	else if (function && handler_has_route(function, HANDLER_HTTP) && !py_loop_around(call))
		rule_report_level(run, rule, LEVEL_INFO, call,
			"a new %s for every request connects anew each time; create it once, when "
			"the "
			"application starts",
			row[RESOURCE_WHAT]);
}
