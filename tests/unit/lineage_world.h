/*
 * Random repositories for tests of the history layer: a model of trees of small Python files,
 * edited at random along a random graph, and written into git.
 */
#ifndef LAPSE_TESTS_LINEAGE_WORLD_H
#define LAPSE_TESTS_LINEAGE_WORLD_H

#include "gitrepo.h"
#include "scan/repo.h"

#define MAX_LINES   90
#define MAX_FILES   6
#define MAX_COMMITS 300
#define MAX_PARENTS 4

static inline uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

/* ---- what a tree holds ---- */

enum line_kind { LINE_DEF, LINE_FILLER, LINE_SLEEP, LINE_BREAK };

struct line {
	enum line_kind kind;
	uint32_t number;
	bool suppressed;
};

struct file {
	uint32_t name;
	uint32_t len;
	struct line lines[MAX_LINES];
};

struct tree {
	uint32_t len;
	struct file files[MAX_FILES];
};

struct node {
	uint32_t parents[MAX_PARENTS];
	uint32_t parent_count;
	bool has_child;
	struct tree tree;
	struct oid oid;
};

/* How histories are made. */
struct recipe {
	uint32_t commits;
	bool linear;
	bool identity; /* every finding has a number of its own, no file changes its name, and no
			* commit both adds findings and takes some away (which would be an edit):
			* what is the same and what is not can be told from the text */
};

struct world {
	struct gitrepo g;
	struct repo *r;
	struct recipe recipe;
	uint32_t seed, next_number;
	uint32_t edits_before; /* in the commit that is being made */
	bool adds, deletes;    /* what may happen to findings in it */
	uint32_t len;
	struct node nodes[MAX_COMMITS];
};

static inline uint32_t pick(struct world *w, uint32_t below)
{
	return next_random(&w->seed) % below;
}

static inline uint32_t fresh_number(struct world *w)
{
	/* Few numbers make many equal texts. */
	return w->recipe.identity ? ++w->next_number : 1 + pick(w, 4);
}

/* ---- edits ---- */

static inline void insert_line(struct file *f, uint32_t at, struct line l)
{
	if (f->len == MAX_LINES)
		return;
	memmove(&f->lines[at + 1], &f->lines[at], (f->len - at) * sizeof *f->lines);
	f->lines[at] = l;
	f->len++;
}

static inline void delete_lines(struct file *f, uint32_t first, uint32_t last)
{
	memmove(&f->lines[first], &f->lines[last], (f->len - last) * sizeof *f->lines);
	f->len -= last - first;
}

static inline uint32_t end_of_def(const struct file *f, uint32_t at)
{
	for (at++; at < f->len && f->lines[at].kind != LINE_DEF;)
		at++;
	return at;
}

static inline void add_def(struct world *w, struct file *f)
{
	insert_line(f, f->len, (struct line){LINE_DEF, ++w->next_number, false});
	for (uint32_t n = 1 + pick(w, 4); n; n--)
		insert_line(f, f->len,
			(struct line){pick(w, 2) ? LINE_SLEEP : LINE_FILLER, fresh_number(w),
				pick(w, 8) == 0});
}

static inline void add_file(struct world *w, struct tree *t, uint32_t name)
{
	struct file *f = &t->files[t->len++];

	*f = (struct file){.name = name};
	for (uint32_t n = 1 + pick(w, 3); n; n--)
		add_def(w, f);
}

/* A function moves to the end of the file. */
static inline void move_def(struct file *f, uint32_t at)
{
	struct line moved[MAX_LINES];
	uint32_t end, n;

	while (at && f->lines[at].kind != LINE_DEF)
		at--;
	end = end_of_def(f, at);
	n = end - at;
	memcpy(moved, &f->lines[at], n * sizeof *moved);
	delete_lines(f, at, end);
	for (uint32_t i = 0; i < n; i++)
		insert_line(f, f->len, moved[i]);
}

static inline bool is_broken(const struct file *f)
{
	for (uint32_t i = 0; i < f->len; i++)
		if (f->lines[i].kind == LINE_BREAK)
			return true;
	return false;
}

/* A finding that nobody ever saw, and that two branches uncover, is introduced by both. */
static inline bool may_add(const struct world *w, const struct file *f)
{
	return w->adds && (!w->recipe.identity || !is_broken(f));
}

static inline void edit_line(struct world *w, struct file *f)
{
	uint32_t at = pick(w, f->len);
	struct line *l = &f->lines[at];

	switch (pick(w, 10)) {
	case 0:
	case 1:
		insert_line(f, at + 1, (struct line){LINE_FILLER, pick(w, 3), false});
		break;
	case 2:
	case 3:
		if (may_add(w, f))
			insert_line(f, at + 1, (struct line){LINE_SLEEP, fresh_number(w), false});
		break;
	case 4:
	case 5:
		if (l->kind != LINE_DEF && w->deletes)
			delete_lines(f, at, at + 1);
		break;
	case 6:
		l->suppressed = l->kind == LINE_SLEEP && !l->suppressed;
		break;
	case 7:
		if (!w->recipe.identity || w->edits_before == 0)
			insert_line(f, at + 1, (struct line){.kind = LINE_BREAK});
		break;
	case 8:
		if (!w->recipe.identity && l->kind == LINE_SLEEP)
			l->number = fresh_number(w);
		break;
	default:
		if (!w->recipe.identity)
			move_def(f, at);
	}
}

/* What was taken away while it was hidden is gone when it is seen: no additions then. */
static inline void mend(struct world *w, struct file *f)
{
	w->adds = w->adds && (!w->recipe.identity || !is_broken(f));
	for (uint32_t i = 0; i < f->len;)
		if (f->lines[i].kind == LINE_BREAK)
			delete_lines(f, i, i + 1);
		else
			i++;
}

static inline bool has_name(const struct tree *t, uint32_t name)
{
	for (uint32_t i = 0; i < t->len; i++)
		if (t->files[i].name == name)
			return true;
	return false;
}

static inline void edit_file(struct world *w, struct tree *t, uint32_t i)
{
	uint32_t name = pick(w, MAX_FILES);
	struct file *f = &t->files[i];

	if (has_name(t, name) || (w->recipe.identity && pick(w, 2)))
		return;
	switch (w->recipe.identity ? 3 : pick(w, 4)) {
	case 0:
		f->name = name;
		break;
	case 1:
		t->files[t->len] = *f;
		t->files[t->len++].name = name;
		break;
	case 2:
		*f = t->files[--t->len];
		break;
	default:
		if (w->adds)
			add_file(w, t, name);
	}
}

static inline void edit(struct world *w, struct tree *t)
{
	uint32_t i;

	if (!t->len) {
		if (w->adds)
			add_file(w, t, pick(w, MAX_FILES));
		return;
	}
	i = pick(w, t->len);
	switch (pick(w, 12)) {
	case 0:
		edit_file(w, t, i);
		return;
	case 1:
		if (may_add(w, &t->files[i]))
			add_def(w, &t->files[i]);
		return;
	case 2: {
		uint32_t end = end_of_def(&t->files[i], 0);

		if (end < t->files[i].len && w->deletes)
			delete_lines(&t->files[i], 0, end);
		return;
	}
	case 3:
	case 4:
		if (w->deletes)
			mend(w, &t->files[i]);
		return;
	default:
		edit_line(w, &t->files[i]);
	}
}

/* ---- commits ---- */

static inline void add_parent(struct world *w, struct node *n, uint32_t parent)
{
	for (uint32_t i = 0; i < n->parent_count; i++)
		if (n->parents[i] == parent)
			return;
	n->parents[n->parent_count++] = parent;
	w->nodes[parent].has_child = true;
}

static inline void choose_parents(struct world *w, struct node *n)
{
	uint32_t wish = 1, dice = pick(w, 100);

	if (!w->len || (!w->recipe.linear && dice >= 97))
		return;
	if (w->recipe.linear) {
		add_parent(w, n, w->len - 1);
		return;
	}
	if (dice < 28)
		wish = dice < 3 ? 4 : dice < 7 ? 3 : 2;
	for (uint32_t i = 0; i < wish; i++) {
		uint32_t back = 1 + pick(w, 8);

		add_parent(w, n, w->len > back ? w->len - back : 0);
	}
}

static const struct file *file_of(const struct tree *t, uint32_t name)
{
	for (uint32_t i = 0; i < t->len; i++)
		if (t->files[i].name == name)
			return &t->files[i];
	return NULL;
}

/* Each file as one of the parents has it, or has it not. */
static inline void merge_trees(struct world *w, struct node *n)
{
	for (uint32_t name = 0; name < MAX_FILES; name++) {
		uint32_t p = n->parents[pick(w, n->parent_count)];
		const struct file *f = file_of(&w->nodes[p].tree, name);

		if (f)
			n->tree.files[n->tree.len++] = *f;
	}
}

static inline void make_history(struct world *w)
{
	while (w->len < w->recipe.commits) {
		struct node *n = &w->nodes[w->len];
		uint32_t edits = 1 + pick(w, 3);

		choose_parents(w, n);
		if (n->parent_count == 1)
			n->tree = w->nodes[n->parents[0]].tree;
		else if (n->parent_count)
			merge_trees(w, n);
		if (n->parent_count > 1 && (pick(w, 3) || w->recipe.identity))
			edits = 0;
		w->adds = !w->recipe.identity || pick(w, 2);
		w->deletes = !w->recipe.identity || !w->adds;
		for (w->edits_before = 0; w->edits_before < edits; w->edits_before++)
			edit(w, &n->tree);
		w->len++;
	}
}

/* ---- into git ---- */

static inline void print_file(const struct file *f, struct strbuf *out)
{
	static const char *const marks[] = {"", "  # lapse: ignore[blocking-sleep]"};

	strbuf_addz(out, "import time\n");
	for (uint32_t i = 0; i < f->len; i++) {
		const struct line *l = &f->lines[i];

		if (l->kind == LINE_DEF)
			strbuf_addf(out, "\n\nasync def f%u():\n    x = 0\n", l->number);
		else if (l->kind == LINE_SLEEP)
			strbuf_addf(out, "    time.sleep(%u)%s\n", l->number, marks[l->suppressed]);
		else if (l->kind == LINE_BREAK)
			strbuf_addz(out, "    y = (1 +\n");
		else
			strbuf_addf(out, "    x = %u\n", l->number);
	}
}

static inline void print_commit(struct world *w, uint32_t i, struct strbuf *out)
{
	const struct node *n = &w->nodes[i];
	struct strbuf text = {0};

	/* Dates say nothing about the order. */
	strbuf_addf(out, "commit refs/heads/c%u\nmark :%u\ncommitter C <c@example.com> %u +0000\n",
		i, i + 1, 1500000000u + pick(w, 1000000));
	strbuf_addf(out, "data <<END\ncommit %u\nEND\n", i);
	for (uint32_t p = 0; p < n->parent_count; p++)
		strbuf_addf(out, "%s :%u\n", p ? "merge" : "from", n->parents[p] + 1);
	strbuf_addz(out, "deleteall\n");
	for (uint32_t k = 0; k < n->tree.len; k++) {
		strbuf_clear(&text);
		print_file(&n->tree.files[k], &text);
		strbuf_addf(out, "M 100644 inline d%u/file%u.py\ndata %zu\n",
			n->tree.files[k].name % 2, n->tree.files[k].name, text.len);
		strbuf_add(out, strbuf_str(&text));
		strbuf_addc(out, '\n');
	}
	strbuf_release(&text);
}

static inline void read_marks(struct world *w)
{
	struct strbuf out = {0};
	struct str rest, line;

	gitrepo_ask(&w->g, &out, "cat marks");
	rest = strbuf_str(&out);
	while (str_next(&rest, '\n', &line)) {
		uint32_t mark = (uint32_t)strtoul(line.ptr + 1, NULL, 10);

		assert_true(mark >= 1 && mark <= w->len);
		assert_true(oid_parse(
			&w->nodes[mark - 1].oid, str_drop(line, (size_t)str_find(line, ' ') + 1)));
	}
	strbuf_release(&out);
}

static inline struct world *world_new(uint32_t seed, struct recipe recipe)
{
	struct world *w = mem_zalloc(1, sizeof *w);
	struct strbuf stream = {0};
	char path[600];

	w->seed = seed;
	w->recipe = recipe;
	make_history(w);
	for (uint32_t i = 0; i < w->len; i++)
		print_commit(w, i, &stream);
	gitrepo_new(&w->g);
	gitrepo_run(&w->g, "git init -q --bare repo");
	gitrepo_feed(&w->g, "git -C repo fast-import --quiet --export-marks=../marks",
		strbuf_str(&stream));
	strbuf_release(&stream);
	read_marks(w);
	gitrepo_path(&w->g, "repo", path, sizeof path);
	assert_int_equal(repo_open(&w->r, path, NULL), 0);
	return w;
}

static inline void world_free(struct world *w)
{
	repo_close(w->r);
	gitrepo_remove(&w->g);
	free(w);
}

#endif
