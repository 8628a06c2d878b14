/*
 * Findings as a code quality report of GitLab: an array of issues, paths relative to the
 * repository, every fingerprint once. Format: docs.gitlab.com, "Code Quality report format".
 */
#include <stdlib.h>

#include "cmd/findings_private.h"
#include "cmd/json.h"

static const char *severity(enum level level)
{
	static const char *const names[] = {
		[LEVEL_INFO] = "info", [LEVEL_WARNING] = "minor", [LEVEL_ERROR] = "major"};

	return names[level];
}

static void add_text(cJSON *object, const char *name, struct str text)
{
	json_add_text(object, name, text, TEXT_KEEP_NONE);
}

static cJSON *issue(struct finding_writer *w, const struct finding_change *c)
{
	cJSON *o = json_made(cJSON_CreateObject()), *place, *lines;
	char fingerprint[FINGERPRINT_BYTES];

	finding_fingerprint(w, c, fingerprint);
	add_text(o, "description", c->finding->message);
	add_text(o, "check_name", str_from(rule_at(c->finding->rule)->id));
	add_text(o, "fingerprint", str_from(fingerprint));
	add_text(o, "severity", str_from(severity(c->finding->level)));
	place = json_made(cJSON_AddObjectToObject(o, "location"));
	add_text(place, "path", c->path);
	lines = json_made(cJSON_AddObjectToObject(place, "lines"));
	json_add_number(lines, "begin", c->finding->line);
	json_add_number(lines, "end", c->finding->end_line);
	return o;
}

void findings_gitlab_begin(struct finding_writer *w)
{
	(void)fputs("[", w->out);
}

/* GitLab compares the reports of two branches itself: what is gone or silenced is not in them. */
void findings_gitlab_add(struct finding_writer *w, const struct finding_change *c)
{
	cJSON *o;
	char *text;

	if (c->finding->suppressed || c->kind == CHANGE_FIXED)
		return;
	o = issue(w, c);
	text = cJSON_PrintUnformatted(o);
	if (!text)
		mem_fail();
	(void)fprintf(w->out, "%s%s", w->written++ ? ",\n" : "\n", text);
	cJSON_free(text);
	cJSON_Delete(o);
}

void findings_gitlab_end(struct finding_writer *w)
{
	(void)fputs(w->written ? "\n]\n" : "]\n", w->out);
}
