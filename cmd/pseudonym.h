/*
 * Names that hide who somebody is, for reports shown to many: the same name always becomes the same
 * pseudonym, so counts still belong together. They hide people from readers, not from somebody who
 * has the repository and tries every name in it.
 */
#ifndef LAPSE_CMD_PSEUDONYM_H
#define LAPSE_CMD_PSEUDONYM_H

#include "scan/base/mem.h"

/* "person-3fa2c1"; "" stays "". */
struct str pseudonym_of(struct arena *a, struct str name);

#endif
