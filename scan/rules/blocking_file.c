/*
 * blocking-file: reading, writing and walking files in async code. One finding for a file that is
 * opened here, none for its methods; what only names files (Path.glob, os.walk) counts where it is
 * gone through.
 */
#include "scan/rules/blocking.h"

#include "scan/rules/consume.h"
#include "scan/rules/idiom.h"
#include "scan/rules/receiver.h"

#define MAX_NODES 5000 /* looked at before a call */

/* ---- shapes of calls ---- */

/* Calls that give an iterator and touch the disk when that is gone through. */
static bool is_lazy_listing(struct str name)
{
	static const char *const names[] = {"os.walk", "os.fwalk", "os.scandir", "glob.iglob",
		"pathlib.Path.iterdir", "pathlib.Path.glob", "pathlib.Path.rglob",
		"pathlib.Path.walk", NULL};

	return idiom_is_one_of(name, names);
}

/* Methods of an open file. */
static bool is_handle_method(struct str name)
{
	static const char *const classes[] = {"io.Buffered", "io.TextIOWrapper.", "io.FileIO.",
		"zipfile.ZipFile.", "tarfile.TarFile.", "mmap.mmap.", NULL};

	for (size_t i = 0; classes[i]; i++)
		if (str_starts(name, classes[i]))
			return !str_is(name, "tarfile.TarFile.open");
	return false;
}

/* What is answered from memory nearly always: the current directory, modules that are loaded. */
static bool is_quick(struct str name)
{
	static const char *const names[] = {"os.fdopen", "os.chdir", "os.access",
		"os.path.realpath", "pathlib.Path.resolve", "shutil.which",
		"importlib.import_module", NULL};

	return idiom_is_one_of(name, names);
}

bool file_is_only_looked_at(struct str name)
{
	static const char *const names[] = {"os.stat", "os.lstat", "os.statvfs", "os.readlink",
		"pathlib.Path.exists", "pathlib.Path.stat", "pathlib.Path.lstat",
		"pathlib.Path.owner", "pathlib.Path.group", "pathlib.Path.readlink",
		"pathlib.Path.samefile", "shutil.disk_usage", NULL};

	return is_quick(name) || str_starts(name, "os.path.") ||
		str_starts(name, "pathlib.Path.is_") || idiom_is_one_of(name, names);
}

static const struct py_node *receiver_of(const struct py_node *call)
{
	return call->u.call.func->kind == PY_Attribute ? call->u.call.func->u.attribute.value
						       : NULL;
}

/* ---- handles ---- */

/* Is the object made by a blocking call of the same function? Then that one is told. */
static bool is_opened_here(
	struct rule_run *run, const struct py_node *object, const struct py_node *call)
{
	const struct py_node *maker = receiver_maker(run->file, object);

	return maker && catalogue_blocking(run, maker) &&
		py_context(run->file, maker) == py_context(run->file, call);
}

/* The first of the methods of one handle in a function stands for all of them. */
static bool is_used_before(
	struct rule_run *run, const struct py_node *object, const struct py_node *call)
{
	const struct py_node *function = idiom_function_or_module(run->file, call);
	struct str text = py_text(run->file->tree, object);

	for (const struct py_node *n = call - 1; n > function && call - n < MAX_NODES; n--) {
		const struct blocking_call *row;

		if (n->kind != PY_Call || !receiver_of(n) ||
			!str_eq(py_text(run->file->tree, receiver_of(n)), text))
			continue;
		row = catalogue_blocking(run, n);
		if (row && is_handle_method(str_from(row->name)))
			return true;
	}
	return false;
}

/* A pipe to a child: blocking-subprocess tells what starts or waits for it. */
static bool is_pipe(struct rule_run *run, const struct py_node *object)
{
	return object->kind == PY_Attribute &&
		py_is_type(run->file, object->u.attribute.value, "subprocess.Popen");
}

static bool handle_level(struct rule_run *run, const struct py_node *call, enum level *level)
{
	const struct py_node *object = receiver_of(call);

	if (!object || is_pipe(run, object) || is_opened_here(run, object, call) ||
		is_used_before(run, object, call))
		return false;
	*level = receiver_is_parameter(run->file, object) ||
			str_is(call->u.call.func->u.attribute.attr, "close")
		? LEVEL_INFO
		: LEVEL_WARNING;
	return true;
}

/* ---- paths ---- */

/* Files that are no files: what the kernel answers from memory. */
static bool is_virtual(const struct py_node *path)
{
	static const char *const roots[] = {"/proc/", "/sys/", "/dev", NULL};

	if (!path)
		return false;
	PY_EACH (n, path) {
		if (str_is(idiom_last_name(n), "devnull"))
			return true;
		if (py_is_constant(n, PY_CONST_STR))
			return idiom_starts_with_one_of(n->u.constant.text, roots);
	}
	return false;
}

/* The path that a call works on: its first argument, or the Path whose method it is. */
static const struct py_node *path_of(const struct py_node *call, struct str name)
{
	if (str_starts(name, "pathlib."))
		return receiver_of(call);
	return py_arg(call, 0);
}

/* Is the value known before the program serves anybody: literals and what the module defines? */
static bool is_fixed_name(struct py_file *f, const struct py_node *name)
{
	const struct py_binding *b = py_lookup(f, name, name->u.name.id);

	return !b || b->scope->kind == PY_SCOPE_MODULE;
}

static bool is_literal_path(struct py_file *f, const struct py_node *path)
{
	if (!path)
		return true;
	PY_EACH (n, path)
		if (n->kind == PY_Name && !is_fixed_name(f, n))
			return false;
	return true;
}

/* @app.on_event("startup"), @app.before_serving, @app.listener("before_server_start") */
static bool is_startup_decorator(const struct py_node *d)
{
	static const char *const names[] = {"on_startup", "before_serving", "while_serving",
		"before_first_request", "startup", NULL};
	static const char *const takers[] = {"on_event", "listener", "on", NULL};
	static const char *const events[] = {
		"startup", "before_server_start", "main_process_start", NULL};
	const struct py_node *event;

	if (d->kind != PY_Call)
		return idiom_is_one_of(idiom_last_name(d), names);
	if (idiom_is_one_of(idiom_last_name(d->u.call.func), names))
		return true;
	event = py_arg(d, 0);
	return idiom_is_one_of(idiom_last_name(d->u.call.func), takers) &&
		py_is_constant(event, PY_CONST_STR) &&
		idiom_is_one_of(event->u.constant.text, events);
}

static bool is_startup_name(struct str name)
{
	static const char *const names[] = {"main", "amain", "async_main", "main_async", "lifespan",
		"app_lifespan", "setup", "async_setup", "setup_hook", "asyncSetUp", "startup",
		"start_up", "on_startup", "__aenter__", NULL};

	while (str_starts(name, "_") && !str_starts(name, "__a"))
		name = str_drop(name, 1);
	return idiom_is_one_of(name, names);
}

bool is_in_startup(struct py_file *f, const struct py_node *call)
{
	const struct py_node *function = py_context(f, call);
	struct py_list d;

	if (!py_is_function(function))
		return false;
	d = function->u.function.decorators;
	for (uint32_t i = 0; i < d.len; i++)
		if (is_startup_decorator(d.items[i]))
			return true;
	return is_startup_name(function->u.function.name);
}

/* ---- levels ---- */

bool file_level(struct rule_run *run, const struct blocking_call *row, const struct py_node *call,
	enum level *level)
{
	struct str name = str_from(row->name);
	const struct py_node *path = path_of(call, name);

	if (is_handle_method(name))
		return handle_level(run, call, level);
	if ((is_lazy_listing(name) && !is_iterated(run->file, call)) || is_virtual(path))
		return false;
	*level = LEVEL_WARNING;
	if (is_quick(name) || (is_in_startup(run->file, call) && is_literal_path(run->file, path)))
		*level = LEVEL_INFO;
	return true;
}

/* `Path(p).resolve().read_text()`: the last call is told; `open(p).read()`: the opening. */
static bool is_told_later(struct rule_run *run, const struct rule *rule, const struct py_node *call)
{
	for (const struct py_node *n = chain_next(call); n; n = chain_next(n)) {
		const struct blocking_call *row = catalogue_blocking(run, n);

		if (row && has_kind(rule, row) && !is_handle_method(str_from(row->name)))
			return true;
	}
	return false;
}

void check_blocking_file(struct rule_run *run, const struct rule *rule, const struct py_node *call)
{
	const struct blocking_call *row = catalogue_blocking(run, call);
	struct str callee, instead;
	enum level level;

	if (!row || !has_kind(rule, row) || !py_in_async(run->file, call) ||
		!file_level(run, row, call, &level) || is_told_later(run, rule, call))
		return;
	callee = callee_text(run, row, call);
	instead = alternatives(run, row);
	rule_report_level(run, rule, level, call, "%.*s blocks the event loop; use %.*s",
		STR_ARG(callee), STR_ARG(instead));
}
