/*
 * What pickle refuses: functions and classes that a module does not show by name, and objects bound
 * to this process. Which types those are was tried with CPython 3.11. Sockets are none of them:
 * multiprocessing passes them on.
 */
#include "scan/rules/pickle.h"

#include "scan/rules/idiom.h"
#include "scan/rules/receiver.h"

#define MAX_NESTING 4 /* partial(partial(…)) */

/* ---- callables ---- */

static void found(struct pickled *p, const struct py_node *where, struct str what)
{
	if (p->where)
		return;
	p->where = where;
	p->what = what;
}

static bool is_local(const struct py_node *def)
{
	return py_function_around(def) != NULL;
}

/* The binding of a name when it is the only one. */
static const struct py_binding *binding_of(struct py_file *f, const struct py_node *name)
{
	return py_only_binding(py_lookup(f, name, name->u.name.id));
}

static void check_name(struct pickled *p, const struct py_node *name)
{
	const struct py_binding *b = binding_of(p->file, name);
	struct arena *arena = p->file->arena;

	if (!b)
		return;
	if (b->kind == PY_BIND_ASSIGN && b->value && b->value->kind == PY_Lambda)
		found(p, name, arena_printf(arena, "the lambda `%.*s`", STR_ARG(b->name)));
	else if (b->kind == PY_BIND_DEF && b->scope->kind == PY_SCOPE_FUNCTION &&
		py_plain_decorators(p->file, b->node))
		found(p, name,
			arena_printf(
				arena, "`%.*s`, a function inside a function,", STR_ARG(b->name)));
	else if (b->kind == PY_BIND_CLASS && b->scope->kind == PY_SCOPE_FUNCTION)
		found(p, name,
			arena_printf(
				arena, "`%.*s`, a class inside a function,", STR_ARG(b->name)));
}

/* The class of an object: by type, or the class around for `self`. */
static const struct py_node *class_of(struct py_file *f, const struct py_node *object)
{
	const struct py_node *class_def = NULL;

	py_type_of(f, object, &class_def);
	return class_def ? class_def : py_class_named(f, object);
}

static void check_method(struct pickled *p, const struct py_node *attribute)
{
	const struct py_node *object = attribute->u.attribute.value;
	const struct py_node *class_def;

	if (object->kind != PY_Name && object->kind != PY_Call)
		return;
	class_def = class_of(p->file, object);
	if (class_def && is_local(class_def) &&
		py_method(p->file, class_def, attribute->u.attribute.attr))
		found(p, attribute,
			arena_printf(p->file->arena,
				"a method of `%.*s`, a class inside a function,",
				STR_ARG(class_def->u.class_def.name)));
}

static bool is_partial(struct py_file *f, const struct py_node *n)
{
	return n->kind == PY_Call && py_resolves_to(f, n->u.call.func, "functools.partial");
}

void pickle_callable(struct pickled *p, const struct py_node *f)
{
	for (int i = 0; i < MAX_NESTING && f && is_partial(p->file, f); i++)
		f = py_arg(f, 0);
	if (!f)
		return;
	if (f->kind == PY_Lambda)
		found(p, f, STR("a lambda"));
	else if (f->kind == PY_Name)
		check_name(p, f);
	else if (f->kind == PY_Attribute)
		check_method(p, f);
}

/* ---- arguments ---- */

static const char *const not_inherited[][2] = {
	{"io.TextIOWrapper", "an open file"},
	{"ssl.SSLSocket", "a TLS socket"},
	{"ssl.SSLContext", "a TLS context"},
	{"threading.Lock", "a thread lock"},
	{"threading.RLock", "a thread lock"},
	{"threading.Condition", "a thread condition"},
	{"threading.Semaphore", "a thread semaphore"},
	{"threading.BoundedSemaphore", "a thread semaphore"},
	{"threading.Event", "a thread event"},
	{"threading.Thread", "a thread"},
	{"queue.Queue", "a thread queue"},
	{"queue.LifoQueue", "a thread queue"},
	{"queue.PriorityQueue", "a thread queue"},
	{"sqlite3.Connection", "a database connection"},
	{"sqlite3.Cursor", "a database cursor"},
	{"psycopg2.extensions.connection", "a database connection"},
	{"psycopg2.extensions.cursor", "a database cursor"},
	{"psycopg.Connection", "a database connection"},
	{"psycopg.Cursor", "a database cursor"},
	{"pymysql.connections.Connection", "a database connection"},
	{"mysql.connector.connection.MySQLConnection", "a database connection"},
	{"sqlalchemy.engine.Connection", "a database connection"},
	{"sqlalchemy.engine.Engine", "a database engine"},
	{"pymongo.mongo_client.MongoClient", "a database client"},
	{"pyodbc.Connection", "a database connection"},
	{"subprocess.Popen", "a Popen object"},
};

/* A Process inherits these; a pool's queue cannot carry them. */
static const char *const inherited[][2] = {
	{"multiprocessing.Lock", "a multiprocessing lock"},
	{"multiprocessing.RLock", "a multiprocessing lock"},
	{"multiprocessing.Semaphore", "a multiprocessing semaphore"},
	{"multiprocessing.Condition", "a multiprocessing condition"},
	{"multiprocessing.Event", "a multiprocessing event"},
	{"multiprocessing.Queue", "a multiprocessing queue"},
	{"multiprocessing.Value", "a shared value"},
	{"multiprocessing.Array", "a shared array"},
};

static const char *find_type(const char *const (*rows)[2], size_t count, struct str type)
{
	for (size_t i = 0; i < count; i++)
		if (str_is(type, rows[i][0]))
			return rows[i][1];
	return NULL;
}

/* Is the object surely made by multiprocessing itself? A manager's queues and locks have the same
 * types here, but what is handed around are proxies, which pickle; so may be what a parameter of
 * that type holds. */
static bool is_no_proxy(struct py_file *f, const struct py_node *arg)
{
	const struct py_node *maker = receiver_maker(f, arg);
	struct py_names names;

	if (!maker || maker->kind != PY_Call)
		return false;
	names = py_resolve(f, maker->u.call.func);
	return names.len > 0 && !str_starts(names.items[0], "multiprocessing.managers.");
}

static void check_type(struct pickled *p, const struct py_node *arg)
{
	struct str type = py_type_of(p->file, arg, NULL);
	const char *what;

	if (type.len == 0)
		return;
	what = find_type(not_inherited, ARRAY_LEN(not_inherited), type);
	if (!what && !p->process && is_no_proxy(p->file, arg))
		what = find_type(inherited, ARRAY_LEN(inherited), type);
	if (what)
		found(p, arg, str_from(what));
}

static bool is_generator(struct pickled *p, const struct py_node *arg)
{
	const struct py_binding *b;

	if (arg->kind != PY_Name)
		return arg->kind == PY_GeneratorExp;
	b = binding_of(p->file, arg);
	return b && b->kind == PY_BIND_ASSIGN && b->value && b->value->kind == PY_GeneratorExp;
}

static void check_object(struct pickled *p, const struct py_node *arg)
{
	if (is_generator(p, arg))
		found(p, arg, STR("a generator"));
	else
		pickle_callable(p, arg);
	if (!p->where)
		check_type(p, arg);
}

static bool is_display(const struct py_node *n)
{
	return n->kind == PY_Tuple || n->kind == PY_List || n->kind == PY_Dict || n->kind == PY_Set;
}

void pickle_argument(struct pickled *p, const struct py_node *arg)
{
	PY_EACH (n, arg) {
		if (is_display(n))
			continue;
		if (n->kind != PY_Starred)
			check_object(p, n);
		n = n->end_node - 1;
	}
}

void pickle_elements(struct pickled *p, const struct py_node *iterable)
{
	if (is_display(iterable))
		pickle_argument(p, iterable);
	else if (iterable->kind == PY_ListComp || iterable->kind == PY_SetComp ||
		iterable->kind == PY_GeneratorExp)
		pickle_argument(p, iterable->u.comp.elt);
}
