/*
 * Request handlers: see pool_handler.h. A decorator must show a path, so that `@cache.get("key")`
 * is none.
 */
#include "scan/rules/pool_handler.h"

#include "scan/rules/idiom.h"

static bool is_route(const struct py_node *decorator)
{
	static const char *const verbs[] = {"get", "post", "put", "patch", "delete", "head",
		"options", "route", "api_route", "websocket", "view", NULL};
	const struct py_node *path;

	if (decorator->kind != PY_Call || decorator->u.call.func->kind != PY_Attribute)
		return false;
	path = py_arg_or_keyword(decorator, 0, "path");
	return idiom_is_one_of(decorator->u.call.func->u.attribute.attr, verbs) &&
		py_is_constant(path, PY_CONST_STR) &&
		(path->u.constant.text.len == 0 || str_starts(path->u.constant.text, "/"));
}

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

static bool is_view_method(struct py_file *f, const struct py_node *function)
{
	static const char *const bases[] = {"tornado.web.RequestHandler",
		"tornado.websocket.WebSocketHandler", "aiohttp.web.View",
		"starlette.endpoints.HTTPEndpoint", NULL};
	static const char *const verbs[] = {
		"get", "post", "put", "patch", "delete", "head", "options", "on_message", NULL};
	const struct py_node *owner = py_class_of(function);

	if (!owner || !idiom_is_one_of(function->u.function.name, verbs))
		return false;
	for (uint32_t i = 0; i < owner->u.class_def.bases.len; i++)
		if (py_resolves_to_any(f, owner->u.class_def.bases.items[i], bases) >= 0)
			return true;
	return false;
}

bool pool_is_request_handler(struct py_file *f, const struct py_node *function)
{
	for (uint32_t i = 0; i < function->u.function.decorators.len; i++)
		if (is_route(function->u.function.decorators.items[i]))
			return true;
	return is_view_method(f, function) || takes_request(f, function);
}
