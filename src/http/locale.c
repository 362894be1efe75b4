/* SPDX-License-Identifier: ISC */
/*
 * Choosing a language. The headers are a stranger's: of each, a fixed number
 * of ranges is looked at, however long it is.
 */
#include <string.h>

#include "base/text.h"
#include "http/assets.h"
#include "http/locale.h"

#define RANGES_MAX	32
#define RANGE_LEN	36		/* RFC 5646 4.4.1: 35 characters do */
#define WEIGHT_MAX	1000		/* q=1 */
#define BLANK		" \t"

struct range {
	char		 tag[RANGE_LEN];
	int		 weight;	/* thousandths; 0: not acceptable */
};

struct ranges {
	struct range	 range[RANGES_MAX];
	size_t		 count;
};

static int	 choose(char *, const struct locale_set *, const char *,
		    const char *);
static void	 ranges_read(struct ranges *, const char *, const char *);
static void	 ranges_add(struct ranges *, const char *, size_t);
static int	 weight_read(const char *, size_t);
static const char *lookup(const struct locale_set *, const struct ranges *,
		    const char *);
static const char *find(const struct locale_set *, const struct ranges *,
		    const char *);
static const char *find_kin(const struct locale_set *, const struct ranges *,
		    const char *);
static const char *find_language(const struct locale_set *,
		    const struct ranges *, const char *);
static int	 is_refused(const struct ranges *, const char *);
static int	 has_word(const char *, const char *);

/*
 * Where cutting a range does not lead to what its readers read: the language
 * to try for it, the better one first.
 */
static const struct {
	const char	*ranges;
	const char	*tag;
} kin[] = {
	{ "zh-MO zh-Hant-HK zh-Hant-MO yue", "zh-HK" },
	{ "zh-TW zh-HK zh-MO yue", "zh-Hant" },
	{ "zh zh-CN zh-SG zh-MY", "zh-Hans" },
	{ "pt", "pt-BR" },
	{ "pt-AO pt-CV pt-GW pt-MO pt-MZ pt-ST pt-TL", "pt-PT" },
	{ "es-AR es-BO es-BR es-BZ es-CL es-CO es-CR es-CU es-DO es-EC es-GT "
	    "es-HN es-MX es-NI es-PA es-PE es-PR es-PY es-SV es-US es-UY es-VE",
	    "es-419" },
	{ "en-AU en-HK en-IE en-IN en-MT en-MY en-NZ en-SG en-ZA", "en-GB" },
	{ "no nn", "nb" },
	{ "nb nn", "no" },
	{ "iw", "he" },		/* names of ISO 639 until 1989 */
	{ "in", "id" },
	{ "sh bs", "hr" }
};

int
locale_tag(char out[LOCALE_LEN], const char *path)
{
	static const char dir[] = "locales/", end[] = ".json";
	size_t		 n;

	if (strncmp(path, dir, strlen(dir)) != 0)
		return (-1);
	path += strlen(dir);
	n = strlen(path);
	if (n <= strlen(end) || strcmp(path + n - strlen(end), end) != 0)
		return (-1);
	return (text_copy_bytes(out, LOCALE_LEN, path, n - strlen(end)));
}

void
locale_choose(char out[LOCALE_LEN], const char *ui_locales,
    const char *accept_language)
{
	struct locale_set set = { .count = 0 };
	size_t		 i;

	for (i = 0; i < assets_count && set.count < LOCALE_MAX; i++) {
		if (locale_tag(set.tag[set.count], assets[i].path) == 0)
			set.count++;
	}
	locale_choose_from(out, &set, ui_locales, accept_language);
}

void
locale_choose_from(char out[LOCALE_LEN], const struct locale_set *set,
    const char *ui_locales, const char *accept_language)
{
	if (choose(out, set, ui_locales, BLANK) == -1 &&
	    choose(out, set, accept_language, ",") == -1)
		(void)text_copy(out, LOCALE_LEN, "en");
}

static int
choose(char *out, const struct locale_set *set, const char *list,
    const char *separators)
{
	struct ranges	 rs;
	const char	*tag;
	size_t		 i;

	ranges_read(&rs, list, separators);
	for (i = 0; i < rs.count && rs.range[i].weight > 0; i++) {
		tag = lookup(set, &rs, rs.range[i].tag);
		if (tag != NULL)
			return (text_copy(out, LOCALE_LEN, tag));
	}
	return (-1);
}

/* The ranges of a list, heaviest first, else in their order. */
static void
ranges_read(struct ranges *rs, const char *s, const char *separators)
{
	size_t		 seen, n;

	rs->count = 0;
	for (seen = 0; s != NULL && *s != '\0' && seen < RANGES_MAX; seen++) {
		s += strspn(s, BLANK);
		n = strcspn(s, separators);
		ranges_add(rs, s, n);
		s += n;
		if (*s != '\0')
			s++;
	}
}

/* "tag" or "tag;q=0.5"; what is neither is left out. */
static void
ranges_add(struct ranges *rs, const char *s, size_t len)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789-";
	struct range	 r;
	size_t		 n, i;

	n = strspn(s, alphabet);
	if (n > len)
		n = len;
	if (n == 0 || text_copy_bytes(r.tag, sizeof(r.tag), s, n) == -1)
		return;
	r.weight = weight_read(s + n, len - n);
	if (r.weight == -1)
		return;
	for (i = rs->count; i > 0 && rs->range[i - 1].weight < r.weight; i--)
		rs->range[i] = rs->range[i - 1];
	rs->range[i] = r;
	rs->count++;
}

/* RFC 9110 12.4.2. Thousandths, or -1. */
static int
weight_read(const char *s, size_t len)
{
	const char	*end = s + len;
	int		 weight, unit;

	while (s < end && strchr(BLANK, *s) != NULL)
		s++;
	if (s == end)
		return (WEIGHT_MAX);
	if (*s++ != ';')
		return (-1);
	while (s < end && strchr(BLANK, *s) != NULL)
		s++;
	if (end - s < 3 || (*s != 'q' && *s != 'Q') || s[1] != '=' ||
	    (s[2] != '0' && s[2] != '1'))
		return (-1);
	weight = (s[2] - '0') * WEIGHT_MAX;
	s += 3;
	if (s < end && *s == '.')
		s++;
	for (unit = WEIGHT_MAX / 10; s < end && *s >= '0' && *s <= '9'; s++) {
		weight += (*s - '0') * unit;
		unit /= 10;
	}
	while (s < end && strchr(BLANK, *s) != NULL)
		s++;
	return (s == end && weight <= WEIGHT_MAX ? weight : -1);
}

/*
 * RFC 4647 3.4: the range, then it with one subtag less at a time; at each
 * length the kin of what is asked for; at last any form of the language.
 */
static const char *
lookup(const struct locale_set *set, const struct ranges *rs,
    const char *range)
{
	char		 cut[RANGE_LEN];
	const char	*tag;
	char		*dash;

	if (text_copy(cut, sizeof(cut), range) == -1)
		return (NULL);
	for (;;) {
		if ((tag = find(set, rs, cut)) != NULL ||
		    (tag = find_kin(set, rs, cut)) != NULL)
			return (tag);
		if ((dash = strrchr(cut, '-')) == NULL)
			return (find_language(set, rs, cut));
		*dash = '\0';
		dash = strrchr(cut, '-');
		if (dash != NULL && strlen(dash) == 2)	/* a singleton */
			*dash = '\0';
	}
}

static const char *
find(const struct locale_set *set, const struct ranges *rs, const char *tag)
{
	size_t		 i;

	for (i = 0; i < set->count; i++) {
		if (strcasecmp(set->tag[i], tag) == 0 &&
		    !is_refused(rs, set->tag[i]))
			return (set->tag[i]);
	}
	return (NULL);
}

static const char *
find_kin(const struct locale_set *set, const struct ranges *rs,
    const char *range)
{
	const char	*tag;
	size_t		 i;

	for (i = 0; i < sizeof(kin) / sizeof(kin[0]); i++) {
		if (has_word(kin[i].ranges, range) &&
		    (tag = find(set, rs, kin[i].tag)) != NULL)
			return (tag);
	}
	return (NULL);
}

static const char *
find_language(const struct locale_set *set, const struct ranges *rs,
    const char *language)
{
	size_t		 i, n = strlen(language);

	for (i = 0; i < set->count; i++) {
		if (strncasecmp(set->tag[i], language, n) == 0 &&
		    set->tag[i][n] == '-' && !is_refused(rs, set->tag[i]))
			return (set->tag[i]);
	}
	return (NULL);
}

/* q=0: "not acceptable" (RFC 9110 12.4.2). */
static int
is_refused(const struct ranges *rs, const char *tag)
{
	size_t		 i;

	for (i = 0; i < rs->count; i++) {
		if (rs->range[i].weight == 0 &&
		    strcasecmp(rs->range[i].tag, tag) == 0)
			return (1);
	}
	return (0);
}

/* 1 if word stands in the space-separated list. */
static int
has_word(const char *list, const char *word)
{
	size_t		 n, len = strlen(word);

	for (; *list != '\0'; list += n + (list[n] == ' ')) {
		n = strcspn(list, " ");
		if (n == len && strncasecmp(list, word, n) == 0)
			return (1);
	}
	return (0);
}
