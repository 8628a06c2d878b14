/*
 * protocol-await-outside: await, async for, async with and async comprehensions outside async def.
 *
 * One finding for each function (lambda, class body, module): it is mended at the def. Generator
 * expressions may await anywhere since Python 3.7, all but their first iterable.
 */
#include "scan/rules/protocol.h"

static bool is_async_syntax(const struct py_node *n)
{
	switch (n->kind) {
	case PY_Await:
	case PY_AsyncFor:
	case PY_AsyncWith:
		return true;
	case PY_ListComp:
	case PY_SetComp:
	case PY_DictComp:
		for (uint32_t i = 0; i < n->u.comp.generators.len; i++)
			if (n->u.comp.generators.items[i]->is_async)
				return true;
		return false;
	default:
		return false;
	}
}

static bool is_in_generator(const struct py_node *n, const struct py_node *context)
{
	for (const struct py_node *p = n->parent; p && p != context; p = p->parent)
		if (p->kind == PY_GeneratorExp &&
			!py_is_inside(n, p->u.comp.generators.items[0]->u.comprehension.iter))
			return true;
	return false;
}

static bool is_outside(struct py_file *f, const struct py_node *n)
{
	const struct py_node *context = py_context(f, n);

	return context->kind != PY_AsyncFunctionDef && !is_in_generator(n, context);
}

static bool is_first(struct py_file *f, const struct py_node *n)
{
	const struct py_node *context = py_context(f, n);

	for (const struct py_node *before = context; before < n; before++)
		if (is_async_syntax(before) && py_context(f, before) == context &&
			is_outside(f, before))
			return false;
	return true;
}

/* Where code at the top of a file runs in a loop of the tool's own: cells of notebooks and their
 * exports, Python in the browser. */
static bool is_notebook(struct py_file *f)
{
	static const char *const marks[] = {"# %%", "#%%", "# In[", "# COMMAND ---",
		"# Databricks notebook", "# jupyter:", "# +", NULL};
	static const char *const modules[] = {
		"IPython", "pyodide", "js", "pyscript", "marimo", NULL};
	const struct py_tree *t = f->tree;

	for (size_t i = 0; modules[i]; i++)
		if (py_imports(f, modules[i]))
			return true;
	for (uint32_t i = 0; i < t->comment_count; i++) {
		struct str text = str_slice(t->source.ptr + t->comments[i].start,
			t->comments[i].end - t->comments[i].start);

		for (size_t j = 0; marks[j]; j++)
			if (str_starts(text, marks[j]))
				return true;
	}
	return !py_lookup(f, t->root, STR("get_ipython")) && py_calls_anywhere(f, "get_ipython");
}

/* Before Python 3.7 `await(x)` could be a call of a function of that name. */
static bool may_be_call(struct py_file *f, const struct py_node *n)
{
	static const char word[] = "await";
	struct str text = py_text(f->tree, n);

	return n->kind == PY_Await && text.len > strlen(word) && text.ptr[strlen(word)] == '(';
}

static bool has_async_def(const struct py_file *f)
{
	PY_EACH (n, f->tree->root)
		if (n->kind == PY_AsyncFunctionDef)
			return true;
	return false;
}

void check_await_outside(struct rule_run *run, const struct rule *rule, const struct py_node *n)
{
	static const char *const what[PY_KIND_COUNT] = {
		[PY_Await] = "await",
		[PY_AsyncFor] = "async for",
		[PY_AsyncWith] = "async with",
	};
	struct py_file *f = run->file;
	const struct py_node *context;

	if (!is_async_syntax(n) || !is_outside(f, n) || !is_first(f, n))
		return;
	if (may_be_call(f, n) && !has_async_def(f))
		return;
	context = py_context(f, n);
	if (context->kind == PY_Module && is_notebook(f))
		return;
	rule_report(run, rule, n, "%s outside `async def` is a SyntaxError; %s",
		what[n->kind] ? what[n->kind] : "an async comprehension",
		context->kind == PY_FunctionDef      ? "make the function around it async"
			: context->kind == PY_Lambda ? "use an async function instead of the lambda"
						     : "start it with asyncio.run()");
}
