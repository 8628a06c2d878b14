/*
 * Request handlers: see handler.h. A decorator must show a path, so that `@cache.get("key")`
 * is none.
 */
#include "scan/rules/handler.h"

#include "scan/rules/idiom.h"

static bool is_route(const struct py_node *decorator, enum handler_kind kind)
{
	static const char *const http[] = {"get", "post", "put", "patch", "delete", "head",
		"options", "route", "api_route", NULL};
	static const char *const others[] = {"websocket", "view", NULL};
	const struct py_node *path;
	struct str verb;

	if (decorator->kind != PY_Call || decorator->u.call.func->kind != PY_Attribute)
		return false;
	path = py_arg_or_keyword(decorator, 0, "path");
	verb = decorator->u.call.func->u.attribute.attr;
	return (idiom_is_one_of(verb, http) ||
		       (kind == HANDLER_ANY && idiom_is_one_of(verb, others))) &&
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

static bool has_base(struct py_file *f, const struct py_node *class_def, const char *const *names)
{
	for (uint32_t i = 0; i < class_def->u.class_def.bases.len; i++)
		if (py_resolves_to_any(f, class_def->u.class_def.bases.items[i], names) >= 0)
			return true;
	return false;
}

static bool is_view_method(
	struct py_file *f, const struct py_node *function, enum handler_kind kind)
{
	static const char *const views[] = {"tornado.web.RequestHandler", "aiohttp.web.View",
		"starlette.endpoints.HTTPEndpoint", NULL};
	static const char *const sockets[] = {"tornado.websocket.WebSocketHandler", NULL};
	static const char *const verbs[] = {
		"get", "post", "put", "patch", "delete", "head", "options", NULL};
	const struct py_node *owner = py_class_of(function);
	struct str name = function->u.function.name;
	bool is_verb = idiom_is_one_of(name, verbs);

	if (!owner)
		return false;
	if (kind == HANDLER_ANY && (is_verb || str_is(name, "on_message")) &&
		(has_base(f, owner, sockets) || has_base(f, owner, views)))
		return true;
	return is_verb && has_base(f, owner, views);
}

bool handler_has_route(const struct py_node *function, enum handler_kind kind)
{
	for (uint32_t i = 0; i < function->u.function.decorators.len; i++)
		if (is_route(function->u.function.decorators.items[i], kind))
			return true;
	return false;
}

bool handler_of_request(struct py_file *f, const struct py_node *function, enum handler_kind kind)
{
	return handler_has_route(function, kind) || is_view_method(f, function, kind) ||
		takes_request(f, function);
}
