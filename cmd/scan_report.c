/*
 * What a scan did, for programs: the object of `lapse scan --summary-json`.
 */
#include <errno.h>
#include <string.h>

#include "cmd/json.h"
#include "cmd/scan.h"
#include "store/query.h"

static const char open_sql[] =
	"SELECT count(*) FILTER (WHERE level = 'error'), count(*) FILTER (WHERE level = 'warning'),"
	" count(*) FILTER (WHERE level = 'info')"
	" FROM open_at_ref WHERE repo = :repo AND ref = :ref AND state = 'open'";

static int add_open(cJSON *object, struct store *store, const struct scan_result *r, struct err *e)
{
	static const char *const levels[] = {"error", "warning", "info"};
	const struct query_limits limits = {0};
	cJSON *open = json_made(cJSON_AddObjectToObject(object, "open"));
	struct query_run *q = NULL;
	int rc = query_open_sql(&q, store, str_from(open_sql), &limits, e);

	if (rc == 0)
		rc = query_bind(q, STR("repo"), r->repo_name, e);
	if (rc == 0)
		rc = query_bind(q, STR("ref"), r->refs->items.items[0].name, e);
	if (rc == 0 && (rc = query_next(q, e)) == 1)
		for (uint32_t i = 0; i < ARRAY_LEN(levels); i++)
			json_add_number(open, levels[i], (double)query_value(q, i).integer);
	query_close(q);
	return rc < 0 ? rc : 0;
}

static void add_counts(cJSON *object, const struct scan_summary *s)
{
	json_add_number(object, "commits", s->commits);
	json_add_number(object, "file_versions", s->blobs);
	json_add_number(object, "bytes", (double)s->bytes);
	json_add_number(object, "introduced", s->introduced);
	json_add_number(object, "fixed", s->fixed);
	json_add_number(object, "partial", s->blobs_partial);
	json_add_number(object, "skipped", s->blobs_skipped);
	json_add_number(object, "missing_objects", s->missing_objects);
	json_add_number(object, "missing_commits", s->missing_commits);
}

static int write_file(const struct session *s, const char *path, const char *text)
{
	FILE *f = fopen(path, "w");
	bool ok = f && fputs(text, f) >= 0 && fputc('\n', f) != EOF;

	if (f && fclose(f) != 0)
		ok = false;
	return ok ? 0
		  : session_fail(s, "%s: cannot be written: %s; give --summary-json another file",
			    path, strerror(errno));
}

int scan_write_json(const struct session *s, const char *path, cJSON *repositories)
{
	cJSON *all = json_made(cJSON_CreateObject());
	int failed = 0, status;
	const cJSON *item;
	char *text;

	cJSON_ArrayForEach(item, repositories) failed +=
		strcmp(cJSON_GetStringValue(cJSON_GetObjectItem(item, "status")), "failed") == 0;
	cJSON_AddItemToObject(all, "repositories", repositories);
	json_add_number(all, "failed", failed);
	text = cJSON_Print(all);
	if (!text)
		mem_fail();
	status = write_file(s, path, text);
	cJSON_free(text);
	cJSON_Delete(all);
	return status;
}

int scan_write_summary(
	const struct session *s, struct store *store, const struct scan_result *r, const char *path)
{
	cJSON *list = json_made(cJSON_CreateArray()), *object = json_made(cJSON_CreateObject());
	struct err e;
	int rc;

	cJSON_AddItemToArray(list, object);
	json_add_text(object, "repo", r->repo_name, TEXT_KEEP_NONE);
	json_add_text(object, "database", r->path, TEXT_KEEP_NONE);
	json_add_text(object, "status", r->summary->commits ? STR("scanned") : STR("up to date"),
		TEXT_KEEP_NONE);
	json_add_number(object, "seconds", r->seconds);
	add_counts(object, r->summary);
	json_add_number(object, "missing_in_history", (double)r->missing);
	rc = add_open(object, store, r, &e);
	if (rc < 0) {
		cJSON_Delete(list);
		return session_fail_err(s, &e);
	}
	return scan_write_json(s, path, list);
}
