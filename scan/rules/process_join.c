/*
 * Child processes that nobody waits for: a Process or Popen in a local, in a local list, in an
 * attribute of a class, or in nothing at all. What is handed on is somebody else's to wait for.
 */
#include "scan/rules/idiom.h"
#include "scan/rules/process.h"
#include "scan/rules/process_join.h"
#include "scan/rules/process_kind.h"

struct child {
	struct py_file *file;
	const struct py_node *call;
	enum worker kind;
};

/* ---- children that are meant to go their own way ---- */

static bool is_true(const struct py_node *n)
{
	return n && py_is_constant(n, PY_CONST_TRUE);
}

static bool is_detached(const struct py_node *call)
{
	static const char *const names[] = {"start_new_session", "preexec_fn", "creationflags",
		"process_group", "startupinfo", NULL};

	for (size_t i = 0; names[i]; i++)
		if (py_keyword(call, names[i]))
			return true;
	return false;
}

/* What puts a program on the screen and ends, or says itself that it goes to the background. */
static bool is_launcher(const struct py_node *call)
{
	static const char *const names[] = {"xdg-open", "open", "start", "explorer", "explorer.exe",
		"gnome-open", "kde-open", "notepad", "notepad.exe", "nohup", "setsid",
		"notify-send", "firefox", "code", "systemctl", "shutdown", "reboot", NULL};
	const struct py_node *command = py_arg(call, 0);
	struct str text, word;

	if (command && (command->kind == PY_List || command->kind == PY_Tuple) &&
		command->u.sequence.elts.len > 0)
		command = command->u.sequence.elts.items[0];
	if (!py_is_constant(command, PY_CONST_STR))
		return false;
	text = str_trim(command->u.constant.text);
	if (str_ends(text, "&"))
		return true;
	return str_next(&text, ' ', &word) && idiom_is_one_of(word, names);
}

static bool is_exit(const struct py_node *stmt)
{
	static const char *const names[] = {"exit", "_exit", "quit", "execv", "execvp", NULL};
	const struct py_node *call = stmt->kind == PY_Expr ? stmt->u.expr.value : NULL;

	return call && call->kind == PY_Call &&
		idiom_is_one_of(idiom_last_name(call->u.call.func), names);
}

/* Does this process end right after? */
static bool is_followed_by_exit(const struct py_node *call)
{
	const struct py_node *stmt = py_stmt_of(call), *parent = stmt->parent;

	for (const struct py_node *s = stmt->end_node; s < parent->end_node; s = s->end_node)
		if (s->parent == parent && is_exit(s))
			return true;
	return false;
}

static bool is_in_main(const struct py_node *call)
{
	static const char *const names[] = {
		"main", "run", "serve", "start", "cli", "launch", "setup", NULL};
	const struct py_node *function = py_function_around(call);

	return !function || idiom_starts_with_one_of(function->u.function.name, names);
}

/* A daemon of the program's main function lives until the program ends. */
static bool is_main_daemon(const struct py_node *call)
{
	return is_true(py_keyword(call, "daemon")) && is_in_main(call);
}

/* Is every child of this process waited for in some other way? */
static bool reaps_all(struct py_file *f)
{
	static const char *const names[] = {"multiprocessing.active_children", "os.wait",
		"os.waitpid", "os.waitid", "os.wait3", "os.wait4", NULL};

	for (size_t i = 0; names[i]; i++)
		if (py_calls_anywhere(f, names[i]))
			return true;
	PY_EACH (n, f->tree->root)
		if (n->kind == PY_Attribute && str_is(n->u.attribute.attr, "SIGCHLD"))
			return true;
	return false;
}

/* with mock.patch(…), mock.patch.object(…) */
static bool has_patch_item(const struct py_node *with)
{
	struct py_list items = with->u.with.items;

	for (uint32_t i = 0; i < items.len; i++)
		PY_EACH (n, items.items[i])
			if (n->kind == PY_Call && n->u.call.func->kind == PY_Attribute &&
				(str_is(n->u.call.func->u.attribute.attr, "patch") ||
					str_is(idiom_last_name(n->u.call.func->u.attribute.value),
						"patch")))
				return true;
	return false;
}

/* A test that wants it not to start, `try: Popen(…) except OSError as e: …`, or starts a mock. */
static bool is_tried_out(const struct py_node *call)
{
	for (const struct py_node *n = call; n->parent && !py_is_scope(n); n = n->parent)
		if ((n->parent->kind == PY_Try && n->parent->u.try_stmt.handlers.len > 0) ||
			(n->parent->kind == PY_With && has_patch_item(n->parent)))
			return worker_in_test(call);
	return false;
}

/* ---- variables ---- */

static const char *const *waiters_of(enum worker kind)
{
	static const char *const popen[] = {"wait", "communicate", "terminate", "kill",
		"send_signal", "poll", "__enter__", "__exit__", NULL};
	static const char *const process[] = {
		"join", "terminate", "kill", "is_alive", "close", NULL};

	return kind == WORKER_POPEN ? popen : process;
}

static const char *const start_methods[] = {"start", NULL};

static bool is_exit_code(const struct py_node *attribute)
{
	return attribute->kind == PY_Attribute && str_is(attribute->u.attribute.attr, "exitcode");
}

static bool reads_exit_code(struct py_file *f, const struct py_binding *b)
{
	struct py_uses uses = py_uses_of(f, b);

	for (uint32_t i = 0; i < uses.len; i++)
		if (is_exit_code(uses.items[i]->parent))
			return true;
	return false;
}

/* Is it `daemon = True` afterwards, in a main function? */
static bool becomes_daemon(struct py_file *f, const struct py_binding *b)
{
	struct py_uses uses = py_uses_of(f, b);

	for (uint32_t i = 0; i < uses.len; i++) {
		const struct py_node *p = uses.items[i]->parent;

		if (p->kind == PY_Attribute && p->op == PY_STORE &&
			str_is(p->u.attribute.attr, "daemon"))
			return true;
	}
	return false;
}

/* A variable that nobody else can see: of a function, or of the program's main part. */
static bool is_private(const struct py_binding *b)
{
	return b->scope->kind == PY_SCOPE_FUNCTION && !b->scope->calls_locals;
}

static bool is_waited(const struct child *c, const struct py_binding *b)
{
	return py_method_called_on(c->file, b, waiters_of(c->kind)) || reads_exit_code(c->file, b);
}

static bool is_started(const struct child *c, const struct py_binding *b)
{
	return c->kind == WORKER_POPEN || py_method_called_on(c->file, b, start_methods);
}

/* ---- lists of children ---- */

/* What becomes of the children in a list, as far as one use of it tells. */
enum listed { LISTED_NEUTRAL, LISTED_STARTED, LISTED_CARED_FOR };

static enum listed listed_by_loop(const struct child *c, const struct py_node *target)
{
	const struct py_binding *b =
		target->kind == PY_Name ? py_binding_at(c->file, target) : NULL;

	if (!b || is_waited(c, b) || py_escape_of(c->file, b).escapes)
		return LISTED_CARED_FOR;
	return is_started(c, b) ? LISTED_STARTED : LISTED_NEUTRAL;
}

static bool is_collected(const struct py_node *use)
{
	const struct py_node *p = use->parent;

	return p->kind == PY_Attribute && str_is(p->u.attribute.attr, "append") &&
		p->parent->kind == PY_Call && p->parent->u.call.func == p;
}

static bool is_counted(const struct py_node *use)
{
	const struct py_node *p = use->parent;

	return p->kind == PY_Call && py_is_name(p->u.call.func, "len");
}

static enum listed listed_by(const struct child *c, const struct py_node *use)
{
	const struct py_node *p = use->parent;

	if (p->kind == PY_For && p->u.loop.iter == use)
		return listed_by_loop(c, p->u.loop.target);
	if (p->kind == PY_comprehension && p->u.comprehension.iter == use)
		return listed_by_loop(c, p->u.comprehension.target);
	return is_collected(use) || is_counted(use) ? LISTED_NEUTRAL : LISTED_CARED_FOR;
}

/* Are the children in the list bound to `name` started and never waited for? */
static bool is_neglected_list(const struct child *c, const struct py_node *name, bool started)
{
	const struct py_binding *b = py_lookup(c->file, name, name->u.name.id);
	struct py_uses uses;

	if (!b || !is_private(b) || b->scope->node != py_context(c->file, c->call))
		return false;
	uses = py_uses_of(c->file, b);
	for (; b; b = b->next)
		if (b->kind != PY_BIND_ASSIGN ||
			(b->value->kind != PY_List && b->value->kind != PY_ListComp))
			return false;
	for (uint32_t i = 0; i < uses.len; i++) {
		enum listed l =
			uses.items[i]->op == PY_LOAD ? listed_by(c, uses.items[i]) : LISTED_NEUTRAL;

		if (l == LISTED_CARED_FOR)
			return false;
		started |= l == LISTED_STARTED;
	}
	return started;
}

/* The list that `value` is appended to: `children.append(value)`; NULL for none. */
static const struct py_node *list_of(const struct py_node *value)
{
	const struct py_node *call = value->parent, *func;

	if (call->kind != PY_Call || py_arg(call, 0) != value || call->parent->kind != PY_Expr)
		return NULL;
	func = call->u.call.func;
	return func->kind == PY_Attribute && func->u.attribute.value->kind == PY_Name &&
			is_collected(func->u.attribute.value)
		? func->u.attribute.value
		: NULL;
}

/* The only place where the variable is handed on, when that is a local list; NULL otherwise. */
static const struct py_node *only_list_of(struct py_file *f, const struct py_binding *b)
{
	struct py_uses uses = py_uses_of(f, b);
	const struct py_node *list = NULL;

	for (uint32_t i = 0; i < uses.len; i++) {
		const struct py_node *n = uses.items[i];

		if (n->op != PY_LOAD ||
			(n->parent->kind == PY_Attribute && n->parent->parent &&
				n->parent->parent->kind == PY_Call))
			continue;
		if (list || !list_of(n))
			return NULL;
		list = list_of(n);
	}
	return list;
}

/* ---- findings ---- */

/*
 * Does this process follow what the program does, by its pipes or exit code? Else it may be meant
 * to go its own way, and subprocess reaps it when it starts the next one.
 */
static bool is_followed(const struct child *c)
{
	static const char *const names[] = {"stdout", "stderr", "stdin", "returncode", NULL};
	const struct py_node *p = py_value_top(c->call)->parent;
	struct str text;

	if (p->kind != PY_Assign)
		return false;
	text = py_text(c->file->tree, p->u.assign.targets.items[0]);
	PY_EACH (n, idiom_function_or_module(c->file, c->call))
		if (n->kind == PY_Attribute && idiom_is_one_of(n->u.attribute.attr, names) &&
			str_eq(py_text(c->file->tree, n->u.attribute.value), text))
			return true;
	return false;
}

static void report(struct rule_run *run, const struct rule *rule, const struct child *c)
{
	if (c->kind == WORKER_POPEN)
		rule_report_level(run, rule, is_followed(c) ? rule->level : LEVEL_INFO, c->call,
			"this child process is started and never waited for: it stays a zombie, "
			"and "
			"nobody learns that it failed");
	else /* at the end of a program multiprocessing joins what was started once */
		rule_report_level(run, rule,
			is_in_main(c->call) && !py_loop_around(c->call) ? LEVEL_INFO : rule->level,
			c->call,
			"this process is started and never joined: it stays a zombie, and nobody "
			"learns that it failed");
}

static bool is_neglected_variable(const struct child *c, const struct py_node *target)
{
	const struct py_binding *b = py_binding_at(c->file, target);
	const struct py_node *list;
	struct py_escape use;

	if (!b || !is_private(b) || is_waited(c, b) || becomes_daemon(c->file, b))
		return false;
	use = py_escape_of(c->file, b);
	if (use.in_with)
		return false;
	if (!use.escapes)
		return is_started(c, b);
	list = only_list_of(c->file, b);
	return list && is_neglected_list(c, list, is_started(c, b));
}

static bool is_known_base(struct py_file *f, const struct py_node *base)
{
	static const char *const names[] = {
		"object", "ABC", "TestCase", "Protocol", "Exception", NULL};

	return idiom_is_one_of(idiom_last_name(base), names) || py_class_named(f, base);
}

/* An argument of getattr(self, "child") and the like. */
static bool names_attribute(const struct py_node *n)
{
	static const char *const names[] = {"getattr", "hasattr", "delattr", "attrgetter", NULL};

	return n->parent->kind == PY_Call &&
		idiom_is_one_of(idiom_last_name(n->parent->u.call.func), names);
}

bool process_owns_attribute(struct py_file *f, const struct py_node *class_def, struct str attr)
{
	struct py_list bases = class_def->u.class_def.bases;

	for (uint32_t i = 0; i < bases.len; i++)
		if (!is_known_base(f, bases.items[i]))
			return false;
	PY_EACH (n, f->tree->root)
		if (py_is_constant(n, PY_CONST_STR) && str_eq(n->u.constant.text, attr) &&
			names_attribute(n))
			return false;
	return true;
}

static bool is_neglected_attribute(const struct child *c, const struct py_node *target)
{
	const struct py_node *class_def = idiom_class_around(target), *root = c->file->tree->root;
	struct str attr = target->u.attribute.attr;
	struct py_escape use;

	if (!py_is_name(target->u.attribute.value, "self") || !class_def ||
		!process_owns_attribute(c->file, class_def, attr))
		return false;
	use = py_attribute_escape(c->file, root, attr);
	if (use.escapes || use.in_with ||
		py_method_called_on_attribute(c->file, root, attr, waiters_of(c->kind)))
		return false;
	PY_EACH (n, root)
		if (is_exit_code(n) && n->u.attribute.value->kind == PY_Attribute &&
			str_eq(n->u.attribute.value->u.attribute.attr, attr))
			return false;
	return c->kind == WORKER_POPEN ||
		py_method_called_on_attribute(c->file, root, attr, start_methods);
}

/* `Process(…).start()`, `Popen(…)` on its own. */
static bool is_dropped(const struct child *c, const struct py_node *value)
{
	const struct py_node *p = value->parent;

	if (c->kind == WORKER_POPEN)
		return p->kind == PY_Expr;
	return p->kind == PY_Attribute && str_is(p->u.attribute.attr, "start") &&
		p->parent->kind == PY_Call && p->parent->parent->kind == PY_Expr;
}

static bool is_neglected_target(const struct child *c, const struct py_node *value)
{
	const struct py_node *p = value->parent, *target = NULL;
	bool listed = value->kind == PY_ListComp;

	if (p->kind == PY_Assign && p->u.assign.targets.len == 1)
		target = p->u.assign.targets.items[0];
	if (!target)
		return false;
	if (target->kind == PY_Name)
		return listed ? is_neglected_list(c, target, c->kind == WORKER_POPEN)
			      : is_neglected_variable(c, target);
	return target->kind == PY_Attribute && !listed && is_neglected_attribute(c, target);
}

static bool is_neglected(const struct child *c)
{
	const struct py_node *value = py_value_top(c->call), *list = list_of(value);

	if (value->parent->kind == PY_ListComp && value->parent->u.comp.elt == value)
		return is_neglected_target(c, value->parent);
	if (list)
		return is_neglected_list(c, list, c->kind == WORKER_POPEN);
	return is_dropped(c, value) || is_neglected_target(c, value);
}

void check_unjoined(struct rule_run *run, const struct rule *rule, const struct py_node *call)
{
	struct child c = {.file = run->file, .call = call};

	c.kind = worker_made(run->file, call, NULL);
	if (c.kind != WORKER_PROCESS && c.kind != WORKER_POPEN)
		return;
	if (!is_neglected(&c) || idiom_expects_error(call) || is_detached(call) ||
		is_main_daemon(call) || is_followed_by_exit(call) || is_tried_out(call) ||
		reaps_all(run->file))
		return;
	if (c.kind == WORKER_POPEN && is_launcher(call))
		return;
	report(run, rule, &c);
}
