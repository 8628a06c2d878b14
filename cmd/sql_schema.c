/*
 * The dictionary of the public views as rows.
 */
#include "cmd/rows.h"
#include "cmd/sql.h"
#include "store/views.h"

static const struct row_column columns[] = {{.name = STR("view"), .fit = FIT_WHOLE},
	{.name = STR("column"), .fit = FIT_WHOLE}, {.name = STR("meaning"), .fit = FIT_WRAP}};

/* The shared words are no view. */
static bool is_shown(const struct view_doc *v, struct str name)
{
	return !str_is(v->name, "*") && (name.len == 0 || str_eq(v->name, name));
}

static void add_view(struct row_writer *w, const struct view_doc *v)
{
	const struct cell head[] = {CELL_STR(v->name), CELL_Z(""), CELL_STR(v->text)};

	(void)rows_add(w, head);
	for (size_t i = 0; i < v->columns.len; i++) {
		const struct view_column *c = &v->columns.items[i];
		const struct cell cells[] = {
			CELL_STR(v->name), CELL_STR(c->name), CELL_STR(c->text)};

		(void)rows_add(w, cells);
	}
}

int sql_write_schema(struct session *s, struct str name)
{
	struct view_docs docs;
	struct row_writer w;
	int status = EXIT_DONE;

	view_docs_load(&docs);
	if (name.len && !view_docs_find(&docs, name)) {
		status = session_fail(
			s, "%.*s: no such view; 'lapse sql --schema' tells of all", STR_ARG(name));
	} else {
		rows_begin(&w, options_text(&s->options, "format"), session_out(s), &s->terminal,
			columns, ARRAY_LEN(columns));
		for (size_t i = 0; i < docs.items.len; i++)
			if (is_shown(&docs.items.items[i], name))
				add_view(&w, &docs.items.items[i]);
		rows_end(&w);
	}
	view_docs_release(&docs);
	return status;
}
