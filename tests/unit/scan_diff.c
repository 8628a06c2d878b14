/*
 * Line differences: every result must turn the old text into the new one, and the counts be those
 * of `git diff --numstat`.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "scan/repo.h"
#include "tests/unit/gitrepo.h"
#include "draw.h"

static struct str take_line(struct str *rest)
{
	ptrdiff_t end = str_find(*rest, '\n');
	struct str line = end < 0 ? *rest : str_slice(rest->ptr, (size_t)end + 1);

	*rest = str_drop(*rest, line.len);
	return line;
}

static uint32_t skip_lines(struct str *rest, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		assert_true(rest->len > 0);
		(void)take_line(rest);
	}
	return count;
}

/* Walks both texts along the hunks: lines between them are the same and map to each other. */
static void check_map(struct str a, struct str b, const struct hunks *h)
{
	uint32_t old_line = 1, new_line = 1, added = 0, deleted = 0;

	for (uint32_t i = 0; i <= h->len; i++) {
		while (i < h->len ? old_line < h->items[i].old_start : a.len > 0) {
			assert_true(str_eq(take_line(&a), take_line(&b)));
			assert_int_equal(hunks_map_line(h, old_line), new_line);
			old_line++;
			new_line++;
		}
		if (i == h->len)
			break;
		assert_int_equal(old_line, h->items[i].old_start);
		assert_int_equal(new_line, h->items[i].new_start);
		for (uint32_t k = 0; k < h->items[i].old_count; k++)
			assert_int_equal(hunks_map_line(h, old_line + k), 0);
		old_line += skip_lines(&a, h->items[i].old_count);
		new_line += skip_lines(&b, h->items[i].new_count);
		deleted += h->items[i].old_count;
		added += h->items[i].new_count;
	}
	assert_int_equal(a.len + b.len, 0);
	assert_int_equal(added, h->added);
	assert_int_equal(deleted, h->deleted);
}

static void diff(struct str a, struct str b, struct arena *arena, struct hunks *h)
{
	assert_int_equal(repo_diff_lines(a, b, arena, h, NULL), 0);
	check_map(a, b, h);
}

static void counts_by_hand(void **state)
{
	static const struct {
		const char *a, *b;
		uint32_t added, deleted, hunks;
	} cases[] = {
		{"", "", 0, 0, 0},
		{"a\nb\n", "a\nb\n", 0, 0, 0},
		{"", "a\nb", 2, 0, 1},
		{"a\nb\n", "", 0, 2, 1},
		{"a", "a\n", 1, 1, 1},
		{"a\n", "a\n\n", 1, 0, 1},
		{"a\r\nb\r\n", "a\nb\r\n", 1, 1, 1},
		{"a\rb\rc", "a\rx\rc", 1, 1, 1},
		{"a\nb\nc\n", "a\nx\nc\n", 1, 1, 1},
		{"a\nb\nc\n", "x\na\nb\nc\ny\n", 2, 0, 2},
		{"\n\n\n", "\n\n", 0, 1, 1},
		{"a\nb\nc\nd", "b\nc\nd\n", 1, 2, 2},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct arena arena = {0};
		struct hunks h;

		diff(str_from(cases[i].a), str_from(cases[i].b), &arena, &h);
		assert_int_equal(h.added, cases[i].added);
		assert_int_equal(h.deleted, cases[i].deleted);
		assert_int_equal(h.len, cases[i].hunks);
		arena_release(&arena);
	}
}

/* NUL bytes make it no binary file, and a NULL text is an empty one. */
static void takes_any_bytes(void **state)
{
	struct arena arena = {0};
	struct hunks h;

	(void)state;
	diff(STR("a\0\n\xff\n"), STR("a\0\n\xfe\n"), &arena, &h);
	assert_int_equal(h.len, 1);
	assert_int_equal(h.items[0].old_start, 2);
	diff(str_slice(NULL, 0), STR("x\n"), &arena, &h);
	assert_int_equal(h.added, 1);
	diff(STR("x\n"), str_slice(NULL, 0), &arena, &h);
	assert_int_equal(h.deleted, 1);
	diff(str_slice(NULL, 0), str_slice(NULL, 0), &arena, &h);
	assert_int_equal(h.len, 0);
	arena_release(&arena);
}

/* The decorator of the function behind must not be taken for the new one's, although a greedy
 * comparison from the top would have it so. */
static void insertions_stand_where_readers_see_them(void **state)
{
	struct arena arena = {0};
	struct hunks h;

	(void)state;
	diff(STR("@x\ndef a():\n    pass\n\n@x\ndef c():\n    pass\n"),
		STR("@x\ndef a():\n    pass\n\n@x\ndef b():\n    pass\n\n@x\ndef c():\n    pass\n"),
		&arena, &h);
	assert_int_equal(h.len, 1);
	assert_int_equal(hunks_map_line(&h, 4), 4);
	assert_int_equal(hunks_map_line(&h, 5), 9);
	arena_release(&arena);
}

/* Lines of few kinds, many alike, as in code. */
static void random_text(struct strbuf *b, uint64_t *seed, uint32_t lines)
{
	static const char *const kinds[] = {"\n", "    return x\n", "def f():\n", "x = 1\n"};

	for (uint32_t i = 0; i < lines; i++)
		if (draw(seed, 3) == 0)
			strbuf_addz(b, kinds[draw(seed, ARRAY_LEN(kinds))]);
		else
			strbuf_addf(b, "line %u\n", draw(seed, 1000));
}

static void edit(struct strbuf *out, struct str text, uint64_t *seed)
{
	while (text.len) {
		struct str line = take_line(&text);

		switch (draw(seed, 40)) {
		case 0:
			random_text(out, seed, 1 + draw(seed, 4));
			break;
		case 1:
			random_text(out, seed, 1 + draw(seed, 4));
			strbuf_add(out, line);
			break;
		case 2:
			break;
		default:
			strbuf_add(out, line);
		}
	}
	if (draw(seed, 5) == 0)
		strbuf_addz(out, "no line break at the end");
}

static void random_pairs_map(void **state)
{
	uint64_t seed = 5;

	(void)state;
	for (int round = 0; round < 400; round++) {
		struct strbuf a = {0}, b = {0};
		struct arena arena = {0};
		struct hunks h;

		random_text(&a, &seed, draw(&seed, 600));
		edit(&b, strbuf_str(&a), &seed);
		diff(strbuf_str(&a), strbuf_str(&b), &arena, &h);
		arena_release(&arena);
		strbuf_release(&a);
		strbuf_release(&b);
	}
}

static void counts_as_git(void **state)
{
	uint64_t seed = 9;
	int same = 0, rounds = 40;
	struct gitrepo g;

	(void)state;
	gitrepo_new(&g);
	for (int round = 0; round < rounds; round++) {
		struct strbuf a = {0}, b = {0}, numstat = {0};
		struct arena arena = {0};
		struct hunks h;
		char expected[60];

		random_text(&a, &seed, 1 + draw(&seed, 600));
		edit(&b, strbuf_str(&a), &seed);
		strbuf_addc(&b, '\n');
		gitrepo_feed(&g, "cat > a", strbuf_str(&a));
		gitrepo_feed(&g, "cat > b", strbuf_str(&b));
		gitrepo_ask(&g, &numstat, "git diff --no-index --numstat a b || true");
		diff(strbuf_str(&a), strbuf_str(&b), &arena, &h);
		(void)snprintf(expected, sizeof expected, "%u\t%u\t", h.added, h.deleted);
		same += str_starts(strbuf_str(&numstat), expected);
		arena_release(&arena);
		strbuf_release(&a);
		strbuf_release(&b);
		strbuf_release(&numstat);
	}
	gitrepo_remove(&g);
	assert_true(same >= rounds * 95 / 100); /* cutting heads and tails may change a heuristic */
}

/* A million lines with one change in the middle: no time is spent on what is the same. */
static void huge_texts_are_quick(void **state)
{
	struct strbuf a = {0}, b = {0};
	struct arena arena = {0};
	struct hunks h;

	(void)state;
	for (int i = 0; i < 1000000; i++) {
		strbuf_addf(&a, "line %d\n", i);
		strbuf_addf(&b, "line %d\n", i == 500000 ? -1 : i);
	}
	diff(strbuf_str(&a), strbuf_str(&b), &arena, &h);
	assert_int_equal(h.len, 1);
	assert_int_equal(h.items[0].old_start, 500001);
	arena_release(&arena);
	strbuf_release(&a);
	strbuf_release(&b);
}

static int group_setup(void **state)
{
	return gitrepo_setup(state) || repo_library_init(NULL);
}

static int group_teardown(void **state)
{
	repo_library_release();
	return gitrepo_teardown(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_by_hand),
		cmocka_unit_test(takes_any_bytes),
		cmocka_unit_test(insertions_stand_where_readers_see_them),
		cmocka_unit_test(random_pairs_map),
		cmocka_unit_test(counts_as_git),
		cmocka_unit_test(huge_texts_are_quick),
	};

	return cmocka_run_group_tests_name("diff", tests, group_setup, group_teardown);
}
