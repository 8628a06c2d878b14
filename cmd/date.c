/*
 * Reading and writing dates. See date.h. The day arithmetic is Howard Hinnant's days_from_civil and
 * civil_from_days (chrono-compatible low-level date algorithms): years begin in March, so that the
 * leap day is a year's last.
 */
#include "cmd/date.h"

#include <stdio.h>
#include <string.h>

#include "scan/base/mem.h"

#define DAY_SECONDS  INT64_C(86400)
#define HOUR_SECONDS 3600
#define MAX_YEAR     9999

struct civil {
	int64_t year;
	int month, day; /* 1-based */
};

static int64_t days_from_civil(struct civil c)
{
	int64_t y = c.month <= 2 ? c.year - 1 : c.year;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t year_of_era = y - era * 400;
	int64_t day_of_year = (153 * (c.month + (c.month > 2 ? -3 : 9)) + 2) / 5 + c.day - 1;
	int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

	return era * 146097 + day_of_era - 719468;
}

static struct civil civil_from_days(int64_t days)
{
	int64_t z = days + 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t day_of_era = z - era * 146097;
	int64_t year_of_era =
		(day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	int64_t day_of_year =
		day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int64_t mp = (5 * day_of_year + 2) / 153;
	struct civil c;

	c.day = (int)(day_of_year - (153 * mp + 2) / 5 + 1);
	c.month = (int)(mp < 10 ? mp + 3 : mp - 9);
	c.year = year_of_era + era * 400 + (c.month <= 2);
	return c;
}

static int month_days(int64_t year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap);
}

static int64_t floor_days(int64_t seconds)
{
	return (seconds >= 0 ? seconds : seconds - (DAY_SECONDS - 1)) / DAY_SECONDS;
}

void date_format(int64_t seconds, char out[DATE_TEXT_BYTES])
{
	int64_t days = floor_days(seconds);
	int rest = (int)(seconds - days * DAY_SECONDS);
	struct civil c = civil_from_days(days);

	(void)snprintf(out, DATE_TEXT_BYTES, "%04d-%02d-%02dT%02d:%02d:%02dZ",
		(int)(c.year % 100000), c.month, c.day, rest / HOUR_SECONDS, rest / 60 % 60,
		rest % 60);
}

/* ---- reading ---- */

/* Exactly `digits` digits off the front. */
static bool take_digits(struct str *s, size_t digits, int *out)
{
	int n = 0;

	if (s->len < digits)
		return false;
	for (size_t i = 0; i < digits; i++) {
		if (s->ptr[i] < '0' || s->ptr[i] > '9')
			return false;
		n = n * 10 + (s->ptr[i] - '0');
	}
	*out = n;
	*s = str_drop(*s, digits);
	return true;
}

static bool take_char(struct str *s, char c)
{
	if (s->len == 0 || s->ptr[0] != c)
		return false;
	*s = str_drop(*s, 1);
	return true;
}

/* "Z", "+02:00", "-0700" or nothing; seconds east of UTC. */
static bool take_zone(struct str *s, int *east)
{
	int sign = 1, hours, minutes;

	*east = 0;
	(void)take_char(s, ' ');
	if (s->len == 0 || take_char(s, 'Z') || take_char(s, 'z'))
		return true;
	if (take_char(s, '-'))
		sign = -1;
	else if (!take_char(s, '+'))
		return false;
	if (!take_digits(s, 2, &hours))
		return false;
	(void)take_char(s, ':');
	if (!take_digits(s, 2, &minutes) || hours > 14 || minutes > 59)
		return false;
	*east = sign * (hours * HOUR_SECONDS + minutes * 60);
	return true;
}

/* "12:30", "12:30:15", "12:30:15.123" as seconds of the day. */
static bool take_clock(struct str *s, int *seconds)
{
	int h, m, sec = 0, digit;

	if (!take_digits(s, 2, &h) || !take_char(s, ':') || !take_digits(s, 2, &m))
		return false;
	if (take_char(s, ':') && !take_digits(s, 2, &sec))
		return false;
	if (take_char(s, '.'))
		while (take_digits(s, 1, &digit))
			;
	*seconds = h * HOUR_SECONDS + m * 60 + sec;
	return h < 24 && m < 60 && sec <= 60;
}

static bool parse_absolute(struct str s, int64_t *out)
{
	struct civil c = {0, 1, 1};
	int year, clock = 0, east = 0;

	if (!take_digits(&s, 4, &year))
		return false;
	if (take_char(&s, '-') && !take_digits(&s, 2, &c.month))
		return false;
	if (take_char(&s, '-') && !take_digits(&s, 2, &c.day))
		return false;
	c.year = year;
	if (c.month < 1 || c.month > 12 || c.day < 1 || c.day > month_days(c.year, c.month))
		return false;
	if (s.len && !take_char(&s, 'T') && !take_char(&s, 't') && !take_char(&s, ' '))
		return false;
	if (s.len && (!take_clock(&s, &clock) || !take_zone(&s, &east)))
		return false;
	*out = days_from_civil(c) * DAY_SECONDS + clock - east;
	return s.len == 0;
}

static bool parse_epoch(struct str s, int64_t *out)
{
	int64_t n = 0;
	int digit;

	if (!take_char(&s, '@') || s.len == 0 || s.len > 12)
		return false;
	while (take_digits(&s, 1, &digit))
		n = n * 10 + digit;
	*out = n;
	return s.len == 0;
}

static int64_t months_back(int64_t seconds, int64_t months)
{
	int64_t days = floor_days(seconds);
	struct civil c = civil_from_days(days);
	int64_t month = c.year * 12 + c.month - 1 - months;
	int last;

	c.year = (month >= 0 ? month : month - 11) / 12;
	c.month = (int)(month - c.year * 12) + 1;
	last = month_days(c.year, c.month);
	if (c.day > last)
		c.day = last;
	return days_from_civil(c) * DAY_SECONDS + (seconds - days * DAY_SECONDS);
}

struct unit {
	const char *name;
	int seconds, months;
};

static const struct unit units[] = {
	{"second", 1, 0},
	{"minute", 60, 0},
	{"hour", HOUR_SECONDS, 0},
	{"day", 24 * HOUR_SECONDS, 0},
	{"week", 7 * 24 * HOUR_SECONDS, 0},
	{"month", 0, 1},
	{"year", 0, 12},
};

static const struct unit *find_unit(struct str word)
{
	struct str one = str_ends(word, "s") ? str_slice(word.ptr, word.len - 1) : word;

	for (size_t i = 0; i < ARRAY_LEN(units); i++)
		if (str_is(one, units[i].name))
			return &units[i];
	return NULL;
}

/* "3", "a", "an", "last". */
static bool parse_amount(struct str word, int64_t *n)
{
	int digit;

	*n = 1;
	if (str_is(word, "a") || str_is(word, "an") || str_is(word, "last"))
		return true;
	if (word.len == 0 || word.len > 9)
		return false;
	*n = 0;
	while (take_digits(&word, 1, &digit))
		*n = *n * 10 + digit;
	return word.len == 0;
}

static bool next_word(struct str *s, struct str *word)
{
	size_t n = 0;

	while (s->len && (s->ptr[0] == ' ' || s->ptr[0] == '.'))
		*s = str_drop(*s, 1);
	while (n < s->len && s->ptr[n] != ' ' && s->ptr[n] != '.')
		n++;
	*word = str_slice(s->ptr, n);
	*s = str_drop(*s, n);
	return n > 0;
}

static bool parse_relative(struct str s, int64_t now, int64_t *out)
{
	struct str word;
	bool some = false;

	*out = now;
	while (next_word(&s, &word)) {
		const struct unit *unit;
		int64_t n;

		if (some && str_is(word, "ago"))
			return !next_word(&s, &word);
		if (!parse_amount(word, &n) || !next_word(&s, &word) || !(unit = find_unit(word)))
			return false;
		if (n > MAX_YEAR * 12)
			n = unit->months ? MAX_YEAR * 12 : n; /* long before anything */
		*out = unit->months ? months_back(*out, n * unit->months)
				    : *out - n * unit->seconds;
		some = true;
	}
	return some;
}

bool date_is_day(struct str text)
{
	text = str_trim(text);
	return str_is(text, "today") || str_is(text, "yesterday");
}

bool date_parse(struct str text, int64_t now, int64_t *seconds)
{
	int64_t midnight = floor_days(now) * DAY_SECONDS;

	text = str_trim(text);
	if (str_is(text, "now"))
		*seconds = now;
	else if (str_is(text, "today"))
		*seconds = midnight;
	else if (str_is(text, "yesterday"))
		*seconds = midnight - DAY_SECONDS;
	else
		return parse_absolute(text, seconds) || parse_epoch(text, seconds) ||
			parse_relative(text, now, seconds);
	return true;
}
