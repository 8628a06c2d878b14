/*
 * See db_words.h.
 */
#include "store/db_words.h"

#include <sqlite3.h>
#include <sys/stat.h>

const char *db_words(int primary)
{
	switch (primary) {
	case SQLITE_FULL:
		return "the disk is full; make room and run it again: what was committed is kept";
	case SQLITE_READONLY:
	case SQLITE_PERM:
		return "cannot be written; check the permissions of the file and of its folder";
	case SQLITE_CANTOPEN:
		return "cannot be opened; check that its folder exists and that you may write "
		       "there";
	case SQLITE_NOTADB:
		return "is not a database; name another file with --db";
	case SQLITE_CORRUPT:
		return "is damaged; move it away and scan again";
	case SQLITE_IOERR:
		return "cannot be read or written (input/output error); check the disk";
	case SQLITE_TOOBIG:
		return "a value is too big";
	default:
		return NULL;
	}
}

void db_uri_path(struct strbuf *out, const char *path)
{
	for (const char *p = path; *p; p++)
		if (*p == '%' || *p == '?' || *p == '#')
			strbuf_addf(out, "%%%02X", (unsigned)(unsigned char)*p);
		else
			strbuf_addc(out, *p);
}

bool db_has_log(const char *path)
{
	struct strbuf name = {0};
	struct stat st;
	bool has;

	strbuf_addf(&name, "%s-wal", path);
	has = stat(name.ptr, &st) == 0 && st.st_size > 0;
	strbuf_release(&name);
	return has;
}
