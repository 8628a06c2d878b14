/*
 * timeout-disabled: `timeout=None` and its spellings in httpx and aiohttp. Code that reads streams
 * is only told as info: there the total time has no limit by nature.
 */
#include "scan/base/mem.h"
#include "scan/rules/cancel.h"
#include "scan/rules/idiom.h"
#include "scan/rules/timeout.h"

static bool is_none(const struct py_node *n)
{
	return py_is_constant(n, PY_CONST_NONE);
}

/* aiohttp takes 0 for None. */
static bool is_none_or_zero(const struct py_node *n)
{
	return is_none(n) || (py_is_constant(n, PY_CONST_INT) && !py_is_true(n));
}

/* requests: (connect, read). */
static bool is_pair_without_read(const struct py_node *n)
{
	return n->kind == PY_Tuple && n->u.sequence.elts.len == 2 &&
		is_none(n->u.sequence.elts.items[1]);
}

/* ---- streams ---- */

static bool is_streaming(const struct py_node *n)
{
	static const char *const names[] = {"EventSource", "aiter_bytes", "aiter_lines",
		"aiter_raw", "aiter_sse", "aiter_text", "iter_any", "iter_bytes", "iter_chunked",
		"iter_chunks", "iter_content", "iter_lines", "iter_raw", "iter_text", "readany",
		"readchunk", "readline", "readuntil", "stream", "ws_connect", NULL};

	if (n->kind == PY_keyword)
		return str_is(n->u.keyword.arg, "stream") &&
			py_is_constant(n->u.keyword.value, PY_CONST_TRUE);
	return n->kind == PY_Call && idiom_is_one_of(idiom_last_name(n->u.call.func), names);
}

/* Does the class, else the function, else the module around read streams? */
static bool is_about_streams(struct py_file *f, const struct py_node *n)
{
	const struct py_node *top = idiom_class_around(n);

	if (!top)
		top = idiom_function_or_module(f, n);
	PY_EACH (it, top)
		if (is_streaming(it))
			return true;
	return false;
}

static void report(
	struct rule_run *run, const struct rule *rule, const struct py_node *n, const char *what)
{
	bool streams = is_about_streams(run->file, n);

	rule_report_level(run, rule, streams ? LEVEL_INFO : rule->level, n,
		streams ? "`%s` switches the timeout off; limit the time between two reads"
			: "`%s` switches the timeout off: this waits for ever when the server "
			  "stops answering",
		what);
}

/* ---- what is called ---- */

/* A verb, or the constructor of a client, that takes `timeout=`. */
static bool takes_timeout(struct py_file *f, const struct py_node *call)
{
	static const char *const clients[] = {"httpx.Client", "httpx.AsyncClient", NULL};

	return timeout_is_urlopen(f, call) ||
		py_resolves_to_any(f, call->u.call.func, clients) >= 0 ||
		timeout_verb_called(f, call, timeout_requests).len > 0 ||
		timeout_verb_called(f, call, timeout_httpx).len > 0 ||
		timeout_verb_called(f, call, timeout_aiohttp).len > 0;
}

static void check_keyword(struct rule_run *run, const struct rule *rule, const struct py_node *n)
{
	const struct py_node *timeout = py_keyword(n, "timeout");

	if (is_none(timeout)) {
		if (takes_timeout(run->file, n))
			report(run, rule, n, "timeout=None");
	} else if (is_pair_without_read(timeout) &&
		timeout_verb_called(run->file, n, timeout_requests).len > 0) {
		report(run, rule, n, "timeout=(…, None)");
	}
}

/* Handed on by position, it is no client's timeout; nor is a ClientTimeout() all by itself. */
static bool is_placeholder(const struct py_node *call)
{
	bool empty = call->u.call.args.len + call->u.call.keywords.len == 0;

	return call->parent->kind == PY_Call || (empty && call->parent->kind != PY_keyword);
}

/* aiohttp.ClientTimeout(total, connect, sock_read, sock_connect): what is not given is None. */
static void check_client_timeout(
	struct rule_run *run, const struct rule *rule, const struct py_node *n)
{
	static const char *const names[] = {"aiohttp.ClientTimeout", "aiohttp.client.ClientTimeout",
		"aiohttp.client_reqrep.ClientTimeout", NULL};
	const struct py_node *total = py_arg_or_keyword(n, 0, "total");
	const struct py_node *sock_read = py_arg_or_keyword(n, 2, "sock_read");

	if (py_has_double_star(n) || is_placeholder(n) || (total && !is_none_or_zero(total)) ||
		(sock_read && !is_none_or_zero(sock_read)))
		return;
	if (py_resolves_to_any(run->file, n->u.call.func, names) >= 0)
		report(run, rule, n,
			total ? "ClientTimeout(total=None)" : "ClientTimeout without total");
}

/* httpx.Timeout(timeout, connect=, read=, write=, pool=): what is not given is the first. */
static void check_httpx_timeout(
	struct rule_run *run, const struct rule *rule, const struct py_node *n)
{
	const struct py_node *all = py_arg_or_keyword(n, 0, "timeout");
	const struct py_node *read = py_keyword(n, "read");

	if (py_has_double_star(n) || !(read ? is_none(read) : is_none(all)) ||
		!py_resolves_to(run->file, n->u.call.func, "httpx.Timeout"))
		return;
	if (read)
		rule_report_level(run, rule, LEVEL_INFO, n,
			"`read=None` switches the read timeout off; limit the time between two "
			"reads");
	else
		report(run, rule, n, "httpx.Timeout(None)");
}

void check_timeout_disabled(struct rule_run *run, const struct rule *rule, const struct py_node *n)
{
	struct str last = idiom_last_name(n->u.call.func);

	if (idiom_expects_error(n))
		return;
	if (str_is(last, "ClientTimeout"))
		check_client_timeout(run, rule, n);
	else if (str_is(last, "Timeout"))
		check_httpx_timeout(run, rule, n);
	else if (py_keyword(n, "timeout"))
		check_keyword(run, rule, n);
}
