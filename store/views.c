/*
 * Reading the dictionary of the views. See views.h.
 */
#include "store/views.h"

#include <stdlib.h>
#include <string.h>

#include "store/embed.h"

#define SHARED "*"

static struct view_doc *last_view(struct view_docs *d)
{
	return &d->items.items[d->items.len - 1];
}

static const struct view_column *find_column(const struct view_doc *v, struct str name)
{
	for (size_t i = 0; v && i < v->columns.len; i++)
		if (str_eq(v->columns.items[i].name, name))
			return &v->columns.items[i];
	return NULL;
}

/* "name: text" */
static struct view_column split(struct str line)
{
	struct str name;

	(void)str_next(&line, ':', &name);
	return (struct view_column){name, str_trim(line)};
}

static void add_shared(struct view_docs *d, struct str names)
{
	const struct view_doc *shared = view_docs_find(d, STR(SHARED));
	struct str name;

	while (str_next(&names, ' ', &name)) {
		const struct view_column *c = find_column(shared, name);

		if (name.len)
			*vec_push(&last_view(d)->columns) =
				c ? *c : (struct view_column){name, STR_EMPTY};
	}
}

static void continue_text(struct view_docs *d, struct str more)
{
	struct view_doc *v = last_view(d);
	struct view_column *c = &v->columns.items[v->columns.len - 1];

	c->text = arena_printf(&d->arena, "%.*s %.*s", STR_ARG(c->text), STR_ARG(more));
}

static void add_line(struct view_docs *d, struct str line)
{
	struct view_column split_line;

	if (str_starts(line, "     ")) {
		continue_text(d, str_trim(line));
	} else if (str_starts(line, "   = ")) {
		add_shared(d, str_drop(line, strlen("   = ")));
	} else if (str_starts(line, "   ")) {
		*vec_push(&last_view(d)->columns) = split(str_trim(line));
	} else {
		split_line = split(str_trim(line));
		*vec_push(&d->items) =
			(struct view_doc){.name = split_line.name, .text = split_line.text};
	}
}

void view_docs_load(struct view_docs *d)
{
	struct str rest = str_from(embed_schema_sql), line;

	*d = (struct view_docs){0};
	while (str_next(&rest, '\n', &line))
		if (str_starts(line, "--- "))
			add_line(d, str_drop(line, strlen("---")));
}

void view_docs_release(struct view_docs *d)
{
	for (size_t i = 0; i < d->items.len; i++)
		vec_release(&d->items.items[i].columns);
	vec_release(&d->items);
	arena_release(&d->arena);
}

const struct view_doc *view_docs_find(const struct view_docs *d, struct str name)
{
	for (size_t i = 0; i < d->items.len; i++)
		if (str_eq(d->items.items[i].name, name))
			return &d->items.items[i];
	return NULL;
}
