/*
 * Event-loop starvation: the loop runs, but one coroutine keeps it for itself.
 *
 * Whether a way around a loop meets a checkpoint is scan/py/flow.c's answer; here stands only which
 * loops are worth a report. Loops that do await, but only to ask again, stand in starvation_spin.c
 * and starvation_poll.c.
 */
#include "scan/rules/starvation.h"

#include "scan/base/mem.h"

/* The last name of what a with-item calls: "suppress" of contextlib.suppress(E). */
static struct str called_name(const struct py_node *item)
{
	const struct py_node *call = item->u.withitem.context_expr;

	if (call->kind != PY_Call)
		return STR_EMPTY;
	if (call->u.call.func->kind == PY_Attribute)
		return call->u.call.func->u.attribute.attr;
	return call->u.call.func->kind == PY_Name ? call->u.call.func->u.name.id : STR_EMPTY;
}

static bool stops_exceptions(const struct py_node *with)
{
	for (uint32_t i = 0; i < with->u.with.items.len; i++) {
		struct str name = called_name(with->u.with.items.items[i]);

		if (str_is(name, "suppress") || str_starts(name, "raises") ||
			str_starts(name, "assertRaises"))
			return true;
	}
	return false;
}

static bool is_in_body(const struct py_node *try_stmt, const struct py_node *n)
{
	struct py_list body = try_stmt->u.try_stmt.body;

	return n >= body.items[0] && n < body.items[body.len - 1]->end_node;
}

/* `try: while True: q.get_nowait() … except Empty:` ends by the exception. */
static bool ends_by_exception(const struct py_node *loop)
{
	for (const struct py_node *p = loop->parent; p && !py_is_scope(p); p = p->parent) {
		if (p->kind == PY_Try || p->kind == PY_TryStar) {
			if (p->u.try_stmt.handlers.len && is_in_body(p, loop))
				return true;
		} else if (p->kind == PY_With || p->kind == PY_AsyncWith) {
			if (stops_exceptions(p))
				return true;
		}
	}
	return false;
}

/* Names of calls that only ask: `if queue.empty(): continue`. */
static bool is_query_name(struct str name)
{
	static const char *const starts[] = {"is", "has", "can", "should", "need", "start", "end"};
	static const char *const names[] = {"empty", "full", "done", "locked", "closed", "closing",
		"cancelled", "ready", "paused", "stopped", "stopping", "running", "exists", "len",
		"qsize", "any", "all", "getattr", "callable", "bool", "get", "connected", "at_eof"};

	for (size_t i = 0; i < ARRAY_LEN(starts); i++)
		if (str_starts(name, starts[i]))
			return true;
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (str_is(name, names[i]))
			return true;
	return false;
}

/* `if self.step(): continue`: there was work, look for more. */
static bool is_after_work(const struct py_node *witness)
{
	const struct py_node *test, *func;

	if (witness->kind != PY_Continue || witness->parent->kind != PY_If)
		return false;
	test = witness->parent->u.cond.test;
	if (test->kind != PY_Call)
		return false;
	func = test->u.call.func;
	if (func->kind == PY_Attribute)
		return !is_query_name(func->u.attribute.attr);
	return func->kind == PY_Name && !is_query_name(func->u.name.id);
}

/* `if idle: if still_idle: await changed.wait(); continue`: the author waits there, if need be. */
static bool is_after_wait(const struct py_node *witness)
{
	const struct py_node *p = witness->parent;

	if (witness->kind != PY_Continue || p->kind != PY_If)
		return false;
	for (uint32_t i = 0; i < p->u.cond.body.len; i++)
		if (p->u.cond.body.items[i] < witness && py_has_checkpoint(p->u.cond.body.items[i]))
			return true;
	return false;
}

/* `if self.resp is None: continue`, and the next turn begins with `if self.resp is None: self.resp
 * = await …`. */
static bool is_test_of_wait(
	struct py_file *f, const struct py_node *loop, const struct py_node *witness)
{
	const struct py_node *p = witness->parent;
	struct str text;

	if (witness->kind != PY_Continue || p->kind != PY_If)
		return false;
	text = py_text(f->tree, p->u.cond.test);
	for (uint32_t i = 0; i < loop->u.cond.body.len; i++) {
		const struct py_node *s = loop->u.cond.body.items[i];

		if (s->kind == PY_If && s != p && str_eq(py_text(f->tree, s->u.cond.test), text) &&
			py_list_has_checkpoint(s->u.cond.body))
			return true;
	}
	return false;
}

/* Is the name set in every turn of the loop: `attempts += 1`, `first = False`? */
static bool is_set_in_turn(const struct py_node *loop, struct str name)
{
	for (uint32_t i = 0; i < loop->u.cond.body.len; i++) {
		const struct py_node *s = loop->u.cond.body.items[i];
		const struct py_node *target = NULL;

		if (s->kind == PY_AugAssign)
			target = s->u.aug_assign.target;
		else if (s->kind == PY_Assign && s->u.assign.targets.len == 1)
			target = s->u.assign.targets.items[0];
		if (target && target->kind == PY_Name && str_eq(target->u.name.id, name))
			return true;
	}
	return false;
}

/* `if attempts > 0: await sleep(delay)`, `attempts += 1`: all turns but the first wait. */
static bool waits_after_first_turn(const struct py_node *loop)
{
	for (uint32_t i = 0; i < loop->u.cond.body.len; i++) {
		const struct py_node *s = loop->u.cond.body.items[i];

		if (s->kind != PY_If || !py_list_has_checkpoint(s->u.cond.body))
			continue;
		PY_EACH (n, s->u.cond.test)
			if (n->kind == PY_Name && is_set_in_turn(loop, n->u.name.id))
				return true;
	}
	return false;
}

/* `if now - last > LIMIT: await sleep(0)`: the author gives way now and then. */
static bool gives_way(struct py_file *f, const struct py_node *loop)
{
	PY_EACH (n, loop)
		if (n->kind == PY_Await && n->parent->parent->kind == PY_If &&
			sleep_of(f, n->u.expr.value) == SLEEP_ZERO)
			return true;
	return false;
}

/* Something on the way blocks, for the keyboard or a server: that is the defect, and another rule
 * tells it. */
static bool is_blocked(
	struct rule_run *run, const struct py_node *loop, const struct py_node *witness)
{
	for (const struct py_node *n = loop + 1; n < witness->end_node; n++) {
		const struct blocking_call *row = catalogue_blocking(run, n);

		if (row && !str_is(str_from(row->kind), "file") &&
			!str_is(str_from(row->kind), "cpu") &&
			py_context(run->file, n) == py_context(run->file, loop))
			return true;
	}
	return false;
}

static const char *way_of(const struct py_node *witness)
{
	switch (witness->kind) {
	case PY_Continue:
		return "`continue`";
	case PY_ExceptHandler:
		return "the except handler";
	default:
		return "`with suppress()`";
	}
}

static void check_loop(struct rule_run *run, const struct rule *rule, const struct py_node *n)
{
	const struct py_node *witness;

	if (!py_is_true(n->u.cond.test) || !py_in_async(run->file, n))
		return;
	if (!py_has_checkpoint(n)) {
		if (!py_loop_has_exit(n) && !ends_by_exception(n))
			rule_report(run, rule, n,
				"endless loop without an await: no other task ever runs again");
		return;
	}
	if (!py_loop_skips_checkpoint(n, &witness) || witness == n)
		return;
	if (!is_after_work(witness) && !is_after_wait(witness) &&
		!is_test_of_wait(run->file, n, witness) && !waits_after_first_turn(n) &&
		!gives_way(run->file, n) && !is_blocked(run, n, witness))
		rule_report_level(run, rule, LEVEL_WARNING, n,
			"a turn of this loop through %s awaits nothing: while that repeats, "
			"no other task runs",
			way_of(witness));
}

static const struct rule rules[] = {
	{
		.id = "starvation-loop",
		.level = LEVEL_ERROR,
		.title = "Endless loop that can turn without an await",
		.why = "The event loop switches tasks only where a coroutine awaits. A `while "
		       "True` that "
		       "goes around without meeting an await, always or through one `continue` or "
		       "except handler, keeps the thread for itself: the process burns a core, "
		       "every "
		       "other task, timer and connection stands still, and even cancellation "
		       "cannot "
		       "end it.",
		.fix = "Await on every way around the loop: wait for the event the loop is there "
		       "for, or "
		       "put `await asyncio.sleep(...)` before the `continue` and into the handler.",
		.bad = "async def worker(queue):\n"
		       "    while True:\n"
		       "        if queue.empty():\n"
		       "            continue\n"
		       "        await handle(queue.get_nowait())\n",
		.good = "async def worker(queue):\n"
			"    while True:\n"
			"        await handle(await queue.get())\n",
		.libraries = "",
		.pythons = "3.5+",
		.since = "1",
		.kinds = PY_BIT(While),
		.check = check_loop,
		.async_only = true,
	},
	{
		.id = "starvation-spin",
		.level = LEVEL_WARNING,
		.title = "Busy waiting with sleep(0)",
		.why = "sleep(0) lets the other tasks run once and comes back at once. A loop that "
		       "waits that way keeps a core at 100 %, slows every other task down, drains "
		       "batteries and pays for CPU that does nothing.",
		.fix = "Wait for what the loop is there for: an Event, a Queue, a Condition, the "
		       "task itself. Where nothing tells, sleep for a real time.",
		.bad = "import asyncio\n\n"
		       "async def wait_for(job):\n"
		       "    while not job.done():\n"
		       "        await asyncio.sleep(0)\n",
		.good = "import asyncio\n\n"
			"async def wait_for(job):\n"
			"    await asyncio.wait([job])\n",
		.libraries = "asyncio, trio, anyio",
		.pythons = "3.5+",
		.since = "1",
		.kinds = PY_BIT(While) | PY_BIT(For),
		.check = check_spin,
		.from_absence = true,
		.async_only = true,
	},
	{
		.id = "starvation-poll",
		.level = LEVEL_WARNING,
		.title = "A flag is polled that an Event could tell",
		.why = "The loop wakes up again and again to look at a variable that this program "
		       "sets itself. Everything that waits for it is late by up to one interval, "
		       "many such loops keep the process busy while idle, and a flag that is set "
		       "and cleared between two looks is never seen.",
		.fix = "Make it an Event (or a Condition, a Future, a Queue): set() it where the "
		       "flag is set now, and `await event.wait()`.",
		.bad = "import asyncio\n\n"
		       "class Server:\n"
		       "    def on_connect(self):\n"
		       "        self.ready = True\n\n"
		       "    async def wait(self):\n"
		       "        while not self.ready:\n"
		       "            await asyncio.sleep(0.1)\n",
		.good = "import asyncio\n\n"
			"class Server:\n"
			"    def on_connect(self):\n"
			"        self.ready.set()\n\n"
			"    async def wait(self):\n"
			"        await self.ready.wait()\n",
		.libraries = "asyncio, trio, anyio",
		.pythons = "3.5+",
		.since = "1",
		.kinds = PY_BIT(While),
		.check = check_poll,
		.async_only = true,
	},
};

static const char *const words[] = {"async", NULL};

const struct rule_family family_starvation = {
	.slug = "starvation",
	.title = "Event-loop starvation",
	.rules = rules,
	.rule_count = ARRAY_LEN(rules),
	.words = words,
};
