/*
 * See lock.h. Uses flock(2): unlike fcntl's locks it holds between handles of one process, too.
 */
#include "store/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "scan/base/mem.h"

#define RETRY_MS   20
#define TEXT_BYTES 256
#define HOST_BYTES 64
#define LOCK_MODE  0666

struct lock {
	struct strbuf path;
	int fd;
};

static void lock_path(struct strbuf *out, const char *db_path)
{
	strbuf_addf(out, "%s-lock", db_path);
}

/* The holder removes the file when it lets go: a lock on a file without name is none. */
static int still_named(int fd, const char *path)
{
	struct stat mine, named;

	return fstat(fd, &mine) == 0 && stat(path, &named) == 0 && mine.st_ino == named.st_ino &&
		mine.st_dev == named.st_dev;
}

static void write_holder(int fd, const char *command)
{
	char host[HOST_BYTES] = "?", when[TEXT_BYTES], text[TEXT_BYTES];
	time_t now = time(NULL);
	struct tm utc;
	int n;

	(void)gethostname(host, sizeof host - 1);
	if (!gmtime_r(&now, &utc) || !strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%SZ", &utc))
		when[0] = '\0';
	n = snprintf(text, sizeof text, "%s (process %ld on %s, since %s)\n",
		command ? command : "lapse", (long)getpid(), host, when);
	/* Only for messages: a lock without text is a lock. */
	if (n > 0 && ftruncate(fd, 0) == 0 && pwrite(fd, text, strlen(text), 0) < 0)
		return;
}

/* 1 taken, 0 somebody has it, negative: cannot be opened. */
static int try_take(struct lock *l)
{
	l->fd = open(l->path.ptr, O_RDWR | O_CREAT | O_CLOEXEC, LOCK_MODE);
	if (l->fd < 0)
		return -1;
	if (flock(l->fd, LOCK_EX | LOCK_NB) == 0 && still_named(l->fd, l->path.ptr))
		return 1;
	close(l->fd);
	l->fd = -1;
	return 0;
}

static void release(struct lock *l)
{
	strbuf_release(&l->path);
	free(l);
}

static int fail_open(struct lock *l, const char *db_path, int number, struct err *e)
{
	release(l);
	return err_set(e, ERR_FAILED,
		"%s: cannot be written (%s); check that its folder exists and that you may write "
		"there",
		db_path, strerror(number));
}

static int fail_held(struct lock *l, const char *db_path, struct err *e)
{
	char text[TEXT_BYTES];
	const char *who = lock_holder(db_path, text, sizeof text);

	release(l);
	return err_set(e, ERR_LOCKED,
		"%s: locked by %s; wait until it has ended, or wait longer with --lock-timeout",
		db_path, *who ? who : "another lapse");
}

int lock_take(struct lock **out, const char *db_path, uint32_t timeout_ms, const char *command,
	struct err *e)
{
	static const struct timespec pause = {0, RETRY_MS * 1000000L};
	struct lock *l = mem_zalloc(1, sizeof *l);
	int rc;

	*out = NULL;
	lock_path(&l->path, db_path);
	for (uint32_t waited = 0; (rc = try_take(l)) == 0; waited += RETRY_MS) {
		if (waited >= timeout_ms)
			return fail_held(l, db_path, e);
		nanosleep(&pause, NULL);
	}
	if (rc < 0)
		return fail_open(l, db_path, errno, e);
	write_holder(l->fd, command);
	*out = l;
	return 0;
}

void lock_drop(struct lock *l)
{
	if (!l)
		return;
	unlink(l->path.ptr);
	close(l->fd);
	release(l);
}

const char *lock_holder(const char *db_path, char *buffer, size_t bytes)
{
	struct strbuf path = {0};
	ssize_t n = 0;
	int fd;

	buffer[0] = '\0';
	lock_path(&path, db_path);
	fd = open(path.ptr, O_RDONLY | O_CLOEXEC);
	strbuf_release(&path);
	if (fd < 0)
		return buffer;
	if (flock(fd, LOCK_SH | LOCK_NB) != 0)
		n = pread(fd, buffer, bytes - 1, 0);
	close(fd);
	buffer[n > 0 ? n : 0] = '\0';
	buffer[strcspn(buffer, "\n")] = '\0';
	return buffer;
}
