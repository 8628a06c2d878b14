/*
 * Line differences between two texts, by libgit2's xdiff, on what is left once the common head and
 * tail are cut off. Lines end in \n; the last one may lack it, and then differs from one that does
 * not, as in git.
 */
#include "scan/repo_private.h"

#include <stdlib.h>

/*
 * Common lines that are kept on both sides of what differs. An inserted function often starts or
 * ends like its neighbour, and then several ranges of lines can be called the inserted one; git
 * slides the range to the place where a reader would see it, and needs room for that.
 */
#define SLACK_LINES 40

#define CHUNK_BYTES 4096

struct cut {
	size_t head_bytes, tail_bytes; /* the same in both texts, whole lines */
	uint32_t head_lines;
};

static size_t common_head(struct str a, struct str b)
{
	size_t most = a.len < b.len ? a.len : b.len, n = 0;

	while (most - n >= CHUNK_BYTES && memcmp(a.ptr + n, b.ptr + n, CHUNK_BYTES) == 0)
		n += CHUNK_BYTES;
	while (n < most && a.ptr[n] == b.ptr[n])
		n++;
	return n;
}

/* Of what follows the head. */
static size_t common_tail(struct str a, struct str b, size_t head)
{
	size_t most = (a.len < b.len ? a.len : b.len) - head, n = 0;
	const char *a_end = a.ptr + a.len, *b_end = b.ptr + b.len;

	while (most - n >= CHUNK_BYTES &&
		memcmp(a_end - n - CHUNK_BYTES, b_end - n - CHUNK_BYTES, CHUNK_BYTES) == 0)
		n += CHUNK_BYTES;
	while (n < most && a_end[-1 - (ptrdiff_t)n] == b_end[-1 - (ptrdiff_t)n])
		n++;
	return n;
}

/* Shortens a head to whole lines, less the slack. */
static size_t head_lines_only(struct str text, size_t head)
{
	struct str s = str_slice(text.ptr, head);

	for (int i = 0; i <= SLACK_LINES && s.len; i++) {
		ptrdiff_t end = str_rfind(str_slice(s.ptr, i ? s.len - 1 : s.len), '\n');

		s.len = (size_t)(end + 1);
	}
	return s.len;
}

/* Shortens a tail to whole lines, less the slack. The first line may be broken and goes, too. */
static size_t tail_lines_only(struct str text, size_t tail)
{
	struct str s = str_drop(text, text.len - tail);

	for (int i = 0; i <= SLACK_LINES && s.len; i++) {
		ptrdiff_t end = str_find(s, '\n');

		s = end < 0 ? STR_EMPTY : str_drop(s, (size_t)end + 1);
	}
	return s.len;
}

static uint32_t count_ends(struct str s)
{
	uint32_t n = 0;

	for (ptrdiff_t end; (end = str_find(s, '\n')) >= 0; s = str_drop(s, (size_t)end + 1))
		n++;
	return n;
}

static uint32_t count_lines(struct str s)
{
	return count_ends(s) + (s.len && s.ptr[s.len - 1] != '\n');
}

static struct cut cut_common(struct str a, struct str b)
{
	size_t head = common_head(a, b);
	struct cut c = {head_lines_only(a, head), tail_lines_only(a, common_tail(a, b, head)), 0};

	c.head_lines = count_ends(str_slice(a.ptr, c.head_bytes));
	return c;
}

static struct str middle(struct str s, const struct cut *c)
{
	return str_slice(s.ptr + c->head_bytes, s.len - c->head_bytes - c->tail_bytes);
}

/* ---- hunks ---- */

struct collector {
	VEC(struct hunk) hunks;
	uint32_t skipped_lines;
};

/* git numbers an empty range by the line before it, we by the line behind. */
static uint32_t start_of(int start, int lines, uint32_t skipped)
{
	return (uint32_t)start + (lines == 0) + skipped;
}

static int take_hunk(const git_diff_delta *delta, const git_diff_hunk *h, void *payload)
{
	struct collector *c = payload;

	(void)delta;
	*vec_push(&c->hunks) = (struct hunk){
		.old_start = start_of(h->old_start, h->old_lines, c->skipped_lines),
		.old_count = (uint32_t)h->old_lines,
		.new_start = start_of(h->new_start, h->new_lines, c->skipped_lines),
		.new_count = (uint32_t)h->new_lines,
	};
	return 0;
}

static void store_hunks(const struct collector *c, struct arena *a, struct hunks *out)
{
	*out = (struct hunks){.len = (uint32_t)c->hunks.len};
	if (!out->len)
		return;
	out->items = ARENA_ARRAY(a, out->len, struct hunk);
	memcpy(out->items, c->hunks.items, out->len * sizeof *out->items);
	for (uint32_t i = 0; i < out->len; i++) {
		out->deleted += out->items[i].old_count;
		out->added += out->items[i].new_count;
	}
}

/* xdiff refuses texts of a gigabyte: then everything between head and tail is one hunk. */
static void take_all(struct collector *c, struct str old_part, struct str new_part)
{
	uint32_t old_count = count_lines(old_part), new_count = count_lines(new_part);

	c->hunks.len = 0;
	*vec_push(&c->hunks) =
		(struct hunk){c->skipped_lines + 1, old_count, c->skipped_lines + 1, new_count};
}

int repo_diff_lines(
	struct str old_text, struct str new_text, struct arena *a, struct hunks *out, struct err *e)
{
	struct str old = old_text.len ? old_text : STR_EMPTY,
		   new = new_text.len ? new_text : STR_EMPTY;
	struct cut cut = cut_common(old, new);
	struct str old_part = middle(old, &cut), new_part = middle(new, &cut);
	struct collector c = {.skipped_lines = cut.head_lines};
	git_diff_options options;

	(void)e;
	(void)git_diff_options_init(&options, GIT_DIFF_OPTIONS_VERSION);
	options.flags = GIT_DIFF_FORCE_TEXT | GIT_DIFF_INDENT_HEURISTIC;
	options.context_lines = 0;
	if (!str_eq(old_part, new_part) &&
		git_diff_buffers(old_part.ptr, old_part.len, NULL, new_part.ptr, new_part.len, NULL,
			&options, NULL, NULL, take_hunk, NULL, &c))
		take_all(&c, old_part, new_part);
	store_hunks(&c, a, out);
	vec_release(&c.hunks);
	return 0;
}

uint32_t hunks_map_line(const struct hunks *h, uint32_t line)
{
	uint32_t low = 0, high = h->len;
	const struct hunk *before;

	while (low < high) { /* the first hunk that starts behind the line */
		uint32_t mid = low + (high - low) / 2;

		if (h->items[mid].old_start <= line)
			low = mid + 1;
		else
			high = mid;
	}
	if (low == 0)
		return line;
	before = &h->items[low - 1];
	if (line - before->old_start < before->old_count)
		return 0;
	return line - before->old_start - before->old_count + before->new_start + before->new_count;
}
