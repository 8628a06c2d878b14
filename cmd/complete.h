/*
 * What may come next on a command line: what `lapse completion --next` prints and the scripts of
 * the shells (cmd/completion/) offer. Commands, options and the values of choices come from the
 * tables; references and repositories are looked up.
 */
#ifndef LAPSE_CMD_COMPLETE_H
#define LAPSE_CMD_COMPLETE_H

#include "cmd/command.h"

/*
 * Adds a line for each: the word, and behind a TAB what it is, if there is anything to say.
 * `words` are the arguments of the program, the last is the one being typed, maybe "". Words are
 * not selected by it, except that those of `--name=` have this in front, and that options are
 * offered only behind a dash. A last line ":files" or ":folders" asks the shell for its own.
 */
void complete_words(
	struct strbuf *out, struct arena *a, const char *const *words, size_t word_count);

#endif
