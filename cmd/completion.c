/*
 * lapse completion: the script that makes a shell complete lapse's command lines, and the question
 * that the scripts ask. What is offered is in complete.c, the scripts are in cmd/completion/.
 */
#include <string.h>

#include "cmd/complete.h"
#include "cmd/suggest.h"

extern const char embed_cmd_completion_lapse_bash[], embed_cmd_completion_lapse_zsh[],
	embed_cmd_completion_lapse_fish[];

static int run(struct session *s);

static const char *const shells[] = {"bash", "zsh", "fish", NULL};
static const char *const scripts[] = {embed_cmd_completion_lapse_bash,
	embed_cmd_completion_lapse_zsh, embed_cmd_completion_lapse_fish};

static const struct option_spec options[] = {
	{.name = "next",
		.help = "list what may come behind these arguments, the last of which is being "
			"typed: what the scripts ask"},
	{0},
};

static const struct example examples[] = {
	{"source <(lapse completion bash)", "in ~/.bashrc, for this user alone"},
	{"lapse completion zsh > ~/.zfunc/_lapse", "a folder of $fpath"},
	{"lapse completion fish > ~/.config/fish/completions/lapse.fish", "fish loads it by name"},
	{"lapse completion --next -- trend --format ''", "the formats of reports"},
	{0},
};

const struct command command_completion = {
	.config = CONFIG_UNUSED,
	.name = "completion",
	.summary = "print a script that completes command lines",
	.operands = "bash|zsh|fish",
	.max_operands = ANY_NUMBER,
	.actions = shells,
	.options = options,
	.about = "Prints a script for a shell. With it the TAB key completes commands, reports, "
		 "options and their values: formats, levels, rules, categories, branches and tags, "
		 "repositories, files. 'make install' puts the scripts where shells look for them.",
	.examples = examples,
	.run = run,
};

static int print_next(struct session *s)
{
	struct strbuf b = {0};

	complete_words(&b, &s->arena, s->options.operands.items, s->options.operands.len);
	(void)fwrite(b.ptr, 1, b.len, session_out(s));
	strbuf_release(&b);
	return EXIT_DONE;
}

static int unknown_shell(const struct session *s, const char *name)
{
	const char *near = suggest_nearest(shells, ARRAY_LEN(shells) - 1, str_from(name));

	if (near)
		return session_fail(
			s, "completion: no script for '%s'; did you mean '%s'?", name, near);
	return session_fail(
		s, "completion: no script for '%s'; there are bash, zsh and fish", name);
}

static int run(struct session *s)
{
	const char *const *operands = s->options.operands.items;
	size_t count = s->options.operands.len;

	if (options_flag(&s->options, "next"))
		return print_next(s);
	if (count != 1)
		return session_fail(
			s, "completion: name one shell; 'lapse completion bash', zsh or fish");
	for (size_t i = 0; shells[i]; i++)
		if (strcmp(shells[i], operands[0]) == 0)
			return fputs(scripts[i], session_out(s)) < 0 ? EXIT_TROUBLE : EXIT_DONE;
	return unknown_shell(s, operands[0]);
}
