/*
 * Finding and opening the database. See database.h.
 */
#include "cmd/database.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define GIT_FOLDER "/.git"

const char *database_named(const struct session *s)
{
	const char *named = options_text(&s->options, "db");

	if (!named)
		named = getenv("LAPSE_DB");
	return named && *named ? named : NULL;
}

struct str database_of_repo(const struct repo *r, struct arena *a)
{
	return arena_printf(a, "%.*s/lapse.db", STR_ARG(repo_common_dir(r)));
}

/* Linked worktrees are one repository: all of them have the path of the main one. */
static struct str repo_path(const struct repo *r)
{
	struct str common = repo_common_dir(r);

	if (str_ends(common, GIT_FOLDER))
		common.len -= strlen(GIT_FOLDER);
	return common;
}

int database_describe(struct repo *r, const struct oid *commits, uint32_t count, struct arena *a,
	struct store_repo *out, struct err *e)
{
	int status;

	*out = (struct store_repo){.commits = commits, .commit_count = count};
	status = repo_remote_url(r, a, &out->url, &out->url_key);
	if (status < 0)
		return err_set(e, status,
			"%.*s: the remote's address cannot be read; mend its config",
			STR_ARG(repo_common_dir(r)));
	out->path = arena_dup(a, repo_path(r));
	return 0;
}

int database_find_repo(
	struct store *store, struct repo *r, struct arena *a, uint32_t *id, struct err *e)
{
	struct store_repo described;
	struct repo_ref head;
	struct err ignored;
	uint32_t commits = repo_head(r, a, &head, &ignored) == 0;
	int status = database_describe(r, &head.commit, commits, a, &described, e);

	*id = 0;
	return status < 0 ? status : store_find_repo(store, &described, id, e);
}

bool database_is_repo(const struct database *d, struct repo *r, uint32_t id)
{
	struct arena scratch = {0};
	struct err ignored;
	uint32_t found;
	bool is = database_find_repo(d->store, r, &scratch, &found, &ignored) == 0 && found == id;

	arena_release(&scratch);
	return is;
}

/* ---- mailmap ---- */

struct identities {
	struct repo_mailmap *map;
	const struct config *config;
};

/* Bots are recognised by what commits say or by what the mailmap makes of it. */
static struct identity map_identity(void *arg, struct arena *a, struct identity raw, bool *is_bot)
{
	const struct identities *i = arg;
	struct identity mapped = repo_mailmap_apply(i->map, a, raw);

	*is_bot = *is_bot || config_is_bot(i->config, raw) || config_is_bot(i->config, mapped);
	return mapped;
}

/* What identities are made from: another text, and they are mapped again. */
static struct str identities_text(struct str mailmap, const struct config *c, struct arena *a)
{
	struct strbuf b = {0};
	struct str text;

	strbuf_add(&b, mailmap);
	for (uint32_t i = 0; i < c->bots.count; i++)
		strbuf_addf(&b, "\nbot %.*s", STR_ARG(c->bots.items[i]));
	text = arena_dup(a, strbuf_str(&b));
	strbuf_release(&b);
	return text;
}

static int apply_mailmap(struct store *store, uint32_t repo_id, struct repo *r,
	const struct config *c, struct err *e)
{
	struct identities identities = {.config = c};
	struct arena a = {0};
	struct str text;
	int status = repo_mailmap_load(r, &identities.map, &text, &a, e);

	if (status >= 0)
		status = store_apply_mailmap(
			store, repo_id, identities_text(text, c, &a), map_identity, &identities, e);
	if (identities.map)
		repo_mailmap_free(identities.map);
	arena_release(&a);
	return status;
}

/* ---- levels ---- */

static int apply_levels(
	struct store *store, uint32_t repo_id, const struct config *c, struct err *e)
{
	VEC(struct store_level) levels = {0};
	int status;

	for (size_t i = 0; c->rules && i < rule_count(); i++)
		for (int usual = LEVEL_INFO; usual <= LEVEL_ERROR; usual++) {
			enum level level = (enum level)usual;
			bool on = config_level(c, i, &level);

			if (!on || (int)level != usual)
				*vec_push(&levels) = (struct store_level){str_from(rule_at(i)->id),
					(enum level)usual, on ? (int)level : -1};
		}
	status = store_apply_levels(store, repo_id, levels.items, (uint32_t)levels.len, e);
	vec_release(&levels);
	return status;
}

/* ---- commits that rates leave out ---- */

static int apply_ignored(
	struct store *store, uint32_t repo_id, const struct config *c, struct err *e)
{
	struct arena a = {0};
	struct oid *oids;
	uint32_t count;
	int status = config_ignored_commits(c, &a, &oids, &count, e);

	if (status == 0)
		status = store_apply_ignored(store, repo_id, oids, count, e);
	arena_release(&a);
	return status;
}

int database_apply_config(struct store *store, uint32_t repo_id, struct repo *r,
	const struct config *c, struct err *e)
{
	int names = apply_mailmap(store, repo_id, r, c, e);
	int levels = names < 0 ? names : apply_levels(store, repo_id, c, e);
	int ignored = levels < 0 ? levels : apply_ignored(store, repo_id, c, e);

	return ignored < 0 ? ignored : names || levels || ignored;
}

/* `writing`: the command that holds the lock then; NULL: only to read. */
static int open_store(struct session *s, struct database *d, const char *writing, struct err *e)
{
	const struct store_options options = {.write = writing != NULL,
		.command = writing,
		.lock_timeout_ms = options_ms(&s->options, "lock-timeout")};

	return store_open(&d->store, d->path.ptr, &options, e);
}

/* A repository whose mailmap or configuration may have to be applied anew. */
struct mapping {
	struct database *database;
	uint32_t id;
	struct repo *repo;
	const struct config *config;
};

/* One of them changed since it was applied: a moment of writing, when nobody else does. */
static void update_config(struct session *s, const struct mapping *m)
{
	const struct store_options options = {
		.write = true, .command = "lapse, applying .mailmap and configuration"};
	struct store *writer = NULL;
	struct err e;
	int r = store_open(&writer, m->database->path.ptr, &options, &e);

	if (r == 0)
		r = database_apply_config(writer, m->id, m->repo, m->config, &e);
	if (r == ERR_LOCKED)
		session_detail(s, "a scan is running: it will apply .mailmap and configuration");
	else if (r < 0)
		session_warn(
			s, "the changed .mailmap or configuration is not applied: %s", e.message);
	store_close(writer);
}

static void check_one(struct session *s, const struct mapping *m)
{
	struct err e;

	if (database_apply_config(m->database->store, m->id, m->repo, m->config, &e) == 1)
		update_config(s, m);
}

/* Another repository than the session's has its own configuration; when that cannot be read, all
 * stays as it is. The repository may be gone, or another one stand in its place (folders of CI, and
 * databases of other machines): the database still answers. */
static void check_other(struct session *s, struct mapping *m, const char *path)
{
	const struct config_where where = {.path = path, .of_repo = true};
	struct config config;
	struct err e;

	if (repo_open(&m->repo, path, &e) < 0)
		return;
	m->config = &config;
	if (!database_is_repo(m->database, m->repo, m->id))
		session_detail(s, "%s: is another repository by now", path);
	else if (config_load(&where, &s->arena, &config, &e) == 0)
		check_one(s, m);
	else
		session_warn(s, ".mailmap and configuration are not applied: %s", e.message);
	repo_close(m->repo);
}

static void check_config(struct session *s, struct database *d, const struct store_repo_info *info)
{
	struct mapping m = {d, info->id, d->repo, s->config};

	if (d->repo && info->id == d->repo_id)
		check_one(s, &m);
	else
		check_other(s, &m, info->path.ptr);
}

/* ---- opening ---- */

static int git_ready(struct session *s, struct database *d)
{
	struct err e;

	if (d->library)
		return 0;
	if (repo_library_init(&e) < 0)
		return session_fail_err(s, &e);
	d->library = true;
	return 0;
}

/* Without --db the repository is where the database is: it has to be there. */
static int locate(struct session *s, struct database *d)
{
	const char *named = database_named(s);
	const char *repo = options_text(&s->options, "repo");
	struct err e;

	if (git_ready(s, d) != 0)
		return EXIT_TROUBLE;
	if (repo_open(&d->repo, repo ? repo : ".", &e) < 0) {
		d->repo = NULL;
		if (!named)
			return session_fail(s, "%s, or name a database with --db", e.message);
	}
	d->path = named ? arena_dup(&s->arena, str_from(named))
			: database_of_repo(d->repo, &s->arena);
	return 0;
}

static int open_located(struct session *s, struct database *d)
{
	struct err e;
	int r = open_store(s, d, NULL, &e);

	if (r == ERR_NOT_FOUND)
		return session_fail(
			s, "%s: there is no database yet; run 'lapse scan' first", d->path.ptr);
	return r < 0 ? session_fail_err(s, &e) : 0;
}

static const struct store_repo_info *find_info(
	const struct store_repo_info *infos, uint32_t count, uint32_t id, const char *name)
{
	for (uint32_t i = 0; i < count; i++)
		if (name ? str_is(infos[i].name, name) : infos[i].id == id)
			return &infos[i];
	return NULL;
}

static uint32_t known_id(struct session *s, struct database *d)
{
	uint32_t id;
	struct err e;

	if (!d->repo || database_find_repo(d->store, d->repo, &s->arena, &id, &e) < 0)
		return 0;
	return id;
}

static int choose_repo(
	struct session *s, struct database *d, const struct store_repo_info *infos, uint32_t count)
{
	const char *repo = options_text(&s->options, "repo");
	const struct store_repo_info *info = repo ? find_info(infos, count, 0, repo) : NULL;

	d->repo_id = info ? info->id : known_id(s, d);
	if (!info)
		info = find_info(infos, count, d->repo_id, NULL);
	if (!repo)
		return 0;
	if (!info)
		return session_fail(s,
			"%s: no such repository in %s; name one of its repositories, or "
			"a path to one",
			repo, d->path.ptr);
	d->repo_name = info->name;
	if (d->repo && !database_is_repo(d, d->repo, info->id)) {
		repo_close(d->repo); /* a folder that is called like it */
		d->repo = NULL;
	}
	return 0;
}

int database_open(struct session *s, struct database *d)
{
	struct store_repo_info *infos;
	uint32_t count;
	struct err e;

	*d = (struct database){0};
	if (locate(s, d) != 0 || open_located(s, d) != 0)
		return EXIT_TROUBLE;
	if (store_repos(d->store, &s->arena, &infos, &count, &e) < 0)
		return session_fail_err(s, &e);
	session_detail(s, "%s: %" PRIu32 " repositories", d->path.ptr, count);
	if (choose_repo(s, d, infos, count) != 0)
		return EXIT_TROUBLE;
	for (uint32_t i = 0; i < count; i++)
		check_config(s, d, &infos[i]);
	return 0;
}

/* First as a reader: a database that is not there must not be made. */
int database_open_writing(struct session *s, struct database *d, const char *command)
{
	struct err e;
	int status = database_open(s, d);

	if (status != 0)
		return status;
	store_close(d->store);
	d->store = NULL;
	return open_store(s, d, command, &e) < 0 ? session_fail_err(s, &e) : 0;
}

void database_close(struct database *d)
{
	store_close(d->store);
	if (d->repo)
		repo_close(d->repo);
	if (d->library)
		repo_library_release();
	*d = (struct database){0};
}
