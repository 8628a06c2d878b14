/*
 * The prefilter: decides from the bytes alone which rules can have a finding in a file, so that
 * most files are never parsed, and most rules not asked in those that are. It may let through what
 * holds none, never the reverse.
 *
 * The search is that of Wu and Manber, "A fast algorithm for multi-pattern searching" (1994), with
 * blocks of two bytes: a table says for the two bytes at the end of a window as long as the
 * shortest word how far the window can move.
 */
#include "scan/rules/engine.h"

#include <stdlib.h>

#define BLOCK_COUNT 65536
#define MAX_WORDS   1024
#define NONE        UINT16_MAX

struct prefilter {
	size_t window;               /* length of the shortest word; at least 2 */
	uint8_t shift[BLOCK_COUNT];  /* by the last two bytes of the window; 0: compare */
	uint16_t first[BLOCK_COUNT]; /* words whose window ends in these bytes */
	uint16_t next[MAX_WORDS];
	struct str words[MAX_WORDS];
	struct rule_bits rules[MAX_WORDS]; /* by word: whose it is */
	uint16_t word_count;
	struct rule_bits all;
};

static size_t block_at(const char *p)
{
	return (size_t)(unsigned char)p[0] << 8 | (unsigned char)p[1];
}

static bool add_word(struct prefilter *p, struct str s, const struct rule_bits *rules)
{
	uint16_t i = 0;

	while (i < p->word_count && !str_eq(p->words[i], s))
		i++;
	if (i == MAX_WORDS || s.len < 2)
		return false;
	if (s.len < p->window)
		p->window = s.len;
	p->words[i] = s;
	bits_join(&p->rules[i], rules);
	if (i == p->word_count)
		p->word_count++;
	return true;
}

/* However a function is imported or reached, the last part of its name stands in the file. Which
 * rules it is for is not asked: projects add few. */
static bool add_calls(struct prefilter *p, struct added_calls added)
{
	for (size_t i = 0; i < added.count; i++) {
		struct str name = str_from(added.items[i].name);

		if (!add_word(p, str_drop(name, (size_t)(str_rfind(name, '.') + 1)), &p->all))
			return false;
	}
	return true;
}

/* A rule without words of its own or of its family could find something in any file. */
static bool add_rules(struct prefilter *p)
{
	static const struct rule_bits none;

	for (size_t i = 0; i < rule_count(); i++) {
		const char *const *words = rule_at(i)->words;
		struct rule_bits rule = {0};

		bits_add(&rule, i);
		bits_join(&p->all, &rule);
		if (!words)
			words = rule_family_of(i)->words;
		if (!words)
			return false;
		for (; *words; words++)
			if (!add_word(p, str_from(*words), &rule))
				return false;
	}
	return add_word(p, STR("async"), &none);
}

static void fill_tables(struct prefilter *p)
{
	size_t widest = p->window - 1;

	memset(p->shift, (int)widest, sizeof p->shift);
	memset(p->first, 0xff, sizeof p->first);
	for (uint16_t i = 0; i < p->word_count; i++) {
		for (size_t j = 0; j + 2 <= p->window; j++) {
			uint8_t *shift = &p->shift[block_at(p->words[i].ptr + j)];
			size_t distance = p->window - 2 - j;

			if (distance < *shift)
				*shift = (uint8_t)distance;
		}
		size_t last = block_at(p->words[i].ptr + p->window - 2);

		p->next[i] = p->first[last];
		p->first[last] = i;
	}
}

struct prefilter *prefilter_new(const struct rule_set *set)
{
	struct prefilter *p = mem_zalloc(1, sizeof *p);

	p->window = UINT8_MAX;
	if (add_rules(p) && add_calls(p, rule_set_added(set)))
		fill_tables(p);
	else
		p->word_count = 0;
	return p;
}

void prefilter_free(struct prefilter *p)
{
	free(p);
}

static bool is_name_char(char c)
{
	return c == '_' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
		(c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80;
}

/* Keywords count only on their own: `run_async` makes no file asynchronous. Other words may be
 * parts of names. */
static bool stands_right(struct str source, size_t at, struct str word)
{
	size_t end = at + word.len;

	if (!str_is(word, "async") && !str_is(word, "await"))
		return true;
	return !(at > 0 && is_name_char(source.ptr[at - 1])) &&
		!(end < source.len && is_name_char(source.ptr[end]));
}

/* Adds the rules of the words that stand here; words whose rules are known are not compared. */
static bool matches_at(const struct prefilter *p, struct str source, size_t at, size_t block,
	bool found, struct rule_bits *rules)
{
	size_t left = source.len - at;

	for (uint16_t i = p->first[block]; i != NONE; i = p->next[i]) {
		struct str w = p->words[i];

		if (found && bits_cover(rules, &p->rules[i]))
			continue;
		if (w.len <= left && memcmp(source.ptr + at, w.ptr, w.len) == 0 &&
			stands_right(source, at, w)) {
			bits_join(rules, &p->rules[i]);
			found = true;
		}
	}
	return found;
}

bool prefilter_passes(const struct prefilter *p, struct str source, struct rule_bits *rules)
{
	bool found = false;
	size_t i = 0;

	*rules = p->word_count ? (struct rule_bits){0} : p->all;
	if (p->word_count == 0)
		return true;
	while (i + p->window <= source.len) {
		size_t block = block_at(source.ptr + i + p->window - 2);
		size_t shift = p->shift[block];

		if (shift == 0) {
			found = matches_at(p, source, i, block, found, rules);
			shift = 1;
		}
		i += shift;
	}
	return found;
}

/* The same reasons as the parser's, so that a file's status does not depend on the prefilter. */
const char *prefilter_reject(struct str source, const struct py_limits *limits)
{
	if (limits->max_bytes && source.len > limits->max_bytes)
		return "too large";
	if (str_starts(source, "version https://git-lfs.github.com/spec/"))
		return "LFS pointer";
	if (str_starts(source, "\xff\xfe") || str_starts(source, "\xfe\xff"))
		return "UTF-16";
	if (source.len > 0 && memchr(source.ptr, '\0', source.len))
		return "NUL bytes";
	return NULL;
}
