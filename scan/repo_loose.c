/*
 * Loose objects that end too early, as a crash or a full disk leaves them: libgit2 1.5 reads such a
 * file for ever. So every loose object is inflated here first; one that has no end is an error,
 * anything else is passed on. Packed objects cost nothing.
 */
#include "scan/repo_private.h"

#include <git2/sys/odb_backend.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

#define BEFORE_ALL     100 /* priority: libgit2's own are 1 and 2 */
#define FANOUT         256
#define CHUNK_BYTES    16384
#define MAX_ALTERNATES 16

struct folder {
	struct str path;     /* .../objects */
	bool exists[FANOUT]; /* the folder of ids that begin with this byte */
};

struct guard {
	git_odb_backend base; /* first: libgit2 knows the guard by it */
	struct arena arena;
	struct str objects; /* the repository's own folder */
	struct folder folders[1 + MAX_ALTERNATES];
	size_t count; /* 0: not looked for yet */
};

/* ---- is a file whole? ---- */

/* zlib's status: Z_OK when the end is missing. What does not inflate at all libgit2 notices. */
static int inflate_all(FILE *f)
{
	unsigned char in[CHUNK_BYTES], out[CHUNK_BYTES];
	z_stream z = {0};
	int status = inflateInit(&z);

	while (status == Z_OK && (z.avail_in = (uInt)fread(in, 1, sizeof in, f)) > 0) {
		z.next_in = in;
		do {
			z.next_out = out;
			z.avail_out = sizeof out;
			status = inflate(&z, Z_NO_FLUSH);
		} while (status == Z_OK && z.avail_out == 0);
		if (status == Z_BUF_ERROR)
			status = Z_OK; /* it wants more input */
	}
	(void)inflateEnd(&z);
	return status;
}

static bool is_whole(const char *path)
{
	FILE *f = fopen(path, "rb");
	bool whole;

	if (!f)
		return true; /* another process packed it */
	whole = inflate_all(f) != Z_OK;
	(void)fclose(f);
	return whole;
}

/* ---- where loose objects are ---- */

static void add_folder(struct guard *g, struct str path)
{
	struct folder *f = &g->folders[g->count];
	struct stat st;

	if (g->count == ARRAY_LEN(g->folders))
		return;
	f->path = path;
	for (unsigned i = 0; i < FANOUT; i++)
		f->exists[i] =
			stat(arena_printf(&g->arena, "%.*s/%02x", STR_ARG(path), i).ptr, &st) == 0;
	g->count++;
}

/* Alternates of alternates are not followed. */
static void add_alternates(struct guard *g, struct str objects)
{
	struct str path = arena_printf(&g->arena, "%.*s/info/alternates", STR_ARG(objects));
	struct str text, line;

	if (repo_file(&g->arena, path.ptr, true, &text) < 0)
		return;
	while (str_next(&text, '\n', &line))
		if (line.len && line.ptr[0] == '/')
			add_folder(g, line);
		else if (line.len && line.ptr[0] != '#')
			add_folder(g,
				arena_printf(
					&g->arena, "%.*s/%.*s", STR_ARG(objects), STR_ARG(line)));
}

/* ---- the backend ---- */

static int check(struct guard *g, const git_oid *id)
{
	char hex[GIT_OID_HEXSZ + 1];

	if (g->count == 0) {
		add_folder(g, g->objects);
		add_alternates(g, g->objects);
	}
	git_oid_tostr(hex, sizeof hex, id);
	for (size_t i = 0; i < g->count; i++) {
		char path[4096];

		if (!g->folders[i].exists[id->id[0]])
			continue;
		if (snprintf(path, sizeof path, "%.*s/%.2s/%s", STR_ARG(g->folders[i].path), hex,
			    hex + 2) >= (int)sizeof path)
			continue;
		if (!is_whole(path)) {
			git_error_set_str(GIT_ERROR_ODB, "the loose object ends too early");
			return GIT_ERROR;
		}
	}
	return GIT_PASSTHROUGH;
}

static int guard_read(
	void **data, size_t *len, git_object_t *type, git_odb_backend *backend, const git_oid *id)
{
	(void)data;
	(void)len;
	(void)type;
	return check((struct guard *)backend, id);
}

static int guard_read_header(
	size_t *len, git_object_t *type, git_odb_backend *backend, const git_oid *id)
{
	(void)len;
	(void)type;
	return check((struct guard *)backend, id);
}

static void guard_free(git_odb_backend *backend)
{
	struct guard *g = (struct guard *)backend;

	arena_release(&g->arena);
	free(g);
}

int repo_guard_loose(struct repo *r)
{
	struct guard *g = mem_zalloc(1, sizeof *g);
	int status;

	(void)git_odb_init_backend(&g->base, GIT_ODB_BACKEND_VERSION);
	g->base.read = guard_read;
	g->base.read_header = guard_read_header;
	g->base.free = guard_free;
	g->objects = arena_printf(&g->arena, "%.*s/objects", STR_ARG(r->common_dir));
	status = git_odb_add_backend(r->odb, &g->base, BEFORE_ALL);
	if (status < 0)
		guard_free(&g->base);
	return status;
}
