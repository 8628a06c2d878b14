/*
 * `lapse scan --fetch`: git's own fetch, with the user's credentials, proxies and hooks.
 */
#include <errno.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmd/scan.h"

#define NOT_FOUND 127 /* as shells say that there is no such program */

/* Its output goes where messages go. */
static void become_git(const char *path)
{
	const char *const argv[] = {
		"git", "-C", path, "fetch", "--quiet", "--all", "--prune", "--tags", NULL};

	(void)dup2(STDERR_FILENO, STDOUT_FILENO);
	(void)execvp(argv[0], (char *const *)argv);
	_exit(NOT_FOUND);
}

int scan_fetch(const struct session *s, const char *path)
{
	int state = 0;
	pid_t child;

	(void)fflush(NULL);
	child = fork();
	if (child == 0)
		become_git(path);
	if (child < 0)
		return session_fail(s, "%s: no process for git fetch: %s", path, strerror(errno));
	while (waitpid(child, &state, 0) < 0 && errno == EINTR)
		;
	if (WIFEXITED(state) && WEXITSTATUS(state) == 0)
		return 0;
	if (WIFEXITED(state) && WEXITSTATUS(state) == NOT_FOUND)
		return session_fail(s, "%s: no git program in PATH for --fetch", path);
	return session_fail(
		s, "%s: git fetch failed, nothing is scanned; see its message above", path);
}
