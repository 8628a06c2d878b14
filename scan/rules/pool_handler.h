/*
 * Private to the pool family: functions that a web framework calls for each request.
 */
#ifndef LAPSE_RULES_POOL_HANDLER_H
#define LAPSE_RULES_POOL_HANDLER_H

#include "scan/py/file.h"

/* By its decorator (@app.get("/path")), its class (tornado, aiohttp, starlette views) or the type
 * of a parameter (aiohttp.web.Request and others). */
bool pool_is_request_handler(struct py_file *f, const struct py_node *function);

#endif
