/*
 * The catalogue of blocking calls (data/blocking_calls.tsv) and the question that all blocking
 * rules share: does this call block here? Which kinds are whose is said by the rules; whether the
 * code around is async is asked by them too.
 */
#include "scan/rules/engine.h"

#include <stdlib.h>

#include "scan/base/table.h"
#include "scan/rules/idiom.h"

extern const struct table table_scan_rules_data_blocking_calls;
extern const struct table table_scan_rules_data_coroutines;

_Static_assert(sizeof(struct blocking_call) == 3 * sizeof(const char *),
	"a row's cells are read as a struct blocking_call");

static int compare_name(const void *key, const void *row)
{
	return str_cmp(
		*(const struct str *)key, str_from(((const struct blocking_call *)row)->name));
}

static const struct blocking_call *find_added(const struct rule_set *s, struct str qualified)
{
	const struct added_calls added = rule_set_added(s);

	return added.count
		? bsearch(&qualified, added.items, added.count, sizeof *added.items, compare_name)
		: NULL;
}

const struct blocking_call *catalogue_find(const struct rule_set *s, struct str qualified)
{
	const struct blocking_call *added = find_added(s, qualified);

	if (added)
		return added;
	return (const struct blocking_call *)(const void *)table_find(
		&table_scan_rules_data_blocking_calls, qualified);
}

bool catalogue_is_coroutine(struct str qualified)
{
	return table_find(&table_scan_rules_data_coroutines, qualified) != NULL;
}

/* Imports of a module under two names (`urllib2` on Python 2) give several candidates. One that is
 * not in the catalogue is another thing, perhaps an async one: the call may not block. */
static const struct blocking_call *find_row(const struct rule_set *s, const struct py_names *names)
{
	const struct blocking_call *row = NULL;

	for (uint32_t i = 0; i < names->len; i++) {
		const struct blocking_call *next = catalogue_find(s, names->items[i]);

		if (!next)
			return NULL;
		row = row ? row : next;
	}
	return row;
}

/* Given to `await`, `async with` or `async for`, which a blocking call's result does not survive:
 * the name means something else than we believe. */
static bool is_awaited(const struct py_node *call)
{
	const struct py_node *p = call->parent;

	switch (p->kind) {
	case PY_Await:
		return true;
	case PY_withitem:
		return p->u.withitem.context_expr == call && p->parent->kind == PY_AsyncWith;
	case PY_AsyncFor:
		return p->u.loop.iter == call;
	case PY_comprehension:
		return p->is_async && p->u.comprehension.iter == call;
	default:
		return false;
	}
}

static bool is_patched(struct py_file *f)
{
	return (py_imports(f, "gevent") && py_calls_anywhere(f, "gevent.monkey.patch_all")) ||
		(py_imports(f, "eventlet") &&
			(py_calls_anywhere(f, "eventlet.monkey_patch") ||
				py_calls_anywhere(f, "eventlet.patcher.monkey_patch")));
}

static const struct blocking_call *ask(struct rule_run *run, const struct py_node *call)
{
	const struct blocking_call *row;
	struct py_names names;

	if (is_awaited(call))
		return NULL;
	names = py_resolve(run->file, call->u.call.func);
	row = find_row(run->set, &names);
	if (!row || !call_waits(run->file, call, row) || call_is_ready(run->file, call, row) ||
		is_patched(run->file) || idiom_is_never_run(run->file, call))
		return NULL;
	return row;
}

const struct blocking_call *catalogue_blocking(struct rule_run *run, const struct py_node *call)
{
	static const struct blocking_call none;
	const struct py_tree *t = run->file->tree;
	struct engine *e = run->engine;
	const struct blocking_call **slot;

	if (call->kind != PY_Call)
		return NULL;
	if (!e->blocking)
		e->blocking = ARENA_ARRAY(e->arena, t->node_count, const struct blocking_call *);
	slot = &e->blocking[call - t->root];
	if (!*slot) {
		*slot = ask(run, call);
		if (!*slot)
			*slot = &none;
	}
	return *slot == &none ? NULL : *slot;
}
