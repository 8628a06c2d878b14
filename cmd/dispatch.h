/*
 * From the arguments of the program to a command.
 */
#ifndef LAPSE_CMD_DISPATCH_H
#define LAPSE_CMD_DISPATCH_H

/* Runs `lapse ARGV…`; returns the exit code. */
int dispatch(int argc, char *const *argv);
/* Prints the help of one verb, a command's or a report's, to stdout. */
int dispatch_help(const char *verb);

#endif
