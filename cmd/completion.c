/*
 * lapse completion: scripts for shells, made of the tables of commands, options and reports.
 */
#include "cmd/completion.h"

#include <stdlib.h>
#include <string.h>

#include "cmd/report.h"
#include "scan/rules/rule.h"

static int run(struct session *s);

static const struct example examples[] = {
	{"lapse completion bash > /etc/bash_completion.d/lapse", "bash, for everybody"},
	{"source <(lapse completion bash)", "bash, for this shell"},
	{"lapse completion zsh > ~/.zfunc/_lapse", "zsh, with ~/.zfunc in $fpath"},
	{"lapse completion fish > ~/.config/fish/completions/lapse.fish", "fish"},
	{0},
};

const struct command command_completion = {
	.name = "completion",
	.summary = "print a script that completes commands in a shell",
	.operands = "bash|zsh|fish",
	.max_operands = 1,
	.config = CONFIG_UNUSED,
	.about = "Prints a script for bash, zsh or fish that completes commands, reports, options, "
		 "their values, rules, files and git's references.",
	.examples = examples,
	.run = run,
};

static const struct {
	const char *name;
	void (*write)(const struct completion *c);
} shells[] = {{"bash", completion_bash}, {"zsh", completion_zsh}, {"fish", completion_fish}};

void completion_quote(FILE *out, const char *text, const char *special)
{
	(void)fputc('\'', out);
	for (; *text; text++) {
		if (*text == '\'') {
			(void)fputs("'\\''", out);
			continue;
		}
		if (strchr(special, *text))
			(void)fputc('\\', out);
		(void)fputc(*text, out);
	}
	(void)fputc('\'', out);
}

/* ---- what stands where ---- */

struct collecting {
	struct arena *arena;
	struct reports reports;
	VEC(struct complete_command) commands;
	struct str verbs, names, rules; /* commands; reports; rules */
};

static struct str take(struct strbuf *b, struct arena *a)
{
	struct str s = arena_dup(a, strbuf_str(b));

	strbuf_release(b);
	return s;
}

static void add_word(struct strbuf *b, const char *word)
{
	strbuf_addf(b, "%s%s", b->len ? " " : "", word);
}

static void collect_words(struct collecting *x)
{
	struct strbuf verbs = {0}, names = {0}, rules = {0};

	for (size_t i = 0; commands[i]; i++)
		add_word(&verbs, commands[i]->name);
	for (uint32_t i = 0; i < x->reports.count; i++) {
		add_word(&names, x->reports.items[i].name.ptr);
		if (!command_find(x->reports.items[i].name))
			add_word(&verbs, x->reports.items[i].name.ptr);
	}
	for (size_t i = 0; i < rule_count(); i++)
		add_word(&rules, rule_at(i)->id);
	x->verbs = take(&verbs, x->arena);
	x->names = take(&names, x->arena);
	x->rules = take(&rules, x->arena);
}

static struct complete_values words(struct str list)
{
	return (struct complete_values){COMPLETE_WORDS, list};
}

/* "info|vacuum|forget [REPO]": the words before the blank. */
static struct complete_values spelled(struct arena *a, const char *operands)
{
	struct str all = str_from(operands), first = all, part;
	struct strbuf b = {0};

	(void)str_next(&all, ' ', &first);
	while (str_next(&first, '|', &part))
		add_word(&b, arena_dup(a, part).ptr);
	return words(take(&b, a));
}

/* What a command's operands are is told by how its usage writes them. */
static struct complete_values operand_values(const struct collecting *x, const char *operands)
{
	const struct {
		const char *usage;
		struct complete_values values;
	} table[] = {
		{"[PATH", {COMPLETE_FILES, STR_EMPTY}},
		{"[REPO", {COMPLETE_FILES, STR_EMPTY}},
		{"OUT", {COMPLETE_FILES, STR_EMPTY}},
		{"A", {COMPLETE_REVISIONS, STR_EMPTY}},
		{"[A", {COMPLETE_REVISIONS, STR_EMPTY}},
		{"ID-or-COMMIT", {COMPLETE_REVISIONS, STR_EMPTY}},
		{"[COMMAND]", words(x->verbs)},
		{"[VERB]", words(x->verbs)},
		{"NAME", words(x->names)},
		{"[ID]", words(x->rules)},
	};

	if (!*operands)
		return (struct complete_values){COMPLETE_NOTHING, STR_EMPTY};
	for (size_t i = 0; i < ARRAY_LEN(table); i++)
		if (str_starts(str_from(operands), table[i].usage))
			return table[i].values;
	if (operands[0] >= 'a' && operands[0] <= 'z')
		return spelled(x->arena, operands);
	return (struct complete_values){COMPLETE_ANY, STR_EMPTY};
}

static struct complete_values option_values(struct arena *a, const struct option_spec *o)
{
	struct strbuf b = {0};

	if (o->type == OPTION_FLAG)
		return (struct complete_values){COMPLETE_NOTHING, STR_EMPTY};
	if (o->type == OPTION_FILE)
		return (struct complete_values){COMPLETE_FILES, STR_EMPTY};
	if (o->argument && strcmp(o->argument, "REF") == 0)
		return (struct complete_values){COMPLETE_REVISIONS, STR_EMPTY};
	if (o->type != OPTION_CHOICE)
		return (struct complete_values){COMPLETE_ANY, STR_EMPTY};
	for (const char *const *c = o->choices; *c; c++)
		add_word(&b, *c);
	return words(take(&b, a));
}

static void add_command(struct collecting *x, const struct command *c)
{
	const struct option_spec *tables[MAX_OPTION_TABLES];
	VEC(struct complete_option) options = {0};
	struct complete_command *out = vec_push(&x->commands);

	*out = (struct complete_command){
		c->name, c->summary, operand_values(x, c->operands), NULL, 0};
	command_option_tables(c, tables);
	for (size_t i = 0; tables[i]; i++)
		for (const struct option_spec *o = tables[i]; o->name; o++)
			*vec_push(&options) =
				(struct complete_option){o, option_values(x->arena, o)};
	out->option_count = options.len;
	out->options = ARENA_ARRAY(x->arena, options.len, struct complete_option);
	if (options.len)
		memcpy(out->options, options.items, options.len * sizeof *options.items);
	vec_release(&options);
}

static void collect(struct collecting *x)
{
	collect_words(x);
	for (size_t i = 0; commands[i]; i++)
		add_command(x, commands[i]);
	for (uint32_t i = 0; i < x->reports.count; i++) {
		const struct query *q = &x->reports.items[i];

		if (!command_find(q->name)) {
			const struct command c = report_command(x->arena, q, q->name.ptr);

			add_command(x, &c);
		}
	}
}

static int write_script(struct session *s, void (*write)(const struct completion *c))
{
	struct collecting x = {.arena = &s->arena};
	struct completion c;
	struct err e;

	if (reports_load(&x.reports, &e) < 0)
		return session_fail_err(s, &e);
	collect(&x);
	c = (struct completion){session_out(s), x.commands.items, x.commands.len};
	write(&c);
	vec_release(&x.commands);
	reports_release(&x.reports);
	return EXIT_DONE;
}

static int run(struct session *s)
{
	const char *shell = s->options.operands.len ? s->options.operands.items[0] : NULL;

	for (size_t i = 0; shell && i < ARRAY_LEN(shells); i++)
		if (strcmp(shells[i].name, shell) == 0)
			return write_script(s, shells[i].write);
	if (!shell)
		return session_fail(s, "completion: which shell? give bash, zsh or fish");
	return session_fail(s, "%s: no script for this shell; give bash, zsh or fish", shell);
}
