/*
 * What an except handler catches, as far as the names of its types tell. Names only: no imports are
 * followed, a class of the same name is taken for the same thing.
 */
#include "scan/py/flow.h"

static enum catches type_catches(const struct py_node *type)
{
	struct str name = flow_last_name(type);

	if (str_is(name, "BaseException") || str_is(name, "BaseExceptionGroup"))
		return CATCHES_ALL;
	return str_is(name, "Exception") ? CATCHES_EXCEPTIONS : CATCHES_SOME;
}

enum catches flow_handler_catches(const struct py_node *handler)
{
	const struct py_node *type = handler->u.handler.type;
	enum catches most = CATCHES_SOME;

	if (!type)
		return CATCHES_ALL;
	if (type->kind != PY_Tuple)
		return type_catches(type);
	for (uint32_t i = 0; i < type->u.sequence.elts.len; i++) {
		enum catches c = type_catches(type->u.sequence.elts.items[i]);

		most = c > most ? c : most;
	}
	return most;
}

/* Errors of parsing, looking up and taking; a library's own and those of I/O come out of awaits. */
static enum origin type_origin(const struct py_node *type)
{
	static const char *const names[] = {"ArithmeticError", "AssertionError", "AttributeError",
		"BaseException", "BlockingIOError", "Empty", "Exception", "ExceptionGroup",
		"FileNotFoundError", "Full", "IndexError", "JSONDecodeError", "KeyError",
		"LookupError", "NotImplementedError", "QueueEmpty", "QueueFull", "StopIteration",
		"TypeError", "UnicodeDecodeError", "UnicodeError", "ValidationError", "ValueError",
		"ZeroDivisionError"};
	struct str name = flow_last_name(type);

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (str_is(name, names[i]))
			return ORIGIN_CALLS;
	return ORIGIN_AWAITS;
}

enum origin flow_types_origin(struct py_list types)
{
	for (uint32_t i = 0; i < types.len; i++)
		if (type_origin(types.items[i]) == ORIGIN_CALLS)
			return ORIGIN_CALLS;
	return ORIGIN_AWAITS;
}

enum origin flow_handler_origin(const struct py_node *handler)
{
	const struct py_node *type = handler->u.handler.type;

	if (!type)
		return ORIGIN_CALLS;
	return type->kind == PY_Tuple ? flow_types_origin(type->u.sequence.elts)
				      : type_origin(type);
}
