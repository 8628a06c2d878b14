/*
 * timeout-missing: calls of requests and urllib that give no timeout, in any code. The waits of
 * request handlers stand in timeout_handler.c.
 */
#include "scan/rules/timeout.h"

#include <string.h>

#include "scan/base/mem.h"
#include "scan/rules/cancel.h"
#include "scan/rules/idiom.h"

static const char *const urlopen_names[] = {
	"urllib.request.urlopen", "urllib2.urlopen", "six.moves.urllib.request.urlopen", NULL};

const char *const timeout_requests[] = {"requests", "requests.api", "requests.Session",
	"requests.session", "requests.sessions.Session", NULL};
const char *const timeout_httpx[] = {"httpx", "httpx.Client", "httpx.AsyncClient", NULL};
const char *const timeout_aiohttp[] = {"aiohttp", "aiohttp.ClientSession", NULL};

bool timeout_is_verb(struct str name)
{
	static const char *const verbs[] = {"get", "post", "put", "patch", "delete", "head",
		"options", "request", "stream", "send", NULL};

	return idiom_is_one_of(name, verbs);
}

static bool is_verb_of(struct str name, const char *const *owners)
{
	ptrdiff_t dot = str_rfind(name, '.');

	return dot > 0 && timeout_is_verb(str_drop(name, (size_t)dot + 1)) &&
		idiom_is_one_of(str_slice(name.ptr, (size_t)dot), owners);
}

struct str timeout_verb_called(
	struct py_file *f, const struct py_node *call, const char *const *owners)
{
	struct py_names names = py_resolve(f, call->u.call.func);

	for (uint32_t i = 0; i < names.len; i++)
		if (is_verb_of(names.items[i], owners))
			return names.items[i];
	return STR_EMPTY;
}

bool timeout_is_urlopen(struct py_file *f, const struct py_node *call)
{
	return py_resolves_to_any(f, call->u.call.func, urlopen_names) >= 0;
}

/* f(*args), f(**options): the timeout may be among them. */
static bool has_star(const struct py_node *call)
{
	for (uint32_t i = 0; i < call->u.call.args.len; i++)
		if (call->u.call.args.items[i]->kind == PY_Starred)
			return true;
	return py_has_double_star(call);
}

/* Position of `timeout` in Session.request(); the other verbs take it by keyword only. */
#define SESSION_REQUEST_TIMEOUT 8
#define URLOPEN_TIMEOUT         2

/* session.mount(prefix, adapter): an adapter of one's own may bring a timeout. */
static bool mounts_adapter(struct py_file *f, const struct py_node *mount)
{
	const struct py_node *adapter = mount ? py_arg_or_keyword(mount, 1, "adapter") : NULL;
	const struct py_node *local = NULL;

	if (!adapter)
		return mount != NULL;
	py_type_of(f, adapter, &local);
	return local || !py_is_type(f, adapter, "requests.adapters.HTTPAdapter");
}

/* May the session have been made to bring a timeout: by a class of its own, an adapter, or a
 * replaced request()? */
static bool may_have_default(struct py_file *f, const struct py_node *session)
{
	static const char *const mount[] = {"mount", NULL};
	const struct py_node *local = NULL;
	const struct py_binding *b;

	py_type_of(f, session, &local);
	if (local || session->kind == PY_Call)
		return local != NULL;
	if (session->kind == PY_Name) {
		b = py_lookup(f, session, session->u.name.id);
		return b && mounts_adapter(f, py_method_called_on(f, b, mount));
	}
	if (session->kind != PY_Attribute)
		return false;
	return mounts_adapter(f,
		py_method_called_on_attribute(f, f->tree->root, session->u.attribute.attr, mount));
}

static bool is_parameter(struct py_file *f, const struct py_node *n)
{
	const struct py_binding *b;

	if (n->kind != PY_Name)
		return false;
	b = py_lookup(f, n, n->u.name.id);
	return b && b->kind == PY_BIND_PARAM;
}

/* `with gevent.Timeout(5):`, or a call that a test wants to fail. */
static bool is_excused(const struct py_node *n)
{
	if (idiom_expects_error(n))
		return true;
	for (const struct py_node *p = n->parent; p && !py_is_scope(p); p = p->parent) {
		if (p->kind != PY_With)
			continue;
		for (uint32_t i = 0; i < p->u.with.items.len; i++) {
			const struct py_node *e = p->u.with.items.items[i]->u.withitem.context_expr;

			if (e->kind == PY_Call &&
				str_is(idiom_last_name(e->u.call.func), "Timeout"))
				return true;
		}
	}
	return false;
}

static void check_requests(struct rule_run *run, const struct rule *rule, const struct py_node *n)
{
	const struct py_node *func = n->u.call.func, *session;
	struct str name = timeout_verb_called(run->file, n, timeout_requests);
	enum level level = rule->level;

	if (name.len == 0 || str_is(name, "requests.send") || str_is(name, "requests.stream") ||
		is_excused(n))
		return;
	session = func->kind == PY_Attribute ? func->u.attribute.value : NULL;
	if (session && str_find(str_drop(name, strlen("requests.")), '.') >= 0) {
		if (py_arg(n, SESSION_REQUEST_TIMEOUT) || may_have_default(run->file, session))
			return;
		if (is_parameter(run->file, session))
			level = LEVEL_INFO;
	}
	rule_report_level(run, rule, level, n,
		"`%.*s` without a timeout waits for ever when the server stops answering",
		STR_ARG(name));
}

static void check_urlopen(struct rule_run *run, const struct rule *rule, const struct py_node *n)
{
	if (py_arg(n, URLOPEN_TIMEOUT) || idiom_is_local_url(py_arg(n, 0)) || is_excused(n) ||
		py_calls_anywhere(run->file, "socket.setdefaulttimeout"))
		return;
	rule_report(run, rule, n,
		"`urlopen` without a timeout waits for ever when the server stops answering");
}

/* Most calls of a file are none of these libraries': their names have to be there. */
static bool may_be_requests(struct py_file *f, const struct py_node *func, struct str last)
{
	if (func->kind == PY_Name)
		return py_imports(f, "requests");
	return timeout_is_verb(last) &&
		(py_is_name(func->u.attribute.value, "requests") || py_imports(f, "requests"));
}

void check_timeout_missing(struct rule_run *run, const struct rule *rule, const struct py_node *n)
{
	const struct py_node *func = n->u.call.func;
	struct str last = idiom_last_name(func);

	if (last.len == 0 || py_keyword(n, "timeout") || has_star(n))
		return;
	if (n->parent->kind == PY_Await)
		check_handler_wait(run, rule, n);
	if (may_be_requests(run->file, func, last))
		check_requests(run, rule, n);
	if (str_is(last, "urlopen") && timeout_is_urlopen(run->file, n))
		check_urlopen(run, rule, n);
}
