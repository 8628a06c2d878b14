/*
 * See hash.h.
 */
#include "scan/base/hash.h"

#include <string.h>

#define FNV_PRIME UINT64_C(0x100000001b3)

uint64_t hash_feed(uint64_t state, struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		state = (state ^ (unsigned char)s.ptr[i]) * FNV_PRIME;
	return state;
}

uint64_t hash_number(uint64_t state, uint64_t n)
{
	for (int i = 0; i < 8; i++, n >>= 8)
		state = (state ^ (n & 0xff)) * FNV_PRIME;
	return state;
}

uint64_t hash_field(uint64_t state, struct str s)
{
	return hash_feed(hash_number(state, s.len), s);
}

uint64_t hash_finish(uint64_t h)
{
	h ^= h >> 33;
	h *= UINT64_C(0xff51afd7ed558ccd);
	h ^= h >> 33;
	h *= UINT64_C(0xc4ceb9fe1a85ec53);
	h ^= h >> 33;
	return h;
}

uint64_t hash_bytes(struct str s)
{
	return hash_finish(hash_feed(HASH_SEED, s));
}
