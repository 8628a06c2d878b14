/*
 * lapse diff: what became of the findings between two revisions.
 */
#include <string.h>

#include "cmd/compare.h"
#include "cmd/compare_print.h"
#include "cmd/suggest.h"

static int run(struct session *s);

static const struct option_spec options[] = {
	{.name = "kind",
		.letter = 'k',
		.type = OPTION_LIST,
		.argument = "KIND",
		.choices = change_kind_names,
		.help = "list only these: introduced, fixed, suppressed, moved, unchanged (may be "
			"repeated; default: all but unchanged)"},
	{.name = "all", .letter = 'a', .help = "list every kind, also what is unchanged"},
	{0},
};

static const struct example examples[] = {
	{"lapse diff v1.2..v1.3", "what a release brought and what it mended"},
	{"lapse diff main...topic", "what a branch does, from where it left main"},
	{"lapse diff HEAD~30", "the last thirty commits"},
	{"lapse diff main topic --kind moved --kind unchanged", "what is in both"},
	{0},
};

const struct command command_diff = {
	.name = "diff",
	.summary = "compare the findings of two revisions",
	.operands = "A..B | A...B | A [B]",
	.max_operands = 2,
	.words = WORDS_REVISIONS,
	.groups = GROUP_LEVEL | GROUP_FINDINGS | GROUP_COMPARE | GROUP_PAGER,
	.config = CONFIG_OF_REPO,
	.options = options,
	.about =
		"Tells which findings were introduced, fixed, suppressed or moved to another file "
		"between two revisions, with the commit that did it. A..B compares A with B, A...B "
		"the merge base of both with B; a revision alone is compared with HEAD.\n"
		"\n"
		"Needs no scan: the commits between are analysed, and results of an earlier scan "
		"are used when they are there. Findings are followed commit by commit, so moved, "
		"renamed and reformatted code is no news. Where the two have no history in common, "
		"or more than --max-commits between them, they are compared directly.",
	.examples = examples,
	.run = run,
};

static int add_kind(struct session *s, const char *name, bool kinds[CHANGE_KINDS])
{
	const char *near;

	for (size_t k = 0; k < CHANGE_KINDS; k++)
		if (strcmp(change_kind_names[k], name) == 0) {
			kinds[k] = true;
			return 0;
		}
	near = suggest_nearest(change_kind_names, CHANGE_KINDS, str_from(name));
	return session_fail(s, "--kind: '%s' is none; did you mean %s?", name,
		near ? near : change_kind_names[0]);
}

static int choose_kinds(struct session *s, bool kinds[CHANGE_KINDS])
{
	const struct option_value *given = options_get(&s->options, "kind");
	bool all = options_flag(&s->options, "all");
	int status = 0;

	for (size_t k = 0; k < CHANGE_KINDS; k++)
		kinds[k] = all || (given->list.len == 0 && k != CHANGE_UNCHANGED);
	for (size_t i = 0; i < given->list.len && status == 0; i++)
		status = add_kind(s, given->list.items[i], kinds);
	return status;
}

static int diff(struct session *s, struct repo *r, const bool kinds[CHANGE_KINDS])
{
	struct revisions revisions;
	struct comparison c;
	struct err e;
	int status;

	if (revisions_parse(&revisions, s, r, false, &e) < 0)
		return session_fail_err(s, &e);
	status = compare(s, r, &revisions, kinds[CHANGE_UNCHANGED], &c);
	if (status == 0)
		status = compare_print(s, r, &c, kinds, false);
	if (status == 0 && c.missing)
		session_warn(s, "%s", compare_missing(s, &revisions, &c).ptr);
	if (status == 0) {
		compare_warn(s, r, &c);
		compare_summary(s, &revisions, &c, kinds);
	}
	comparison_release(&c);
	return status;
}

static int run(struct session *s)
{
	bool kinds[CHANGE_KINDS];
	struct repo *r;
	int status;

	if (s->options.operands.len == 0)
		return session_fail(s, "diff: nothing to compare; give A..B, A...B or a revision");
	if (choose_kinds(s, kinds) != 0)
		return EXIT_TROUBLE;
	status = compare_open_repo(s, &r);
	if (status != 0)
		return status;
	status = diff(s, r, kinds);
	compare_close_repo(r);
	return status;
}
