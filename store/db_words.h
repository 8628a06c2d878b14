/*
 * Words and spellings that db.c needs; nothing here calls SQLite.
 */
#ifndef LAPSE_STORE_DB_WORDS_H
#define LAPSE_STORE_DB_WORDS_H

#include "scan/base/str.h"

/* What a primary result code of SQLite means and what to do, to stand behind "FILE: "; NULL for
 * codes of which SQLite's own message is all there is to say. */
const char *db_words(int primary);
/* Adds a path as it is written in a file: URI. */
void db_uri_path(struct strbuf *out, const char *path);
/* Did a writer leave a log beside the file, with what is not yet in the file itself? */
bool db_has_log(const char *path);

#endif
