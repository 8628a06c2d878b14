/*
 * lapse merge: the union of databases.
 */
#include <inttypes.h>
#include <sys/stat.h>

#include "cmd/command.h"
#include "cmd/text.h"
#include "store/merge.h"

static int run(struct session *s);

static const struct option_spec options[] = {
	{.name = "lock-timeout",
		.type = OPTION_NUMBER,
		.argument = "SECONDS",
		.initial = "10",
		.help = "how long to wait for a locked database"},
	{0},
};

static const struct example examples[] = {
	{"lapse merge all.db team-a.db team-b.db",
		"repositories of several machines in one database"},
	{"lapse merge all.db shard-*.db", "branches of one repository, scanned apart"},
	{0},
};

const struct command command_merge = {
	.name = "merge",
	.summary = "make the union of databases",
	.operands = "OUT IN...",
	.max_operands = ANY_NUMBER,
	.words = WORDS_FILES,
	.config = CONFIG_UNUSED,
	.options = options,
	.about =
		"Adds what the databases IN hold to the database OUT, which is made when it is not "
		"there. They may hold different repositories, or what different scans saw of one. "
		"The order does not matter, and what is there already stays as it is: merging "
		"again changes nothing. A repository is the same when it has the same remote "
		"address, or, without one, the same first commits. Of a reference that several "
		"follow the latest tip counts.",
	.examples = examples,
	.run = run,
};

static bool is_same_file(const char *a, const char *b)
{
	struct stat x, y;

	return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

/* Before anything is written: all of them are there, and none is the result. */
static int check_inputs(struct session *s, const char *out, const char *const *in, size_t count)
{
	const struct store_options reading = {0};

	for (size_t i = 0; i < count; i++) {
		struct store *store;
		struct err e;

		if (is_same_file(out, in[i]))
			return session_fail(s,
				"%s: is the database to merge into; name others after it", in[i]);
		if (store_open(&store, in[i], &reading, &e) < 0)
			return session_fail_err(s, &e);
		store_close(store);
	}
	return 0;
}

static int merge_all(struct session *s, struct store *into, const char *const *in, size_t count)
{
	struct err e;

	for (size_t i = 0; i < count; i++)
		if (store_merge(into, in[i], &e) < 0)
			return session_fail_err(s, &e);
	return 0;
}

static int print_result(struct session *s, struct store *store, const char *path)
{
	struct store_info info;
	struct strbuf b = {0};
	struct err e;

	if (s->quiet)
		return 0;
	if (store_info(store, &s->arena, &info, &e) < 0)
		return session_fail_err(s, &e);
	strbuf_addf(&b, "%s: ", path);
	text_add_count(&b, info.repos, "repository", "repositories");
	strbuf_addz(&b, ", ");
	text_add_count(&b, info.commits, "commit", "commits");
	strbuf_addz(&b, ", ");
	text_add_count(&b, info.findings, "finding", "findings");
	strbuf_addc(&b, '\n');
	(void)fwrite(b.ptr, 1, b.len, session_out(s));
	strbuf_release(&b);
	return 0;
}

static int run(struct session *s)
{
	const char *const *paths = (const char *const *)s->options.operands.items;
	size_t count = s->options.operands.len;
	const struct store_options writing = {.write = true,
		.command = "lapse merge",
		.lock_timeout_ms = options_ms(&s->options, "lock-timeout")};
	struct store *into = NULL;
	struct err e;
	int status;

	if (count < 2)
		return session_fail(s, "merge: name the database to make, then those to take in");
	status = check_inputs(s, paths[0], paths + 1, count - 1);
	if (status == 0 && store_open(&into, paths[0], &writing, &e) < 0) {
		into = NULL;
		status = session_fail_err(s, &e);
	}
	if (status == 0)
		status = merge_all(s, into, paths + 1, count - 1);
	if (status == 0)
		status = print_result(s, into, paths[0]);
	store_close(into);
	return status;
}
