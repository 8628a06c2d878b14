/*
 * Code that lets no exception out: see caught.h. Whether something is lost when nobody looks at a
 * task or future is decided here for every rule that asks.
 */
#include "scan/rules/caught.h"

#include "scan/rules/idiom.h"

static bool raises(const struct py_node *handler)
{
	PY_EACH (n, handler)
		if (n->kind == PY_Raise)
			return true;
	return false;
}

bool caught_by_try(const struct py_node *try_stmt)
{
	static const char *const names[] = {"Exception", "BaseException", NULL};
	struct py_list handlers = try_stmt->u.try_stmt.handlers;

	for (uint32_t i = 0; i < handlers.len; i++) {
		const struct py_node *type = handlers.items[i]->u.handler.type;

		if (raises(handlers.items[i]))
			return false;
		if (!type || idiom_is_one_of(idiom_last_name(type), names))
			return true;
	}
	return false;
}

bool caught_by_callee(struct py_file *f, const struct py_node *callable)
{
	const struct py_node *def = callable ? py_callee(f, callable) : NULL;

	if (!def)
		return false;
	PY_EACH (n, def)
		if (n->kind == PY_Try && py_function_around(n) == def && caught_by_try(n))
			return true;
	return false;
}
