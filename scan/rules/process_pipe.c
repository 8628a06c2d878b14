/*
 * Pipes that fill up: a child is waited for, or one of its pipes is read to the end, while nobody
 * reads the other. Followed is one variable through its function, in the order of the source; a
 * child or pipe that is handed on may be read by whoever gets it.
 */
#include "scan/rules/idiom.h"
#include "scan/rules/process.h"

/* Positions of Popen's arguments. */
#define STDOUT_POSITION 4
#define STDERR_POSITION 5

enum use {
	USE_NEUTRAL,
	USE_WAIT,
	USE_STDOUT, /* in some way */
	USE_STDERR,
	USE_ALL_STDOUT, /* read to its end, here */
	USE_ALL_STDERR,
	USE_HANDLED, /* communicate, kill, handed on */
};

struct child {
	struct py_file *file;
	const struct py_node *call;
	bool is_async;
	bool out, err;           /* these are pipes of their own */
	bool read_out, read_err; /* touched so far */
};

/* ---- what is made ---- */

static bool is_pipe(struct py_file *f, const struct py_node *value)
{
	static const char *const names[] = {
		"subprocess.PIPE", "subprocess32.PIPE", "asyncio.subprocess.PIPE", NULL};

	return value && py_resolves_to_any(f, value, names) >= 0;
}

static void find_pipes(struct child *c)
{
	const struct py_node *out = py_keyword(c->call, "stdout");
	const struct py_node *err = py_keyword(c->call, "stderr");

	if (!c->is_async && !out && !err) {
		out = py_arg(c->call, STDOUT_POSITION);
		err = py_arg(c->call, STDERR_POSITION);
	}
	c->out = is_pipe(c->file, out);
	c->err = is_pipe(c->file, err);
}

static bool is_popen(struct py_file *f, const struct py_node *func)
{
	static const char *const names[] = {"subprocess.Popen", "subprocess32.Popen", NULL};

	return py_resolves_to_any(f, func, names) >= 0;
}

static bool is_async_child(struct py_file *f, const struct py_node *func)
{
	static const char *const names[] = {"asyncio.create_subprocess_exec",
		"asyncio.create_subprocess_shell", "asyncio.subprocess.create_subprocess_exec",
		"asyncio.subprocess.create_subprocess_shell", NULL};

	return py_resolves_to_any(f, func, names) >= 0;
}

/* ---- what is done with it ---- */

static const struct py_node *called(const struct py_node *attribute)
{
	const struct py_node *p = attribute->parent;

	return p->kind == PY_Call && p->u.call.func == attribute ? p : NULL;
}

static bool is_awaited(const struct py_node *call)
{
	return call->parent->kind == PY_Await || call->parent->kind == PY_YieldFrom;
}

/* `for line in pipe` that only ends with the pipe. */
static bool is_whole_loop(const struct py_node *iter)
{
	const struct py_node *p = iter->parent;

	return (p->kind == PY_For || p->kind == PY_AsyncFor) && p->u.loop.iter == iter &&
		!py_loop_has_exit(p);
}

/* Is the whole pipe taken by a function: list(pipe), "".join(pipe), for line in iter(pipe.readline,
 * "")? */
static bool is_taken_whole(const struct py_node *pipe)
{
	static const char *const takers[] = {"list", "tuple", "sorted", "join", NULL};
	const struct py_node *p = pipe->parent;

	if (p->kind == PY_Attribute && str_is(p->u.attribute.attr, "readline") &&
		p->parent->kind == PY_Call && py_is_name(p->parent->u.call.func, "iter") &&
		py_arg(p->parent, 0) == p)
		return is_whole_loop(p->parent);
	return p->kind == PY_Call && py_arg(p, 0) == pipe &&
		idiom_is_one_of(idiom_last_name(p->u.call.func), takers);
}

static bool reads_to_end(const struct child *c, const struct py_node *pipe)
{
	static const char *const readers[] = {"read", "readlines", NULL};
	const struct py_node *p = pipe->parent, *call;

	if (p->kind != PY_Attribute || !called(p))
		return is_whole_loop(pipe) || is_taken_whole(pipe);
	call = called(p);
	return idiom_is_one_of(p->u.attribute.attr, readers) && call->u.call.args.len == 0 &&
		call->u.call.keywords.len == 0 && is_awaited(call) == c->is_async;
}

static enum use use_of_method(const struct child *c, const struct py_node *attribute)
{
	static const char *const neutral[] = {"pid", "poll", "returncode", "args", "stdin", NULL};
	const struct py_node *call = called(attribute);
	struct str name = attribute->u.attribute.attr;

	if (idiom_is_one_of(name, neutral))
		return USE_NEUTRAL;
	if (str_is(name, "stdout"))
		return reads_to_end(c, attribute) ? USE_ALL_STDOUT : USE_STDOUT;
	if (str_is(name, "stderr"))
		return reads_to_end(c, attribute) ? USE_ALL_STDERR : USE_STDERR;
	if (!str_is(name, "wait") || !call || call->u.call.args.len > 0 ||
		call->u.call.keywords.len > 0 || (c->is_async && !is_awaited(call)))
		return USE_HANDLED;
	return USE_WAIT;
}

static enum use use_of(const struct child *c, const struct py_node *n)
{
	const struct py_node *p = n->parent;

	switch (p->kind) {
	case PY_Attribute:
		return use_of_method(c, p);
	case PY_withitem:
	case PY_Compare:
	case PY_UnaryOp:
	case PY_If:
	case PY_While:
	case PY_Assert:
		return USE_NEUTRAL;
	default:
		return USE_HANDLED;
	}
}

/* Takes one more use. What it waits for in vain: NULL for nothing; *done when the child is in good
 * hands. */
static const char *step(struct child *c, enum use use, bool *done)
{
	switch (use) {
	case USE_WAIT:
		*done = true;
		return c->read_out || c->read_err ? NULL : c->out ? "stdout" : "stderr";
	case USE_ALL_STDOUT:
		*done = true;
		return c->out && c->err && !c->read_err ? "stderr" : NULL;
	case USE_ALL_STDERR:
		*done = true;
		return c->out && c->err && !c->read_out ? "stdout" : NULL;
	case USE_STDOUT:
		c->read_out = true;
		return NULL;
	case USE_STDERR:
		c->read_err = true;
		return NULL;
	case USE_HANDLED:
		*done = true;
		return NULL;
	default:
		return NULL;
	}
}

/* ---- findings ---- */

/* The statement or call that waits: of a read the call, of a loop the loop. */
static const struct py_node *waiting(const struct py_node *use)
{
	const struct py_node *attribute = use->parent, *p = attribute->parent;

	if (called(attribute))
		return called(attribute);
	if (p->kind == PY_Attribute && called(p))
		return called(p);
	return py_stmt_of(use);
}

static void report(struct rule_run *run, const struct rule *rule, const struct py_node *at,
	const char *full, bool reads)
{
	if (reads)
		rule_report(run, rule, at,
			"this reads one pipe to its end while nobody reads %s: when that is full "
			"both processes wait for ever; use communicate()",
			full);
	else
		rule_report(run, rule, at,
			"this waits for the child while nobody reads %s: when the pipe is full "
			"both processes wait for ever; use communicate()",
			full);
}

/* Where the variable gets another value. */
static uint32_t next_binding(const struct py_binding *first, const struct py_node *target)
{
	for (const struct py_binding *b = first; b; b = b->next)
		if (b->node->start > target->start)
			return b->node->start;
	return UINT32_MAX;
}

static void check_variable(struct rule_run *run, const struct rule *rule, struct child *c,
	const struct py_node *target)
{
	const struct py_binding *b = py_lookup(c->file, target, target->u.name.id);
	struct py_uses uses;
	uint32_t end;
	bool done = false;

	if (!b || b->scope->calls_locals)
		return;
	uses = py_uses_of(c->file, b);
	end = next_binding(b, target);
	for (uint32_t i = 0; i < uses.len && !done; i++) {
		const struct py_node *n = uses.items[i];
		enum use use;
		const char *full;

		if (n->op != PY_LOAD || n->start < c->call->start || n->start > end)
			continue;
		use = use_of(c, n);
		full = step(c, use, &done);
		if (full)
			report(run, rule, waiting(n), full, use != USE_WAIT);
	}
}

/* `Popen(…, stdout=PIPE).wait()` */
static void check_chain(
	struct rule_run *run, const struct rule *rule, struct child *c, const struct py_node *value)
{
	enum use use = use_of(c, value);
	bool done = false;
	const char *full = step(c, use, &done);

	if (full)
		report(run, rule, c->call, full, use != USE_WAIT);
}

static void check_child(struct rule_run *run, const struct rule *rule, struct child *c)
{
	const struct py_node *value = c->is_async ? c->call->parent : c->call;
	const struct py_node *p = value->parent, *target = NULL;

	find_pipes(c);
	if ((!c->out && !c->err) || (c->is_async && !is_awaited(c->call)))
		return;
	if (p->kind == PY_Assign && p->u.assign.targets.len == 1)
		target = p->u.assign.targets.items[0];
	else if (p->kind == PY_withitem)
		target = p->u.withitem.optional_vars;
	if (target && target->kind == PY_Name)
		check_variable(run, rule, c, target);
	else if (p->kind == PY_Attribute)
		check_chain(run, rule, c, value);
}

/* subprocess.call(…, stdout=PIPE) waits without reading, always. */
static void check_call(struct rule_run *run, const struct rule *rule, const struct py_node *call)
{
	static const char *const names[] = {"subprocess.call", "subprocess.check_call",
		"subprocess32.call", "subprocess32.check_call", NULL};
	struct child c = {.file = run->file, .call = call};

	if (py_resolves_to_any(run->file, call->u.call.func, names) < 0)
		return;
	find_pipes(&c);
	if (c.out || c.err)
		rule_report(run, rule, call,
			"%.*s() never reads the pipe it makes: when that is full both processes "
			"wait for ever; use DEVNULL, or run(capture_output=True)",
			STR_ARG(idiom_last_name(call->u.call.func)));
}

void check_pipe_deadlock(struct rule_run *run, const struct rule *rule, const struct py_node *call)
{
	static const char *const calls[] = {"call", "check_call", NULL};
	static const char *const makers[] = {
		"Popen", "create_subprocess_exec", "create_subprocess_shell", NULL};
	struct py_file *f = run->file;
	struct str name = idiom_last_name(call->u.call.func);
	struct child c = {.file = f, .call = call};

	if (idiom_is_one_of(name, calls))
		check_call(run, rule, call);
	if (!idiom_is_one_of(name, makers))
		return;
	c.is_async = is_async_child(f, call->u.call.func);
	if (c.is_async || is_popen(f, call->u.call.func))
		check_child(run, rule, &c);
}
