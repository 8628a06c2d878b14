/*
 * Ways through the file's own sync functions: see chain.h.
 *
 * The functions that a call can reach are read together, as a batch; what earlier batches found
 * stands. Within a batch, ways are found from the worst grade down and from short to long, so each
 * function is settled by its best way: the number of rounds is constant.
 */
#include "scan/rules/chain.h"

#include "scan/rules/consume.h"
#include "scan/rules/engine.h"
#include "scan/rules/idiom.h"

struct node;

/* A call in one function of another. */
struct edge {
	const struct py_node *call;
	struct node *to;
	struct edge *next;
};

struct node {
	struct chain chain;
	struct edge *edges, **edges_end;
	const struct py_node *goal; /* the worst thing in its own body, the first of equals */
	int goal_grade;
	bool is_generator;
	struct node *next; /* in the batch */
};

struct chain_map {
	const struct chain_search *search;
	struct node **nodes; /* by the number of the def */
	struct chain_map *next;
};

struct batch {
	struct rule_run *run;
	struct chain_map *map;
	struct node *first, **end;
};

static struct chain_map *map_of(struct rule_run *run, const struct chain_search *search)
{
	struct engine *e = run->engine;
	struct chain_map *m;

	for (m = e->chains; m; m = m->next)
		if (m->search == search)
			return m;
	m = ARENA_NEW(e->arena, struct chain_map);
	m->search = search;
	m->nodes = ARENA_ARRAY(e->arena, run->file->tree->node_count, struct node *);
	m->next = e->chains;
	e->chains = m;
	return m;
}

/* ---- reading functions ---- */

static const struct py_node *sync_callee(struct py_file *f, const struct py_node *call)
{
	const struct py_node *def = py_callee(f, call->u.call.func);

	return def && def->kind == PY_FunctionDef ? def : NULL;
}

/* A generator's body runs where somebody goes through it. */
static bool runs_now(const struct node *n, const struct py_node *call)
{
	return !n->is_generator || is_consumed(call);
}

static struct node *node_of(struct batch *b, const struct py_node *def)
{
	struct node **slot = &b->map->nodes[def - b->run->file->tree->root];

	if (!*slot) {
		*slot = ARENA_NEW(b->run->engine->arena, struct node);
		(*slot)->chain.function = def;
		(*slot)->is_generator = py_is_generator(def);
		(*slot)->edges_end = &(*slot)->edges;
		*b->end = *slot;
		b->end = &(*slot)->next;
	}
	return *slot;
}

static void read_call(struct batch *b, struct node *from, const struct py_node *call)
{
	int grade = b->map->search->grade_call(b->run, call);
	const struct py_node *def;
	struct node *to;
	struct edge *e;

	if (grade > from->goal_grade) {
		from->goal = call;
		from->goal_grade = grade;
	}
	if (grade)
		return;
	def = sync_callee(b->run->file, call);
	to = def ? node_of(b, def) : NULL;
	if (!to || !runs_now(to, call))
		return;
	e = ARENA_NEW(b->run->engine->arena, struct edge);
	e->call = call;
	e->to = to;
	*from->edges_end = e;
	from->edges_end = &e->next;
}

static void read_statement(struct batch *b, struct node *from, const struct py_node *stmt)
{
	PY_EACH (n, stmt) {
		if (n->kind == PY_Call)
			read_call(b, from, n);
		else if (py_is_scope(n))
			n = n->end_node - 1;
	}
}

static void read_function(struct batch *b, struct node *from)
{
	const struct chain_search *search = b->map->search;
	const struct py_node *function = from->chain.function;
	struct py_list body = function->u.function.body;

	if (search->is_guarded && search->is_guarded(b->run, function))
		return;
	for (uint32_t i = 0; i < body.len; i++)
		read_statement(b, from, body.items[i]);
	if (!from->goal && search->find_other) {
		from->goal = search->find_other(b->run, function);
		from->goal_grade = from->goal != NULL;
	}
}

/* ---- ways ---- */

static void settle(struct node *n, const struct py_node *inner, const struct chain *next, int grade)
{
	n->chain.inner = inner;
	n->chain.next = next;
	n->chain.grade = grade;
	n->chain.steps = next ? next->steps + 1 : 1;
}

static void settle_by_edge(struct node *n, int grade, uint32_t steps)
{
	for (const struct edge *e = n->edges; e; e = e->next) {
		const struct chain *to = &e->to->chain;

		if (to->steps == steps - 1 && to->grade == grade) {
			settle(n, e->call, to, grade);
			return;
		}
	}
}

static void settle_round(struct batch *b, int grade, uint32_t steps)
{
	for (struct node *n = b->first; n; n = n->next) {
		if (n->chain.steps)
			continue;
		if (steps > 1)
			settle_by_edge(n, grade, steps);
		else if (n->goal && n->goal_grade == grade)
			settle(n, n->goal, NULL, grade);
	}
}

static void explore(struct rule_run *run, struct chain_map *map, const struct py_node *def)
{
	struct batch b = {.run = run, .map = map, .end = &b.first};

	node_of(&b, def);
	for (struct node *n = b.first; n; n = n->next)
		read_function(&b, n);
	for (int grade = CHAIN_MAX_GRADES; grade > 0; grade--)
		for (uint32_t steps = 1; steps <= CHAIN_MAX_STEPS; steps++)
			settle_round(&b, grade, steps);
}

const struct chain *chain_from(
	struct rule_run *run, const struct chain_search *search, const struct py_node *call)
{
	const struct py_node *def = sync_callee(run->file, call);
	struct chain_map *map;
	struct node **slot;

	if (!def)
		return NULL;
	map = map_of(run, search);
	slot = &map->nodes[def - run->file->tree->root];
	if (!*slot)
		explore(run, map, def);
	return (*slot)->chain.steps && runs_now(*slot, call) ? &(*slot)->chain : NULL;
}

const struct py_node *chain_goal(const struct chain *c)
{
	while (c->next)
		c = c->next;
	return c->inner;
}

/* A constructor is known by its class. */
static struct str function_name(const struct py_node *function)
{
	const struct py_node *class_def = py_class_of(function);

	if (class_def && str_is(function->u.function.name, "__init__"))
		return class_def->u.class_def.name;
	return function->u.function.name;
}

struct str chain_text(struct rule_run *run, const struct chain *c)
{
	struct str text = STR_EMPTY;

	for (; c; c = c->next)
		text = arena_printf(run->file->arena, "%.*s%s%.*s()", STR_ARG(text),
			text.len ? " -> " : "", STR_ARG(function_name(c->function)));
	return text;
}

bool asks_for_loop(const struct py_node *n)
{
	static const char *const names[] = {"get_running_loop", "_get_running_loop", "is_running",
		"current_async_library", "in_trio_run", "current_task", "running_async", NULL};

	return n->kind == PY_Call && idiom_is_one_of(idiom_last_name(n->u.call.func), names);
}
