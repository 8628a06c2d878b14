/*
 * Who runs at the same time: functions that several tasks or threads run at once, as far as this
 * file shows. A single background task or thread of a function is no evidence.
 */
#include "scan/rules/race.h"

#include "scan/rules/idiom.h"

#define MAX_CALL_DEPTH 4 /* of callers that are followed */
#define MAX_WRAPPING   6 /* gather(*[create_task(f(x)) for x in xs]) */
#define MAX_ANCESTORS  8

/* What starts a run of something: by the call's last name, then a closer look. */
struct starter {
	bool many;     /* starts several at once by itself: map(), a server */
	bool one;      /* starts one each time */
	bool collects; /* only waits for what is among its arguments */
};

typedef struct starter starter_of(struct py_file *f, const struct py_node *call, bool called);

/* ---- tasks ---- */

static const char *const servers[] = {"start_server", "start_unix_server", "serve", "add_get",
	"add_post", "add_put", "add_delete", "add_patch", "add_route", "add_websocket_route",
	"add_api_route", "add_api_websocket_route", "add_listener", "add_handler", "get", "post",
	"put", "delete", "route", NULL};

static struct starter task_starter(struct py_file *f, const struct py_node *call, bool called)
{
	static const char *const one[] = {"create_task", "ensure_future", "start_soon", "spawn",
		"run_coroutine_threadsafe", "create_background_task", NULL};
	static const char *const collectors[] = {"gather", "as_completed", "wait", NULL};
	struct str name = idiom_last_name(call->u.call.func);

	(void)f;
	return (struct starter){
		.many = !called && idiom_is_one_of(name, servers),
		.one = idiom_is_one_of(name, one) && call->parent->kind != PY_Await,
		.collects = called && idiom_is_one_of(name, collectors),
	};
}

/* ---- threads ---- */

static bool is_single_worker(struct py_file *f, const struct py_node *executor)
{
	const struct py_binding *b;
	const struct py_node *workers;

	if (executor->kind != PY_Name)
		return false;
	b = py_only_binding(py_lookup(f, executor, executor->u.name.id));
	if (!b || !b->value || b->value->kind != PY_Call)
		return false;
	workers = py_arg_or_keyword(b->value, 0, "max_workers");
	if (!workers)
		workers = py_keyword(b->value, "processes");
	return workers && py_is_constant(workers, PY_CONST_INT) &&
		str_is(workers->u.constant.text, "1");
}

static bool is_thread_pool(struct py_file *f, const struct py_node *n)
{
	static const char *const types[] = {
		"concurrent.futures.ThreadPoolExecutor", "multiprocessing.pool.ThreadPool", NULL};

	return idiom_is_one_of(py_type_of(f, n, NULL), types) && !is_single_worker(f, n);
}

static struct starter pool_starter(struct py_file *f, const struct py_node *func)
{
	static const char *const many[] = {
		"map", "imap", "imap_unordered", "starmap", "map_async", "starmap_async", NULL};
	struct str name = func->u.attribute.attr;

	if (!is_thread_pool(f, func->u.attribute.value))
		return (struct starter){0};
	return (struct starter){
		.many = idiom_is_one_of(name, many),
		.one = str_is(name, "submit") || str_is(name, "apply_async"),
	};
}

static struct starter thread_starter(struct py_file *f, const struct py_node *call, bool called)
{
	static const char *const classes[] = {
		"threading.Thread", "threading.Timer", "_thread.start_new_thread", NULL};
	static const char *const offloaders[] = {"to_thread", "run_in_executor", NULL};
	const struct py_node *func = call->u.call.func;
	struct starter s = {0};

	if (called)
		return s;
	if (idiom_is_one_of(idiom_last_name(func), offloaders))
		s.one = call->parent->kind != PY_Await &&
			(py_resolves_to(f, func, "asyncio.to_thread") ||
				py_is_constant(py_arg(call, 0), PY_CONST_NONE));
	else if (py_resolves_to_any(f, func, classes) >= 0)
		s.one = true;
	else if (func->kind == PY_Attribute)
		s = pool_starter(f, func);
	return s;
}

/* ---- one mention of the function ---- */

static const struct py_node *repetition_around(const struct py_node *n)
{
	for (const struct py_node *p = n->parent; p && !py_is_scope(p); p = p->parent) {
		if (p->kind == PY_ListComp || p->kind == PY_SetComp || p->kind == PY_GeneratorExp ||
			p->kind == PY_DictComp)
			return p;
		if (p->kind == PY_For || p->kind == PY_While || p->kind == PY_AsyncFor)
			return py_loop_around(n) ? p : NULL;
	}
	return NULL;
}

/* Is the object whose method is named made anew for each turn? */
static bool is_own_object(
	struct py_file *f, const struct py_node *mention, const struct py_node *repetition)
{
	const struct py_node *base = mention;
	const struct py_binding *b;

	while (base->kind == PY_Attribute)
		base = base->u.attribute.value;
	if (base == mention)
		return false;
	if (base->kind != PY_Name)
		return true;
	b = py_lookup(f, base, base->u.name.id);
	for (; b; b = b->next)
		if (repetition ? py_is_inside(b->node, repetition) : b->kind == PY_BIND_FOR)
			return true;
	return false;
}

/* What the expression is handed to: climbs through displays, stars and other calls until a starter
 * says how it runs. 2: several at once. */
static unsigned climb(struct py_file *f, const struct py_node *n, bool called, starter_of *starter)
{
	const struct py_node *repetition = repetition_around(n);
	unsigned runs = 0;

	for (int i = 0; i < MAX_WRAPPING; i++) {
		const struct py_node *p = n->parent;

		if (py_is_stmt(p) || p->kind == PY_Await)
			break;
		if (p->kind == PY_Call && p->u.call.func != n) {
			struct starter s = starter(f, p, called);

			if (s.many)
				return 2;
			if (s.one || s.collects)
				runs = 1;
		}
		n = p;
	}
	return runs && repetition ? 2 : runs;
}

/* `later = partial(function, x)`: the variable, or NULL. */
static const struct py_binding *partial_of(struct py_file *f, const struct py_node *mention)
{
	const struct py_node *call = mention->parent, *assign = call->parent;

	if (call->kind != PY_Call || py_arg(call, 0) != mention || assign->kind != PY_Assign ||
		assign->u.assign.targets.items[0]->kind != PY_Name ||
		!py_resolves_to(f, call->u.call.func, "functools.partial"))
		return NULL;
	return py_binding_at(f, assign->u.assign.targets.items[0]);
}

static unsigned starts_at(
	struct py_file *f, const struct py_node *mention, bool of_self, starter_of *starter)
{
	bool called = mention->parent->kind == PY_Call && mention->parent->u.call.func == mention;
	const struct py_binding *partial = called ? NULL : partial_of(f, mention);
	struct py_uses uses = {0};
	unsigned runs = 0;

	if (of_self && is_own_object(f, mention, repetition_around(mention)))
		return 0;
	if (!partial)
		return climb(f, called ? mention->parent : mention, called, starter);
	uses = py_uses_of(f, partial);
	for (uint32_t i = 0; i < uses.len; i++)
		if (uses.items[i]->op == PY_LOAD)
			runs += climb(f, uses.items[i], false, starter);
	return runs;
}

/* ---- all mentions ---- */

static bool is_mention(struct py_file *f, const struct py_node *n, const struct py_node *def)
{
	return (n->kind == PY_Name || n->kind == PY_Attribute) &&
		str_eq(idiom_last_name(n), def->u.function.name) && py_callee(f, n) == def;
}

/* Route decorators: their functions run once for each request, many at once. */
static bool is_handler(const struct py_node *def)
{
	static const char *const routes[] = {"get", "post", "put", "delete", "patch", "head",
		"options", "route", "api_route", "websocket", "websocket_route", "event", "command",
		"listener", "message", "callback_query", "on_message", NULL};
	struct py_list d = def->u.function.decorators;

	for (uint32_t i = 0; i < d.len; i++) {
		const struct py_node *e =
			d.items[i]->kind == PY_Call ? d.items[i]->u.call.func : d.items[i];

		if (e->kind == PY_Attribute && idiom_is_one_of(e->u.attribute.attr, routes))
			return true;
	}
	return false;
}

static bool is_request_type(struct py_file *f, const struct py_node *def)
{
	static const char *const types[] = {"aiohttp.web.Request", "starlette.requests.Request",
		"fastapi.Request", "starlette.websockets.WebSocket", "fastapi.WebSocket",
		"sanic.Request", "sanic.request.Request", NULL};
	struct py_list args = def->u.function.args->u.arguments.args;

	for (uint32_t i = 0; i < args.len; i++)
		if (args.items[i]->u.arg.annotation &&
			py_resolves_to_any(f, args.items[i]->u.arg.annotation, types) >= 0)
			return true;
	return false;
}

struct question {
	struct py_file *file;
	starter_of *starter;
	const struct state *state;
	const struct py_node *todo[MAX_ANCESTORS]; /* the function and those that call it */
	uint32_t count;
};

static void add_caller(struct question *q, const struct py_node *mention)
{
	const struct py_node *caller = py_function_around(mention);

	if (!caller || q->count == MAX_ANCESTORS)
		return;
	if (q->state->home && (caller == q->state->home || !py_is_inside(caller, q->state->home)))
		return; /* each call of that function has a variable of its own */
	if (q->state->of_self && mention->kind == PY_Attribute &&
		!py_is_name(mention->u.attribute.value, "self"))
		return; /* another object's */
	for (uint32_t i = 0; i < q->count; i++)
		if (q->todo[i] == caller)
			return;
	q->todo[q->count++] = caller;
}

/*
 * Do the mentions of the function in one place start it twice or more? Starts in different
 * functions may be ways to start the one run there is: start() and restart(). Adds the functions
 * that call it.
 */
static bool is_started_often(struct question *q, const struct py_node *def)
{
	const struct py_node *place = NULL;
	unsigned runs = 0;

	PY_EACH (n, q->file->tree->root) {
		unsigned here;

		if (!is_mention(q->file, n, def))
			continue;
		here = starts_at(q->file, n, q->state->of_self, q->starter);
		if (here > 0 && py_function_around(n) != place) {
			place = py_function_around(n);
			runs = 0;
		}
		runs += here;
		if (runs > 1)
			return true;
		if (n->parent->kind == PY_Call && n->parent->u.call.func == n)
			add_caller(q, n);
	}
	return false;
}

bool runs_in_tasks(struct py_file *f, const struct py_node *function, const struct state *s)
{
	struct question q = {f, task_starter, s, {function}, 1};

	for (uint32_t i = 0; i < q.count && i < MAX_CALL_DEPTH; i++)
		if (is_handler(q.todo[i]) || is_request_type(f, q.todo[i]) ||
			is_started_often(&q, q.todo[i]))
			return true;
	return false;
}

/* ---- subclasses of Thread ---- */

static bool is_thread_class(struct py_file *f, const struct py_node *class_def)
{
	struct py_list bases = class_def->u.class_def.bases;

	for (uint32_t i = 0; i < bases.len; i++)
		if (py_resolves_to(f, bases.items[i], "threading.Thread"))
			return true;
	return false;
}

/* Are several instances of the thread class made in this file? */
static bool is_made_often(struct py_file *f, const struct py_node *class_def)
{
	unsigned made = 0;

	PY_EACH (n, f->tree->root)
		if (n->kind == PY_Call &&
			str_eq(idiom_last_name(n->u.call.func), class_def->u.class_def.name) &&
			py_class_named(f, n->u.call.func) == class_def)
			made += repetition_around(n) ? 2 : 1;
	return made > 1;
}

static bool is_thread_run(struct py_file *f, const struct py_node *function)
{
	const struct py_node *class_def = py_class_of(function);

	return class_def && str_is(function->u.function.name, "run") &&
		is_thread_class(f, class_def) && is_made_often(f, class_def);
}

bool runs_in_threads(struct py_file *f, const struct py_node *function, const struct state *s)
{
	struct question q = {f, thread_starter, s, {function}, 1};

	for (uint32_t i = 0; i < q.count && i < MAX_CALL_DEPTH; i++)
		if ((!s->of_self && is_thread_run(f, q.todo[i])) || is_started_often(&q, q.todo[i]))
			return true;
	return false;
}

bool is_instance_per_run(struct py_file *f, const struct py_node *function)
{
	static const char *const endings[] = {"TestCase", "RequestHandler", "WebSocketHandler",
		"View", "HTTPEndpoint", "WebSocketEndpoint", "Consumer", "Handler", "Thread",
		"Flow", NULL};
	const struct py_node *class_def = idiom_class_around(function);
	struct py_list bases;

	if (!class_def)
		return false;
	bases = class_def->u.class_def.bases;
	(void)f;
	for (uint32_t i = 0; i < bases.len; i++)
		for (size_t j = 0; endings[j]; j++)
			if (str_ends(idiom_last_name(bases.items[i]), endings[j]))
				return true;
	return str_starts(class_def->u.class_def.name, "Test");
}
