/*
 * Locks taken while others are held: the same one again, or two in both orders. It looks at the
 * bodies of `with` statements on locks, and into the functions of the file that they call.
 */
#include "scan/rules/lock.h"

#include "scan/rules/idiom.h"

#define MAX_EDGES 64 /* of a file; more are left out */
#define MAX_STEPS 3  /* functions between the held lock and the one taken again */

static bool is_with(const struct py_node *n)
{
	return n->kind == PY_With || n->kind == PY_AsyncWith;
}

/* `x.acquire()` that waits: the lock it takes. */
static bool acquire_lock(struct py_file *f, const struct py_node *n, struct lock *out)
{
	const struct py_node *receiver = n->kind == PY_Call ? lock_acquired(n) : NULL;

	return receiver && lock_of(f, receiver, out);
}

/* Does anything in the function release the lock by hand, or ask whether it is held? Then what
 * holds it when is not a matter of `with` alone. */
static bool is_juggled(const struct py_node *top, const struct lock *lock)
{
	static const char *const names[] = {"release", "locked", "_is_owned", "owned", NULL};

	PY_EACH (n, top)
		if (n->kind == PY_Attribute && idiom_is_one_of(n->u.attribute.attr, names) &&
			str_eq(idiom_last_name(n->u.attribute.value), lock->name))
			return true;
	return false;
}

/* The first place in the function itself that takes the lock, or NULL. */
static const struct py_node *taking_in(
	struct py_file *f, const struct py_node *def, const struct lock *lock)
{
	for (const struct py_node *n = def + 1; n < def->end_node; n++) {
		struct lock other;

		if (py_is_scope(n)) {
			n = n->end_node - 1;
			continue;
		}
		for (uint32_t i = 0; is_with(n) && i < n->u.with.items.len; i++)
			if (lock_item(f, n, i, &other) && lock_same(&other, lock))
				return n;
		if (acquire_lock(f, n, &other) && lock_same(&other, lock))
			return n;
	}
	return NULL;
}

/* Is the callee's self the self of this function, as far as an attribute's lock needs that? */
static bool same_self(const struct py_node *call, const struct lock *lock)
{
	const struct py_node *func = call->u.call.func;

	if (lock->expr->kind == PY_Name)
		return true;
	return func->kind == PY_Attribute &&
		(py_is_name(func->u.attribute.value, "self") ||
			py_is_name(func->u.attribute.value, "cls"));
}

/* ---- calls ---- */

static bool is_in_test(const struct py_node *n)
{
	for (; n->parent && !py_is_stmt(n); n = n->parent) {
		const struct py_node *p = n->parent;

		if ((p->kind == PY_If || p->kind == PY_While) && p->u.cond.test == n)
			return true;
	}
	return false;
}

/* Does the function decide anything by this parameter? */
static bool is_decided_by(const struct py_node *def, struct str param)
{
	PY_EACH (n, def)
		if (n->kind == PY_Name && n->op == PY_LOAD && str_eq(n->u.name.id, param) &&
			is_in_test(n))
			return true;
	return false;
}

static bool is_switch(const struct py_node *arg)
{
	return py_is_constant(arg, PY_CONST_TRUE) || py_is_constant(arg, PY_CONST_FALSE) ||
		py_is_constant(arg, PY_CONST_NONE);
}

/* `receive(force=True)`: does an argument choose a way through the function? */
static bool chooses_way(const struct py_node *call, const struct py_node *def)
{
	struct py_list params = def->u.function.args->u.arguments.args;
	uint32_t first = call->u.call.func->kind == PY_Attribute && py_class_of(def) ? 1 : 0;

	for (uint32_t i = 0; i < call->u.call.keywords.len; i++) {
		const struct py_node *k = call->u.call.keywords.items[i];

		if (is_switch(k->u.keyword.value) && is_decided_by(def, k->u.keyword.arg))
			return true;
	}
	for (uint32_t i = 0; i < call->u.call.args.len && i + first < params.len; i++)
		if (is_switch(call->u.call.args.items[i]) &&
			is_decided_by(def, params.items[i + first]->u.arg.arg))
			return true;
	return false;
}

/* The function of the file that this call runs here, all of it as far as the call tells. */
static const struct py_node *runs_here(struct py_file *f, const struct py_node *call)
{
	const struct py_node *def = lock_runs_here(f, call);

	return def && !chooses_way(call, def) ? def : NULL;
}

/* ---- lock-reentry ---- */

struct visit {
	const struct py_node *def;
	uint32_t steps;
};

/* Does calling the function take the lock, there or in what it calls? The function that does. */
static const struct py_node *taker_below(
	struct py_file *f, const struct py_node *def, const struct lock *lock)
{
	struct visit queue[16] = {{def, 1}};
	uint32_t count = 1;

	for (uint32_t i = 0; i < count; i++) {
		if (is_juggled(queue[i].def, lock))
			continue;
		if (taking_in(f, queue[i].def, lock))
			return queue[i].def;
		PY_EACH (n, queue[i].def) {
			const struct py_node *next;

			if (n->kind != PY_Call || count == ARRAY_LEN(queue) ||
				queue[i].steps == MAX_STEPS || py_context(f, n) != queue[i].def ||
				!same_self(n, lock))
				continue;
			next = runs_here(f, n);
			for (uint32_t j = 0; next && j < count; j++)
				if (queue[j].def == next)
					next = NULL;
			if (next)
				queue[count++] = (struct visit){next, queue[i].steps + 1};
		}
	}
	return NULL;
}

static void report_again(struct rule_run *run, const struct rule *rule, const struct lock *lock,
	const struct py_node *at, const struct py_node *by)
{
	struct str text = py_text(run->file->tree, lock->expr);

	if (by)
		rule_report(run, rule, at,
			"%.*s() takes %.*s, which is held here: a %.*s cannot be taken twice, so "
			"this waits for itself for ever",
			STR_ARG(by->u.function.name), STR_ARG(text), STR_ARG(lock->type));
	else
		rule_report(run, rule, at,
			"%.*s is held already: a %.*s cannot be taken twice, so this waits for "
			"itself for ever",
			STR_ARG(text), STR_ARG(lock->type));
}

static void find_again(struct rule_run *run, const struct rule *rule, const struct lock *lock,
	const struct py_node *n)
{
	struct py_file *f = run->file;
	const struct py_node *def;
	struct lock other;

	for (uint32_t i = 0; is_with(n) && i < n->u.with.items.len; i++)
		if (lock_item(f, n, i, &other) && lock_same(&other, lock))
			report_again(run, rule, lock, n, NULL);
	if (n->kind != PY_Call)
		return;
	if (acquire_lock(f, n, &other)) {
		if (lock_same(&other, lock))
			report_again(run, rule, lock, n, NULL);
		return;
	}
	def = same_self(n, lock) ? runs_here(f, n) : NULL;
	def = def ? taker_below(f, def, lock) : NULL;
	if (def)
		report_again(run, rule, lock, n, def);
}

static bool waits_for_itself(const struct lock *lock)
{
	return lock->owner && !(lock->traits & (LOCK_REENTRANT | LOCK_COUNTS));
}

static void check_held_with(
	struct rule_run *run, const struct rule *rule, const struct py_node *with)
{
	struct py_list body = with->u.with.body;

	for (uint32_t i = 0; i < with->u.with.items.len; i++) {
		struct lock lock;

		if (!lock_item(run->file, with, i, &lock) || !waits_for_itself(&lock) ||
			is_juggled(with, &lock))
			continue;
		for (const struct py_node *n = body.items[0]; n < with->end_node; n++) {
			if (py_is_scope(n))
				n = n->end_node - 1;
			else if (!idiom_expects_error(n))
				find_again(run, rule, &lock, n);
		}
	}
}

/* From `lock.acquire()` on, through the statements after it, up to the first release(). */
static void check_held_acquired(
	struct rule_run *run, const struct rule *rule, const struct py_node *call)
{
	const struct py_node *stmt = py_stmt_of(call);
	struct py_list list = lock_siblings(stmt);
	struct str receiver;
	struct lock lock;

	if (!acquire_lock(run->file, call, &lock) || !waits_for_itself(&lock) ||
		lock_is_of_test(run->file, lock.expr) || list.len == 0)
		return;
	receiver = py_text(run->file->tree, lock.expr);
	for (const struct py_node *n = stmt->end_node; n < list.items[list.len - 1]->end_node;
		n++) {
		if (lock_method(run->file, n, receiver, "release"))
			return;
		if (py_is_scope(n))
			n = n->end_node - 1;
		else if (!idiom_expects_error(n))
			find_again(run, rule, &lock, n);
	}
}

void check_reentry(struct rule_run *run, const struct rule *rule, const struct py_node *n)
{
	if (n->kind == PY_Call)
		check_held_acquired(run, rule, n);
	else
		check_held_with(run, rule, n);
}

/* ---- lock-order ---- */

/* While `from` is held, `to` is taken at `at`. */
struct edge {
	struct lock from, to;
	const struct py_node *at;
};

struct edges {
	struct edge items[MAX_EDGES];
	uint32_t len;
};

static void add_edge(
	struct edges *e, const struct lock *from, const struct lock *to, const struct py_node *at)
{
	if (from->owner && to->owner && !lock_same(from, to) &&
		!((from->traits | to->traits) & LOCK_COUNTS) && e->len < MAX_EDGES)
		e->items[e->len++] = (struct edge){*from, *to, at};
}

/* What a function of the file that is called here takes itself. */
static void add_callee_edges(
	struct py_file *f, struct edges *e, const struct lock *held, const struct py_node *call)
{
	const struct py_node *def = runs_here(f, call);

	if (!def)
		return;
	for (const struct py_node *n = def + 1; n < def->end_node; n++) {
		struct lock other;

		if (py_is_scope(n)) {
			n = n->end_node - 1;
			continue;
		}
		if (!is_with(n))
			continue;
		for (uint32_t i = 0; i < n->u.with.items.len; i++)
			if (lock_item(f, n, i, &other) &&
				(same_self(call, &other) || other.expr->kind == PY_Name))
				add_edge(e, held, &other, call);
	}
}

static void add_node_edges(
	struct py_file *f, struct edges *e, const struct lock *held, const struct py_node *n)
{
	struct lock other;

	for (uint32_t i = 0; is_with(n) && i < n->u.with.items.len; i++)
		if (lock_item(f, n, i, &other))
			add_edge(e, held, &other, n);
	if (n->kind != PY_Call)
		return;
	if (acquire_lock(f, n, &other))
		add_edge(e, held, &other, n);
	else
		add_callee_edges(f, e, held, n);
}

/* Everything that is taken while the `with` holds its locks. */
static void add_with_edges(struct py_file *f, struct edges *e, const struct py_node *with)
{
	struct lock held, later;

	for (uint32_t i = 0; i < with->u.with.items.len; i++) {
		if (!lock_item(f, with, i, &held))
			continue;
		for (uint32_t j = i + 1; j < with->u.with.items.len; j++)
			if (lock_item(f, with, j, &later))
				add_edge(e, &held, &later, with);
		for (const struct py_node *n = with->u.with.body.items[0]; n < with->end_node; n++)
			if (py_is_scope(n))
				n = n->end_node - 1;
			else
				add_node_edges(f, e, &held, n);
	}
}

/* Likewise from `lock.acquire()` on, up to the first release(). */
static void add_acquire_edges(struct py_file *f, struct edges *e, const struct py_node *call)
{
	const struct py_node *stmt, *last;
	struct py_list list;
	struct lock held;

	if (!acquire_lock(f, call, &held))
		return;
	stmt = py_stmt_of(call);
	list = lock_siblings(stmt);
	last = list.len > 0 ? list.items[list.len - 1] : stmt;
	for (const struct py_node *n = stmt->end_node; n < last->end_node; n++) {
		if (lock_method(f, n, py_text(f->tree, held.expr), "release"))
			return;
		if (py_is_scope(n))
			n = n->end_node - 1;
		else
			add_node_edges(f, e, &held, n);
	}
}

static void add_edges(struct py_file *f, struct edges *e, const struct py_node *n)
{
	if (is_with(n))
		add_with_edges(f, e, n);
	else if (n->kind == PY_Call)
		add_acquire_edges(f, e, n);
}

/* Is a lock held around both places, so that they never run at the same time? */
static bool share_outer(struct py_file *f, const struct edge *a, const struct edge *b)
{
	for (const struct py_node *p = a->at->parent; p && !py_is_scope(p); p = p->parent) {
		struct lock outer, other;

		for (uint32_t i = 0; is_with(p) && i < p->u.with.items.len; i++) {
			if (!lock_item(f, p, i, &outer) || lock_same(&outer, &a->from))
				continue;
			for (const struct py_node *q = b->at->parent; q && !py_is_scope(q);
				q = q->parent)
				for (uint32_t j = 0; is_with(q) && j < q->u.with.items.len; j++)
					if (lock_item(f, q, j, &other) &&
						lock_same(&outer, &other) &&
						!lock_same(&outer, &b->from))
						return true;
		}
	}
	return false;
}

/* An edge that leads, with others, from where this one ends back to where it starts. */
static const struct edge *way_back(struct py_file *f, const struct edges *all, const struct edge *e)
{
	uint64_t reached = 0; /* edges whose end leads on */
	bool grows = true;

	while (grows) {
		grows = false;
		for (uint32_t i = 0; i < all->len; i++) {
			const struct edge *next = &all->items[i];
			bool starts = lock_same(&next->from, &e->to);

			for (uint32_t j = 0; j < all->len && !starts; j++)
				starts = (reached >> j & 1) &&
					lock_same(&next->from, &all->items[j].to);
			if (!starts || (reached >> i & 1) || share_outer(f, e, next))
				continue;
			if (lock_same(&next->to, &e->from))
				return next;
			reached |= UINT64_C(1) << i;
			grows = true;
		}
	}
	return NULL;
}

static void collect_file(struct py_file *f, struct edges *all)
{
	PY_EACH (n, f->tree->root)
		add_edges(f, all, n);
}

static void report_order(struct rule_run *run, const struct rule *rule, const struct edge *e,
	const struct edge *back)
{
	const struct py_tree *t = run->file->tree;
	struct str where = py_scope_path(run->file, back->at);

	rule_report(run, rule, e->at,
		"%.*s is taken while %.*s is held; %s%.*s takes them the other way round (%.*s "
		"under %.*s): two threads or tasks there wait for each other for ever",
		STR_ARG(py_text(t, e->to.expr)), STR_ARG(py_text(t, e->from.expr)),
		where.len > 0 ? "" : "the module", STR_ARG(where),
		STR_ARG(py_text(t, back->to.expr)), STR_ARG(py_text(t, back->from.expr)));
}

void check_lock_order(struct rule_run *run, const struct rule *rule, const struct py_node *n)
{
	struct edges own, all;

	if (n->kind == PY_Call && !lock_acquired(n))
		return;
	own.len = 0; /* the rest is big and stays as it is */
	all.len = 0;
	add_edges(run->file, &own, n);
	if (own.len == 0)
		return;
	collect_file(run->file, &all);
	for (uint32_t i = 0; i < own.len; i++) {
		const struct edge *back = way_back(run->file, &all, &own.items[i]);

		if (back)
			report_order(run, rule, &own.items[i], back);
	}
}
