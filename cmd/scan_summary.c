/*
 * What `lapse scan` prints when it is done.
 */
#include <string.h>
#include <sys/stat.h>

#include "cmd/rows.h"
#include "cmd/scan.h"
#include "cmd/text.h"
#include "store/query.h"

#define MEGABYTE 1e6

static void add_refs(struct strbuf *b, const struct scan_refs *refs)
{
	text_escape(b, refs->items.items[0].name, TEXT_KEEP_NONE);
	if (refs->items.len > 1) {
		strbuf_addz(b, " and ");
		text_add_count(
			b, (int64_t)refs->items.len - 1, "more reference", "more references");
	}
}

static void add_done(struct strbuf *b, const struct scan_result *r)
{
	const struct scan_summary *s = r->summary;
	double megabytes = (double)s->bytes / MEGABYTE;

	text_escape(b, r->repo_name, TEXT_KEEP_NONE);
	strbuf_addz(b, ": ");
	add_refs(b, r->refs);
	strbuf_addz(b, "\n");
	text_add_count(b, s->commits, "commit", "commits");
	strbuf_addz(b, ", ");
	text_add_count(b, s->blobs, "file version", "file versions");
	strbuf_addf(b, " analysed, %.1f MB in %.1f s", megabytes, r->seconds);
	if (r->seconds > 0)
		strbuf_addf(b, " (%.1f MB/s)", megabytes / r->seconds);
	strbuf_addz(b, "\n");
	text_add_number(b, s->introduced);
	strbuf_addz(b, " introduced, ");
	text_add_number(b, s->fixed);
	strbuf_addz(b, " fixed in these commits\n");
}

static void add_unread_part(struct strbuf *b, uint32_t n, const char *one, const char *many)
{
	if (n == 0)
		return;
	strbuf_addz(b, "  ");
	text_add_count(b, n, one, many);
	strbuf_addc(b, '\n');
}

static void add_unread(struct strbuf *b, const struct scan_summary *s)
{
	if (s->blobs_partial + s->blobs_skipped + s->missing_objects + s->missing_commits == 0)
		return;
	strbuf_addz(b, "\nNot all could be read:\n");
	add_unread_part(b, s->blobs_partial, "file version with syntax errors, read in part",
		"file versions with syntax errors, read in part");
	add_unread_part(b, s->blobs_skipped, "file version skipped (not Python text, or too large)",
		"file versions skipped (not Python text, or too large)");
	add_unread_part(
		b, s->missing_objects, "object missing or corrupt", "objects missing or corrupt");
	add_unread_part(
		b, s->missing_commits, "commit missing or corrupt", "commits missing or corrupt");
}

/* ---- what is open, by category and level ---- */

static const char open_sql[] =
	"SELECT category, sum(level = 'error') AS error, sum(level = 'warning') AS warning,"
	" sum(level = 'info') AS info FROM open_at_ref"
	" WHERE repo = :repo AND ref = :ref AND NOT suppressed AND state <> 'unknown'"
	" GROUP BY category ORDER BY error DESC, warning DESC, info DESC, category";

static const struct row_column open_columns[] = {{.name = STR("category"), .fit = FIT_WHOLE},
	{.name = STR("error"), .fit = FIT_WHOLE}, {.name = STR("warning"), .fit = FIT_WHOLE},
	{.name = STR("info"), .fit = FIT_WHOLE}};
#define OPEN_COLUMNS 4

static int write_open(struct session *s, struct query_run *q, struct err *e)
{
	int64_t total[OPEN_COLUMNS] = {0};
	struct cell cells[OPEN_COLUMNS];
	struct row_writer w;
	int r;

	rows_begin(&w, "table", session_out(s), &s->terminal, open_columns, OPEN_COLUMNS);
	while ((r = query_next(q, e)) == 1) {
		cells[0] = CELL_STR(query_value(q, 0).text);
		for (uint32_t i = 1; i < OPEN_COLUMNS; i++) {
			cells[i] = CELL_NUMBER(query_value(q, i).integer);
			total[i] += cells[i].integer;
		}
		(void)rows_add(&w, cells);
	}
	cells[0] = CELL_Z("total");
	for (uint32_t i = 1; i < OPEN_COLUMNS; i++)
		cells[i] = CELL_NUMBER(total[i]);
	(void)rows_add(&w, cells);
	rows_end(&w);
	return r;
}

static int print_open(
	struct session *s, struct store *store, const struct scan_result *r, struct err *e)
{
	const struct query_limits limits = {0};
	struct str ref = r->refs->items.items[0].name;
	struct query_run *q = NULL;
	int status = query_open_sql(&q, store, str_from(open_sql), &limits, e);

	if (status == 0)
		status = query_bind(q, STR("repo"), r->repo_name, e);
	if (status == 0)
		status = query_bind(q, STR("ref"), ref, e);
	if (status == 0) {
		(void)fprintf(session_out(s), "\nOpen in %.*s:\n", STR_ARG(ref));
		status = write_open(s, q, e);
	}
	query_close(q);
	return status;
}

/* ---- all of it ---- */

static void add_database(struct strbuf *b, const struct scan_result *r)
{
	struct stat st;

	strbuf_addz(b, "\nDatabase: ");
	text_escape(b, r->path, TEXT_KEEP_NONE);
	if (stat(r->path.ptr, &st) == 0)
		strbuf_addf(b, " (%.1f MB)", (double)st.st_size / MEGABYTE);
	strbuf_addz(b, "\nNext: lapse trend, lapse regressions, lapse authors");
	if (!r->path_is_default)
		strbuf_addf(b, " (each with --db %s, or LAPSE_DB set)", r->path.ptr);
	strbuf_addc(b, '\n');
}

static void flush(struct session *s, struct strbuf *b)
{
	(void)fwrite(b->ptr, 1, b->len, session_out(s));
	strbuf_clear(b);
}

static bool is_news(const struct scan_summary *s)
{
	return s->commits || s->blobs || s->missing_objects || s->missing_commits;
}

int scan_print_summary(struct session *s, struct store *store, const struct scan_result *r)
{
	struct strbuf b = {0};
	struct err e;
	int status = EXIT_DONE;

	if (!is_news(r->summary)) {
		strbuf_addz(&b, "up to date: ");
		text_escape(&b, r->repo_name, TEXT_KEEP_NONE);
		strbuf_addz(&b, ", ");
		add_refs(&b, r->refs);
		strbuf_addc(&b, '\n');
		flush(s, &b);
	} else {
		add_done(&b, r);
		flush(s, &b);
		if (print_open(s, store, r, &e) < 0)
			status = session_fail_err(s, &e);
		add_unread(&b, r->summary);
		add_database(&b, r);
		flush(s, &b);
	}
	strbuf_release(&b);
	return status;
}
