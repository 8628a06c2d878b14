/*
 * `lapse show` as text for people.
 */
#include <inttypes.h>
#include <string.h>

#include "cmd/date.h"
#include "cmd/show.h"
#include "cmd/text.h"

#define SHORT_COMMIT   12
#define DAY_CHARACTERS 10

const char *show_step_name(const struct show_step *step)
{
	if (step->is_event)
		return event_kind_name(step->kind);
	if (step->carried)
		return "hidden";
	return step->moved ? "moved" : "changed";
}

/* A page under construction. */
struct page {
	struct strbuf text;
	const struct terminal *terminal;
};

static void add(struct page *p, struct str s)
{
	text_escape(&p->text, s, TEXT_KEEP_NONE);
}

static void add_styled(struct page *p, enum style style, struct str s)
{
	strbuf_addz(&p->text, terminal_style(p->terminal, style));
	add(p, s);
	strbuf_addz(&p->text, terminal_style(p->terminal, STYLE_END));
}

static void add_commit(struct page *p, const struct oid *oid, size_t digits)
{
	char hex[OID_HEX_LEN + 1];

	oid_hex(oid, hex);
	add_styled(p, STYLE_YELLOW, str_slice(hex, digits));
}

static void add_day(struct page *p, int64_t seconds)
{
	char date[DATE_TEXT_BYTES];

	date_format(seconds, date);
	add(p, str_slice(date, DAY_CHARACTERS));
}

static void add_rule(struct page *p, const struct show_finding *f)
{
	const char *level = level_name(f->level);

	add_styled(p, terminal_level_style(level), f->rule);
	strbuf_addf(&p->text, " (%s)", level);
}

static void add_place(struct page *p, struct str path, uint32_t line)
{
	add(p, path);
	strbuf_addf(&p->text, ":%" PRIu32, line);
}

static void add_finding(struct page *p, const struct show_finding *f)
{
	add_styled(p, STYLE_BOLD, f->key);
	strbuf_addz(&p->text, "  ");
	add_rule(p, f);
	strbuf_addf(&p->text, "  %.*s\n", STR_ARG(f->state));
	add_place(p, f->path, f->line);
	if (f->scope.len) {
		strbuf_addz(&p->text, "  in ");
		add(p, f->scope);
	}
	strbuf_addz(&p->text, "\n    ");
	add(p, f->snippet);
	strbuf_addc(&p->text, '\n');
	add(p, f->message);
	strbuf_addc(&p->text, '\n');
	if (f->copied_from.len) {
		strbuf_addz(&p->text, "copied from ");
		add(p, f->copied_from);
		strbuf_addc(&p->text, '\n');
	}
}

/* How the finding was recognised, when that is not plain. */
static void add_match(struct page *p, const struct show_step *x)
{
	if (x->step != STEP_NEW && x->step != STEP_CARRIED)
		strbuf_addf(&p->text, "  [%s, %.0f%% sure]", match_step_name(x->step),
			x->confidence * 100);
	if (!oid_is_zero(&x->related)) {
		strbuf_addz(&p->text, "  see ");
		add_commit(p, &x->related, SHORT_COMMIT);
	}
	if (!x->on_default)
		strbuf_addz(&p->text, "  (other branch)");
}

static void add_step(struct page *p, const struct show_step *x)
{
	const char *name = show_step_name(x);

	strbuf_addc(&p->text, '\n');
	add_day(p, x->committed_at);
	strbuf_addz(&p->text, "  ");
	add_styled(p, x->is_event ? STYLE_BOLD : STYLE_DIM, str_from(name));
	strbuf_addz(&p->text, "  ");
	add_commit(p, &x->commit, SHORT_COMMIT);
	strbuf_addz(&p->text, "  ");
	add(p, x->author);
	strbuf_addz(&p->text, ": ");
	add(p, x->summary);
	strbuf_addz(&p->text, "\n    ");
	add_place(p, x->path, x->line);
	add_match(p, x);
	strbuf_addz(&p->text, "\n        ");
	add(p, x->snippet);
	strbuf_addc(&p->text, '\n');
}

/* Its file changed elsewhere: nothing to tell people. */
static bool is_news(const struct show_step *x, const struct show_step *before)
{
	return x->is_event || x->moved || x->carried || before->carried ||
		x->line != before->line || !str_eq(x->snippet, before->snippet);
}

static void print(struct session *s, struct page *p)
{
	(void)fwrite(p->text.ptr, 1, p->text.len, session_out(s));
	strbuf_release(&p->text);
}

static bool as_text(const struct session *s)
{
	return strcmp(options_text(&s->options, "format"), "text") == 0;
}

int show_print_finding(struct session *s, struct store *store, const struct show_finding *f)
{
	struct page p = {.terminal = &s->terminal};
	struct show_step *steps;
	uint32_t count;
	struct err e;

	if (show_life(store, f->lineage, &s->arena, &steps, &count, &e) < 0)
		return session_fail_err(s, &e);
	if (!as_text(s)) {
		show_rows_life(s, f, steps, count);
		return EXIT_DONE;
	}
	add_finding(&p, f);
	for (uint32_t i = 0; i < count; i++)
		if (i == 0 || is_news(&steps[i], &steps[i - 1]))
			add_step(&p, &steps[i]);
	print(s, &p);
	return EXIT_DONE;
}

/* ---- a commit ---- */

static void add_person(struct page *p, const char *title, struct str name, struct str email)
{
	strbuf_addz(&p->text, title);
	add(p, name);
	strbuf_addz(&p->text, " <");
	add(p, email);
	strbuf_addz(&p->text, ">\n");
}

static void add_commit_head(struct page *p, const struct show_commit *c)
{
	char date[DATE_TEXT_BYTES];

	strbuf_addz(&p->text, "commit ");
	add_commit(p, &c->oid, OID_HEX_LEN);
	strbuf_addz(
		&p->text, c->reachable ? "\n" : " (not reachable from the tracked references)\n");
	add_person(p, "Author:    ", c->author, c->email);
	for (uint32_t i = 0; i < c->coauthor_count; i++)
		add_person(p, "Co-author: ", c->coauthors[i].name, c->coauthors[i].email);
	date_format(c->committed_at, date);
	strbuf_addf(&p->text, "Date:      %s\n\n    ", date);
	add(p, c->summary);
	strbuf_addf(&p->text,
		"\n\n%" PRId32 " introduced, %" PRId32 " fixed; %" PRId32
		" open after it (%+" PRId32 " against its first parent)\n",
		c->introduced, c->fixed, c->open_total, c->landed);
}

static void add_event(struct page *p, const struct show_event *x)
{
	strbuf_addz(&p->text, "\n");
	add_styled(p, STYLE_BOLD, str_from(event_kind_name(x->kind)));
	strbuf_addz(&p->text, "  ");
	add(p, x->finding.key);
	strbuf_addz(&p->text, "  ");
	add_rule(p, &x->finding);
	if (!oid_is_zero(&x->related)) {
		strbuf_addz(&p->text, "  see ");
		add_commit(p, &x->related, SHORT_COMMIT);
	}
	strbuf_addz(&p->text, "\n    ");
	add_place(p, x->finding.path, x->finding.line);
	strbuf_addz(&p->text, "\n        ");
	add(p, x->finding.snippet);
	strbuf_addc(&p->text, '\n');
}

int show_print_commit(struct session *s, const struct database *d, const struct oid *oid)
{
	struct page p = {.terminal = &s->terminal};
	struct show_commit c;
	struct show_event *events;
	uint32_t count;
	struct err e;

	if (show_commit(d->store, d->repo_name.len ? d->repo_id : 0, oid, &s->arena, &c, &e) < 0 ||
		show_events(d->store, c.id, &s->arena, &events, &count, &e) < 0)
		return session_fail_err(s, &e);
	if (!as_text(s)) {
		show_rows_commit(s, &c, events, count);
		return EXIT_DONE;
	}
	add_commit_head(&p, &c);
	for (uint32_t i = 0; i < count; i++)
		add_event(&p, &events[i]);
	print(s, &p);
	return EXIT_DONE;
}
