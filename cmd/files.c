/*
 * Walking directories for Python files. See files.h.
 */
#define _DEFAULT_SOURCE /* d_type */
#include "cmd/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Folders still to be read. An explicit stack: folders may be nested deeper than ours. */
struct walk {
	struct file_list *list;
	struct arena *arena;
	VEC(struct str) folders;
};

static bool is_python(struct str name)
{
	return str_ends(name, ".py") || str_ends(name, ".pyi") || str_ends(name, ".pyw");
}

static bool is_left_out(const char *name)
{
	static const char *const names[] = {".git", ".hg", ".svn", ".tox", ".nox", ".venv", ".eggs",
		"node_modules", "__pycache__"};

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

static struct str join(struct arena *a, struct str folder, const char *name)
{
	if (folder.len == 0)
		return arena_dup(a, str_from(name));
	return arena_printf(a, "%.*s%s%s", STR_ARG(folder), str_ends(folder, "/") ? "" : "/", name);
}

static bool has_file(struct arena *a, struct str folder, const char *name)
{
	return access(join(a, folder, name).ptr, F_OK) == 0;
}

static void add_unreadable(struct walk *w, struct str folder, int number)
{
	*vec_push(&w->list->unreadable) =
		arena_printf(w->arena, "%.*s: %s", STR_ARG(folder), strerror(number));
}

static void visit(struct walk *w, struct str folder, const char *name)
{
	struct str path;
	struct stat st;

	if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return;
	path = join(w->arena, folder, name);
	if (lstat(path.ptr, &st) != 0)
		return; /* gone since the folder was read */
	if (S_ISDIR(st.st_mode) && !is_left_out(name))
		*vec_push(&w->folders) = path;
	else if (S_ISREG(st.st_mode) && is_python(path))
		*vec_push(&w->list->items) = (struct file_entry){path, false};
}

static void read_folder(struct walk *w, struct str folder, bool is_operand)
{
	DIR *d;
	struct dirent *entry;

	if (!is_operand && has_file(w->arena, folder, "pyvenv.cfg"))
		return;
	d = opendir(folder.len ? folder.ptr : ".");
	if (!d) {
		add_unreadable(w, folder, errno);
		return;
	}
	while ((entry = readdir(d)))
		visit(w, folder, entry->d_name);
	(void)closedir(d);
}

int files_add(struct file_list *list, const char *operand, struct arena *a, struct err *e)
{
	struct walk w = {.list = list, .arena = a};
	struct str path = str_from(strcmp(operand, ".") == 0 ? "" : operand);
	struct stat st;

	if (stat(operand, &st) != 0)
		return err_set(e, ERR_NOT_FOUND, "%s: %s; name a file or a directory", operand,
			strerror(errno));
	if (!S_ISDIR(st.st_mode)) {
		*vec_push(&list->items) = (struct file_entry){arena_dup(a, path), true};
		return 0;
	}
	read_folder(&w, arena_dup(a, path), true);
	while (w.folders.len) {
		struct str folder = *vec_last(&w.folders);

		w.folders.len--;
		read_folder(&w, folder, false);
	}
	vec_release(&w.folders);
	return 0;
}

static int by_path(const void *x, const void *y)
{
	const struct file_entry *a = x, *b = y;
	int d = str_cmp(a->path, b->path);

	return d ? d : (int)b->named - (int)a->named;
}

void files_sort(struct file_list *list)
{
	size_t kept = 0;

	if (list->items.len)
		qsort(list->items.items, list->items.len, sizeof *list->items.items, by_path);
	for (size_t i = 0; i < list->items.len; i++)
		if (i == 0 || !str_eq(list->items.items[i].path, list->items.items[kept - 1].path))
			list->items.items[kept++] = list->items.items[i];
	list->items.len = kept;
}

void files_release(struct file_list *list)
{
	vec_release(&list->items);
	vec_release(&list->unreadable);
}

int file_read_stream(int fd, size_t max_bytes, struct strbuf *out)
{
	static const size_t part_bytes = 64 * 1024;
	char *part = mem_zalloc(part_bytes, 1);
	ssize_t n = 0;

	while (out->len <= max_bytes && (n = read(fd, part, part_bytes)) != 0) {
		if (n < 0 && errno != EINTR)
			break;
		if (n > 0)
			strbuf_add(out, str_slice(part, (size_t)n));
	}
	free(part);
	return n < 0 ? errno : 0;
}

int file_read(const char *path, size_t max_bytes, struct strbuf *out)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int r;

	if (fd < 0)
		return errno;
	r = file_read_stream(fd, max_bytes, out);
	(void)close(fd);
	return r;
}
