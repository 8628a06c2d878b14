/*
 * Findings as workflow commands of GitHub Actions, which become annotations of the changed lines:
 * `::error file=…,line=…,title=…::message`. Escapes as the runner undoes them: %, CR and LF in
 * messages, also : and , in properties.
 */
#include <inttypes.h>

#include "cmd/findings_private.h"

static void add_escaped(struct strbuf *out, struct str s, bool is_property)
{
	struct strbuf clean = {0};

	text_escape(&clean, s, TEXT_KEEP_NONE);
	for (size_t i = 0; i < clean.len; i++) {
		char c = clean.ptr[i];

		if (c == '%' || (is_property && (c == ':' || c == ',')))
			strbuf_addf(out, "%%%02X", (unsigned)(unsigned char)c);
		else
			strbuf_addc(out, c);
	}
	strbuf_release(&clean);
}

static const char *command(enum level level)
{
	static const char *const names[] = {
		[LEVEL_INFO] = "notice", [LEVEL_WARNING] = "warning", [LEVEL_ERROR] = "error"};

	return names[level];
}

void findings_github_add(struct finding_writer *w, const struct finding_change *c)
{
	const struct finding *f = c->finding;
	struct strbuf *b = &w->line;

	if (f->suppressed || c->kind == CHANGE_FIXED)
		return;
	strbuf_addf(b, "::%s file=", command(f->level));
	add_escaped(b, c->path, true);
	strbuf_addf(b, ",line=%" PRIu32 ",endLine=%" PRIu32, f->line, f->end_line);
	if (f->line == f->end_line)
		strbuf_addf(b, ",col=%" PRIu32 ",endColumn=%" PRIu32, f->column, f->end_column);
	strbuf_addz(b, ",title=");
	add_escaped(b, str_from(rule_at(f->rule)->id), true);
	strbuf_addz(b, "::");
	add_escaped(b, f->message, false);
	strbuf_addc(b, '\n');
	finding_flush(w);
}
