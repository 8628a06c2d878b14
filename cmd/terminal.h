/*
 * What the results are written to: a terminal or not, how wide, in colour or not.
 */
#ifndef LAPSE_CMD_TERMINAL_H
#define LAPSE_CMD_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum color_choice { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };
enum color_choice color_parse(const char *text);

struct terminal {
	bool is_terminal;
	bool color;
	size_t width;  /* columns; 0: not a terminal, no limit */
	size_t height; /* rows; 0: not known */
};

/*
 * Asks about `f`. The width is COLUMNS, else the terminal's, else 80. Automatic colour: a terminal,
 * NO_COLOR unset or empty, TERM neither unset nor "dumb".
 */
struct terminal terminal_of(FILE *f, enum color_choice choice);

/* Sequences that begin a style, "" without colour; STYLE_END ends all. */
enum style { STYLE_END, STYLE_BOLD, STYLE_DIM, STYLE_RED, STYLE_YELLOW, STYLE_CYAN };
const char *terminal_style(const struct terminal *t, enum style style);
/* The style of a level of findings by its name; STYLE_END for anything else. */
enum style terminal_level_style(const char *level);

#endif
