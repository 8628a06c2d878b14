/*
 * Finds the configuration file, reads and checks it. See config.h.
 *
 * A folder on disk and the tree of a bare repository are read alike, as a `struct place`.
 */
#define _XOPEN_SOURCE 700 /* realpath: POSIX 2008, but glibc asks for more than that */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/config.h"
#include "cmd/files.h"
#include "scan/repo.h"

#define MAX_FILE_BYTES ((size_t)1 << 20)
#define OWN_FILE       "lapse.toml"
#define PROJECT_FILE   "pyproject.toml"
#define USUAL_IGNORE   ".git-blame-ignore-revs"

/* What counts as test code when nobody says otherwise: what pytest and unittest look for. */
static const struct str usual_tests[] = {
	STR("test/"),
	STR("tests/"),
	STR("test_*.py"),
	STR("*_test.py"),
	STR("conftest.py"),
};

struct place {
	struct str folder; /* on disk; "" for a tree in git */
	struct str shown;  /* what messages put before a file's name: "../", "HEAD:" */
	struct repo *repo; /* opened; NULL: on disk */
	struct oid commit;
	bool has_library; /* libgit2 is in use */
};

struct search {
	const struct config_where *where;
	struct arena *arena;
	struct config *out;
	struct err *e;
};

/* ---- reading a file of a place: 1 when it is there, 0 when not ---- */

static int read_disk(struct search *s, const struct place *p, struct str path, struct str *text)
{
	const char *full = path.len && path.ptr[0] == '/'
		? arena_dup(s->arena, path).ptr
		: arena_printf(s->arena, "%.*s/%.*s", STR_ARG(p->folder), STR_ARG(path)).ptr;
	struct strbuf b = {0};
	int number = file_read(full, MAX_FILE_BYTES, &b);

	*text = arena_dup(s->arena, strbuf_str(&b));
	strbuf_release(&b);
	if (number == 0 && text->len > MAX_FILE_BYTES)
		return err_set(s->e, ERR_USAGE,
			"%.*s%.*s: is larger than 1 MiB; --no-config "
			"goes without",
			STR_ARG(p->shown), STR_ARG(path));
	if (number == 0)
		return 1;
	if (number == ENOENT || number == ENOTDIR)
		return 0;
	return err_set(s->e, ERR_USAGE, "%.*s%.*s: cannot be read: %s; --no-config goes without",
		STR_ARG(p->shown), STR_ARG(path), strerror(number));
}

/* What cannot be read of a repository is no matter of the configuration: the command says it. */
static int read_place(struct search *s, const struct place *p, struct str path, struct str *text)
{
	struct oid blob;
	struct err ignored;

	if (!p->repo)
		return p->folder.len ? read_disk(s, p, path, text) : 0;
	if (repo_path_blob(p->repo, &p->commit, path, &blob, &ignored) < 0 ||
		repo_blob_size(p->repo, &blob) > (int64_t)MAX_FILE_BYTES)
		return 0;
	if (repo_blob(p->repo, &blob, s->arena, text, &ignored) < 0)
		return 0;
	*text = arena_dup(s->arena, *text); /* NUL-terminated */
	return 1;
}

/* ---- one file ---- */

/* The table with our settings: of pyproject.toml [tool.lapse], of others all. */
static int choose_table(struct search *s, const struct toml_value *root, bool project)
{
	const struct toml_value *tool = toml_get(root, "tool"), *ours = toml_get(tool, "lapse");

	if (!project && ours)
		return config_fail(s->out->name, toml_get(root, "tool"), s->e,
			"[tool.lapse] belongs into pyproject.toml; here settings stand at the top, "
			"and [tool.lapse.rules] is [rules]");
	if (!project) {
		s->out->settings = root;
		return 1;
	}
	if (ours && ours->type != TOML_TABLE)
		return config_fail(s->out->name, ours, s->e, "`tool.lapse` is %s, not a table",
			toml_type_name(ours->type));
	s->out->settings = ours;
	return ours != NULL;
}

/* 1 when it has settings. A pyproject.toml that does not even hold our name is not looked at: its
 * errors are other people's. */
static int parse_file(struct search *s, struct str text, bool project)
{
	struct toml_value *root;
	int r;

	if (project && !strstr(text.ptr, "lapse"))
		return 0;
	r = toml_parse(text, s->out->name, s->arena, &root, s->e);
	return r < 0 ? r : choose_table(s, root, project);
}

static int try_file(struct search *s, const struct place *p, const char *file)
{
	struct str text;
	int r = read_place(s, p, str_from(file), &text);

	if (r != 1)
		return r;
	s->out->name = arena_printf(s->arena, "%.*s%s", STR_ARG(p->shown), file);
	r = parse_file(s, text, strcmp(file, PROJECT_FILE) == 0);
	if (r == 1)
		s->out->folder = p->folder;
	else
		s->out->name = STR_EMPTY;
	return r;
}

/* lapse.toml wins; that there is another one is worth a note. */
static void look_for_shadow(struct search *s, const struct place *p)
{
	struct config other = {0};
	struct err ignored;
	struct search again = {s->where, s->arena, &other, &ignored};

	if (s->where->is_shadowed)
		*s->where->is_shadowed = try_file(&again, p, PROJECT_FILE) == 1;
}

static int try_place(struct search *s, const struct place *p)
{
	int r = try_file(s, p, OWN_FILE);

	if (r == 1)
		look_for_shadow(s, p);
	return r == 0 ? try_file(s, p, PROJECT_FILE) : r;
}

/* ---- places ---- */

static bool has(const char *folder, const char *name, struct arena *a)
{
	struct stat st;

	return lstat(arena_printf(a, "%s/%s", folder, name).ptr, &st) == 0;
}

static bool is_git_folder(const char *folder, struct arena *a)
{
	return has(folder, "HEAD", a) && has(folder, "objects", a) && has(folder, "refs", a);
}

/* Takes the last part off an absolute path; false at the root. */
static bool go_up(char *folder)
{
	char *slash = strrchr(folder, '/');

	if (!slash || folder[1] == '\0')
		return false;
	slash[slash == folder] = '\0';
	return true;
}

static struct str shown_as(struct search *s, const char *folder, int up)
{
	struct strbuf b = {0};
	struct str shown;

	if (strcmp(s->where->path, ".") != 0)
		return up == 0 ? arena_printf(s->arena, "%s/", s->where->path)
			       : arena_printf(s->arena, "%s/", folder);
	while (up-- > 0)
		strbuf_addz(&b, "../");
	shown = arena_dup(s->arena, strbuf_str(&b));
	strbuf_release(&b);
	return shown;
}

/* From the folder upwards to the repository's root: the first with settings. */
static int search_upwards(struct search *s, char *folder)
{
	int r, up = 0;

	do {
		struct place p = {.folder = arena_dup(s->arena, str_from(folder)),
			.shown = shown_as(s, folder, up++)};

		r = try_place(s, &p);
	} while (r == 0 && !has(folder, ".git", s->arena) && go_up(folder));
	return r;
}

static void open_tree(struct search *s, const char *folder, struct place *p)
{
	struct repo_ref head;
	struct err ignored;

	p->has_library = repo_library_init(&ignored) == 0;
	if (!p->has_library || repo_open(&p->repo, folder, &ignored) < 0)
		p->repo = NULL;
	else if (repo_head(p->repo, s->arena, &head, &ignored) == 0)
		p->commit = head.commit;
	p->shown = STR("HEAD:");
}

static void close_place(struct place *p)
{
	if (p->repo)
		repo_close(p->repo);
	if (p->has_library)
		repo_library_release();
}

/* The root of the repository around the folder; false: there is none. */
static bool find_repository(struct search *s, const char *from, struct place *p)
{
	char *folder = (char *)arena_dup(s->arena, str_from(from)).ptr;
	int up = 0;

	do {
		if (is_git_folder(folder, s->arena)) {
			open_tree(s, folder, p);
			return true;
		}
		if (has(folder, ".git", s->arena)) {
			p->folder = str_from(folder);
			p->shown = shown_as(s, folder, up);
			return true;
		}
		up++;
	} while (go_up(folder));
	return false;
}

/* ---- --config FILE ---- */

static int read_named(struct search *s)
{
	struct str file = str_from(s->where->file), folder = STR("."), text;
	ptrdiff_t slash = str_rfind(file, '/');
	bool project = str_ends(file, PROJECT_FILE);
	struct place p = {.shown = STR_EMPTY};
	int r;

	if (slash >= 0)
		folder = slash == 0 ? STR("/") : str_slice(file.ptr, (size_t)slash);
	s->out->name = file;
	s->out->folder = folder;
	p.folder = STR(".");
	r = read_disk(s, &p, file, &text);
	if (r == 0)
		return err_set(s->e, ERR_USAGE, "%s: no such file; --config names one", file.ptr);
	r = r < 0 ? r : parse_file(s, text, project);
	if (r == 0)
		return err_set(s->e, ERR_USAGE, "%s: there is no [tool.lapse] in it", file.ptr);
	return r;
}

/* ---- the settings ---- */

/* The named file stands beside the configuration, the usual one in the repository's root. */
static int read_ignored(struct search *s, const struct place *repository)
{
	struct config *c = s->out;
	struct place beside = {.folder = c->folder, .shown = STR_EMPTY};
	int r;

	if (c->ignore_revs.len == 0) {
		r = read_place(s, repository, STR(USUAL_IGNORE), &c->ignore_revs_text);
		if (r == 1)
			c->ignore_revs = arena_printf(
				s->arena, "%.*s" USUAL_IGNORE, STR_ARG(repository->shown));
		return r;
	}
	r = read_place(
		s, c->folder.len ? &beside : repository, c->ignore_revs, &c->ignore_revs_text);
	if (r == 0)
		return config_fail(c->name, toml_get(c->settings, "ignore-revs"), s->e,
			"`ignore-revs`: there is no file %.*s", STR_ARG(c->ignore_revs));
	return r;
}

static int read_settings(struct search *s)
{
	const struct toml_value *v = s->out->settings ? s->out->settings->first : NULL;
	int r = 0;

	for (; v && r == 0; v = v->next)
		if (config_is_setting(v->key))
			r = config_read_setting(s->out, v, s->arena, s->e);
	return r;
}

/* The repository's root, else the file's folder: what paths are told relative to. */
static struct str root_of(struct search *s, char *folder, const struct place *repository)
{
	const char *start = arena_dup(s->arena, str_from(folder)).ptr;

	if (repository->folder.len || repository->repo)
		return repository->folder;
	do
		if (has(folder, ".git", s->arena))
			return str_from(folder);
	while (go_up(folder));
	return s->out->folder.len && s->out->folder.ptr[0] == '/' ? s->out->folder
								  : str_from(start);
}

static int search_and_read(struct search *s, char *folder, struct place *repository)
{
	bool known = s->where->of_repo && find_repository(s, folder, repository);
	char *start = (char *)arena_dup(s->arena, str_from(folder)).ptr;
	int r;

	if (s->where->file)
		r = read_named(s);
	else
		r = known ? try_place(s, repository) : search_upwards(s, folder);
	s->out->root = root_of(s, start, repository);
	if (r >= 0)
		r = read_settings(s);
	if (r >= 0)
		r = read_ignored(s, repository);
	return r < 0 ? r : 0;
}

static void set_defaults(struct config *c)
{
	*c = (struct config){.name = STR_EMPTY,
		.root = STR_EMPTY,
		.folder = STR_EMPTY,
		.ignore_revs = STR_EMPTY,
		.ignore_revs_text = STR_EMPTY};
	c->tests = (struct config_list){usual_tests, ARRAY_LEN(usual_tests)};
}

int config_load(
	const struct config_where *where, struct arena *a, struct config *out, struct err *e)
{
	struct search s = {where, a, out, e};
	struct place repository = {.shown = STR_EMPTY};
	char *folder = realpath(where->path, NULL);
	int r = 0;

	set_defaults(out);
	if (folder || where->file)
		r = search_and_read(
			&s, (char *)arena_dup(a, str_from(folder ? folder : "/")).ptr, &repository);
	close_place(&repository);
	free(folder);
	return r;
}

/* ---- of a session ---- */

static bool is_of_repo(const struct command *c)
{
	return c->config == CONFIG_OF_REPO || (c->groups & GROUP_DATABASE);
}

/* A repository may be named as the database does: then the current directory's settings count. */
static const char *start_of(const struct session *s)
{
	const char *path = ".";

	if (s->command->config == CONFIG_OF_OPERAND && s->options.operands.len)
		path = s->options.operands.items[0];
	else if (is_of_repo(s->command))
		path = options_text(&s->options, "repo");
	return path && access(path, F_OK) == 0 ? path : ".";
}

/* Of several repositories each has a configuration of its own, read when its turn comes. */
static bool is_about_many(const struct session *s)
{
	return s->command->config == CONFIG_OF_OPERAND &&
		(s->options.operands.len > 1 || options_text(&s->options, "repos-from"));
}

int config_load_session(struct session *s, struct err *e)
{
	struct config *c = ARENA_NEW(&s->arena, struct config);
	bool shadowed = false;
	const struct config_where where = {
		.file = options_text(&s->options, "config"),
		.path = start_of(s),
		.of_repo = s->command->config == CONFIG_OF_OPERAND || is_of_repo(s->command),
		.is_shadowed = &shadowed,
	};
	int r;

	s->config = c;
	set_defaults(c);
	if (s->command->config == CONFIG_UNUSED || options_flag(&s->options, "help") ||
		is_about_many(s))
		return 0;
	if (where.file && options_flag(&s->options, "no-config"))
		return err_set(e, ERR_USAGE, "--config and --no-config contradict each other");
	if (options_flag(&s->options, "no-config"))
		return 0;
	r = config_load(&where, &s->arena, c, e);
	if (r == 0 && shadowed)
		session_note(s, "%.*s: [tool.lapse] of pyproject.toml beside it does not count",
			STR_ARG(c->name));
	if (r == 0)
		r = config_check_options(c, &s->arena, e);
	return r < 0 ? r : config_apply_options(c, s, e);
}
