/*
 * Which files that went away and which that came are versions of one another: by the lines they
 * share, as git finds renames, but only where nothing else comes as close.
 *
 * The cost is that of reading the files: candidates are found by rare lines, so that thousands of
 * files that move at once are no square. Files without rare lines are left to the steps by
 * findings.
 */
#include "scan/lineage_private.h"

#include <stdlib.h>
#include <string.h>

#include "scan/base/hash.h"

#define LEAST_PERCENT  85
#define MIN_SIZE_RATIO 84 /* percent */
#define MAX_SIZE_RATIO 118
#define MAX_FILE_BYTES (1u << 20)
#define MAX_ALL_BYTES  (96u << 20) /* of both lists: beyond, nothing is compared */
#define RARE           4           /* a line that so many files have leads to each of them */
#define MAX_CANDIDATES 8           /* per file */

struct line_hash {
	uint32_t hash, bytes;
};

/* A file's lines without blank ones and indentation, by hash. */
struct lines {
	struct line_hash *items;
	uint32_t len, bytes;
};

struct entry {
	uint32_t hash, file;
};

struct candidate {
	uint32_t old, new, percent;
	bool same_name;
};

struct comparison {
	struct run *run;
	const struct alike_file *old_files, *new_files;
	struct lines *old, *new;
	uint32_t old_len, new_len;
	struct entry *index; /* rare lines of the old files */
	size_t index_len;
	VEC(struct candidate) found;
};

/* ---- lines ---- */

static int by_line_hash(const void *a, const void *b)
{
	const struct line_hash *x = a, *y = b;

	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	return x->bytes < y->bytes ? -1 : x->bytes > y->bytes;
}

static void split_lines(struct str text, struct arena *a, struct lines *out)
{
	struct str rest = text, line;
	uint32_t n = 0;

	while (str_next(&rest, '\n', &line))
		n++;
	out->items = ARENA_ARRAY(a, n, struct line_hash);
	while (str_next(&text, '\n', &line)) {
		line = str_trim(line);
		if (!line.len)
			continue;
		out->items[out->len++] =
			(struct line_hash){(uint32_t)hash_bytes(line), (uint32_t)line.len};
		out->bytes += (uint32_t)line.len;
	}
	if (out->len)
		qsort(out->items, out->len, sizeof *out->items, by_line_hash);
}

/* A file that cannot be read has no lines. */
static struct lines *read_all(struct run *run, const struct alike_file *files, uint32_t len)
{
	struct lines *all = ARENA_ARRAY(run->a, len, struct lines);

	for (uint32_t i = 0; i < len; i++) {
		struct arena scratch = {0};
		struct str text;

		if (files[i].bytes <= MAX_FILE_BYTES &&
			repo_blob(run->t->repo, &files[i].blob, &scratch, &text, NULL) == 0)
			split_lines(text, run->a, &all[i]);
		arena_release(&scratch);
	}
	return all;
}

/* ---- candidates ---- */

static int by_entry(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	return x->file < y->file ? -1 : x->file > y->file;
}

static void index_old(struct comparison *c)
{
	size_t n = 0, kept = 0;

	for (uint32_t i = 0; i < c->old_len; i++)
		n += c->old[i].len;
	c->index = ARENA_ARRAY(c->run->a, n, struct entry);
	n = 0;
	for (uint32_t i = 0; i < c->old_len; i++)
		for (uint32_t k = 0; k < c->old[i].len; k++)
			if (!k || c->old[i].items[k].hash != c->old[i].items[k - 1].hash)
				c->index[n++] = (struct entry){c->old[i].items[k].hash, i};
	if (n)
		qsort(c->index, n, sizeof *c->index, by_entry);
	for (size_t i = 0, j; i < n; i = j) {
		for (j = i; j < n && c->index[j].hash == c->index[i].hash;)
			j++;
		if (j - i > RARE)
			continue;
		memmove(&c->index[kept], &c->index[i], (j - i) * sizeof *c->index);
		kept += j - i;
	}
	c->index_len = kept;
}

static size_t find_entry(const struct comparison *c, uint32_t hash)
{
	size_t low = 0, high = c->index_len;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (c->index[mid].hash < hash)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

struct votes {
	uint32_t file, count;
};

static int by_votes(const void *a, const void *b)
{
	const struct votes *x = a, *y = b;

	if (x->count != y->count)
		return x->count > y->count ? -1 : 1;
	return x->file < y->file ? -1 : x->file > y->file;
}

static int by_file(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

typedef VEC(uint32_t) file_numbers;

/* The old files that share rare lines with this one: those that share most, in that order. */
static uint32_t vote(
	const struct comparison *c, const struct lines *l, file_numbers *hits, struct votes **out)
{
	uint32_t n = 0;

	vec_clear(hits);
	for (uint32_t k = 0; k < l->len; k++) {
		size_t at = find_entry(c, l->items[k].hash);

		for (; at < c->index_len && c->index[at].hash == l->items[k].hash; at++)
			*vec_push(hits) = c->index[at].file;
	}
	if (!hits->len)
		return 0;
	qsort(hits->items, hits->len, sizeof *hits->items, by_file);
	*out = ARENA_ARRAY(c->run->a, hits->len, struct votes);
	for (size_t i = 0; i < hits->len; i++) {
		if (!n || (*out)[n - 1].file != hits->items[i])
			(*out)[n++].file = hits->items[i];
		(*out)[n - 1].count++;
	}
	qsort(*out, n, sizeof **out, by_votes);
	return n < MAX_CANDIDATES ? n : MAX_CANDIDATES;
}

/* ---- comparing ---- */

/* How much of the larger file stands in the other one, by bytes of lines. */
static uint32_t percent_alike(const struct lines *a, const struct lines *b)
{
	uint64_t common = 0, larger = a->bytes > b->bytes ? a->bytes : b->bytes;
	uint32_t i = 0, j = 0;

	if ((uint64_t)b->bytes * 100 < (uint64_t)a->bytes * MIN_SIZE_RATIO ||
		(uint64_t)b->bytes * 100 > (uint64_t)a->bytes * MAX_SIZE_RATIO)
		return 0;
	while (i < a->len && j < b->len) {
		int d = by_line_hash(&a->items[i], &b->items[j]);

		common += d == 0 ? a->items[i].bytes : 0;
		i += d <= 0;
		j += d >= 0;
	}
	return larger ? (uint32_t)(common * 100 / larger) : 0;
}

static struct str base_name(struct str path)
{
	return str_drop(path, (size_t)(str_rfind(path, '/') + 1));
}

static void compare(struct comparison *c)
{
	file_numbers hits = {0};

	for (uint32_t new = 0; new < c->new_len; new ++) {
		struct votes *votes = NULL;
		uint32_t n = vote(c, &c->new[new], &hits, &votes);

		for (uint32_t i = 0; i < n; i++) {
			uint32_t old = votes[i].file;
			uint32_t percent = percent_alike(&c->old[old], &c->new[new]);

			if (percent >= LEAST_PERCENT)
				*vec_push(&c->found) = (struct candidate){old, new, percent,
					str_eq(base_name(c->old_files[old].name),
						base_name(c->new_files[new].name))};
		}
	}
	vec_release(&hits);
}

/* ---- choosing ---- */

static uint32_t score(const struct candidate *c)
{
	return 2 * c->percent + c->same_name;
}

struct best {
	uint32_t score;
	bool tied;
};

static void note(struct best *b, uint32_t score)
{
	if (score > b->score)
		*b = (struct best){score, false};
	else if (score == b->score)
		b->tied = true;
}

/* A pair is sure when it is the best of both files and nothing is as good. */
static void choose(struct comparison *c, uint32_t *partner)
{
	struct best *old = ARENA_ARRAY(c->run->a, c->old_len, struct best);
	struct best *new = ARENA_ARRAY(c->run->a, c->new_len, struct best);

	for (size_t i = 0; i < c->found.len; i++) {
		const struct candidate *f = &c->found.items[i];

		note(&old[f->old], score(f));
		note(&new[f->new], score(f));
	}
	for (size_t i = 0; i < c->found.len; i++) {
		const struct candidate *f = &c->found.items[i];

		if (score(f) == old[f->old].score && score(f) == new[f->new].score &&
			!old[f->old].tied && !new[f->new].tied)
			partner[f->old] = f->new;
	}
}

static uint64_t sum_bytes(const struct alike_file *files, uint32_t len)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < len; i++)
		sum += files[i].bytes <= MAX_FILE_BYTES ? files[i].bytes : 0;
	return sum;
}

void find_alike(struct run *run, const struct alike_file *old, uint32_t old_len,
	const struct alike_file *new, uint32_t new_len, uint32_t *partner)
{
	struct comparison c = {.run = run,
		.old_files = old,
		.new_files = new,
		.old_len = old_len,
		.new_len = new_len};

	for (uint32_t i = 0; i < old_len; i++)
		partner[i] = ALIKE_NONE;
	if (sum_bytes(old, old_len) + sum_bytes(new, new_len) > MAX_ALL_BYTES)
		return;
	c.old = read_all(run, old, old_len);
	c.new = read_all(run, new, new_len);
	index_old(&c);
	compare(&c);
	choose(&c, partner);
	vec_release(&c.found);
}
