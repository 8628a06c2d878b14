/*
 * lapse show: the life of one finding, or everything one commit did. This file finds out which of
 * the two is meant; show_text.c and show_rows.c print it.
 */
#include "cmd/show.h"

#include <string.h>

#include "store/query.h"

static int run(struct session *s);

static const char *const formats[] = {
	"text", "table", "csv", "tsv", "json", "ndjson", "markdown", NULL};

static const struct option_spec options[] = {
	{.name = "format",
		.letter = 'f',
		.type = OPTION_CHOICE,
		.argument = "FORMAT",
		.initial = "text",
		.choices = formats,
		.help = "text, table, csv, tsv, json, ndjson or markdown"},
	{0},
};

static const struct example examples[] = {
	{"lapse show 3f2a91c0", "the life of a finding; the beginning of its id is enough"},
	{"lapse show HEAD~3", "what a commit introduced and fixed"},
	{"lapse show v1.2 --format json", "the same for programs"},
	{0},
};

const struct command command_show = {
	.name = "show",
	.summary = "tell the life of a finding, or what a commit did",
	.operands = "ID-or-COMMIT",
	.max_operands = 1,
	.words = WORDS_REVISIONS,
	.groups = GROUP_DATABASE | GROUP_PAGER,
	.options = options,
	.about = "Tells the life of one finding step by step: introduced, moved, changed, fixed, "
		 "reopened, each with commit, author, place, matched line and how sure the match "
		 "is. "
		 "With a commit (in git's language: an id, a branch, HEAD~3) tells what it did to "
		 "the "
		 "findings. Ids may be shortened as long as they are unique.",
	.examples = examples,
	.run = run,
};

/* ---- which is meant ---- */

#define ID_CHARACTERS  12
#define LEAST_ID       3
#define MAX_CANDIDATES 6

struct candidates {
	struct show_finding *findings;
	uint32_t finding_count;
	struct oid commit;
	bool has_commit;
};

static bool looks_like_id(struct str s)
{
	if (s.len < LEAST_ID || s.len > ID_CHARACTERS)
		return false;
	for (size_t i = 0; i < s.len; i++)
		if (!((s.ptr[i] >= '0' && s.ptr[i] <= '9') || (s.ptr[i] >= 'a' && s.ptr[i] <= 'z')))
			return false;
	return true;
}

static bool is_hex(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!memchr("0123456789abcdefABCDEF", s.ptr[i], 22))
			return false;
	return s.len >= LEAST_ID;
}

/* The repository may be elsewhere: commits that were scanned are in the database as well. */
static int find_stored_commit(
	struct session *s, const struct database *d, struct str prefix, struct candidates *c)
{
	static const char sql[] =
		"SELECT DISTINCT commit_oid FROM commits "
		"WHERE commit_oid >= lower(:id) AND commit_oid < lower(:id) || 'g' "
		"LIMIT 2";
	const struct query_limits limits = QUERY_DEFAULT_LIMITS;
	struct query_run *q = NULL;
	struct oid found;
	uint32_t count = 0;
	struct err e;
	int r = query_open_sql(&q, d->store, str_from(sql), &limits, &e);

	if (r == 0)
		r = query_bind(q, STR("id"), prefix, &e);
	while (r >= 0 && (r = query_next(q, &e)) == 1)
		if (oid_parse(&found, query_value(q, 0).text))
			count++;
	query_close(q);
	if (r < 0)
		return session_fail_err(s, &e);
	if (count > 1)
		return session_fail(s,
			"%.*s: several commits begin like this; write more of the id",
			STR_ARG(prefix));
	c->has_commit = count == 1;
	if (c->has_commit)
		c->commit = found;
	return 0;
}

static int find_commit(
	struct session *s, const struct database *d, const char *name, struct candidates *c)
{
	struct err e;

	if (oid_parse(&c->commit, str_from(name)) ||
		(d->repo && repo_resolve(d->repo, name, &c->commit, &e) == 0)) {
		c->has_commit = true;
		return 0;
	}
	return is_hex(str_from(name)) ? find_stored_commit(s, d, str_from(name), c) : 0;
}

static int ambiguous(struct session *s, const char *name, const struct candidates *c)
{
	struct strbuf b = {0};
	int r;

	for (uint32_t i = 0; i < c->finding_count && i < MAX_CANDIDATES - 1; i++)
		strbuf_addf(&b, "%s%.*s", i ? ", " : "", STR_ARG(c->findings[i].key));
	if (c->finding_count == MAX_CANDIDATES)
		strbuf_addz(&b, " and more");
	if (c->has_commit)
		strbuf_addz(&b, " and a commit");
	r = session_fail(s, "%s: may be findings %s; write more of the id", name, b.ptr);
	strbuf_release(&b);
	return r;
}

static int show_found(
	struct session *s, const struct database *d, const char *name, const struct candidates *c)
{
	bool whole = c->finding_count == 1 && str_is(c->findings[0].key, name);

	if (c->finding_count == 1 && (whole || !c->has_commit))
		return show_print_finding(s, d->store, &c->findings[0]);
	if (c->finding_count)
		return ambiguous(s, name, c);
	if (c->has_commit)
		return show_print_commit(s, d, &c->commit);
	return session_fail(s,
		"%s: no such finding or commit in %s; ids stand in the reports' "
		"column 'finding'",
		name, d->path.ptr);
}

static int run_in(struct session *s, const struct database *d, const char *name)
{
	uint32_t repo = d->repo_name.len ? d->repo_id : 0;
	struct candidates c = {0};
	struct err e;

	if (looks_like_id(str_from(name)) &&
		show_find(d->store, repo, str_from(name), MAX_CANDIDATES, &s->arena, &c.findings,
			&c.finding_count, &e) < 0)
		return session_fail_err(s, &e);
	if (find_commit(s, d, name, &c) != 0)
		return EXIT_TROUBLE;
	return show_found(s, d, name, &c);
}

static int run(struct session *s)
{
	struct database d;
	int status;

	if (s->options.operands.len == 0)
		return session_fail(
			s, "show: nothing to show; give the id of a finding or a commit");
	status = database_open(s, &d);
	if (status == 0)
		status = run_in(s, &d, s->options.operands.items[0]);
	database_close(&d);
	return status;
}
