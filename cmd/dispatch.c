/*
 * Finds the command or the named report that the first argument names. See dispatch.h.
 */
#include "cmd/dispatch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/command.h"
#include "cmd/query.h"
#include "cmd/report.h"
#include "cmd/suggest.h"
#include "scan/rules/rule.h"

extern const struct command command_help, command_query;

static int print_version(void)
{
	char digest[17];

	rule_set_digest(NULL, digest);
	return printf("lapse %s (rule set %s)\n", LAPSE_VERSION, digest) < 0 || fflush(stdout) != 0
		? EXIT_TROUBLE
		: EXIT_DONE;
}

static int print_overview(void)
{
	return session_run(&command_help, 0, NULL);
}

static int unknown_verb(struct reports *r, const char *verb)
{
	struct strbuf message = {0};
	VEC(const char *) names = {0};
	const char *near;

	reports_add_files(r);
	for (size_t i = 0; commands[i]; i++)
		*vec_push(&names) = commands[i]->name;
	for (uint32_t i = 0; i < r->count; i++)
		*vec_push(&names) = r->items[i].name.ptr;
	near = suggest_nearest(names.items, names.len, str_from(verb));
	strbuf_addf(&message, "%s: no such command; ", verb);
	if (near)
		strbuf_addf(&message, "did you mean '%s'?", near);
	else
		strbuf_addz(&message, "'lapse help' lists them");
	print_failure(message.ptr);
	strbuf_release(&message);
	vec_release(&names);
	return EXIT_TROUBLE;
}

static int with_report(const char *verb, command_user *fn, void *arg)
{
	struct reports r;
	const struct query *q;
	struct err e;
	int status;

	if (reports_load(&r, &e) < 0 || reports_add_file(&r, verb, &e) < 0) {
		print_failure(e.message);
		reports_release(&r);
		return EXIT_TROUBLE;
	}
	q = reports_find(&r, verb);
	if (q) {
		const struct command c = report_command(&r.arena, q, verb);

		status = fn(&c, arg);
	} else {
		status = unknown_verb(&r, verb);
	}
	reports_release(&r);
	return status;
}

int dispatch_with(const char *verb, command_user *fn, void *arg)
{
	const struct command *c = command_find(str_from(verb));

	return c ? fn(c, arg) : with_report(verb, fn, arg);
}

struct arguments {
	int argc;
	char *const *argv;
};

static int run_command(const struct command *c, void *arg)
{
	const struct arguments *rest = arg;

	return session_run(c, rest->argc, rest->argv);
}

static bool is_either(const char *arg, const char *letter, const char *name)
{
	return strcmp(arg, letter) == 0 || strcmp(arg, name) == 0;
}

int dispatch(int argc, char *const *argv)
{
	struct arguments rest = {argc - 1, argv + 1};

	if (argc == 0) {
		print_failure("no command given; 'lapse help' lists them");
		return EXIT_TROUBLE;
	}
	if (is_either(argv[0], "-h", "--help"))
		return print_overview();
	if (is_either(argv[0], "-V", "--version"))
		return print_version();
	if (argv[0][0] == '-')
		return session_fail(
			NULL, "%s: no command before it; options come after the command", argv[0]);
	if (strcmp(argv[0], command_query.name) == 0)
		return query_dispatch(rest.argc, rest.argv);
	return dispatch_with(argv[0], run_command, &rest);
}
