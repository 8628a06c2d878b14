/*
 * The pager: LAPSE_PAGER, else PAGER, else less, run by the shell as git does.
 */
#ifndef LAPSE_CMD_PAGER_H
#define LAPSE_CMD_PAGER_H

#include "cmd/terminal.h"
#include "scan/base/str.h"

/* NULL when the user wants none: set to nothing, or to cat. */
const char *pager_command(void);
/* Is the text longer than the screen? */
bool pager_needed(struct str text, const struct terminal *t);
/* Shows it and waits for the user. False when there is no such pager; nothing is shown then. */
bool pager_show(const char *command, struct str text);

#endif
