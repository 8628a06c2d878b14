/*
 * Lost errors: exceptions of tasks, futures and workers that nobody looks at.
 */
#include "scan/rules/gather.h"
#include "scan/rules/idiom.h"
#include "scan/rules/rule.h"

#define MAX_WRAPPERS 3 /* await wait_for(shield(gather(…))) */

static bool is_await(const struct py_node *n)
{
	return n->kind == PY_Await || n->kind == PY_YieldFrom;
}

/* `pending = gather(…)` and later, once, `await pending`: that Await. */
static const struct py_node *awaited_later(struct py_file *f, const struct py_node *assign)
{
	const struct py_node *target = assign->u.assign.targets.items[0], *await = NULL;
	const struct py_binding *b;
	struct py_uses uses;

	if (assign->u.assign.targets.len != 1 || target->kind != PY_Name)
		return NULL;
	b = py_only_binding(py_lookup(f, target, target->u.name.id));
	if (!b || b->node != target)
		return NULL;
	uses = py_uses_of(f, b);
	for (uint32_t i = 0; i < uses.len; i++) {
		if (uses.items[i] == target)
			continue;
		if (await || !is_await(uses.items[i]->parent))
			return NULL;
		await = uses.items[i]->parent;
	}
	return await;
}

/* The await that gives the results of this gather, through wait_for and shield; NULL for none. */
static const struct py_node *await_of(struct py_file *f, const struct py_node *gather)
{
	static const char *const wrappers[] = {
		"asyncio.wait_for", "asyncio.shield", "async_timeout.wait_for", NULL};
	const struct py_node *n = gather;

	for (int i = 0; i < MAX_WRAPPERS; i++) {
		const struct py_node *p = n->parent;

		if (is_await(p))
			return p;
		if (p->kind == PY_Assign && n == gather)
			return awaited_later(f, p);
		if (p->kind != PY_Call || py_arg(p, 0) != n ||
			py_resolves_to_any(f, p->u.call.func, wrappers) < 0)
			return NULL;
		n = p;
	}
	return NULL;
}

static bool returns_exceptions(struct py_file *f, const struct py_node *call)
{
	static const char *const gathers[] = {"asyncio.gather", "asyncio.tasks.gather", NULL};
	const struct py_node *flag = py_keyword(call, "return_exceptions");

	return flag && py_is_constant(flag, PY_CONST_TRUE) &&
		py_resolves_to_any(f, call->u.call.func, gathers) >= 0;
}

static void check_gather(struct rule_run *run, const struct rule *rule, const struct py_node *n)
{
	struct py_file *f = run->file;
	const struct py_node *awaited;
	enum gather_fate fate;

	if (!returns_exceptions(f, n))
		return;
	awaited = await_of(f, n);
	if (!awaited || gather_reaps(f, n) || gather_asks_tasks(f, n) || gather_never_fails(f, n))
		return;
	fate = gather_fate(f, awaited);
	if (fate == GATHER_DISCARDED)
		rule_report_level(run, rule, gather_cleans_up(f, n) ? LEVEL_INFO : rule->level, n,
			"gather(return_exceptions=True) turns every exception into a result, and "
			"the "
			"results are thrown away: failures leave no trace");
	else if (fate == GATHER_UNTESTED)
		rule_report(run, rule, n,
			"the results of gather(return_exceptions=True) may be exceptions and are "
			"used "
			"without an isinstance() test");
}

static const char *const gather_words[] = {"return_exceptions", NULL};

static const struct rule rules[] = {
	{
		.id = "error-gather-ignored",
		.level = LEVEL_WARNING,
		.title = "Exceptions returned by gather() and never looked at",
		.why = "With return_exceptions=True a failed task's exception stands in the list "
		       "of "
		       "results. If nobody tests for it, the failure is silent, or an exception "
		       "object "
		       "travels on as if it were data and breaks something far away.",
		.fix = "Test each result with isinstance(r, BaseException) and log or raise it; or "
		       "use "
		       "asyncio.TaskGroup; or leave return_exceptions out so that the first error "
		       "is "
		       "raised.",
		.bad = "import asyncio\n\n"
		       "async def notify(users):\n"
		       "    await asyncio.gather(*[send(u) for u in users], "
		       "return_exceptions=True)\n",
		.good = "import asyncio\n\n"
			"async def notify(users):\n"
			"    results = await asyncio.gather(\n"
			"        *[send(u) for u in users], return_exceptions=True)\n"
			"    for user, result in zip(users, results):\n"
			"        if isinstance(result, BaseException):\n"
			"            log.error(\"%s not notified\", user, exc_info=result)\n",
		.libraries = "asyncio",
		.pythons = "",
		.since = "1",
		.words = gather_words,
		.kinds = PY_BIT(Call),
		.check = check_gather,
		.from_absence = true,
	},
};

const struct rule_family family_error = {
	.slug = "error",
	.title = "Lost errors",
	.rules = rules,
	.rule_count = ARRAY_LEN(rules),
	.words = gather_words,
};
