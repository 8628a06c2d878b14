/*
 * lapse db: what a database holds, making it small, forgetting a repository.
 */
#include <string.h>
#include <sys/stat.h>

#include "cmd/database.h"
#include "cmd/text.h"

static int run(struct session *s);

static const struct example examples[] = {
	{"lapse db info", "the database of the current repository"},
	{"lapse db vacuum --db findings.db", "after a repository was forgotten"},
	{"lapse db forget example.org/acme/old --db findings.db", "removes a repository"},
	{0},
};

static const char *const action_names[] = {"info", "vacuum", "forget", NULL};

const struct command command_db = {
	.name = "db",
	.summary = "look after a database",
	.operands = "info|vacuum|forget [REPO]",
	.max_operands = 2,
	.actions = action_names,
	.words = WORDS_REPOS,
	.groups = GROUP_DATABASE,
	.examples = examples,
	.about = "info: its repositories, their commits and findings, its size. vacuum: gives "
		 "unused "
		 "space back to the file system and drops results that no history uses. forget: "
		 "removes a repository, named as info shows it, and what only it used; scan it "
		 "again to have it back.",
	.run = run,
};

/* ---- info ---- */

static void add_repo(struct strbuf *b, const struct store_repo_info *r)
{
	text_escape(b, r->name, TEXT_KEEP_NONE);
	strbuf_addz(b, ": ");
	text_add_count(b, r->commits, "commit", "commits");
	strbuf_addz(b, ", ");
	text_add_count(b, r->findings, "finding", "findings");
	strbuf_addz(b, ", ");
	if (r->default_ref.len)
		text_escape(b, r->default_ref, TEXT_KEEP_NONE);
	else
		strbuf_addz(b, "its first scan did not end");
	strbuf_addz(b, ", scanned at ");
	text_escape(b, r->path, TEXT_KEEP_NONE);
	strbuf_addc(b, '\n');
}

static int print_info(struct session *s, struct database *d, struct str forget)
{
	struct store_repo_info *repos;
	struct store_info info;
	struct strbuf b = {0};
	uint32_t count;
	struct err e;

	(void)forget;
	if (store_info(d->store, &s->arena, &info, &e) < 0 ||
		store_repos(d->store, &s->arena, &repos, &count, &e) < 0)
		return session_fail_err(s, &e);
	strbuf_addf(&b, "%s: %.1f MB, schema %u, rules %s\n", d->path.ptr, (double)info.bytes / 1e6,
		(unsigned)info.schema, info.rule_sets.len ? info.rule_sets.ptr : "none");
	text_add_count(&b, info.blobs, "file version", "file versions");
	strbuf_addz(&b, " analysed\n");
	for (uint32_t i = 0; i < count; i++)
		add_repo(&b, &repos[i]);
	(void)fwrite(b.ptr, 1, b.len, session_out(s));
	strbuf_release(&b);
	return 0;
}

/* ---- what writes ---- */

static int64_t file_bytes(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 ? (int64_t)st.st_size : 0;
}

static int vacuum(struct session *s, struct database *d, struct str forget)
{
	int64_t before = file_bytes(d->path.ptr);
	struct err e;

	(void)forget;
	if (store_vacuum(d->store, &e) < 0)
		return session_fail_err(s, &e);
	session_note(s, "%s: %.1f MB, was %.1f MB", d->path.ptr,
		(double)file_bytes(d->path.ptr) / 1e6, (double)before / 1e6);
	return 0;
}

static int forget_repo(struct session *s, struct database *d, struct str name)
{
	struct err e;

	if (!name.len)
		return session_fail(
			s, "db forget: name the repository; 'lapse db info' lists them");
	if (store_forget_repo(d->store, name, &e) < 0)
		return session_fail_err(s, &e);
	session_note(s, "%s: forgot %.*s; 'lapse db vacuum' makes the file smaller", d->path.ptr,
		STR_ARG(name));
	return 0;
}

/* ---- the actions ---- */

struct action {
	const char *name;
	bool writes;
	size_t operands;
	int (*run)(struct session *s, struct database *d, struct str name);
};

static const struct action actions[] = {
	{"info", false, 1, print_info},
	{"vacuum", true, 1, vacuum},
	{"forget", true, 2, forget_repo},
};

static const struct action *find_action(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(actions); i++)
		if (strcmp(actions[i].name, name) == 0)
			return &actions[i];
	return NULL;
}

static int run_action(struct session *s, const struct action *a, struct str name)
{
	struct database d;
	int status = a->writes ? database_open_writing(s, &d, "lapse db") : database_open(s, &d);

	if (status == 0)
		status = a->run(s, &d, name);
	database_close(&d);
	return status;
}

static int run(struct session *s)
{
	const struct action *a =
		s->options.operands.len ? find_action(s->options.operands.items[0]) : NULL;

	if (!a)
		return session_fail(s, "db: say info, vacuum or forget; see 'lapse db --help'");
	if (s->options.operands.len > a->operands)
		return session_fail(s, "%s: one argument too many; see 'lapse db --help'",
			s->options.operands.items[a->operands]);
	return run_action(s, a,
		s->options.operands.len > 1 ? str_from(s->options.operands.items[1]) : STR_EMPTY);
}
