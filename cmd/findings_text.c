/*
 * Findings as text for people: one clickable line for each, and what they need to act on a change.
 */
#include <inttypes.h>

#include "cmd/findings_private.h"

#define SHORT_COMMIT  12
#define PROSE_COLUMNS 80
#define PROSE_INDENT  8

static void add_place(struct finding_writer *w, const struct finding_change *c)
{
	const struct terminal *t = &w->terminal;
	const struct finding *f = c->finding;
	struct strbuf *b = &w->line;

	strbuf_addz(b, terminal_style(t, STYLE_BOLD));
	text_escape(b, c->path, TEXT_KEEP_NONE);
	strbuf_addf(b, "%s:%" PRIu32 ":%" PRIu32 ": %s%s%s ", terminal_style(t, STYLE_END), f->line,
		f->column, terminal_style(t, terminal_level_style(level_name(f->level))),
		rule_at(f->rule)->id, terminal_style(t, STYLE_END));
	text_escape(b, f->message, TEXT_KEEP_NONE);
	strbuf_addc(b, '\n');
}

/* "    introduced by 0123456789ab Ada: Add it" */
static void add_cause(struct finding_writer *w, const struct finding_change *c)
{
	struct strbuf *b = &w->line;
	char hex[OID_HEX_LEN + 1];

	if (!c->commit)
		return;
	oid_hex(&c->commit->oid, hex);
	strbuf_addf(b, "    %s by %s%.*s%s ", event_kind_name(c->event),
		terminal_style(&w->terminal, STYLE_YELLOW), SHORT_COMMIT, hex,
		terminal_style(&w->terminal, STYLE_END));
	text_escape(b, c->commit->author.name, TEXT_KEEP_NONE);
	strbuf_addz(b, ": ");
	text_escape(b, c->commit->summary, TEXT_KEEP_NONE);
	strbuf_addc(b, '\n');
}

static void add_code(struct finding_writer *w, const struct finding_change *c)
{
	struct str code = c->code, line;

	while (str_next(&code, '\n', &line)) {
		strbuf_addz(&w->line, line.len ? "        " : "");
		text_escape(&w->line, line, TEXT_KEEP_BLANKS);
		strbuf_addc(&w->line, '\n');
	}
}

static void add_prose(struct finding_writer *w, const char *title, const char *text)
{
	size_t width = w->terminal.width;

	strbuf_addf(&w->line, "    %s%s%s\n", terminal_style(&w->terminal, STYLE_DIM), title,
		terminal_style(&w->terminal, STYLE_END));
	text_wrap(&w->line, str_from(text), width && width < PROSE_COLUMNS ? width : PROSE_COLUMNS,
		PROSE_INDENT);
}

/* Once for each rule. */
static void add_explanation(struct finding_writer *w, const struct finding_change *c)
{
	const struct rule *r = rule_at(c->finding->rule);
	bool is_first;

	(void)map_put(&w->seen, str_from(r->id), &is_first);
	if (!is_first)
		return;
	add_prose(w, "why it bites", r->why);
	add_prose(w, "what to do", r->fix);
}

static void add_old_place(struct finding_writer *w, const struct finding_change *c)
{
	strbuf_addz(&w->line, "    from ");
	text_escape(&w->line, c->old_path, TEXT_KEEP_NONE);
	strbuf_addf(&w->line, ":%" PRIu32 "\n", c->old_line);
}

void findings_text_add(struct finding_writer *w, const struct finding_change *c)
{
	if (c->finding->suppressed && c->kind != CHANGE_SUPPRESSED)
		return;
	if (w->context.explains && w->count)
		strbuf_addc(&w->line, '\n');
	if (w->context.compares && !w->context.explains)
		strbuf_addf(&w->line, "%-10s ", change_kind_names[c->kind]);
	add_place(w, c);
	add_code(w, c);
	if (c->kind == CHANGE_MOVED)
		add_old_place(w, c);
	if (w->context.explains)
		add_explanation(w, c);
	add_cause(w, c);
	finding_flush(w);
}
