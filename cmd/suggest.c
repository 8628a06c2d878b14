/*
 * Nearest names by edit distance. See suggest.h.
 */
#include "cmd/suggest.h"

#include <stdint.h>
#include <string.h>

#define MAX_WORD 64

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

size_t suggest_distance(struct str a, struct str b)
{
	size_t rows[3][MAX_WORD + 1];
	size_t *before = rows[0], *last = rows[1], *row = rows[2], *t;

	if (a.len > MAX_WORD || b.len > MAX_WORD)
		return SIZE_MAX;
	for (size_t j = 0; j <= b.len; j++)
		last[j] = j;
	for (size_t i = 1; i <= a.len; i++) {
		row[0] = i;
		for (size_t j = 1; j <= b.len; j++) {
			char x = a.ptr[i - 1], y = b.ptr[j - 1];

			row[j] = least(least(last[j], row[j - 1]) + 1, last[j - 1] + (x != y));
			if (i > 1 && j > 1 && x == b.ptr[j - 2] && y == a.ptr[i - 2])
				row[j] = least(row[j], before[j - 2] + 1);
		}
		t = before;
		before = last;
		last = row;
		row = t;
	}
	return last[b.len];
}

static const char *only_start(const char *const *names, size_t count, struct str word)
{
	const char *found = NULL;

	for (size_t i = 0; word.len && i < count; i++)
		if (strncmp(names[i], word.ptr, word.len) == 0) {
			if (found)
				return NULL;
			found = names[i];
		}
	return found;
}

const char *suggest_nearest(const char *const *names, size_t count, struct str word)
{
	const char *best = only_start(names, count, word);
	size_t limit = word.len / 3 + 1; /* what is meant differs in less than that */

	if (best)
		return best;
	for (size_t i = 0; i < count; i++) {
		size_t distance = suggest_distance(word, str_from(names[i]));

		if (distance < limit) {
			limit = distance;
			best = names[i];
		}
	}
	return best;
}
