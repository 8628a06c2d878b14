/*
 * Small git repositories in a temporary directory, for tests: made and questioned with git itself.
 *
 * gitrepo_setup gives git (and libgit2) an empty home and fixed names and dates, so that nothing of
 * the machine's configuration reaches a test; it must run before libgit2 starts.
 */
#ifndef LAPSE_TESTS_GITREPO_H
#define LAPSE_TESTS_GITREPO_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "scan/base/mem.h"
#include "scan/base/record.h"

/* libgit2 1.5 forgets to free what each failed match of a pattern took: with it, every repository
 * with extensions is reported by the leak checker. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libpcre2\n";
}

struct gitrepo {
	char dir[512]; /* everything of one test is below */
};

static inline const char *gitrepo_tmp(void)
{
	const char *tmp = getenv("TMPDIR");

	return tmp && *tmp ? tmp : "/tmp"; /* which POSIX promises */
}

static inline int gitrepo_setup(void **state)
{
	static const char *const env[][2] = {
		{"GIT_CONFIG_NOSYSTEM", "1"},
		{"GIT_AUTHOR_NAME", "Ada"},
		{"GIT_AUTHOR_EMAIL", "ada@example.com"},
		{"GIT_AUTHOR_DATE", "1500000000 +0000"},
		{"GIT_COMMITTER_NAME", "Carl"},
		{"GIT_COMMITTER_EMAIL", "carl@example.com"},
		{"GIT_COMMITTER_DATE", "1500000100 +0000"},
		{"LC_ALL", "C"},
	};
	static char home[512];
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(env); i++)
		(void)setenv(env[i][0], env[i][1], 1);
	(void)unsetenv("GIT_DIR");
	(void)unsetenv("XDG_CONFIG_HOME");
	(void)snprintf(home, sizeof home, "%s/lapse-home-XXXXXX", gitrepo_tmp());
	if (!mkdtemp(home))
		return -1;
	return setenv("HOME", home, 1);
}

static inline int gitrepo_teardown(void **state)
{
	const char *home = getenv("HOME");

	(void)state;
	return rmdir(home ? home : "");
}

static inline void gitrepo_new(struct gitrepo *g)
{
	(void)snprintf(g->dir, sizeof g->dir, "%s/lapse-test-XXXXXX", gitrepo_tmp());
	assert_non_null(mkdtemp(g->dir));
}

/* The shell's command line, run in g->dir; its output goes to *out (may be NULL). Asserts success.
 */
static inline void gitrepo_ask(const struct gitrepo *g, struct strbuf *out, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
static inline void gitrepo_ask(const struct gitrepo *g, struct strbuf *out, const char *fmt, ...)
{
	struct strbuf command = {0};
	char part[4096];
	va_list ap;
	FILE *p;
	size_t n;

	strbuf_addf(&command, "cd '%s' && ", g->dir);
	va_start(ap, fmt);
	strbuf_vaddf(&command, fmt, ap);
	va_end(ap);
	p = popen(command.ptr, "r");
	assert_non_null(p);
	while ((n = fread(part, 1, sizeof part, p)) > 0)
		if (out)
			strbuf_add(out, str_slice(part, n));
	if (pclose(p) != 0)
		fail_msg("failed: %s", command.ptr);
	strbuf_release(&command);
}
#define gitrepo_run(g, ...) gitrepo_ask((g), NULL, __VA_ARGS__)

/* Feeds `input` to a command line. */
static inline void gitrepo_feed(const struct gitrepo *g, const char *command, struct str input)
{
	struct strbuf line = {0};
	FILE *p;

	strbuf_addf(&line, "cd '%s' && %s", g->dir, command);
	p = popen(line.ptr, "w");
	assert_non_null(p);
	assert_int_equal(fwrite(input.ptr, 1, input.len, p), input.len);
	if (pclose(p) != 0)
		fail_msg("failed: %s", line.ptr);
	strbuf_release(&line);
}

/* The object id that a command line prints. */
static inline struct oid gitrepo_oid(const struct gitrepo *g, const char *command)
{
	struct strbuf out = {0};
	struct oid id;

	gitrepo_ask(g, &out, "%s", command);
	if (!oid_parse(&id, str_trim(strbuf_str(&out))))
		fail_msg("%s printed '%s'", command, out.ptr ? out.ptr : "");
	strbuf_release(&out);
	return id;
}

/* Writes `bytes` as an object of any kind, checks nothing, and returns its id. */
static inline struct oid gitrepo_object(
	const struct gitrepo *g, const char *repo, const char *type, struct str bytes)
{
	struct strbuf command = {0};
	struct oid id;

	strbuf_addf(
		&command, "git -C %s hash-object --literally -t %s -w --stdin > id", repo, type);
	gitrepo_feed(g, command.ptr, bytes);
	strbuf_release(&command);
	id = gitrepo_oid(g, "cat id");
	return id;
}

/* Takes a loose object away. */
static inline void gitrepo_lose(const struct gitrepo *g, const char *git_dir, const struct oid *id)
{
	char hex[OID_HEX_LEN + 1];

	oid_hex(id, hex);
	gitrepo_run(g, "rm -f '%s/objects/%.2s/%s'", git_dir, hex, hex + 2);
}

static inline void gitrepo_path(const struct gitrepo *g, const char *name, char *out, size_t size)
{
	assert_true(snprintf(out, size, "%s/%s", g->dir, name) < (int)size);
}

static inline void gitrepo_remove(struct gitrepo *g)
{
	gitrepo_run(g, "chmod -R u+rwX . && rm -rf '%s'", g->dir);
}

#endif
