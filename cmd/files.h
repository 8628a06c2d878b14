/*
 * Finding Python files on disk: what `lapse lint PATH…` means.
 *
 * Files named by the user count whatever they are called. Directories are walked: files that end in
 * .py, .pyi or .pyw; symbolic links are not followed; left out are the folders of version control
 * (.git, .hg, .svn), virtual environments (a folder with pyvenv.cfg), and .tox, .nox, .venv, .eggs,
 * node_modules, __pycache__. Other hidden folders are walked: they may well be in the repository.
 */
#ifndef LAPSE_CMD_FILES_H
#define LAPSE_CMD_FILES_H

#include "scan/base/err.h"
#include "scan/base/mem.h"

struct file_entry {
	struct str path; /* as the user's operand leads to it; NUL-terminated */
	bool named;      /* given as an operand */
};

struct file_list {
	VEC(struct file_entry) items;
	VEC(struct str) unreadable; /* folders that could not be read: "path: reason" */
};

/* Adds a file, or the Python files below a directory. "." adds "a.py", not "./a.py". Paths live in
 * `a`. ERR_NOT_FOUND names what is not there. */
int files_add(struct file_list *list, const char *operand, struct arena *a, struct err *e);
/* By path; what was found twice stays once. */
void files_sort(struct file_list *list);
void files_release(struct file_list *list);

/* Reads a file whole, or its first max_bytes + 1 bytes. Appends to *out. Returns 0 or errno. */
int file_read(const char *path, size_t max_bytes, struct strbuf *out);
int file_read_stream(int fd, size_t max_bytes, struct strbuf *out);

#endif
