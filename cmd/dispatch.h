/*
 * From the arguments of the program to a command.
 */
#ifndef LAPSE_CMD_DISPATCH_H
#define LAPSE_CMD_DISPATCH_H

#include "cmd/command.h"

/* Runs `lapse ARGV…`; returns the exit code. */
int dispatch(int argc, char *const *argv);

/* Calls fn with the command of this name, or the report of this name as a command; says so when
 * there is none. Returns an exit code: fn's, or EXIT_TROUBLE. */
typedef int command_user(const struct command *c, void *arg);
int dispatch_with(const char *verb, command_user *fn, void *arg);

#endif
