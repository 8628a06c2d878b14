/*
 * The part of timeout-missing that is only worth knowing: a request handler that waits for another
 * task or a peer without a limit. Its client gives up long before; the handler stays.
 */
#include "scan/rules/timeout.h"

#include "scan/rules/idiom.h"

/* @app.get("/path"), @router.post("/path"), @routes.view("/path"); not websockets, which may wait.
 */
static bool is_route(const struct py_node *decorator)
{
	static const char *const verbs[] = {"get", "post", "put", "patch", "delete", "head",
		"options", "route", "api_route", NULL};
	const struct py_node *path;

	if (decorator->kind != PY_Call || decorator->u.call.func->kind != PY_Attribute)
		return false;
	path = py_arg(decorator, 0);
	return idiom_is_one_of(decorator->u.call.func->u.attribute.attr, verbs) &&
		py_is_constant(path, PY_CONST_STR) && str_starts(path->u.constant.text, "/");
}

/* def handler(request: web.Request) */
static bool takes_request(struct py_file *f, const struct py_node *function)
{
	static const char *const types[] = {"aiohttp.web.Request", "aiohttp.web.BaseRequest",
		"starlette.requests.Request", "fastapi.Request", "fastapi.requests.Request",
		"sanic.Request", "sanic.request.Request", "django.http.HttpRequest",
		"litestar.Request", NULL};
	struct py_list args = function->u.function.args->u.arguments.args;

	for (uint32_t i = 0; i < args.len; i++) {
		const struct py_node *annotation = args.items[i]->u.arg.annotation;

		if (annotation && py_resolves_to_any(f, annotation, types) >= 0)
			return true;
	}
	return false;
}

/* async def get(self) of a tornado.web.RequestHandler and the like. */
static bool is_handler_method(struct py_file *f, const struct py_node *function)
{
	static const char *const bases[] = {"tornado.web.RequestHandler", "aiohttp.web.View",
		"starlette.endpoints.HTTPEndpoint", NULL};
	static const char *const verbs[] = {
		"get", "post", "put", "patch", "delete", "head", "options", NULL};
	const struct py_node *owner = py_class_of(function);

	if (!owner || !idiom_is_one_of(function->u.function.name, verbs))
		return false;
	for (uint32_t i = 0; i < owner->u.class_def.bases.len; i++)
		if (py_resolves_to_any(f, owner->u.class_def.bases.items[i], bases) >= 0)
			return true;
	return false;
}

static bool is_request_handler(struct py_file *f, const struct py_node *function)
{
	for (uint32_t i = 0; i < function->u.function.decorators.len; i++)
		if (is_route(function->u.function.decorators.items[i]))
			return true;
	return is_handler_method(f, function) || takes_request(f, function);
}

static bool is_limited(const struct py_node *n)
{
	static const char *const limits[] = {"timeout", "timeout_at", "fail_after", "fail_at",
		"move_on_after", "move_on_at", NULL};

	for (const struct py_node *p = n->parent; p && !py_is_scope(p); p = p->parent) {
		if (p->kind != PY_With && p->kind != PY_AsyncWith)
			continue;
		for (uint32_t i = 0; i < p->u.with.items.len; i++) {
			const struct py_node *e = p->u.with.items.items[i]->u.withitem.context_expr;

			if (e->kind == PY_Call &&
				idiom_is_one_of(idiom_last_name(e->u.call.func), limits))
				return true;
		}
	}
	return false;
}

void check_handler_wait(struct rule_run *run, const struct rule *rule, const struct py_node *call)
{
	static const char *const last_names[] = {"open_connection", "get", "wait", NULL};
	static const char *const waits[] = {
		"asyncio.open_connection", "asyncio.Queue.get", "asyncio.Event.wait", NULL};
	const struct py_node *func = call->u.call.func, *function;
	int which;

	if (!idiom_is_one_of(idiom_last_name(func), last_names) || !py_in_async(run->file, call))
		return;
	function = py_function_around(call);
	which = py_resolves_to_any(run->file, func, waits);
	if (which < 0 || !function || is_limited(call) || !is_request_handler(run->file, function))
		return;
	rule_report_level(run, rule, LEVEL_INFO, call,
		"`%s` in a request handler waits without a limit", waits[which]);
}
