/*
 * Dates: seconds since 1970 UTC from what users write, and back to text. Proleptic Gregorian
 * calendar, no leap seconds, no local time zones: a date without a zone is UTC.
 */
#ifndef LAPSE_CMD_DATE_H
#define LAPSE_CMD_DATE_H

#include "scan/base/str.h"

/*
 * Understands
 *   2024   2024-05   2024-05-31   2024-05-31T12:30[:00][Z|+02:00]   2024-05-31 12:30:00 +0200
 *   @1717113600 (seconds since 1970)
 *   now, today, yesterday (midnight UTC)
 *   3.months   2 weeks ago   1 year 2 months ago   last month   a week ago: back from `now`
 * Months and years count by the calendar (31 May less a month is 30 April). False when it is none
 * of these, or no such day.
 */
bool date_parse(struct str text, int64_t now, int64_t *seconds);

/* Is it the name of a whole day: today, yesterday? */
bool date_is_day(struct str text);

#define DATE_TEXT_BYTES 32
#define DATE_DAY_LENGTH 10 /* the part of it that is the day */
/* "2024-05-31T12:30:00Z". */
void date_format(int64_t seconds, char out[DATE_TEXT_BYTES]);

#endif
