/*
 * Small drawings inside table cells: bars and sparklines, for columns whose header in a query asks
 * for them (`[bar]`, `[spark]`). Only tables on a terminal draw; every other format has the
 * numbers.
 */
#ifndef LAPSE_CMD_DRAW_H
#define LAPSE_CMD_DRAW_H

#include "scan/base/str.h"

/* Adds a bar for value / most of `width` columns, in eighths of a column where the locale is UTF-8,
 * else of '#'. Nothing for values that are not positive; at least a sliver for those that are. */
void draw_bar(struct strbuf *out, double value, double most, size_t width);
/* Adds a sparkline for numbers with commas between ("3,5,2"), scaled to 0 … the largest; the
 * numbers themselves where the locale cannot show it or they are no numbers. */
void draw_spark(struct strbuf *out, struct str numbers);

#endif
