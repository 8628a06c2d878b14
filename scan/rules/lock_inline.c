/*
 * lock-inline: a lock that only one run of one function can ever see. Whether `with` fits the kind
 * of lock is protocol-with's matter.
 */
#include "scan/rules/lock.h"

#include "scan/rules/idiom.h"

static const char *const thread_locks[] = {"threading.Lock", "threading.RLock",
	"threading.Semaphore", "threading.BoundedSemaphore", "threading.Condition",
	"multiprocessing.Lock", "multiprocessing.RLock", "multiprocessing.Semaphore",
	"multiprocessing.BoundedSemaphore", "multiprocessing.Condition", NULL};

static const char *const async_locks[] = {"asyncio.Lock", "asyncio.Semaphore",
	"asyncio.BoundedSemaphore", "asyncio.Condition", "asyncio.locks.Lock",
	"asyncio.locks.Semaphore", "asyncio.locks.BoundedSemaphore", "asyncio.locks.Condition",
	"anyio.Lock", "anyio.Semaphore", "anyio.Condition", "anyio.CapacityLimiter", "trio.Lock",
	"trio.StrictFIFOLock", "trio.Semaphore", "trio.Condition", "trio.CapacityLimiter",
	"tornado.locks.Lock", "tornado.locks.Semaphore", "tornado.locks.BoundedSemaphore", NULL};

static bool looks_like_lock(const struct py_node *call)
{
	static const char *const classes[] = {"Lock", "RLock", "StrictFIFOLock", "Semaphore",
		"BoundedSemaphore", "Condition", "CapacityLimiter", NULL};
	struct str name = idiom_last_name(call->u.call.func);

	/* Aliases (`from threading import Lock as L`) are resolved by the caller. */
	return idiom_is_one_of(name, classes) || call->u.call.func->kind == PY_Name;
}

/* Does the call make a lock of its own? A Condition made around a lock shares that lock. */
static const char *makes_lock(
	struct py_file *f, const struct py_node *call, const char *const *classes)
{
	int which;

	if (call->kind != PY_Call || !looks_like_lock(call))
		return NULL;
	which = py_resolves_to_any(f, call->u.call.func, classes);
	if (which < 0)
		return NULL;
	if (str_ends(str_from(classes[which]), "Condition") &&
		call->u.call.args.len + call->u.call.keywords.len > 0)
		return NULL;
	return classes[which];
}

static const struct py_node *without_await(const struct py_node *n)
{
	return n->kind == PY_Await || n->kind == PY_YieldFrom ? n->u.expr.value : n;
}

static const char *inline_lock(
	struct py_file *f, const struct py_node *with, const struct py_node *context)
{
	const struct py_node *call = without_await(context);

	/* `with (yield from lock)` was asyncio's way before `async with`. */
	if (with->kind == PY_AsyncWith || call != context)
		return makes_lock(f, call, async_locks);
	return makes_lock(f, call, thread_locks);
}

static void check_with(struct rule_run *run, const struct rule *rule, const struct py_node *with)
{
	struct py_list items = with->u.with.items;

	for (uint32_t i = 0; i < items.len; i++) {
		const struct py_node *context = items.items[i]->u.withitem.context_expr;
		const char *lock = inline_lock(run->file, with, context);

		if (!lock)
			continue;
		rule_report(run, rule, with,
			"%s() in the `%swith` itself is a new lock each time and protects "
			"nothing; "
			"create it once, outside",
			lock, with->kind == PY_AsyncWith ? "async " : "");
		return;
	}
}

/* ---- a lock of one function ---- */

static bool is_with_item(const struct py_node *use)
{
	const struct py_node *p = use->parent;

	if (p->kind == PY_Await || p->kind == PY_YieldFrom)
		p = p->parent;
	return p->kind == PY_withitem;
}

/* Is the result of the call kept or passed on? `future = lock.acquire()` looks at the lock from
 * outside, as tests of locks do. */
static bool result_is_kept(const struct py_node *call)
{
	const struct py_node *p = call->parent;

	return p->kind == PY_Call || p->kind == PY_Attribute || p->kind == PY_Assign ||
		p->kind == PY_keyword || p->kind == PY_Compare || p->kind == PY_List ||
		p->kind == PY_Tuple || p->kind == PY_ListComp;
}

/* Does the use do nothing but take, leave or signal the lock? */
static bool takes_or_leaves(const struct py_node *use, struct str *method)
{
	static const char *const methods[] = {
		"acquire", "release", "notify", "notify_all", "wait", "wait_for", NULL};
	const struct py_node *attribute = use->parent, *call = attribute->parent;

	if (attribute->kind != PY_Attribute || call->kind != PY_Call ||
		call->u.call.func != attribute || result_is_kept(call))
		return false;
	*method = attribute->u.attribute.attr;
	return idiom_is_one_of(*method, methods);
}

/*
 * Is every use of the variable the taking or leaving of the lock, and is it taken at all? Whoever
 * asks for locked() or statistics() is looking at the lock itself: that is a test of locks. A
 * condition of one's own that is waited for with a timeout is a way to sleep.
 */
static bool only_taken(struct py_file *f, const struct py_binding *b)
{
	struct py_uses uses = py_uses_of(f, b);
	bool withs = false, acquires = false, releases = false;

	for (uint32_t i = 0; i < uses.len; i++) {
		const struct py_node *use = uses.items[i];
		struct str method = STR_EMPTY;

		if (use == b->node)
			continue;
		if (is_with_item(use))
			withs = true;
		else if (!takes_or_leaves(use, &method))
			return false;
		if (idiom_starts_with_one_of(method, (const char *const[]){"wait", NULL}))
			return false;
		acquires |= str_is(method, "acquire");
		releases |= str_is(method, "release");
	}
	return withs || (acquires && releases);
}

static void check_local(struct rule_run *run, const struct rule *rule, const struct py_node *n)
{
	struct py_list targets = n->u.assign.targets;
	const struct py_node *call = n->u.assign.value;
	const struct py_binding *b;
	const char *lock;

	if (targets.len != 1 || targets.items[0]->kind != PY_Name || call->kind != PY_Call ||
		!looks_like_lock(call))
		return;
	b = py_only_binding(py_lookup(run->file, targets.items[0], targets.items[0]->u.name.id));
	if (!b || b->node != targets.items[0] || b->scope->kind != PY_SCOPE_FUNCTION)
		return;
	lock = makes_lock(run->file, call, thread_locks);
	if (!lock)
		lock = makes_lock(run->file, call, async_locks);
	if (lock && !lock_is_of_test(run->file, b->node) && only_taken(run->file, b) &&
		!py_escape_of(run->file, b).escapes)
		rule_report(run, rule, call,
			"%s() is made and used by one call of this function only, so `%.*s` "
			"protects "
			"nothing; create it where all users share it",
			lock, STR_ARG(b->name));
}

void check_lock_inline(struct rule_run *run, const struct rule *rule, const struct py_node *n)
{
	if (n->kind == PY_Assign)
		check_local(run, rule, n);
	else
		check_with(run, rule, n);
}
