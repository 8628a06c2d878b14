/*
 * Printing comparisons: see compare_print.h.
 */
#include "cmd/compare_print.h"

#include <string.h>

#include "cmd/fit.h"

#define MOST_CODE_LINES 5
#define MOST_CODE_WIDTH 200 /* columns: generated code has lines of a megabyte */
#define MOST_WARNINGS   5

int compare_open_repo(struct session *s, struct repo **out)
{
	struct err e;

	if (repo_library_init(&e) < 0)
		return session_fail_err(s, &e);
	if (repo_open(out, options_text(&s->options, "repo"), &e) == 0)
		return 0;
	repo_library_release();
	return session_fail_err(s, &e);
}

void compare_close_repo(struct repo *r)
{
	repo_close(r);
	repo_library_release();
}

static enum level shown_level(const struct session *s)
{
	enum level level = LEVEL_WARNING;

	(void)level_parse(&level, str_from(options_text(&s->options, "level")));
	return level;
}

/* ---- the source of a finding ---- */

static size_t indentation(struct str line)
{
	size_t n = 0;

	while (n < line.len && (line.ptr[n] == ' ' || line.ptr[n] == '\t'))
		n++;
	return n;
}

/* Its first lines, without the indentation of the first one. */
static void set_code(struct repo *r, struct arena *a, struct finding_change *x)
{
	const struct finding *f = x->finding;
	struct strbuf b = {0};
	struct arena scratch = {0};
	struct str text, line;
	size_t indent = 0;

	if (repo_blob(r, &x->blob, &scratch, &text, NULL) < 0)
		return;
	for (uint32_t n = 1; n <= f->end_line && str_next(&text, '\n', &line); n++) {
		size_t own = indentation(line);

		if (n < f->line || n >= f->line + MOST_CODE_LINES)
			continue;
		if (n == f->line)
			indent = own;
		fit_cut(&b, str_drop(line, own < indent ? own : indent), MOST_CODE_WIDTH, false);
		strbuf_addc(&b, '\n');
	}
	x->code = arena_dup(a, strbuf_str(&b));
	strbuf_release(&b);
	arena_release(&scratch);
}

/* ---- changes ---- */

/* Where the repository is on the web: what SARIF takes for a repository is a URI. */
static struct str web_address(struct repo *r, struct arena *a)
{
	struct str url, normalised;

	if (repo_remote_url(r, a, &url, &normalised) < 0 || !normalised.len)
		return STR_EMPTY;
	return arena_printf(a, "https://%.*s", STR_ARG(normalised));
}

static struct finding_context context_of(
	struct session *s, struct repo *r, const struct comparison *c, bool explains)
{
	struct finding_context context = {.compares = true, .explains = explains};
	char hex[OID_HEX_LEN + 1];

	context.repository = web_address(r, &s->arena);
	if (c->staged)
		return context;
	oid_hex(&c->right, hex);
	context.revision = arena_dup(&s->arena, str_from(hex));
	return context;
}

static void add_change(
	struct session *s, struct repo *r, struct finding_writer *w, struct finding_change *x)
{
	if (strcmp(w->format->name, "text") == 0) {
		if (w->context.explains)
			set_code(r, &s->arena, x);
		else
			x->code = x->finding->snippet;
	}
	findings_add_change(w, x);
}

int compare_print(struct session *s, struct repo *r, struct comparison *c,
	const bool kinds[CHANGE_KINDS], bool explains)
{
	const struct finding_context context = context_of(s, r, c, explains);
	enum level level = shown_level(s);
	struct finding_writer w;
	size_t left_out;

	findings_begin(
		&w, options_text(&s->options, "format"), session_out(s), &s->terminal, &context);
	for (size_t i = 0; i < c->changes.len; i++) {
		struct finding_change *x = &c->changes.items[i];

		if (kinds[x->kind] && x->finding->level >= level)
			add_change(s, r, &w, x);
	}
	left_out = findings_end(&w);
	(void)fflush(session_out(s)); /* before the notes: logs mix both streams */
	if (left_out)
		session_warn(s, "%zu findings are left out: the format takes no more", left_out);
	return 0;
}

size_t compare_count(const struct comparison *c, enum change_kind kind, enum level level)
{
	size_t n = 0;

	for (size_t i = 0; i < c->changes.len; i++) {
		const struct finding_change *x = &c->changes.items[i];

		n += x->kind == kind && x->finding->level >= level &&
			(!x->finding->suppressed || kind == CHANGE_SUPPRESSED);
	}
	return n;
}

void compare_summary(struct session *s, const struct revisions *revisions,
	const struct comparison *c, const bool kinds[CHANGE_KINDS])
{
	struct strbuf b = {0};

	for (enum change_kind k = 0; k < CHANGE_KINDS; k++) {
		size_t n = kinds[k] ? compare_count(c, k, shown_level(s)) : 0;

		if (n) {
			strbuf_addz(&b, b.len ? ", " : "");
			text_add_number(&b, (int64_t)n);
			strbuf_addf(&b, " %s", change_kind_names[k]);
		}
	}
	if (!b.len)
		strbuf_addz(&b, "no changes of findings");
	strbuf_addf(&b, "; %.*s, ", STR_ARG(revisions->text));
	text_add_count(&b, c->commits, "commit", "commits");
	session_note(s, "%s", b.ptr);
	strbuf_release(&b);
}

/* ---- what was not seen ---- */

static bool is_unread(const struct comparison *c, const struct oid *blob, const char **why)
{
	const struct blob_record *b = compare_store_blob(&c->store, blob);

	if (!b || b->status == BLOB_OK)
		return false;
	*why = b->status == BLOB_PARTIAL ? "has syntax errors: what stands there is not seen"
					 : "is not analysed: not Python text, or too large";
	return true;
}

static void warn_unread(struct session *s, const struct comparison *c, const struct path_deltas *d)
{
	const char *why, *ignored;
	size_t told = 0;

	for (uint32_t i = 0; i < d->len && told < MOST_WARNINGS; i++) {
		const struct path_delta *x = &d->items[i];

		if (is_unread(c, &x->new_blob, &why) && !is_unread(c, &x->old_blob, &ignored)) {
			session_warn(s, "%.*s %s", STR_ARG(x->path), why);
			told++;
		}
	}
}

struct str compare_missing(
	struct session *s, const struct revisions *revisions, const struct comparison *c)
{
	if (!c->missing)
		return STR_EMPTY;
	return arena_printf(&s->arena,
		"%.*s: %u %s missing; in a partial clone `git log -p -m %.*s >/dev/null` fetches "
		"them, else try git fsck",
		STR_ARG(revisions->text), (unsigned)c->missing,
		c->missing == 1 ? "object is" : "objects are", STR_ARG(revisions->text));
}

void compare_warn(struct session *s, struct repo *r, const struct comparison *c)
{
	struct oid before = {{0}}, after = {{0}};
	struct path_deltas deltas;
	uint32_t missing = 0;

	if (repo_commit_tree(r, &c->left, &before, NULL) == 0 &&
		repo_commit_tree(r, &c->right, &after, NULL) == 0 &&
		repo_tree_diff(r, &before, &after, &s->arena, &deltas, &missing, NULL) == 0)
		warn_unread(s, c, &deltas);
}
