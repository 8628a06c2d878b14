/*
 * Names and parsing for the records. See record.h.
 */
#include "scan/base/record.h"

#include "scan/base/mem.h"

void oid_hex(const struct oid *o, char out[OID_HEX_LEN + 1])
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < sizeof o->id; i++) {
		out[2 * i] = digits[o->id[i] >> 4];
		out[2 * i + 1] = digits[o->id[i] & 15];
	}
	out[OID_HEX_LEN] = '\0';
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool oid_parse(struct oid *out, struct str hex)
{
	if (hex.len != OID_HEX_LEN)
		return false;
	for (size_t i = 0; i < sizeof out->id; i++) {
		int hi = hex_value(hex.ptr[2 * i]), lo = hex_value(hex.ptr[2 * i + 1]);

		if (hi < 0 || lo < 0)
			return false;
		out->id[i] = (unsigned char)(hi << 4 | lo);
	}
	return true;
}

static const char *const level_names[] = {
	[LEVEL_INFO] = "info", [LEVEL_WARNING] = "warning", [LEVEL_ERROR] = "error"};

const char *level_name(enum level l)
{
	return level_names[l];
}

bool level_parse(enum level *out, struct str name)
{
	for (size_t i = 0; i < ARRAY_LEN(level_names); i++)
		if (str_is(name, level_names[i])) {
			*out = (enum level)i;
			return true;
		}
	return false;
}

const char *event_kind_name(enum event_kind k)
{
	static const char *const names[] = {
		[EVENT_INTRODUCED] = "introduced",
		[EVENT_FIXED] = "fixed",
		[EVENT_REMOVED] = "removed",
		[EVENT_SUPPRESSED] = "suppressed",
		[EVENT_UNSUPPRESSED] = "unsuppressed",
		[EVENT_REOPENED] = "reopened",
		[EVENT_DROPPED_BY_MERGE] = "dropped_by_merge",
		[EVENT_RESURRECTED_BY_MERGE] = "resurrected_by_merge",
		[EVENT_HISTORY_START] = "history_start",
	};

	return names[k];
}

const char *match_step_name(enum match_step s)
{
	static const char *const names[] = {
		[STEP_NEW] = "new",
		[STEP_SAME_BLOB] = "same-blob",
		[STEP_LINE] = "line",
		[STEP_IN_PLACE] = "in-place",
		[STEP_SCOPE] = "scope",
		[STEP_BLOCK] = "block",
		[STEP_SIMILAR] = "similar",
		[STEP_ACROSS] = "across",
		[STEP_CARRIED] = "carried",
	};

	return names[s];
}
