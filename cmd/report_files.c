/*
 * Queries of users: NAME.sql in .lapse/queries of the repository that the current directory is in,
 * then in $XDG_CONFIG_HOME/lapse/queries (~/.config without it). The program's own reports come
 * before both: a file cannot change what `lapse trend` means.
 */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/report.h"

#define ENDING      ".sql"
#define MAX_FOLDERS 2
#define MAX_LEVELS  64 /* of directories above the current one */

struct folders {
	struct str items[MAX_FOLDERS];
	uint32_t count;
};

static bool exists(struct arena *a, struct str folder, const char *name)
{
	return access(arena_printf(a, "%.*s%s", STR_ARG(folder), name).ptr, F_OK) == 0;
}

/* Going up ends where a repository does. */
static void add_repository(struct arena *a, struct folders *f)
{
	struct str above = STR(".");

	for (int i = 0; i < MAX_LEVELS; i++) {
		if (exists(a, above, "/.lapse/queries"))
			f->items[f->count++] =
				arena_printf(a, "%.*s/.lapse/queries", STR_ARG(above));
		if (f->count || exists(a, above, "/.git"))
			return;
		above = arena_printf(a, "%.*s/..", STR_ARG(above));
	}
}

static void find_folders(struct arena *a, struct folders *f)
{
	const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");

	*f = (struct folders){0};
	add_repository(a, f);
	if (config && *config)
		f->items[f->count++] = arena_printf(a, "%s/lapse/queries", config);
	else if (home && *home)
		f->items[f->count++] = arena_printf(a, "%s/.config/lapse/queries", home);
}

/* ---- adding ---- */

static int add(struct reports *r, const char *path, struct str name, struct err *e)
{
	struct query *items = ARENA_ARRAY(&r->arena, r->count + 1, struct query);
	int rc;

	memcpy(items, r->items, r->count * sizeof *items);
	rc = query_load(&r->arena, path, &items[r->count], e);
	if (rc < 0)
		return rc;
	if (!str_eq(items[r->count].name, name))
		return err_set(e, ERR_USAGE, "%s: its first line calls it %.*s; name both the same",
			path, STR_ARG(items[r->count].name));
	items[r->count].name = arena_dup(&r->arena, name);
	r->items = items;
	r->count++;
	return 0;
}

/* A name that could lead out of the folders is none. */
static bool is_name(const char *name)
{
	return *name && strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-_") == strlen(name);
}

int reports_add_file(struct reports *r, const char *name, struct err *e)
{
	struct folders f;

	if (!is_name(name) || reports_find(r, name))
		return 0;
	find_folders(&r->arena, &f);
	for (uint32_t i = 0; i < f.count; i++) {
		struct str path =
			arena_printf(&r->arena, "%.*s/%s" ENDING, STR_ARG(f.items[i]), name);

		if (access(path.ptr, F_OK) == 0)
			return add(r, path.ptr, str_from(name), e);
	}
	return 0;
}

typedef VEC(struct str) name_list;

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct str *)a)->ptr, ((const struct str *)b)->ptr);
}

static void read_folder(struct arena *a, struct str folder, name_list *names)
{
	DIR *d = opendir(folder.ptr);
	const struct dirent *entry;

	while (d && (entry = readdir(d))) {
		struct str name = str_from(entry->d_name);

		if (str_ends(name, ENDING)) {
			name.len -= strlen(ENDING);
			*vec_push(names) = arena_dup(a, name);
		}
	}
	if (d)
		(void)closedir(d);
}

void reports_add_files(struct reports *r)
{
	name_list names = {0};
	struct folders f;
	struct err e;

	find_folders(&r->arena, &f);
	for (uint32_t i = 0; i < f.count; i++)
		read_folder(&r->arena, f.items[i], &names);
	if (names.len > 1)
		qsort(names.items, names.len, sizeof *names.items, by_name);
	for (size_t i = 0; i < names.len; i++)
		if (reports_add_file(r, names.items[i].ptr, &e) < 0)
			print_failure(e.message);
	vec_release(&names);
}
