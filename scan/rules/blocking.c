/*
 * Blocking the event loop: calls in async code that do not give the loop back until they are done.
 */
#include "scan/rules/rule.h"

#include "scan/base/mem.h"

static void check(struct rule_run *run, const struct rule *rule, const struct py_node *n)
{
	if (py_in_async(run->file, n) && py_resolves_to(run->file, n->u.call.func, "time.sleep"))
		rule_report(run, rule, n,
			"time.sleep blocks the event loop; use `await asyncio.sleep()`");
}

static const struct rule rules[] = {
	{
		.id = "blocking-sleep",
		.level = LEVEL_ERROR,
		.title = "Sleeping with time.sleep in async code",
		.bad = "import time\n\nasync def retry():\n    time.sleep(1)\n",
		.good = "import asyncio\n\nasync def retry():\n    await asyncio.sleep(1)\n",
		.since = "1",
		.kinds = PY_BIT(Call),
		.check = check,
	},
};

static const char *const words[] = {"async", NULL};

const struct rule_family family_blocking = {
	.slug = "blocking",
	.title = "Blocking the event loop",
	.rules = rules,
	.rule_count = ARRAY_LEN(rules),
	.words = words,
};
