/* SPDX-License-Identifier: ISC */
/*
 * The pages. One template serves all of them; a state is a row of a table that
 * says which words it shows. Whatever a stranger sent (user name, state,
 * detail) passes the template's escaping and nothing else.
 */
#include <string.h>

#include "base/log.h"
#include "crypto/digest.h"
#include "http/page.h"
#include "http/page_asset.h"
#include "http/page_template.h"
#include "http/page_words.h"

#define TEMPLATE	"page.html"
#define STYLE		"style.css"
#define STYLE_PATH_LEN	40
#define USERNAME_MAX	255		/* bytes kept; as maxlength says */
#define WORD		"word."		/* begins the name of a word */

/* The names that the template may use, words aside. */
enum {
	V_LANG, V_DIR, V_STYLE, V_BRAND, V_TITLE, V_TEXT, V_ALERT, V_LOGIN,
	V_WRONG, V_BAD, V_DONE, V_HELP, V_DETAIL, V_FLOW, V_USERNAME, V_ACTION,
	V_CODE, V_STATE, V_ISS, V_ERROR, V_ERROR_DESCRIPTION, V_MAX
};

static const char *const names[V_MAX] = {
	[V_LANG] = "lang",
	[V_DIR] = "dir",
	[V_STYLE] = "style",
	[V_BRAND] = "brand",
	[V_TITLE] = "title",
	[V_TEXT] = "text",
	[V_ALERT] = "alert",
	[V_LOGIN] = "login",
	[V_WRONG] = "wrong",
	[V_BAD] = "bad",
	[V_DONE] = "done",
	[V_HELP] = "help",
	[V_DETAIL] = "detail",
	[V_FLOW] = "flow",
	[V_USERNAME] = "username",
	[V_ACTION] = "action",
	[V_CODE] = "code",
	[V_STATE] = "state",
	[V_ISS] = "iss",
	[V_ERROR] = "error",
	[V_ERROR_DESCRIPTION] = "error_description"
};

/* A state: its words, and where they change when the form is shown. */
struct look {
	int		 status;
	const char	*title;
	const char	*text;
	const char	*alert;		/* above the form, if there is a flow */
};

static const struct look looks[PAGE_STATE_MAX] = {
	[PAGE_LOGIN] = { 200, "login.title", "login.text", NULL },
	[PAGE_WRONG] = { 200, "login.title", "login.text", "wrong.alert" },
	[PAGE_BUSY] = { 503, "busy.title", "busy.text", "busy.alert" },
	[PAGE_OUTAGE] = { 503, "outage.title", "outage.text",
	    "outage.alert" },
	[PAGE_EXPIRED] = { 400, "expired.title", "expired.text", NULL },
	[PAGE_UNKNOWN_CLIENT] = { 400, "unknown_client.title",
	    "unknown_client.text", NULL },
	[PAGE_BAD_REQUEST] = { 400, "bad_request.title", "bad_request.text",
	    NULL },
	[PAGE_FORM_POST] = { 200, "form_post.title", "form_post.text", NULL }
};

/* PAGE_FORM_POST that carries an error. */
static const struct look look_stopped = {
	200, "form_post_error.title", "form_post_error.text", NULL
};

static int	 check_look(const struct look *);
static int	 find_name(const char *, size_t);
static int	 find_word(const char *);
static int	 has_form(const struct page *);
static int	 is_link(const char *);
static void	 put_words(struct page_value *, const struct page *,
		    const struct page_words *);
static void	 put_values(struct page_value *, const struct page *);

static struct page_template page_template;
static const struct asset *style;
static char	 style_path[STYLE_PATH_LEN];

int
page_init(void)
{
	const struct asset *a;
	struct text	 path;
	uint8_t		 digest[DIGEST_LEN];
	char		 err[256];
	size_t		 i;

	if (page_words_init(err, sizeof(err)) == -1) {
		log_error("%s", err);
		return (-1);
	}
	for (i = 0; i < PAGE_STATE_MAX; i++) {
		if (check_look(&looks[i]) == -1)
			return (-1);
	}
	if (check_look(&look_stopped) == -1 || find_word("dir") == -1)
		return (-1);
	a = page_asset_find(TEMPLATE);
	style = page_asset_find(STYLE);
	if (a == NULL || style == NULL) {
		log_error("%s or %s is not embedded", TEMPLATE, STYLE);
		return (-1);
	}
	if (page_template_parse(&page_template, (const char *)a->data, a->len,
	    find_name) == -1) {
		log_error("%s: %s", TEMPLATE, page_template.err);
		return (-1);
	}
	digest_sha256(digest, style->data, style->len);
	text_init(&path, style_path, sizeof(style_path));
	text_add(&path, "/assets/style-");
	for (i = 0; i < 8; i++)
		text_addf(&path, "%02x", digest[i]);
	text_add(&path, ".css");
	return (0);
}

int
page_render(struct text *out, const struct page *page)
{
	struct page_value values[V_MAX + PAGE_WORDS_MAX] = { { NULL, 0 } };
	const char	*brand = page->brand_name == NULL ? "" :
	    page->brand_name;

	put_words(values, page, page_words_get(page->locale == NULL ? "" :
	    page->locale));
	put_values(values, page);
	page_template_render(out, &page_template, values, brand);
	return (text_is_ok(out) ? 0 : -1);
}

int
page_status(enum page_state state)
{
	PRECOND(state < PAGE_STATE_MAX);

	return (looks[state].status);
}

const char *
page_style_path(void)
{
	return (style_path);
}

const char *
page_style(size_t *len)
{
	*len = style->len;
	return ((const char *)style->data);
}

int
page_csp(char *out, size_t cap, const char *form_origin)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789:/.-+[]";
	struct text	 t;

	text_init(&t, out, cap);
	/* A space or a semicolon would begin a source or directive more. */
	if (form_origin[strspn(form_origin, alphabet)] != '\0')
		return (-1);
	text_addf(&t, "default-src 'none'; style-src 'self'; img-src 'self'; "
	    "form-action 'self'%s%s; base-uri 'none'; frame-ancestors 'none'",
	    form_origin[0] == '\0' ? "" : " ", form_origin);
	return (text_is_ok(&t) ? 0 : -1);
}

/* Every word of a state is there. */
static int
check_look(const struct look *l)
{
	return (find_word(l->title) == -1 || find_word(l->text) == -1 ||
	    (l->alert != NULL && find_word(l->alert) == -1) ? -1 : 0);
}

static int
find_word(const char *key)
{
	int		 i = page_words_find(key, strlen(key));

	if (i == -1)
		log_error("locales/en.json: key \"%s\" is missing", key);
	return (i);
}

/* The number of a template's name: a value's, or behind those, a word's. */
static int
find_name(const char *name, size_t len)
{
	size_t		 n = strlen(WORD);
	int		 i;

	if (len > n && memcmp(name, WORD, n) == 0) {
		i = page_words_find(name + n, len - n);
		return (i == -1 ? -1 : V_MAX + i);
	}
	for (i = 0; i < V_MAX; i++) {
		if (strlen(names[i]) == len &&
		    memcmp(names[i], name, len) == 0)
			return (i);
	}
	return (-1);
}

static void
put_words(struct page_value *values, const struct page *page,
    const struct page_words *words)
{
	const struct look *own = &looks[page->state], *look = own;
	int		 i;

	if (has_form(page))
		look = &looks[PAGE_LOGIN];
	else if (page->state == PAGE_FORM_POST && page->error != NULL)
		look = &look_stopped;
	for (i = 0; i < PAGE_WORDS_MAX; i++)
		values[V_MAX + i] = (struct page_value){ words->word[i], 1 };
	values[V_LANG].text = words->tag;
	values[V_DIR] = values[V_MAX + find_word("dir")];
	values[V_TITLE] = values[V_MAX + find_word(look->title)];
	values[V_TEXT] = values[V_MAX + find_word(look->text)];
	if (has_form(page) && own->alert != NULL)
		values[V_ALERT] = values[V_MAX + find_word(own->alert)];
}

static void
put_values(struct page_value *values, const struct page *page)
{
	int		 is_post = page->state == PAGE_FORM_POST;

	values[V_STYLE].text = style_path;
	values[V_BRAND].text = page->brand_name;
	if (is_link(page->help_url))
		values[V_HELP].text = page->help_url;
	if (has_form(page)) {
		values[V_LOGIN].text = "1";
		values[V_FLOW].text = page->flow;
		/* What is longer is no user name; it would burst the page. */
		if (page->username != NULL &&
		    strnlen(page->username, USERNAME_MAX + 1) <= USERNAME_MAX)
			values[V_USERNAME].text = page->username;
		if (page->state == PAGE_WRONG)
			values[V_WRONG].text = "1";
		return;
	}
	values[is_post && page->error == NULL ? V_DONE : V_BAD].text = "1";
	values[V_DETAIL].text = page->detail;
	if (!is_post)
		return;
	values[V_ACTION].text = page->action;
	if (page->error == NULL) {
		values[V_CODE].text = page->code;
	} else {
		values[V_ERROR].text = page->error;
		values[V_ERROR_DESCRIPTION].text = page->error_description;
	}
	values[V_STATE].text = page->state_value;
	values[V_ISS].text = page->iss;
}

/* The login form, with an alert above it or without. */
static int
has_form(const struct page *page)
{
	return (page->state == PAGE_LOGIN || page->state == PAGE_WRONG ||
	    (looks[page->state].alert != NULL && page->flow != NULL &&
	    page->flow[0] != '\0'));
}

/* A link that leads somewhere and runs nothing. */
static int
is_link(const char *url)
{
	static const char *const schemes[] = { "https://", "mailto:", "tel:" };
	size_t		 i;

	for (i = 0; url != NULL && i < 3; i++) {
		if (strncasecmp(url, schemes[i], strlen(schemes[i])) == 0)
			return (1);
	}
	return (0);
}
