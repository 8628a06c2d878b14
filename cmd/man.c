/*
 * Which manual pages there are. See man.h.
 */
#include "cmd/man.h"

#include "cmd/mdoc.h"

static const struct topic {
	const char *name;
	void (*write)(struct strbuf *out);
} topics[] = {{"lapse-rules", man_rules}, {"lapse-views", man_views}};

struct str man_report_name(struct arena *a, const struct query *q)
{
	return arena_printf(
		a, "lapse-%s%.*s", command_find(q->name) ? "query-" : "", STR_ARG(q->name));
}

void man_list(struct strbuf *out, const struct reports *reports)
{
	struct arena a = {0};

	strbuf_addz(out, "lapse.1\n");
	for (size_t i = 0; commands[i]; i++)
		strbuf_addf(out, "lapse-%s.1\n", commands[i]->name);
	for (uint32_t i = 0; i < reports->count; i++)
		strbuf_addf(out, "%.*s.1\n", STR_ARG(man_report_name(&a, &reports->items[i])));
	for (size_t i = 0; i < ARRAY_LEN(topics); i++)
		strbuf_addf(out, "%s.7\n", topics[i].name);
	arena_release(&a);
}

/* The name without its section; *section is 0 when there was none. */
static struct str split_section(struct str name, char *section)
{
	*section = 0;
	if (str_ends(name, ".1") || str_ends(name, ".7")) {
		*section = name.ptr[name.len - 1];
		name.len -= 2;
	}
	return name;
}

static bool write_command(struct strbuf *out, struct str name)
{
	const struct command *c =
		str_starts(name, "lapse-") ? command_find(str_drop(name, strlen("lapse-"))) : NULL;

	if (c)
		man_command(out, c);
	return c != NULL;
}

static bool write_report(struct strbuf *out, struct reports *reports, struct str name)
{
	for (uint32_t i = 0; i < reports->count; i++) {
		const struct query *q = &reports->items[i];

		if (str_eq(man_report_name(&reports->arena, q), name)) {
			const char *verb = command_find(q->name)
				? arena_printf(&reports->arena, "query %.*s", STR_ARG(q->name)).ptr
				: q->name.ptr;
			const struct command c = report_command(&reports->arena, q, verb);

			man_report(out, &c, name);
			return true;
		}
	}
	return false;
}

static bool write_topic(struct strbuf *out, struct str name)
{
	for (size_t i = 0; i < ARRAY_LEN(topics); i++)
		if (str_is(name, topics[i].name)) {
			topics[i].write(out);
			return true;
		}
	return false;
}

bool man_page(struct strbuf *out, struct reports *reports, struct str name)
{
	char section;

	name = split_section(name, &section);
	if (section != '7') {
		if (str_is(name, "lapse")) {
			man_lapse(out, reports);
			return true;
		}
		if (write_command(out, name) || write_report(out, reports, name))
			return true;
	}
	return section != '1' && write_topic(out, name);
}

void man_begin(struct strbuf *out, struct str name, char section, const char *summary)
{
	strbuf_addz(out, ".Dd " LAPSE_DATE "\n.Dt ");
	for (size_t i = 0; i < name.len; i++)
		strbuf_addc(out,
			name.ptr[i] >= 'a' && name.ptr[i] <= 'z' ? (char)(name.ptr[i] - 'a' + 'A')
								 : name.ptr[i]);
	strbuf_addf(out, " %c\n.Os lapse " LAPSE_VERSION "\n.Sh NAME\n.Nm %.*s\n", section,
		STR_ARG(name));
	mdoc_macro(out, "Nd", str_from(summary));
}
