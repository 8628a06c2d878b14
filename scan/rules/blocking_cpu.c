/*
 * blocking-cpu: Python code that computes for long, in async code or in a function of the file that
 * async code calls, and library calls that do. See cpu.h for what a long computation is.
 */
#include "scan/rules/blocking.h"

#include "scan/rules/chain.h"
#include "scan/rules/cpu.h"

/* A loop over a parameter is short when it is called with numbers as small as these. */
#define FEW_TURNS     300 /* nested: 90,000 */
#define FEW_RECURSIVE 20  /* fib(20): 10,000 calls */

/* ---- what computes ---- */

static int grade_call(struct rule_run *run, const struct py_node *call)
{
	const struct blocking_call *row = catalogue_blocking(run, call);

	return row && str_is(str_from(row->kind), "cpu") && !is_told_elsewhere(run, row, call);
}

static const struct py_node *find_loop(struct rule_run *run, const struct py_node *function)
{
	enum cpu_load load;
	const struct py_node *loop = cpu_loop_of(run->file, function, &load);

	return load == CPU_HEAVY ? loop : NULL;
}

static const struct chain_search search = {.grade_call = grade_call, .find_other = find_loop};

/* ---- calls with small numbers ---- */

static bool is_parameter_of(struct py_file *f, const struct py_node *n, const struct py_node *def)
{
	const struct py_binding *b;

	if (n->kind != PY_Name)
		return false;
	b = py_lookup(f, n, n->u.name.id);
	return b && b->kind == PY_BIND_PARAM && b->scope->node == def;
}

/* Does how long it computes depend on what the function is given? */
static bool depends_on_call(struct py_file *f, const struct chain *c)
{
	const struct py_node *goal = chain_goal(c);

	if (c->next)
		return false;
	if (py_is_function(goal))
		return true;
	PY_EACH (n, goal)
		if (is_parameter_of(f, n, c->function))
			return true;
	return false;
}

static bool is_called_small(struct rule_run *run, const struct chain *c, const struct py_node *call)
{
	uint64_t most = py_is_function(chain_goal(c)) ? FEW_RECURSIVE : FEW_TURNS, n;

	if (!depends_on_call(run->file, c) || call->u.call.args.len == 0)
		return false;
	for (uint32_t i = 0; i < call->u.call.args.len; i++)
		if (!cpu_integer(run->file, call->u.call.args.items[i], &n) || n > most)
			return false;
	return true;
}

/* ---- reports ---- */

static bool is_heavy(struct py_file *f, const struct py_node *loop)
{
	return cpu_load_of_loop(f, loop) == CPU_HEAVY;
}

/* Inside a loop that is told already. */
static bool is_in_heavy_loop(struct py_file *f, const struct py_node *n)
{
	for (n = n->parent; n && !py_is_scope(n); n = n->parent)
		if (is_heavy(f, n))
			return true;
	return false;
}

static const struct chain *chain_to_cpu(struct rule_run *run, const struct py_node *call)
{
	const struct chain *c = chain_from(run, &search, call);

	return c && !is_called_small(run, c, call) ? c : NULL;
}

bool leads_to_cpu(struct rule_run *run, const struct py_node *call)
{
	return chain_to_cpu(run, call) != NULL;
}

static void report_chain(struct rule_run *run, const struct rule *rule, const struct py_node *call,
	const struct chain *c)
{
	const struct py_node *goal = chain_goal(c);
	struct str way = chain_text(run, c), what = STR("a long computation");

	if (goal->kind == PY_Call)
		what = callee_text(run, catalogue_blocking(run, goal), goal);
	rule_report(run, rule, call,
		"%.*s -> %.*s keeps the event loop busy; run it in a process pool with "
		"loop.run_in_executor()",
		STR_ARG(way), STR_ARG(what));
}

static void check_call(struct rule_run *run, const struct rule *rule, const struct py_node *call)
{
	const struct chain *c = chain_to_cpu(run, call);

	if (c && !is_in_heavy_loop(run->file, call))
		report_chain(run, rule, call, c);
	else if (!c)
		check_blocking_call(run, rule, call);
}

void check_blocking_cpu(struct rule_run *run, const struct rule *rule, const struct py_node *n)
{
	if (!py_in_async(run->file, n))
		return;
	if (n->kind == PY_Call)
		check_call(run, rule, n);
	else if (is_heavy(run->file, n) && !is_in_heavy_loop(run->file, n))
		rule_report(run, rule, n,
			"this loop computes without a pause and keeps the event loop busy; run it "
			"in a process pool with loop.run_in_executor(), or await asyncio.sleep(0) "
			"now and then");
}
