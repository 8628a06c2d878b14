/*
 * The lock of a database: FILE-lock beside it, held by the one process that scans into it, merges
 * or cleans it. The kernel lets go of it when the process dies; its text says who holds it.
 *
 * SQLite's own locks last for a transaction; a scan is many of them, and two scans must not mix.
 */
#ifndef LAPSE_STORE_LOCK_H
#define LAPSE_STORE_LOCK_H

#include <stddef.h>
#include <stdint.h>

#include "scan/base/err.h"

struct lock;

/* Takes the lock of the database at `db_path`, waiting at most timeout_ms. ERR_LOCKED names the
 * holder; ERR_FAILED when the file cannot be written. */
int lock_take(struct lock **out, const char *db_path, uint32_t timeout_ms, const char *command,
	struct err *e);
void lock_drop(struct lock *l); /* l may be NULL */
/* Who holds the lock of `db_path`: "lapse scan (process 12 on host, since …)", "" when nobody does.
 */
const char *lock_holder(const char *db_path, char *buffer, size_t bytes);

#endif
