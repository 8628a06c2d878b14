/*
 * Asking about terminals. See terminal.h.
 */
#define _DEFAULT_SOURCE /* TIOCGWINSZ; POSIX.1-2008 has no way to ask for the width */
#include "cmd/terminal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cmd/option.h"

#define USUAL_WIDTH 80
#define LEAST_WIDTH 20

enum color_choice color_parse(const char *text)
{
	if (strcmp(text, "always") == 0)
		return COLOR_ALWAYS;
	return strcmp(text, "never") == 0 ? COLOR_NEVER : COLOR_AUTO;
}

static bool wants_color(void)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	return !(no && *no) && term && strcmp(term, "dumb") != 0;
}

static size_t ask_width(int fd)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;
	int64_t n;

	if (columns && number_parse(columns, &n) && n >= LEAST_WIDTH)
		return (size_t)n;
	if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col >= LEAST_WIDTH)
		return size.ws_col;
	return USUAL_WIDTH;
}

static size_t ask_height(int fd)
{
	struct winsize size;

	return ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_row : 0;
}

struct terminal terminal_of(FILE *f, enum color_choice choice)
{
	struct terminal t = {0};

	t.is_terminal = isatty(fileno(f));
	t.width = t.is_terminal ? ask_width(fileno(f)) : 0;
	t.height = t.is_terminal ? ask_height(fileno(f)) : 0;
	t.color =
		choice == COLOR_ALWAYS || (choice == COLOR_AUTO && t.is_terminal && wants_color());
	return t;
}

const char *terminal_style(const struct terminal *t, enum style style)
{
	static const char *const sequences[] = {
		[STYLE_END] = "\033[0m",
		[STYLE_BOLD] = "\033[1m",
		[STYLE_DIM] = "\033[2m",
		[STYLE_RED] = "\033[31m",
		[STYLE_YELLOW] = "\033[33m",
		[STYLE_CYAN] = "\033[36m",
	};

	return t->color ? sequences[style] : "";
}

enum style terminal_level_style(const char *level)
{
	if (strcmp(level, "error") == 0)
		return STYLE_RED;
	if (strcmp(level, "warning") == 0)
		return STYLE_YELLOW;
	return strcmp(level, "info") == 0 ? STYLE_CYAN : STYLE_END;
}
