/* SPDX-License-Identifier: ISC */
/*
 * What a phone has to fetch before the page stands: the page, its style, the
 * pictures in that; and from whom.
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "cli/doctor.h"
#include "cli/html_tag.h"

#define SIZE_MOST	20480		/* bytes over the wire */
#define REQUESTS_MOST	3
#define LOADS_MAX	32
#define URL_LEN		1024
#define YEAR		31536000L

struct loads {
	char	 url[LOADS_MAX][URL_LEN];
	size_t	 count;
	size_t	 more;			/* that did not fit */
};

static int	loads_add(struct loads *, const char *, const char *);
static int	tag_loads(struct loads *, const char *,
		    const struct html_tag *);
static int	page_loads(struct loads *, const struct doctor_page *);
static int	style_loads(struct loads *, const char *, const char *,
		    size_t);
static const char *load_fetch(struct doctor *, struct loads *, size_t,
		    int *is_short);
static int	tag_words_have(const struct html_tag *, const char *,
		    const char *);

/* Attributes that make a browser fetch something without being asked. */
static const struct {
	const char	*tag;
	const char	*attribute;
	const char	*rel;		/* NULL: whatever it says */
} loading[] = {
	{ "script", "src", NULL },
	{ "img", "src", NULL },
	{ "iframe", "src", NULL },
	{ "embed", "src", NULL },
	{ "source", "src", NULL },
	{ "video", "poster", NULL },
	{ "object", "data", NULL },
	{ "link", "href", "stylesheet" },
	{ "link", "href", "icon" },
	{ "link", "href", "apple-touch-icon" },
	{ "link", "href", "manifest" },
	{ "link", "href", "preload" },
	{ "link", "href", "modulepreload" },
	{ "link", "href", "preconnect" },
	{ "link", "href", "dns-prefetch" },
};
#define LOADING		(sizeof(loading) / sizeof(loading[0]))

enum doctor_verdict
doctor_page_size(struct doctor *d)
{
	if (d->page.wire > SIZE_MOST)
		return (doctor_warn(d, "let nothing in front add to the page; "
		    "on a train it must be there in a second",
		    "%zu bytes over the wire, more than %d", d->page.wire,
		    SIZE_MOST));
	return (doctor_ok(d, "%zu bytes over the wire", d->page.wire));
}

enum doctor_verdict
doctor_page_loads(struct doctor *d)
{
	struct loads	 l;
	const char	*wrong;
	size_t		 i;
	int		 is_short = 0;

	memset(&l, 0, sizeof(l));
	if (page_loads(&l, &d->page) != 0)
		return (doctor_fail(d, "let nothing in front change the page",
		    "the page loads something that is no URL"));
	/* Grows under way, by what styles load. */
	for (i = 0; i < l.count; i++)
		if ((wrong = load_fetch(d, &l, i, &is_short)) != NULL)
			return (doctor_fail(d, "let nothing in front change "
			    "the page or what it loads", "%.250s %s",
			    l.url[i], wrong));
	if (1 + l.count + l.more > REQUESTS_MOST)
		return (doctor_warn(d, "let nothing in front add to the page",
		    "%zu requests, more than %d", 1 + l.count + l.more,
		    REQUESTS_MOST));
	if (is_short)
		return (doctor_warn(d, "let nothing in front change "
		    "Cache-Control", "what the page loads is not kept for a "
		    "year"));
	return (doctor_ok(d, "%zu request%s, all of the issuer", 1 + l.count,
	    l.count == 0 ? "" : "s"));
}

enum doctor_verdict
doctor_page_language(struct doctor *d)
{
	struct html_tag	 tag;
	const char	*p = d->page.body;
	char		 lang[64] = "", name[64], viewport[256] = "";

	while (html_tag_next(&tag, &p, d->page.body + d->page.len)) {
		if (html_word_is(tag.name, "html") && !tag.is_end)
			(void)html_tag_get(&tag, "lang", lang, sizeof(lang));
		if (!html_word_is(tag.name, "meta"))
			continue;
		(void)html_tag_get(&tag, "name", name, sizeof(name));
		if (strcasecmp(name, "viewport") == 0)
			(void)html_tag_get(&tag, "content", viewport,
			    sizeof(viewport));
	}
	if (lang[0] == '\0')
		return (doctor_fail(d, "let nothing in front change the page",
		    "no lang: VoiceOver reads it in a wrong voice"));
	if (strstr(viewport, "width=device-width") == NULL)
		return (doctor_fail(d, "let nothing in front change the page",
		    "no viewport of the device's width: it is tiny on a "
		    "phone"));
	if (strstr(viewport, "user-scalable=no") != NULL ||
	    strstr(viewport, "maximum-scale=1") != NULL)
		return (doctor_warn(d, "take user-scalable and maximum-scale "
		    "out of the viewport", "the page cannot be enlarged"));
	return (doctor_ok(d, "lang=\"%s\", as wide as the device", lang));
}

/* Once for each URL; what is within the page itself is no load. */
static int
loads_add(struct loads *l, const char *base, const char *reference)
{
	char	 url[URL_LEN];
	size_t	 i;

	if (strncasecmp(reference, "data:", 5) == 0 || *reference == '#')
		return (0);
	if (sim_url_join(url, sizeof(url), base, reference) != 0)
		return (-1);
	for (i = 0; i < l->count; i++)
		if (strcmp(l->url[i], url) == 0)
			return (0);
	if (l->count == LOADS_MAX)
		l->more++;
	else
		memcpy(l->url[l->count++], url, sizeof(url));
	return (0);
}

static int
page_loads(struct loads *l, const struct doctor_page *page)
{
	struct html_tag	 tag;
	const char	*p = page->body;

	while (html_tag_next(&tag, &p, page->body + page->len))
		if (!tag.is_end && tag_loads(l, page->url, &tag) != 0)
			return (-1);
	return (0);
}

static int
tag_loads(struct loads *l, const char *base, const struct html_tag *tag)
{
	char	 reference[URL_LEN];
	size_t	 i;

	for (i = 0; i < LOADING; i++) {
		if (!html_word_is(tag->name, loading[i].tag) ||
		    (loading[i].rel != NULL && !tag_words_have(tag, "rel",
		    loading[i].rel)))
			continue;
		if (html_tag_get(tag, loading[i].attribute, reference,
		    sizeof(reference)) != 0)
			return (-1);
		if (reference[0] != '\0' &&
		    loads_add(l, base, reference) != 0)
			return (-1);
	}
	return (0);
}

static int
tag_words_have(const struct html_tag *tag, const char *name, const char *word)
{
	char	 value[128];

	(void)html_tag_get(tag, name, value, sizeof(value));
	return (doctor_has_word(value, word));
}

/* Fetch it. NULL, or what is wrong with it. */
static const char *
load_fetch(struct doctor *d, struct loads *l, size_t i, int *is_short)
{
	struct sim_request	 q = { .agent = SIM_BROWSER, .method = "GET" };
	struct sim_reply	 r;

	if (!doctor_is_own(d, l->url[i]))
		return ("is a third party's: it learns who signs in");
	q.url = l->url[i];
	if (doctor_ask(d, &q, &r) != 0 || r.status != 200)
		return ("cannot be loaded");
	if (doctor_max_age(r.cache_control) < YEAR)
		*is_short = 1;
	if (strncasecmp(r.content_type, "text/css", 8) == 0 &&
	    style_loads(l, l->url[i], r.body, r.len) != 0)
		return ("loads something that is no URL");
	return (NULL);
}

/* url(...) and @import "..." of a style sheet; comments count too. */
static int
style_loads(struct loads *l, const char *base, const char *p, size_t len)
{
	static const char *const starts[] = {
		"url(", "@import \"", "@import '"
	};
	char			 reference[URL_LEN];
	const char		*end = p + len;
	size_t			 i, n, k;

	for (; p < end; p++) {
		for (i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
			n = strlen(starts[i]);
			if ((size_t)(end - p) <= n ||
			    strncasecmp(p, starts[i], n) != 0)
				continue;
			for (p += n; p < end && strchr("\"' ", *p) != NULL; p++)
				;
			for (k = 0; p + k < end && k + 1 < sizeof(reference) &&
			    strchr("\"')", p[k]) == NULL; k++)
				reference[k] = p[k];
			reference[k] = '\0';
			if (loads_add(l, base, reference) != 0)
				return (-1);
			break;
		}
	}
	return (0);
}
