/*
 * The assignment problem: Kuhn's Hungarian method with potentials, as shortest augmenting paths
 * (Jonker and Volgenant, 1987), O(n^3). Ties fall to the smaller index, so that equal input gives
 * equal output.
 */
#include "scan/match_private.h"

#include <stdlib.h>

/* A row too many costs nothing but its reject: the matrix is made square with such rows and
 * columns. Indexes run from 1; 0 is the root of every search. */
struct problem {
	const int64_t *cost;
	uint32_t rows, columns, size;
	int64_t reject;
	int64_t row_potential[ASSIGN_MAX + 1], column_potential[ASSIGN_MAX + 1];
	int64_t least[ASSIGN_MAX + 1];   /* of each column not reached yet */
	uint32_t row_of[ASSIGN_MAX + 1]; /* by column; 0: free */
	uint32_t from[ASSIGN_MAX + 1];   /* by column: the column before it on the path */
	bool reached[ASSIGN_MAX + 1];
};

static int64_t cost_of(const struct problem *p, uint32_t row, uint32_t column)
{
	int64_t cost;

	if (row > p->rows || column > p->columns)
		return p->reject;
	cost = p->cost[(row - 1) * p->columns + column - 1];
	return cost < p->reject ? cost : p->reject;
}

/* Looks from the row of `column` on; returns the column not reached that is nearest. */
static uint32_t look_around(struct problem *p, uint32_t column, int64_t *step)
{
	uint32_t row = p->row_of[column], nearest = 0;

	for (uint32_t j = 1; j <= p->size; j++) {
		int64_t cost;

		if (p->reached[j])
			continue;
		cost = cost_of(p, row, j) - p->row_potential[row] - p->column_potential[j];
		if (cost < p->least[j]) {
			p->least[j] = cost;
			p->from[j] = column;
		}
		if (!nearest || p->least[j] < p->least[nearest])
			nearest = j;
	}
	*step = p->least[nearest];
	return nearest;
}

static void shift_potentials(struct problem *p, int64_t step)
{
	for (uint32_t j = 0; j <= p->size; j++)
		if (p->reached[j]) {
			p->row_potential[p->row_of[j]] += step;
			p->column_potential[j] -= step;
		} else {
			p->least[j] -= step;
		}
}

static void place_row(struct problem *p, uint32_t row)
{
	uint32_t column = 0;

	for (uint32_t j = 0; j <= p->size; j++) {
		p->least[j] = INT64_MAX / 2;
		p->reached[j] = false;
	}
	p->row_of[0] = row;
	do {
		int64_t step;
		uint32_t next;

		p->reached[column] = true;
		next = look_around(p, column, &step);
		shift_potentials(p, step);
		column = next;
	} while (p->row_of[column]);
	for (; column; column = p->from[column])
		p->row_of[column] = p->row_of[p->from[column]];
}

void assign(
	const int64_t *cost, uint32_t rows, uint32_t columns, int64_t reject, uint32_t *column_of)
{
	struct problem *p = mem_zalloc(1, sizeof *p);

	p->cost = cost;
	p->rows = rows;
	p->columns = columns;
	p->size = rows > columns ? rows : columns;
	p->reject = reject;
	for (uint32_t i = 0; i < rows; i++)
		column_of[i] = ASSIGN_NONE;
	for (uint32_t row = 1; row <= p->size; row++)
		place_row(p, row);
	for (uint32_t j = 1; j <= columns; j++)
		if (p->row_of[j] <= rows && cost_of(p, p->row_of[j], j) < reject)
			column_of[p->row_of[j] - 1] = j - 1;
	free(p);
}
