/*
 * The callbacks of the blocking rules: a call in async code that the catalogue knows to block, told
 * once for a chain of calls and for a handle.
 */
#include "scan/rules/blocking.h"

#include <string.h>

#include "scan/rules/consume.h"
#include "scan/rules/cpu.h"
#include "scan/rules/idiom.h"
#include "scan/rules/receiver.h"

#define MANY_ITERATIONS 10000 /* of SHA-256: some milliseconds */

/* ---- shapes ---- */

const struct py_node *chain_next(const struct py_node *n)
{
	const struct py_node *p = n->parent;

	if (p->kind == PY_Subscript && p->u.subscript.value == n)
		return p;
	if (p->kind != PY_Attribute)
		return NULL;
	return p->parent->kind == PY_Call && p->parent->u.call.func == p ? p->parent : p;
}

const struct py_node *chain_end(const struct py_node *call)
{
	const struct py_node *next;

	while ((next = chain_next(call)))
		call = next;
	return call;
}

/* ---- one defect, one finding ---- */

bool has_kind(const struct rule *rule, const struct blocking_call *row)
{
	struct str rest = str_from(rule->data), kind;

	while (str_next(&rest, ' ', &kind))
		if (str_is(kind, row->kind))
			return true;
	return false;
}

bool is_told_by_chain(struct rule_run *run, const struct rule *rule, const struct py_node *call)
{
	for (const struct py_node *n = chain_next(call); n; n = chain_next(n)) {
		const struct blocking_call *row = catalogue_blocking(run, n);

		if (row && has_kind(rule, row))
			return true;
	}
	return false;
}

/* `with urlopen(u) as r: r.read()`: the defect is told where the response is opened. */
static bool is_told_by_opener(
	struct rule_run *run, const struct blocking_call *row, const struct py_node *call)
{
	const struct py_node *func = call->u.call.func, *name;
	const struct py_binding *b;

	if (!str_starts(str_from(row->name), "http.client.HTTPResponse."))
		return false;
	name = func->kind == PY_Attribute ? func->u.attribute.value : NULL;
	if (!name || name->kind != PY_Name)
		return false;
	b = py_only_binding(py_lookup(run->file, name, name->u.name.id));
	return b && b->value && b->value->kind == PY_Call &&
		(catalogue_blocking(run, b->value) || idiom_is_local_url(py_arg(b->value, 0))) &&
		py_context(run->file, b->value) == py_context(run->file, call);
}

/* Calls that give an iterator and ask the server when that is gone through. */
static bool gives_iterator(struct str name)
{
	static const char *const names[] = {"azure.cosmos.ContainerProxy.query_items",
		"azure.keyvault.secrets.SecretClient.list_properties_of_secrets",
		"azure.storage.blob.BlobServiceClient.list_containers",
		"azure.storage.blob.ContainerClient.list_blob_names",
		"azure.storage.blob.ContainerClient.list_blobs",
		"azure.storage.blob.ContainerClient.walk_blobs",
		"clickhouse_driver.Client.execute_iter",
		"google.cloud.bigquery.Client.list_datasets",
		"google.cloud.bigquery.Client.list_rows",
		"google.cloud.bigquery.Client.list_tables",
		"google.cloud.firestore.CollectionReference.list_documents",
		"google.cloud.firestore.CollectionReference.stream",
		"google.cloud.firestore.Query.stream", "google.cloud.storage.Bucket.list_blobs",
		"google.cloud.storage.Client.list_blobs",
		"google.cloud.storage.Client.list_buckets", "minio.Minio.list_objects",
		"psycopg.Cursor.stream", "pymongo.collection.Collection.find",
		"redis.Redis.hscan_iter", "redis.Redis.scan_iter", "redis.Redis.sscan_iter",
		"redis.Redis.zscan_iter", "sqlalchemy.orm.Session.query", NULL};

	return idiom_is_one_of(name, names);
}

/* It only builds; what goes through the result is told, with the place where it is built. */
static bool is_lazy(
	struct rule_run *run, const struct blocking_call *row, const struct py_node *call)
{
	return gives_iterator(str_from(row->name)) && !is_iterated(run->file, chain_end(call));
}

/* bridge-threadsafe-result's: on the same loop it never ends. */
static bool is_threadsafe_future(
	struct rule_run *run, const struct blocking_call *row, const struct py_node *call)
{
	const struct py_node *maker;

	if (!str_starts(str_from(row->name), "concurrent.futures.Future.") ||
		call->u.call.func->kind != PY_Attribute)
		return false;
	maker = receiver_maker(run->file, call->u.call.func->u.attribute.value);
	return maker &&
		py_resolves_to(run->file, maker->u.call.func, "asyncio.run_coroutine_threadsafe");
}

/* A hash with few iterations takes no time worth a thread. */
static bool is_light(
	struct rule_run *run, const struct blocking_call *row, const struct py_node *call)
{
	const struct py_node *iterations;
	uint64_t n;

	if (!str_is(str_from(row->name), "hashlib.pbkdf2_hmac"))
		return false;
	iterations = py_arg_or_keyword(call, 3, "iterations");
	return iterations && cpu_integer(run->file, iterations, &n) && n < MANY_ITERATIONS;
}

bool is_debugger(struct str name)
{
	return str_starts(name, "pdb.") || str_starts(name, "ipdb.") ||
		str_is(name, "builtins.breakpoint") || str_is(name, "breakpoint");
}

/* `if DEBUG: pdb.set_trace()` is no left-over. */
static bool is_asked_for(const struct blocking_call *row, const struct py_node *call)
{
	if (!is_debugger(str_from(row->name)))
		return false;
	for (const struct py_node *p = call->parent; p && !py_is_scope(p); p = p->parent)
		if (p->kind == PY_If)
			return true;
	return false;
}

bool is_told_elsewhere(
	struct rule_run *run, const struct blocking_call *row, const struct py_node *call)
{
	return is_told_by_opener(run, row, call) || is_lazy(run, row, call) ||
		is_light(run, row, call) || is_threadsafe_future(run, row, call);
}

/* ---- messages ---- */

#define MAX_CALLEE 60

static bool is_plain_callee(struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (strchr("\n\r()[]{}'\" \t\\#", text.ptr[i]))
			return false;
	return text.len <= MAX_CALLEE;
}

struct str callee_text(
	struct rule_run *run, const struct blocking_call *row, const struct py_node *call)
{
	struct str name = str_from(row->name), last;
	struct str text = py_text(run->file->tree, call->u.call.func);

	if (str_starts(name, "builtins."))
		name = str_drop(name, strlen("builtins."));
	last = str_drop(name, (size_t)(str_rfind(name, '.') + 1));
	if (str_eq(text, name) || str_eq(text, last) || !is_plain_callee(text))
		return arena_printf(run->file->arena, "`%.*s`", STR_ARG(name));
	return arena_printf(run->file->arena, "`%.*s` (%.*s)", STR_ARG(text), STR_ARG(name));
}

struct str alternatives(struct rule_run *run, const struct blocking_call *row)
{
	struct str all = str_from(row->instead), text = STR_EMPTY, part;
	const char *joint = "";

	while (str_next(&all, '/', &part)) {
		part = str_trim(part);
		text = arena_printf(
			run->file->arena, "%.*s%s%.*s", STR_ARG(text), joint, STR_ARG(part));
		joint = " or ";
	}
	return text;
}

/* ---- callbacks ---- */

void check_blocking_call(struct rule_run *run, const struct rule *rule, const struct py_node *call)
{
	const struct blocking_call *row = catalogue_blocking(run, call);
	struct str callee, instead;

	if (!row || !has_kind(rule, row) || !py_in_async(run->file, call))
		return;
	if (is_told_by_chain(run, rule, call) || is_told_elsewhere(run, row, call))
		return;
	callee = callee_text(run, row, call);
	instead = alternatives(run, row);
	rule_report_level(run, rule, is_asked_for(row, call) ? LEVEL_INFO : rule->level, call,
		"%.*s blocks the event loop; use %.*s", STR_ARG(callee), STR_ARG(instead));
}
