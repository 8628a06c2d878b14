/*
 * lapse check: the gate of a pull request. Fails when the range lands new findings: there at its
 * end, and not where it began, whatever happened in between.
 */
#include <string.h>

#include "cmd/compare.h"
#include "cmd/compare_print.h"

static int run(struct session *s);

static const struct option_spec options[] = {
	{.name = "fail-level",
		.type = OPTION_CHOICE,
		.argument = "LEVEL",
		.choices = level_choices,
		.help = "exit with 1 for new findings of this level or above (default: all that "
			"are shown)"},
	{.name = "since-ref",
		.type = OPTION_TEXT,
		.argument = "REF",
		.words = WORDS_REVISIONS,
		.help = "the same as the range REF...HEAD"},
	{.name = "staged", .help = "check what is staged for the next commit"},
	{.name = "all", .letter = 'a', .help = "list also what is fixed, moved and unchanged"},
	{0},
};

static const struct example examples[] = {
	{"lapse check", "HEAD against where it left the remote's default branch"},
	{"lapse check main...HEAD --fail-level error", "fail for errors only"},
	{"lapse check --staged", "before a commit"},
	{"lapse check --format github", "annotations of a pull request on GitHub"},
	{"lapse check --all --format sarif -o lapse.sarif", "for other programs, with a baseline"},
	{0},
};

const struct command command_check = {
	.name = "check",
	.summary = "fail when a range of commits lands new findings",
	.operands = "[A...B | A]",
	.max_operands = 1,
	.words = WORDS_REVISIONS,
	.groups = GROUP_LEVEL | GROUP_FINDINGS | GROUP_COMPARE,
	.config = CONFIG_OF_REPO,
	.options = options,
	.about = "Compares the end of a range with its beginning and fails when findings are new: "
		 "introduced, reopened, brought back by a merge, or no longer suppressed. Moved, "
		 "renamed and reformatted code is not new; suppressed findings do not count. A "
		 "revision alone means from where HEAD left it (A...HEAD).\n"
		 "\n"
		 "Without a range: in GitHub Actions from GITHUB_BASE_REF, or HEAD^1 where "
		 "GITHUB_REF is the merge of a pull request; in GitLab CI from "
		 "CI_MERGE_REQUEST_TARGET_BRANCH_SHA or CI_MERGE_REQUEST_DIFF_BASE_SHA; else from "
		 "origin/HEAD, origin/main, origin/master, main or master. A shallow clone will do "
		 "when the range is in it.\n"
		 "\n"
		 "Exit code: 0 when nothing new is at or above --fail-level, 1 when something is, "
		 "2 when it could not be told.",
	.examples = examples,
	.run = run,
};

/* ---- which revisions ---- */

static int choose_revisions(struct session *s, struct repo *r, struct revisions *out)
{
	const char *since = options_text(&s->options, "since-ref");
	bool staged = options_flag(&s->options, "staged");
	size_t said = s->options.operands.len + (since ? 1 : 0) + (staged ? 1 : 0);
	struct err e;
	int rc;

	if (said > 1)
		return session_fail(s, "check: give only one of a range, --since-ref and --staged");
	if (staged)
		rc = revisions_staged(out, s, r, &e);
	else if (since)
		rc = revisions_since(out, s, r, since, &e);
	else if (s->options.operands.len)
		rc = revisions_parse(out, s, r, true, &e);
	else
		rc = revisions_default(out, s, r, &e);
	return rc < 0 ? session_fail_err(s, &e) : 0;
}

/* ---- the verdict ---- */

static enum level option_level(const struct session *s, const char *name, enum level otherwise)
{
	const char *text = options_text(&s->options, name);

	if (text)
		(void)level_parse(&otherwise, str_from(text));
	return otherwise;
}

static void add_by_level(struct strbuf *b, const struct comparison *c, enum level lowest)
{
	static const char *const one[] = {"note", "warning", "error"};
	static const char *const many[] = {"notes", "warnings", "errors"};
	size_t above = 0;
	const char *before = " (";

	for (int level = LEVEL_ERROR; level >= (int)lowest; level--) {
		size_t n = compare_count(c, CHANGE_INTRODUCED, (enum level)level) - above;

		above += n;
		if (!n)
			continue;
		strbuf_addz(b, before);
		text_add_count(b, (int64_t)n, one[level], many[level]);
		before = ", ";
	}
	strbuf_addc(b, ')');
}

static void summarise(
	struct session *s, const struct revisions *revisions, const struct comparison *c)
{
	enum level level = option_level(s, "level", LEVEL_WARNING);
	size_t new = compare_count(c, CHANGE_INTRODUCED, level);
	size_t fixed = compare_count(c, CHANGE_FIXED, level);
	struct strbuf b = {0};

	if (new) {
		text_add_number(&b, (int64_t) new);
		strbuf_addz(&b, " new");
		add_by_level(&b, c, level);
	} else {
		strbuf_addz(&b, "nothing new");
	}
	if (fixed) {
		strbuf_addz(&b, ", ");
		text_add_number(&b, (int64_t)fixed);
		strbuf_addz(&b, " fixed, thanks");
	}
	strbuf_addf(&b, "; %.*s", STR_ARG(revisions->text));
	if (!revisions->staged) {
		strbuf_addz(&b, ", ");
		text_add_count(&b, c->commits, "commit", "commits");
	}
	session_note(s, "%s", b.ptr);
	strbuf_release(&b);
}

static int verdict(const struct session *s, const struct comparison *c)
{
	enum level shown = option_level(s, "level", LEVEL_WARNING);
	enum level fail = option_level(s, "fail-level", shown);

	if (fail < shown)
		fail = shown; /* as in `lapse lint`: what is not shown does not fail */
	return compare_count(c, CHANGE_INTRODUCED, fail) ? EXIT_FOUND : EXIT_DONE;
}

static int check(struct session *s, struct repo *r)
{
	const bool all = options_flag(&s->options, "all");
	const bool kinds[CHANGE_KINDS] = {true, all, all, all, all};
	struct revisions revisions;
	struct comparison c;
	int status = choose_revisions(s, r, &revisions);

	if (status != 0)
		return status;
	status = compare(s, r, &revisions, all, &c);
	/* What is not there cannot be told from what is fixed, or new. */
	if (status == 0 && c.missing)
		status = session_fail(s, "%s", compare_missing(s, &revisions, &c).ptr);
	if (status == 0)
		status = compare_print(s, r, &c, kinds, true);
	if (status == 0) {
		compare_warn(s, r, &c);
		summarise(s, &revisions, &c);
		status = verdict(s, &c);
	}
	comparison_release(&c);
	return status;
}

static int run(struct session *s)
{
	struct repo *r;
	int status = compare_open_repo(s, &r);

	if (status != 0)
		return status;
	status = check(s, r);
	compare_close_repo(r);
	return status;
}
