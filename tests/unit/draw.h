/*
 * Numbers for random tests: the same on every machine. The generator is Knuth's MMIX.
 */
#ifndef LAPSE_TESTS_DRAW_H
#define LAPSE_TESTS_DRAW_H

#include <stdint.h>

/* The next one, from 0 to below - 1. */
static inline uint32_t draw(uint64_t *seed, uint32_t below)
{
	*seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(*seed >> 33) % below;
}

#endif
