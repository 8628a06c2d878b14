/*
 * What may come next on a command line. See complete.h. Nothing here fails: where something is
 * wrong, nothing is offered. (An unknown verb is told on stderr, which the scripts discard.)
 */
#include "cmd/complete.h"

#include <stdlib.h>
#include <string.h>

#include "cmd/complete_lookup.h"
#include "cmd/dispatch.h"
#include "cmd/report.h"
#include "cmd/text.h"
#include "scan/rules/rule.h"

struct completion {
	struct strbuf *out;
	struct arena *arena;
	const char *const *words; /* behind the verb */
	size_t count;
	struct str prefix; /* goes in front of every word offered */
};

static void offer(struct completion *c, struct str word, const char *about)
{
	strbuf_add(c->out, c->prefix);
	text_escape(c->out, word, TEXT_KEEP_NONE);
	if (about && *about) {
		strbuf_addc(c->out, '\t');
		text_escape(c->out, str_from(about), TEXT_KEEP_NONE);
	}
	strbuf_addc(c->out, '\n');
}

/* ---- words of each kind ---- */

static void offer_choices(struct completion *c, const char *const *choices)
{
	for (; *choices; choices++)
		offer(c, str_from(*choices), NULL);
}

static void offer_rules(struct completion *c)
{
	for (size_t i = 0; i < rule_count(); i++)
		offer(c, str_from(rule_at(i)->id), rule_at(i)->title);
}

static void offer_categories(struct completion *c)
{
	for (size_t i = 0; rule_families[i]; i++)
		offer(c, str_from(rule_families[i]->slug), rule_families[i]->title);
}

static void offer_reports(struct completion *c)
{
	struct reports r;
	struct err e;

	if (reports_load(&r, &e) == 0) {
		reports_add_files(&r);
		for (uint32_t i = 0; i < r.count; i++)
			offer(c, r.items[i].name, arena_dup(&r.arena, r.items[i].title).ptr);
	}
	reports_release(&r);
}

static void offer_verbs(struct completion *c)
{
	for (size_t i = 0; commands[i]; i++)
		offer(c, str_from(commands[i]->name), commands[i]->summary);
	offer_reports(c);
}

/* Of "main..to" the part up to the dots stays as it is. */
static void offer_revisions(struct completion *c, const char *typed)
{
	struct str_list refs = {0};
	const char *dots = strstr(typed, "..");
	struct strbuf prefix = {0};

	strbuf_add(&prefix, c->prefix);
	if (dots)
		strbuf_add(
			&prefix, str_slice(typed, (size_t)(dots - typed) + 2 + (dots[2] == '.')));
	c->prefix = arena_dup(c->arena, strbuf_str(&prefix));
	strbuf_release(&prefix);
	lookup_refs(&refs, c->arena);
	for (size_t i = 0; i < refs.items.len; i++)
		offer(c, refs.items.items[i], NULL);
	vec_release(&refs.items);
}

/* The database that was named before. */
static void offer_repos(struct completion *c)
{
	struct str_list repos = {0};
	const char *db = NULL;

	for (size_t i = 0; i + 2 < c->count; i++)
		if (strcmp(c->words[i], "--db") == 0 || strcmp(c->words[i], "-d") == 0)
			db = c->words[i + 1];
	lookup_repos(&repos, c->arena, db);
	for (size_t i = 0; i < repos.items.len; i++)
		offer(c, repos.items.items[i], NULL);
	vec_release(&repos.items);
}

static void offer_kind(struct completion *c, enum words kind, const char *typed)
{
	switch (kind) {
	case WORDS_OF_TYPE:
		break;
	case WORDS_FILES:
		strbuf_addz(c->out, ":files\n");
		break;
	case WORDS_FOLDERS:
		strbuf_addz(c->out, ":folders\n");
		break;
	case WORDS_REVISIONS:
		offer_revisions(c, typed);
		break;
	case WORDS_RULES:
		offer_rules(c);
		break;
	case WORDS_CATEGORIES:
		offer_categories(c);
		break;
	case WORDS_VERBS:
		offer_verbs(c);
		break;
	case WORDS_REPORTS:
		offer_reports(c);
		break;
	case WORDS_REPOS:
		offer_repos(c);
		break;
	}
}

/* ---- one command ---- */

static void offer_value(struct completion *c, const struct option_spec *spec, const char *typed)
{
	if (spec->choices)
		offer_choices(c, spec->choices);
	else if (spec->words != WORDS_OF_TYPE)
		offer_kind(c, spec->words, typed);
	else if (spec->type == OPTION_FILE)
		offer_kind(c, WORDS_FILES, typed);
}

static bool is_given(const struct completion *c, const struct option_spec *spec)
{
	for (size_t i = 0; i + 1 < c->count; i++) {
		const char *w = c->words[i];
		size_t n = strlen(spec->name);

		if (strncmp(w, "--", 2) == 0 && strncmp(w + 2, spec->name, n) == 0 &&
			(!w[2 + n] || w[2 + n] == '='))
			return true;
	}
	return false;
}

static void offer_options(struct completion *c, const struct options *o)
{
	for (size_t i = 0; i < o->count; i++) {
		const struct option_spec *spec = o->values[i].spec;

		if (spec->type == OPTION_LIST || !is_given(c, spec))
			offer(c, arena_printf(c->arena, "--%s", spec->name), spec->help);
	}
}

/* "--name=va": the values of --name. */
static void offer_behind_equals(
	struct completion *c, const struct options *o, const char *typed, const char *equals)
{
	struct str name = arena_dup(c->arena, str_slice(typed, (size_t)(equals - typed)));
	const struct option_spec *spec = options_awaiting(o, name.ptr);

	c->prefix = str_slice(typed, (size_t)(equals - typed) + 1);
	if (spec)
		offer_value(c, spec, equals + 1);
}

/* What the words in front make of the last one. */
struct place {
	const struct option_spec *awaiting; /* it is the value of this option */
	bool ended;                         /* options are over: behind `--` */
	size_t operands;                    /* in front of it */
};

static struct place place_of_last(const struct completion *c, const struct options *o)
{
	struct place p = {0};

	for (size_t i = 0; i + 1 < c->count; i++) {
		const char *w = c->words[i];

		if (p.awaiting)
			p.awaiting = NULL;
		else if (p.ended || w[0] != '-' || !w[1])
			p.operands++;
		else if (strcmp(w, "--") == 0)
			p.ended = true;
		else
			p.awaiting = options_awaiting(o, w);
	}
	return p;
}

static void offer_next(struct completion *c, const struct command *command, const struct options *o)
{
	const char *typed = c->words[c->count - 1], *equals = strchr(typed, '=');
	const struct place p = place_of_last(c, o);

	if (p.awaiting)
		offer_value(c, p.awaiting, typed);
	else if (typed[0] == '-' && !p.ended && equals)
		offer_behind_equals(c, o, typed, equals);
	else if (typed[0] == '-' && !p.ended)
		offer_options(c, o);
	else if (p.operands == 0 && command->actions)
		offer_choices(c, command->actions);
	else if (p.operands < command->max_operands)
		offer_kind(c, command->words, typed);
}

static int offer_for(const struct command *command, void *arg)
{
	const struct option_spec *tables[MAX_OPTION_TABLES];
	struct options o;
	struct err e;

	command_option_tables(command, tables);
	if (options_init(&o, tables, &e) == 0)
		offer_next(arg, command, &o);
	options_release(&o);
	return EXIT_DONE;
}

static void offer_first(struct completion *c, const char *typed)
{
	if (typed[0] != '-') {
		offer_verbs(c);
		return;
	}
	offer(c, STR("--help"), "list the commands");
	offer(c, STR("--version"), "the version and the rule set");
}

void complete_words(
	struct strbuf *out, struct arena *a, const char *const *words, size_t word_count)
{
	struct completion c = {.out = out, .arena = a, .words = words + 1};

	if (word_count < 2) {
		offer_first(&c, word_count ? words[0] : "");
		return;
	}
	c.count = word_count - 1;
	/* The options of `query NAME` are those of the report. */
	if (strcmp(words[0], "query") == 0 && c.count > 1 && c.words[0][0] != '-') {
		words++;
		c.words++;
		c.count--;
	}
	(void)dispatch_with(words[0], offer_for, &c);
}
