/*
 * task-awaited-twice: a coroutine object that is kept in a local and run a second time. Tasks and
 * futures can be awaited as often as one likes, coroutines only once.
 */
#include "scan/rules/task.h"

#include "scan/rules/idiom.h"
#include "scan/rules/order.h"

/* The await or call that runs the coroutine to which `use` refers; NULL when it does not. */
static const struct py_node *run_by(struct py_file *f, const struct py_node *use)
{
	static const char *const runners[] = {"wait_for", "create_task", "ensure_future", "gather",
		"shield", "run_until_complete", "run_coroutine_threadsafe", NULL};
	const struct py_node *p = use->parent;

	if (use->op != PY_LOAD)
		return NULL;
	if (p->kind == PY_Await)
		return p;
	if (p->kind != PY_Call || p->u.call.func == use)
		return NULL;
	if (idiom_is_one_of(idiom_last_name(p->u.call.func), runners))
		return p;
	return py_resolves_to(f, p->u.call.func, "asyncio.run") ? p : NULL;
}

/* More runs of one variable are not compared with each other. */
#define MAX_RUNS 64

/* The function's own runs of the variable while it is bound by one assignment, source order. */
struct runs {
	const struct py_node *items[MAX_RUNS];
	uint32_t len;
};

/* Where a binding has taken effect: `c = wait_for(c, 1)` runs what c was before. */
static const struct py_node *bound_at(const struct py_binding *b)
{
	const struct py_node *stmt = b->kind == PY_BIND_ASSIGN ? py_stmt_of(b->node) : NULL;

	return stmt && stmt->kind == PY_Assign ? stmt->end_node : b->node;
}

/* The first of the uses that does not stand before `n`. */
static uint32_t first_from(struct py_uses uses, const struct py_node *n)
{
	uint32_t low = 0, high = uses.len;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (uses.items[middle] < n)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Only the uses up to the next binding are looked at: a name may be bound thousands of times. */
static void find_runs(struct py_file *f, const struct py_binding *b, struct runs *r)
{
	struct py_uses uses = py_uses_of(f, b);
	const struct py_node *end = b->next ? bound_at(b->next) : b->scope->node->end_node;

	r->len = 0;
	for (uint32_t i = first_from(uses, bound_at(b)); i < uses.len; i++) {
		const struct py_node *run = run_by(f, uses.items[i]);

		if (uses.items[i] >= end)
			return;
		if (run && py_context(f, run) == b->scope->node && !idiom_expects_error(run) &&
			(!r->len || r->items[r->len - 1] != run) && r->len < MAX_RUNS)
			r->items[r->len++] = run;
	}
}

static const struct py_node *common_ancestor(const struct py_node *a, const struct py_node *b)
{
	while (!py_is_inside(b, a))
		a = a->parent;
	return a;
}

/* Two conditions may be about the same thing, so that never both hold. */
static bool may_depend(const struct py_node *a, const struct py_node *b)
{
	const struct py_node *p = common_ancestor(a, b);

	return order_condition_of(a, p) && order_condition_of(b, p);
}

static bool is_run_again(const struct runs *r, uint32_t i)
{
	for (uint32_t j = 0; j < i; j++)
		if (!py_is_inside(r->items[j], r->items[i]) &&
			!py_is_inside(r->items[i], r->items[j]) &&
			!may_depend(r->items[j], r->items[i]) &&
			order_is_followed_by(r->items[j], r->items[i]))
			return true;
	return false;
}

static bool is_run_by_each_turn(const struct py_node *run, const struct py_binding *b)
{
	const struct py_node *loop = py_loop_around(run);

	if (!loop || py_is_inside(b->node, loop) || (b->next && py_is_inside(b->next->node, loop)))
		return false;
	return order_is_repeated(run, loop);
}

/* Does no other function bind the local? */
static bool is_bound_here_only(struct py_file *f, const struct py_binding *b)
{
	for (b = py_lookup(f, b->node, b->name); b; b = b->next)
		if (b->site != b->scope->node)
			return false;
	return true;
}

/* How an assignment binds a local to what a call gives, or NULL. */
static const struct py_binding *coroutine_local(struct py_file *f, const struct py_node *assign)
{
	struct py_list targets = assign->u.assign.targets;
	const struct py_binding *b;

	if (targets.len != 1 || targets.items[0]->kind != PY_Name)
		return NULL;
	b = py_binding_at(f, targets.items[0]);
	return b && b->scope->kind == PY_SCOPE_FUNCTION ? b : NULL;
}

/* Cheap questions first; whether it is a coroutine at all is the dear one. */
void check_task_twice(struct rule_run *run, const struct rule *rule, const struct py_node *n)
{
	const struct py_node *call = n->u.assign.value, *found = NULL;
	const struct py_binding *b;
	bool repeated = false;
	struct runs r;

	if (call->kind != PY_Call || !(b = coroutine_local(run->file, n)))
		return;
	find_runs(run->file, b, &r);
	for (uint32_t i = 0; i < r.len && !found; i++) {
		repeated = is_run_by_each_turn(r.items[i], b);
		if (repeated || is_run_again(&r, i))
			found = r.items[i];
	}
	if (!found || !is_bound_here_only(run->file, b) ||
		!task_is_coroutine_function(run->file, call->u.call.func) ||
		task_gives_future(run->file, call->u.call.func))
		return;
	rule_report(run, rule, found,
		repeated ? "every turn of the loop awaits the same coroutine `%.*s`: the second "
			   "one raises RuntimeError"
			 : "the coroutine `%.*s` was awaited before: a second time raises "
			   "RuntimeError",
		STR_ARG(b->name));
}
