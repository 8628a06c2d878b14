/*
 * Sets of rules, by number.
 */
#ifndef LAPSE_RULES_BITS_H
#define LAPSE_RULES_BITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MAX_RULES      256 /* a test sees to it that there are not more */
#define RULE_BIT_WORDS (MAX_RULES / 64)

struct rule_bits {
	uint64_t bits[RULE_BIT_WORDS];
};

static inline void bits_add(struct rule_bits *b, size_t rule)
{
	b->bits[rule / 64] |= UINT64_C(1) << rule % 64;
}

static inline bool bits_have(const struct rule_bits *b, size_t rule)
{
	return b->bits[rule / 64] >> rule % 64 & 1;
}

static inline void bits_join(struct rule_bits *into, const struct rule_bits *from)
{
	for (size_t i = 0; i < RULE_BIT_WORDS; i++)
		into->bits[i] |= from->bits[i];
}

/* Is all of `part` in b? */
static inline bool bits_cover(const struct rule_bits *b, const struct rule_bits *part)
{
	for (size_t i = 0; i < RULE_BIT_WORDS; i++)
		if (part->bits[i] & ~b->bits[i])
			return false;
	return true;
}

static inline bool bits_are_empty(const struct rule_bits *b)
{
	return bits_cover(&(const struct rule_bits){{0}}, b);
}

#endif
