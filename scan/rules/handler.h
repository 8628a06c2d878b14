/*
 * Functions that a web framework calls for each request.
 */
#ifndef LAPSE_RULES_HANDLER_H
#define LAPSE_RULES_HANDLER_H

#include "scan/py/file.h"

enum handler_kind {
	HANDLER_HTTP, /* answers one request; websockets, which live long, are none */
	HANDLER_ANY,
};

/* By a decorator that shows a path: @app.get("/path"), @router.websocket("/ws"). */
bool handler_has_route(const struct py_node *function, enum handler_kind kind);
/* Also by its class (tornado, aiohttp, starlette views) or the type of a parameter
 * (aiohttp.web.Request and others). */
bool handler_of_request(struct py_file *f, const struct py_node *function, enum handler_kind kind);

#endif
