/*
 * Matching patterns. See glob.h. Backtracking to the last star only: linear for one star, never
 * worse than pattern times text.
 */
#include "cmd/glob.h"

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool glob_matches(struct str pattern, struct str text)
{
	size_t p = 0, t = 0, star = SIZE_MAX, from = 0;

	while (t < text.len) {
		char c = p < pattern.len ? pattern.ptr[p] : 0;

		if (c == '*') {
			star = p++;
			from = t;
		} else if (p < pattern.len && (c == '?' || lower(c) == lower(text.ptr[t]))) {
			p++;
			t++;
		} else if (star != SIZE_MAX) {
			p = star + 1;
			t = ++from;
		} else {
			return false;
		}
	}
	while (p < pattern.len && pattern.ptr[p] == '*')
		p++;
	return p == pattern.len;
}

/* ---- paths ---- */

/* Where the pattern may be tried again, with its star taking one character more. */
struct retry {
	size_t pattern, text;
	bool set;
};

/* Takes the stars at p; *deep: two of them, which slashes do not stop. "**" and a slash also stand
 * for nothing. */
static size_t skip_stars(struct str pattern, size_t p, bool *deep)
{
	size_t end = p;

	while (end < pattern.len && pattern.ptr[end] == '*')
		end++;
	*deep = end - p > 1;
	if (*deep && end < pattern.len && pattern.ptr[end] == '/')
		end++;
	return end;
}

static bool fits(struct str pattern, size_t p, char c)
{
	return p < pattern.len && (pattern.ptr[p] == c || (pattern.ptr[p] == '?' && c != '/'));
}

/* One character more for "**"; one folder more when a slash followed. */
static bool advance(struct retry *many, struct str pattern, struct str path)
{
	bool folders = many->pattern > 0 && pattern.ptr[many->pattern - 1] == '/';

	do
		many->text++;
	while (folders && many->text < path.len && path.ptr[many->text - 1] != '/');
	return many->text < path.len || (!folders && many->text == path.len);
}

/* The whole path, or a folder that it is below. */
static bool matches_from_root(struct str pattern, struct str path, bool folder)
{
	struct retry one = {0}, many = {0};
	size_t p = 0, t = 0;

	for (;;) {
		bool ended = t == path.len, deep;

		if (p == pattern.len && ((ended && !folder) || (!ended && path.ptr[t] == '/')))
			return true;
		if (p < pattern.len && pattern.ptr[p] == '*') {
			p = skip_stars(pattern, p, &deep);
			if (deep) {
				many = (struct retry){p, t, true};
				one.set = false;
			} else {
				one = (struct retry){p, t, true};
			}
		} else if (!ended && fits(pattern, p, path.ptr[t])) {
			p++;
			t++;
		} else if (one.set && one.text < path.len && path.ptr[one.text] != '/') {
			p = one.pattern;
			t = ++one.text;
		} else if (many.set && advance(&many, pattern, path)) {
			p = many.pattern;
			t = many.text;
			one.set = false;
		} else {
			return false;
		}
	}
}

bool glob_matches_path(struct str pattern, struct str path)
{
	bool folder = pattern.len > 0 && pattern.ptr[pattern.len - 1] == '/', anchored;
	size_t at = 0;

	if (folder)
		pattern.len--;
	anchored = str_find(pattern, '/') >= 0;
	if (anchored && pattern.ptr[0] == '/')
		pattern = str_drop(pattern, 1);
	if (pattern.len == 0)
		return false;
	if (matches_from_root(pattern, path, folder))
		return true;
	for (; !anchored && at < path.len; at++)
		if (path.ptr[at] == '/' &&
			matches_from_root(pattern, str_drop(path, at + 1), folder))
			return true;
	return false;
}
