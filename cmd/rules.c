/*
 * lapse rules: the catalogue as rows, or one rule explained.
 */
#include <string.h>

#include "cmd/command.h"
#include "cmd/rows.h"
#include "cmd/text.h"
#include "scan/rules/rule.h"

static int run(struct session *s);

static const struct option_spec options[] = {
	{.name = "category",
		.letter = 'c',
		.type = OPTION_TEXT,
		.argument = "SLUG",
		.words = WORDS_CATEGORIES,
		.help = "only rules of this category"},
	{0},
};

static const struct example examples[] = {
	{"lapse rules", "every rule with its level and what it is about"},
	{"lapse rules blocking-sleep", "why it bites, what to do, bad and good code"},
	{"lapse rules --format json", "the whole catalogue with all texts, for programs"},
	{0},
};

const struct command command_rules = {
	.name = "rules",
	.summary = "list the rules, or explain one",
	.operands = "[ID]",
	.max_operands = 1,
	.words = WORDS_RULES,
	.groups = GROUP_ROWS | GROUP_PAGER,
	.options = options,
	.about = "Lists the catalogue of rules. With the id of one, explains what goes wrong in "
		 "production, what to do instead, and shows bad and good code.\n"
		 "\n"
		 "A line is silenced by `# lapse: ignore[ID]`, a file by `# lapse: "
		 "ignore-file[ID]`.",
	.examples = examples,
	.run = run,
};

/* ---- one rule ---- */

struct section {
	const char *title;
	const char *text;
	bool is_code;
};

static void add_code(struct strbuf *b, struct str code)
{
	struct str line;

	while (str_next(&code, '\n', &line))
		strbuf_addf(b, "%s%.*s\n", line.len ? "    " : "", STR_ARG(line));
}

static void add_section(struct strbuf *b, const struct terminal *t, const struct section *x)
{
	if (!x->text || !*x->text)
		return;
	strbuf_addf(b, "\n%s%s%s\n", terminal_style(t, STYLE_BOLD), x->title,
		terminal_style(t, STYLE_END));
	if (x->is_code)
		add_code(b, str_from(x->text));
	else
		text_wrap(b, str_from(x->text), t->width && t->width < 80 ? t->width : 80, 2);
}

static void explain(struct session *s, int index)
{
	const struct rule *r = rule_at((size_t)index);
	const struct rule_family *f = rule_family_of((size_t)index);
	const struct terminal *t = &s->terminal;
	const char *level = level_name(r->level);
	const struct section sections[] = {
		{"Why it bites", r->why, false},
		{"What to do", r->fix, false},
		{"Bad", r->bad, true},
		{"Good", r->good, true},
		{"Libraries", r->libraries, false},
		{"Python versions", r->pythons, false},
	};
	struct strbuf b = {0};

	strbuf_addf(&b, "%s%s%s: %s\n", terminal_style(t, STYLE_BOLD), r->id,
		terminal_style(t, STYLE_END), r->title);
	strbuf_addf(&b, "%s%s%s, category %s (%s), since version %s\n",
		terminal_style(t, terminal_level_style(level)), level, terminal_style(t, STYLE_END),
		f->slug, f->title, r->since);
	for (size_t i = 0; i < ARRAY_LEN(sections); i++)
		add_section(&b, t, &sections[i]);
	(void)fwrite(b.ptr, 1, b.len, session_out(s));
	strbuf_release(&b);
}

/* ---- rows ---- */

/* A table has room for the first columns only; the other formats give everything. */
#define TABLE_COLUMNS 4
static const struct row_column columns[] = {
	{.name = STR("rule"), .fit = FIT_WHOLE},
	{.name = STR("category"), .fit = FIT_WHOLE},
	{.name = STR("level"), .fit = FIT_WHOLE},
	{.name = STR("title"), .fit = FIT_WRAP},
	{.name = STR("category_title"), .fit = FIT_AUTO},
	{.name = STR("since"), .fit = FIT_WHOLE},
	{.name = STR("libraries"), .fit = FIT_AUTO},
	{.name = STR("pythons"), .fit = FIT_AUTO},
	{.name = STR("why"), .fit = FIT_WRAP},
	{.name = STR("fix"), .fit = FIT_WRAP},
	{.name = STR("bad"), .fit = FIT_AUTO},
	{.name = STR("good"), .fit = FIT_AUTO},
};

static void add_row(struct row_writer *w, size_t index)
{
	const struct rule *r = rule_at(index);
	const struct rule_family *f = rule_family_of(index);
	const struct cell cells[] = {
		CELL_Z(r->id),
		CELL_Z(f->slug),
		CELL_Z(level_name(r->level)),
		CELL_Z(r->title),
		CELL_Z(f->title),
		CELL_Z(r->since),
		CELL_Z(r->libraries),
		CELL_Z(r->pythons),
		CELL_Z(r->why),
		CELL_Z(r->fix),
		CELL_Z(r->bad),
		CELL_Z(r->good),
	};

	(void)rows_add(w, cells);
}

/* Writes the rule with this number (or all, -1) of this category (or all, NULL). */
static void write_rows(struct session *s, int only, const char *category)
{
	const char *format = options_text(&s->options, "format");
	bool table = strcmp(format, "table") == 0 || strcmp(format, "markdown") == 0;
	struct row_writer w;

	rows_begin(&w, format, session_out(s), &s->terminal, columns,
		table ? TABLE_COLUMNS : ARRAY_LEN(columns));
	for (size_t i = 0; i < rule_count(); i++)
		if ((only < 0 || (size_t)only == i) &&
			(!category || strcmp(category, rule_family_of(i)->slug) == 0))
			add_row(&w, i);
	rows_end(&w);
}

static int unknown_rule(const struct session *s, const char *id)
{
	const struct rule *near = rule_nearest(str_from(id));

	if (near)
		return session_fail(s, "%s: no such rule; did you mean %s?", id, near->id);
	return session_fail(s, "%s: no such rule; 'lapse rules' lists them", id);
}

static bool has_category(const char *slug)
{
	for (size_t i = 0; rule_families[i]; i++)
		if (strcmp(rule_families[i]->slug, slug) == 0)
			return true;
	return false;
}

static int run(struct session *s)
{
	const char *category = options_text(&s->options, "category");
	const char *id = s->options.operands.len ? s->options.operands.items[0] : NULL;
	int index = id ? rule_find(str_from(id)) : -1;

	if (id && index < 0)
		return unknown_rule(s, id);
	if (category && !has_category(category))
		return session_fail(s, "%s: no such category; 'lapse rules' lists them", category);
	if (id && strcmp(options_text(&s->options, "format"), "table") == 0)
		explain(s, index);
	else
		write_rows(s, index, category);
	return EXIT_DONE;
}
