/*
 * "Did you mean …?": the known name that a misspelt word most likely stands for.
 */
#ifndef LAPSE_CMD_SUGGEST_H
#define LAPSE_CMD_SUGGEST_H

#include "scan/base/str.h"

/* The nearest of `count` names, NULL when none is near: at most a third of the letters differ, or
 * the word is the beginning of just one name. The first wins a tie. */
const char *suggest_nearest(const char *const *names, size_t count, struct str word);
/* Edit distance with transpositions (optimal string alignment); SIZE_MAX for words over 64 bytes.
 */
size_t suggest_distance(struct str a, struct str b);

#endif
