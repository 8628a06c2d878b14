/*
 * Arguments that keep a catalogued call from blocking: P_NOWAIT, WNOHANG, block=False, timeout=0
 * and the like. An argument that is computed elsewhere is not known to do so; only the mode of
 * os.spawn* must be seen to wait.
 */
#include "scan/rules/engine.h"

#include <string.h>

#include "scan/rules/idiom.h"

static bool is_zero(const struct py_node *n)
{
	struct str text;

	if (!py_is_constant(n, PY_CONST_INT) && !py_is_constant(n, PY_CONST_FLOAT))
		return false;
	text = n->u.constant.text;
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] != '0' && text.ptr[i] != '.')
			return false;
	return true;
}

static bool has_zero_timeout(const struct py_node *call)
{
	const struct py_node *timeout = py_keyword(call, "timeout");

	return timeout && is_zero(timeout);
}

static bool is_false_keyword(const struct py_node *call, const char *name)
{
	return py_is_constant(py_keyword(call, name), PY_CONST_FALSE);
}

/* os.spawn*: the mode decides; P_WAIT is 0. */
static bool spawn_waits(struct py_file *f, const struct py_node *call)
{
	const struct py_node *mode = py_arg(call, 0);

	return mode && (is_zero(mode) || py_resolves_to(f, mode, "os.P_WAIT"));
}

/* os.wait3, wait4, waitpid, waitid with WNOHANG somewhere in the options only look. */
static bool names_nohang(const struct py_node *call)
{
	PY_EACH (n, call)
		if (py_is_name(n, "WNOHANG") ||
			(n->kind == PY_Attribute && str_is(n->u.attribute.attr, "WNOHANG")))
			return true;
	return false;
}

/* get(False), acquire(False), put(item, False): by position or by name. */
static bool is_told_not_to_wait(const struct py_node *call, struct str name)
{
	const struct py_node *flag = py_arg(call, str_ends(name, ".put") ? 1 : 0);

	return is_false_keyword(call, "block") || is_false_keyword(call, "blocking") ||
		is_false_keyword(call, "wait") || py_is_constant(flag, PY_CONST_FALSE);
}

/* psutil.cpu_percent sleeps for its interval, when it is given one. */
static bool has_interval(const struct py_node *call)
{
	const struct py_node *interval = py_arg_or_keyword(call, 0, "interval");

	return interval && !is_zero(interval) && !py_is_constant(interval, PY_CONST_NONE);
}

/* A client that is made without a peer connects later: SMTP(), FTP(), Serial(). */
static bool is_unconnected(const struct py_node *call, struct str name)
{
	struct str last = str_drop(name, (size_t)(str_rfind(name, '.') + 1));

	return call->u.call.args.len + call->u.call.keywords.len == 0 && last.len > 0 &&
		last.ptr[0] >= 'A' && last.ptr[0] <= 'Z' && !str_starts(name, "imaplib.");
}

/* select() and its like look at once when the timeout is 0; so does Connection.poll() when it is
 * given none. */
static bool looks_only(const struct py_node *call, struct str name)
{
	if (str_is(name, "multiprocessing.connection.Connection.poll"))
		return !py_arg_or_keyword(call, 0, "timeout") ||
			is_zero(py_arg_or_keyword(call, 0, "timeout"));
	if (str_is(name, "select.select"))
		return py_arg(call, 3) && is_zero(py_arg(call, 3));
	return (str_starts(name, "select") && py_arg(call, 0) && is_zero(py_arg(call, 0))) ||
		has_zero_timeout(call);
}

/* AI_NUMERICHOST, NI_NUMERICHOST and constants made of them (_NUMERIC_ONLY). */
static bool is_numeric_flag(const struct py_node *n)
{
	static const char *const names[] = {
		"AI_NUMERICHOST", "NI_NUMERICHOST", "NUMERIC_ONLY", "NUMERIC", NULL};

	return idiom_starts_with_one_of(idiom_last_name(n), names);
}

/* `if host == "localhost":` around the call: the hosts file knows it. */
static bool is_tested_localhost(const struct py_node *call)
{
	for (const struct py_node *p = call->parent; p && !py_is_scope(p); p = p->parent) {
		if (p->kind != PY_If)
			continue;
		PY_EACH (n, p->u.cond.test)
			if (py_is_constant(n, PY_CONST_STR) &&
				str_is(n->u.constant.text, "localhost"))
				return true;
	}
	return false;
}

/* Addresses that need no name server: "127.0.0.1", "::1", "", None, AI_NUMERICHOST. */
static bool needs_no_server(const struct py_node *call)
{
	const struct py_node *host = py_arg_or_keyword(call, 0, "host");
	struct str text;

	PY_EACH (n, call)
		if (is_numeric_flag(n))
			return true;
	if (py_is_constant(host, PY_CONST_NONE))
		return true;
	if (is_tested_localhost(call))
		return true;
	if (!py_is_constant(host, PY_CONST_STR))
		return false;
	text = host->u.constant.text;
	if (str_is(text, "localhost"))
		return true;
	for (size_t i = 0; i < text.len; i++)
		if (!strchr("0123456789.:abcdefABCDEF", text.ptr[i]))
			return false;
	return text.len == 0 || str_find(text, ':') >= 0 ||
		(text.ptr[0] >= '0' && text.ptr[0] <= '9');
}

/* The handshake comes later, or there is no connection yet. */
static bool shakes_hands(const struct py_node *call, struct str name)
{
	return !str_ends(name, "wrap_socket") || !is_false_keyword(call, "do_handshake_on_connect");
}

/* For a server's side no certificates are looked up, unless files of them are named. */
static bool loads_certificates(struct py_file *f, const struct py_node *call)
{
	const struct py_node *purpose = py_arg_or_keyword(call, 0, "purpose");

	return !purpose || call->u.call.args.len + call->u.call.keywords.len > 1 ||
		!py_resolves_to(f, purpose, "ssl.Purpose.CLIENT_AUTH");
}

bool is_memory_database(const struct py_node *connect)
{
	const struct py_node *database = py_arg_or_keyword(connect, 0, "database");

	return py_is_constant(database, PY_CONST_STR) &&
		str_is(database->u.constant.text, ":memory:");
}

static bool network_waits(const struct py_node *call, struct str name, struct str kind)
{
	if (str_is(kind, "dns"))
		return !needs_no_server(call);
	return !is_unconnected(call, name) && !looks_only(call, name) && shakes_hands(call, name);
}

bool call_waits(struct py_file *f, const struct py_node *call, const struct blocking_call *row)
{
	struct str name = str_from(row->name), kind = str_from(row->kind);

	if (str_starts(name, "os.spawn"))
		return spawn_waits(f, call);
	if (str_starts(name, "os.wait"))
		return !names_nohang(call);
	if (str_is(kind, "sleep"))
		return !py_arg(call, 0) || !is_zero(py_arg(call, 0));
	if (str_is(name, "ssl.create_default_context"))
		return loads_certificates(f, call);
	if (str_is(kind, "http") && str_ends(name, ".urlopen"))
		return !idiom_is_local_url(py_arg_or_keyword(call, 0, "url"));
	if (str_starts(name, "sqlite3.") && str_ends(name, "connect"))
		return !is_memory_database(call);
	if (str_is(name, "psutil.cpu_percent"))
		return has_interval(call);
	if (str_is(kind, "dns") || str_is(kind, "socket") || str_is(kind, "email"))
		return network_waits(call, name, kind);
	if (str_is(name, "multiprocessing.connection.Connection.poll"))
		return !looks_only(call, name);
	if (str_is(kind, "lock") || str_is(kind, "queue") || str_is(kind, "future"))
		return !has_zero_timeout(call) && !is_told_not_to_wait(call, name);
	return !(str_is(kind, "subprocess") && has_zero_timeout(call));
}
