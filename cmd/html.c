/*
 * lapse html: one self-contained page about what a database knows. The page itself is cmd/html/,
 * put together at build time; here its data are gathered (cmd/html/NAME.sql, one table each) and
 * put into their place in it.
 */
#include <stdlib.h>
#include <string.h>

#include "cmd/database.h"
#include "cmd/date.h"
#include "cmd/html/columns.h"
#include "cmd/html/links.h"
#include "cmd/json.h"
#include "scan/rules/rule.h"

static int run(struct session *s);

static const struct option_spec options[] = {
	{.name = "level",
		.letter = 'l',
		.type = OPTION_CHOICE,
		.argument = "LEVEL",
		.initial = "warning",
		.help = "the lowest level in the page: error, warning or info",
		.choices = level_choices},
	{.name = "since",
		.type = OPTION_DATE,
		.argument = "DATE",
		.help = "begin of the period of the regressions; without it the last 90 days"},
	{.name = "title", .type = OPTION_TEXT, .argument = "TEXT", .help = "headline of the page"},
	{.name = "links",
		.type = OPTION_CHOICE,
		.argument = "SITE",
		.initial = "auto",
		.help = "how the hosting site writes the addresses of commits and lines",
		.choices = html_link_sites},
	{.name = "pseudonyms", .help = "hide who people are"},
	{0},
};

static const struct example examples[] = {
	{"lapse html -o report.html", "the page for this repository"},
	{"lapse html --db all.db -o all.html", "for every repository of a database"},
	{"lapse html --since 2024-01 --pseudonyms -o q1.html", "regressions since, without names"},
	{0},
};

const struct command command_html = {
	.name = "html",
	.summary = "write a page with trends, regressions, authors, hotspots, survival",
	.operands = "",
	.groups = GROUP_DATABASE,
	.options = options,
	.about = "Writes one HTML file that needs nothing else: no network, no server. It opens in "
		 "any "
		 "browser and can be mailed, kept as an artifact, or printed.",
	.examples = examples,
	.run = run,
};

/* ---- the tables ---- */

#define MAX_ROWS 20000

extern const char embed_cmd_html_page_html[];
extern const char embed_cmd_html_authors_sql[], embed_cmd_html_flow_sql[],
	embed_cmd_html_known_sql[], embed_cmd_html_lives_sql[], embed_cmd_html_months_sql[],
	embed_cmd_html_open_sql[], embed_cmd_html_places_sql[], embed_cmd_html_regressions_sql[],
	embed_cmd_html_repos_sql[], embed_cmd_html_then_sql[];

static const struct {
	const char *name, *sql;
} tables[] = {
	{"months", embed_cmd_html_months_sql},
	{"then", embed_cmd_html_then_sql},
	{"flow", embed_cmd_html_flow_sql},
	{"regressions", embed_cmd_html_regressions_sql},
	{"authors", embed_cmd_html_authors_sql},
	{"places", embed_cmd_html_places_sql},
	{"lives", embed_cmd_html_lives_sql},
	{"open", embed_cmd_html_open_sql},
	{"known", embed_cmd_html_known_sql},
};

static int add_tables(
	cJSON *page, struct store *store, const struct html_params *params, struct err *e)
{
	cJSON *data = json_made(cJSON_AddObjectToObject(page, "data"));

	for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
		cJSON *table;
		int rc = html_table(&table, store, tables[i].sql, params, e);

		if (rc < 0)
			return rc;
		cJSON_AddItemToObject(data, tables[i].name, table);
	}
	return 0;
}

/* ---- repositories and rules ---- */

static void add_text(cJSON *object, const char *name, const char *text)
{
	json_add_text(object, name, str_from(text), TEXT_KEEP_BLANKS);
}

struct repos {
	struct session *s;
	cJSON *page, *items;
};

static int add_repo(void *arg, struct query_run *r)
{
	struct repos *repos = arg;
	struct arena *a = &repos->s->arena;
	struct str name = arena_dup(a, query_value(r, 0).text);
	struct str tip = arena_dup(a, query_value(r, 2).text);
	cJSON *repo = json_made(cJSON_CreateObject());
	struct html_links links;

	cJSON_AddItemToArray(repos->items, repo);
	add_text(repo, "name", name.ptr);
	add_text(repo, "ref", arena_dup(a, query_value(r, 1).text).ptr);
	add_text(repo, "at", arena_dup(a, query_value(r, 3).text).ptr);
	(void)json_made(
		cJSON_AddNumberToObject(repo, "commits", (double)query_value(r, 4).integer));
	links = html_links_of(a, options_text(&repos->s->options, "links"), name, tip);
	if (links.commit.len) {
		add_text(repo, "commit_url", links.commit.ptr);
		add_text(repo, "file_url", links.file.ptr);
	}
	if (!cJSON_GetObjectItem(repos->page, "since"))
		add_text(repos->page, "since", arena_dup(a, query_value(r, 5).text).ptr);
	return 0;
}

static void add_rules(cJSON *page)
{
	cJSON *rules = json_made(cJSON_AddArrayToObject(page, "rules"));

	for (size_t i = 0; i < rule_count(); i++) {
		const struct rule *r = rule_at(i);
		const struct rule_family *f = rule_family_of(i);
		cJSON *rule = json_made(cJSON_CreateObject());

		cJSON_AddItemToArray(rules, rule);
		add_text(rule, "id", r->id);
		add_text(rule, "category", f->slug);
		add_text(rule, "category_title", f->title);
		add_text(rule, "level", level_name(r->level));
		add_text(rule, "title", r->title);
		add_text(rule, "why", r->why);
		add_text(rule, "fix", r->fix);
	}
}

/* ---- the page ---- */

/* Inside of a script element the text "</script" would end it, so no '<' stands there: in JSON it
 * can only be part of a string. */
static void write_json(FILE *out, const char *json)
{
	for (const char *next; *json; json = next + 1) {
		next = strchr(json, '<');
		if (!next) {
			(void)fputs(json, out);
			return;
		}
		(void)fwrite(json, 1, (size_t)(next - json), out);
		(void)fputs("\\u003c", out);
	}
}

static void write_page(FILE *out, const cJSON *page)
{
	static const char place[] = "{{data}}";
	const char *data = strstr(embed_cmd_html_page_html, place);
	char *json = cJSON_PrintUnformatted(page);

	if (!json || !data)
		mem_fail();
	(void)fwrite(embed_cmd_html_page_html, 1, (size_t)(data - embed_cmd_html_page_html), out);
	write_json(out, json);
	(void)fputs(data + strlen(place), out);
	cJSON_free(json);
}

static struct html_params params_of(struct session *s, const struct database *d)
{
	const struct option_value *since = options_get(&s->options, "since");
	struct html_params params = {
		.repo = d->repo_name,
		.level = str_from(options_text(&s->options, "level")),
		.limit = MAX_ROWS,
		.pseudonyms = options_flag(&s->options, "pseudonyms"),
	};
	char date[DATE_TEXT_BYTES];

	if (since->given) {
		date_format(since->number, date);
		params.since = arena_dup(&s->arena, str_from(date));
	}
	return params;
}

static const char *title_of(const struct session *s, const cJSON *repos)
{
	const char *title = options_text(&s->options, "title");

	if (title)
		return title;
	if (cJSON_GetArraySize(repos) != 1)
		return "Async and concurrency findings";
	return cJSON_GetStringValue(cJSON_GetObjectItem(cJSON_GetArrayItem(repos, 0), "name"));
}

static int gather(struct session *s, const struct database *d, cJSON *page, struct err *e)
{
	const struct html_params params = params_of(s, d);
	struct repos repos = {s, page, json_made(cJSON_AddArrayToObject(page, "repos"))};
	int rc = html_query(d->store, embed_cmd_html_repos_sql, &params, add_repo, &repos, e);

	if (rc < 0)
		return rc;
	add_text(page, "title", title_of(s, repos.items));
	add_text(page, "level", params.level.ptr);
	add_text(page, "version", LAPSE_VERSION);
	(void)json_made(cJSON_AddNumberToObject(page, "limit", MAX_ROWS));
	add_rules(page);
	return add_tables(page, d->store, &params, e);
}

static int run_in(struct session *s, const struct database *d)
{
	cJSON *page = json_made(cJSON_CreateObject());
	struct err e;
	int status = EXIT_DONE;

	if (gather(s, d, page, &e) < 0)
		status = session_fail_err(s, &e);
	else if (cJSON_GetArraySize(cJSON_GetObjectItem(page, "repos")) == 0)
		status = session_fail(
			s, "%s: no scan has ended yet; run 'lapse scan' first", d->path.ptr);
	else
		write_page(session_out(s), page);
	cJSON_Delete(page);
	return status;
}

static int run(struct session *s)
{
	struct database d;
	int status;

	if (s->terminal.is_terminal)
		return session_fail(s,
			"html: the page is no text for a terminal; write it to a file with -o "
			"FILE");
	status = database_open(s, &d);
	if (status == 0)
		status = run_in(s, &d);
	database_close(&d);
	return status;
}
