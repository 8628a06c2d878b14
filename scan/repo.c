/*
 * The repository handle: libgit2's settings, opening, the directories, grafts, reading objects.
 */
#include "scan/repo_private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * Settings are process-wide in libgit2.
 *
 * Extensions: those that change nothing for a reader of objects and local references. Names are
 * compared in lower case. With a partial clone missing objects are expected; libgit2 never fetches.
 *
 * Caches: every object is read about once, so libgit2's own cache of up to 256 MiB would hold what
 * nobody asks for again, but trees: a tree is read once as the new and once or more as the old
 * side.
 */
#define CACHE_MAX_BYTES      (16 * 1024 * 1024)
#define CACHE_TREE_MAX_BYTES (64 * 1024)
#define MAPPED_MAX_BYTES     ((size_t)1 << 30)
#define MAPPED_WINDOW_BYTES  ((size_t)64 << 20)

static int set_options(void)
{
	const char *extensions[] = {
		"partialclone", "preciousobjects", "relativeworktrees", "worktreeconfig"};
	int status = git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, extensions, ARRAY_LEN(extensions));

	if (!status)
		status = git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0); /* repo_check_owner */
	if (!status)
		status = git_libgit2_opts(GIT_OPT_SET_CACHE_MAX_SIZE, (ssize_t)CACHE_MAX_BYTES);
	if (!status)
		status = git_libgit2_opts(GIT_OPT_SET_CACHE_OBJECT_LIMIT, GIT_OBJECT_TREE,
			(size_t)CACHE_TREE_MAX_BYTES);
	if (!status)
		status = git_libgit2_opts(
			GIT_OPT_SET_CACHE_OBJECT_LIMIT, GIT_OBJECT_COMMIT, (size_t)0);
	if (!status)
		status = git_libgit2_opts(GIT_OPT_SET_MWINDOW_SIZE, MAPPED_WINDOW_BYTES);
	if (!status)
		status = git_libgit2_opts(GIT_OPT_SET_MWINDOW_MAPPED_LIMIT, MAPPED_MAX_BYTES);
	return status;
}

/*
 * libgit2 (as built with mbedTLS, by Debian and others) decodes every certificate that the system
 * trusts when it starts: 3 ms, more than all else that a short command does. Nothing here talks to
 * the network, so it shall find none: the program's own function comes before the library's. With
 * no certificate a connection would fail, not be trusted. Elsewhere nobody calls this.
 */
int mbedtls_x509_crt_parse_file(void *chain, const char *path);
int mbedtls_x509_crt_parse_file(void *chain, const char *path)
{
	(void)chain;
	(void)path;
	return 0; /* certificates that could not be read */
}

int repo_library_init(struct err *e)
{
	int status = git_libgit2_init();

	if (status >= 0)
		status = set_options();
	return status < 0 ? repo_error(e, status, "libgit2 cannot be started") : 0;
}

void repo_library_release(void)
{
	(void)git_libgit2_shutdown();
}

int repo_error(struct err *e, int status, const char *fmt, ...)
{
	const git_error *said = git_error_last();
	int code = status == GIT_ENOTFOUND ? ERR_NOT_FOUND : ERR_CORRUPT;
	struct strbuf b = {0};
	va_list ap;

	if (!e)
		return code;
	va_start(ap, fmt);
	strbuf_vaddf(&b, fmt, ap);
	va_end(ap);
	code = err_set(e, code, "%s%s%s", b.ptr, said && said->message ? ": " : "",
		said && said->message ? said->message : "");
	strbuf_release(&b);
	return code;
}

int repo_read(struct repo *r, const struct oid *id, git_object_t type, git_odb_object **out,
	struct err *e)
{
	git_oid name = repo_oid(id);
	int status = git_odb_read(out, r->odb, &name);
	char hex[OID_HEX_LEN + 1];

	if (!status && git_odb_object_type(*out) == type)
		return 0;
	oid_hex(id, hex);
	if (status)
		return repo_error(
			e, status, "%s %s cannot be read", git_object_type2string(type), hex);
	git_odb_object_free(*out);
	*out = NULL;
	return err_set(e, ERR_CORRUPT, "object %s is not a %s", hex, git_object_type2string(type));
}

int repo_blob(struct repo *r, const struct oid *id, struct arena *a, struct str *out, struct err *e)
{
	git_odb_object *o;
	int status = repo_read(r, id, GIT_OBJECT_BLOB, &o, e);

	if (status)
		return status;
	*out = arena_dup(a, repo_bytes(o));
	git_odb_object_free(o);
	return 0;
}

int64_t repo_blob_size(struct repo *r, const struct oid *id)
{
	git_oid name = repo_oid(id);
	git_object_t type;
	size_t bytes;
	int status = git_odb_read_header(&bytes, &type, r->odb, &name);

	if (status)
		return status == GIT_ENOTFOUND ? ERR_NOT_FOUND : ERR_CORRUPT;
	return type == GIT_OBJECT_BLOB && bytes <= INT64_MAX ? (int64_t)bytes : ERR_CORRUPT;
}

/* ---- files of the repository ---- */

static int read_all(int fd, struct arena *a, struct str *out)
{
	struct strbuf b = {0};
	char part[8192];
	ssize_t n;

	while ((n = read(fd, part, sizeof part)) > 0 || (n < 0 && errno == EINTR))
		if (n > 0)
			strbuf_add(&b, str_slice(part, (size_t)n));
	*out = arena_dup(a, strbuf_str(&b));
	strbuf_release(&b);
	return n < 0 ? ERR_NOT_FOUND : 0;
}

int repo_file(struct arena *a, const char *path, bool follow, struct str *out)
{
	/* Not blocking: a fifo by that name must not hang the scan. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | (follow ? 0 : O_NOFOLLOW));
	int status = ERR_NOT_FOUND;
	struct stat st;

	if (fd < 0)
		return status;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		status = read_all(fd, a, out);
	(void)close(fd);
	return status;
}

static int by_oid(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct oid));
}

/* libgit2 1.5 does not apply the grafts of a shallow clone: we read the file they stand in. */
static void read_grafts(struct repo *r)
{
	struct str path = arena_printf(&r->arena, "%s/shallow", r->common_dir.ptr), text, line;

	if (repo_file(&r->arena, path.ptr, true, &text))
		return;
	r->grafts = ARENA_ARRAY(&r->arena, text.len / OID_HEX_LEN + 1, struct oid);
	while (str_next(&text, '\n', &line))
		if (oid_parse(&r->grafts[r->graft_count], str_trim(line)))
			r->graft_count++;
	qsort(r->grafts, r->graft_count, sizeof *r->grafts, by_oid);
}

bool repo_is_graft(const struct repo *r, const struct oid *id)
{
	return r->graft_count && bsearch(id, r->grafts, r->graft_count, sizeof *id, by_oid);
}

void repo_set_grafts(struct repo *r, const struct repo_graft *grafts, uint32_t count)
{
	r->set_grafts = ARENA_ARRAY(&r->arena, count, struct repo_graft);
	r->set_graft_count = count;
	if (count) {
		memcpy(r->set_grafts, grafts, count * sizeof *grafts);
		qsort(r->set_grafts, count, sizeof *grafts, by_oid);
	}
}

const struct repo_graft *repo_find_graft(const struct repo *r, const struct oid *id)
{
	return r->set_graft_count
		? bsearch(id, r->set_grafts, r->set_graft_count, sizeof *r->set_grafts, by_oid)
		: NULL;
}

bool repo_is_shallow(const struct repo *r)
{
	return r->graft_count > 0;
}

/* ---- opening ---- */

static struct str dir_name(struct arena *a, const char *path)
{
	struct str s = str_from(path);

	while (s.len > 1 && s.ptr[s.len - 1] == '/')
		s.len--;
	return arena_dup(a, s);
}

struct str repo_common_dir(const struct repo *r)
{
	return r->common_dir;
}

struct str repo_workdir(const struct repo *r)
{
	return r->workdir;
}

static int open_error(struct err *e, int status, const char *path)
{
	const git_error *said = git_error_last();

	if (status == GIT_ENOTFOUND)
		return err_set(e, ERR_NOT_FOUND,
			"%s is not in a git repository; give the path of one", path);
	return err_set(e, ERR_FAILED, "%s cannot be opened as a git repository: %s", path,
		said && said->message ? said->message : "no reason given");
}

static int open_with(
	struct repo **out, const char *path, const char *called, unsigned flags, struct err *e)
{
	struct repo *r = mem_zalloc(1, sizeof *r);
	int status = git_repository_open_ext(&r->git, path, flags, NULL);

	if (!status)
		status = git_repository_odb(&r->odb, r->git);
	if (status) {
		status = open_error(e, status, called);
		repo_close(r);
		return status;
	}
	r->common_dir = dir_name(&r->arena, git_repository_commondir(r->git));
	r->workdir = dir_name(
		&r->arena, git_repository_workdir(r->git) ? git_repository_workdir(r->git) : "");
	status = repo_guard_loose(r);
	if (status)
		status = open_error(e, status, called);
	else
		status = repo_check_owner(r, e);
	if (status) {
		repo_close(r);
		return status;
	}
	read_grafts(r);
	*out = r;
	return 0;
}

int repo_open(struct repo **out, const char *path, struct err *e)
{
	return open_with(out, path, path, 0, e);
}

int repo_reopen(struct repo **out, const struct repo *like, struct err *e)
{
	const char *path = git_repository_path(like->git);

	return open_with(out, path, path, GIT_REPOSITORY_OPEN_NO_SEARCH, e);
}

void repo_close(struct repo *r)
{
	if (!r)
		return;
	git_odb_free(r->odb);
	git_repository_free(r->git);
	vec_release(&r->missing);
	map_release(&r->missing_ids);
	arena_release(&r->arena);
	free(r);
}
