/*
 * What is shown of a finding's source: where a node's own text ends, and the line that people read
 * in reports.
 */
#include "scan/rules/engine.h"

#define SNIPPET_CHARACTERS 200

static struct py_list node_body(const struct py_node *n)
{
	switch (n->kind) {
	case PY_FunctionDef:
	case PY_AsyncFunctionDef:
		return n->u.function.body;
	case PY_ClassDef:
		return n->u.class_def.body;
	case PY_For:
	case PY_AsyncFor:
		return n->u.loop.body;
	case PY_While:
	case PY_If:
		return n->u.cond.body;
	case PY_With:
	case PY_AsyncWith:
		return n->u.with.body;
	case PY_Try:
	case PY_TryStar:
		return n->u.try_stmt.body;
	case PY_Match:
		return n->u.match.cases;
	case PY_ExceptHandler:
		return n->u.handler.body;
	case PY_match_case:
		return n->u.match_case.body;
	default:
		return (struct py_list){0};
	}
}

uint32_t node_header_end(const struct py_node *n)
{
	struct py_list body = node_body(n);
	uint32_t end = n->start + (uint32_t)strlen("try");

	if (body.len == 0)
		return n->end;
	for (const struct py_node *it = n + 1; it < body.items[0]; it++)
		if (it->end > end)
			end = it->end;
	return end;
}

/* Cuts after the given number of characters; in Latin-1 files a byte is one. */
static struct str cut(struct str s, bool latin1, size_t characters)
{
	size_t i = 0;

	for (; i < s.len && characters > 0; characters--) {
		i++;
		while (!latin1 && i < s.len && ((unsigned char)s.ptr[i] & 0xc0) == 0x80)
			i++;
	}
	return str_slice(s.ptr, i);
}

struct str line_snippet(const struct py_tree *t, uint32_t line)
{
	return cut(str_trim(py_line_text(t, line)), t->latin1, SNIPPET_CHARACTERS);
}

struct str node_snippet(const struct py_tree *t, const struct py_node *n)
{
	return line_snippet(t, n->line);
}
