/* SPDX-License-Identifier: ISC */
/*
 * The pages. One template serves all of them; a state is a row of a table that
 * says which words it shows. Whatever a stranger sent (user name, state,
 * detail) passes the template's escaping and nothing else.
 */
#include <string.h>

#include "base/log.h"
#include "http/page.h"
#include "http/page_asset.h"
#include "http/page_file.h"
#include "http/page_template.h"
#include "http/page_words.h"

#define TEMPLATE	"page.html"
#define USERNAME_MAX	255		/* bytes kept; as maxlength says */
#define MESSAGES	"messages-auth:"	/* Apple's scheme */
#define WORD		"word."		/* begins the name of a word */

/* The names that the template may use, words aside. */
enum {
	V_LANG, V_DIR, V_STYLE, V_SCRIPT, V_BRAND, V_LOGO, V_MARK, V_TITLE,
	V_TEXT, V_ALERT, V_LOGIN, V_WRONG, V_BAD, V_DONE, V_BACK, V_LINKS,
	V_HELP, V_FORGOT, V_PRIVACY, V_DETAIL, V_FLOW, V_USERNAME, V_MESSAGES,
	V_ACTION, V_CODE, V_STATE, V_ISS, V_ERROR, V_ERROR_DESCRIPTION, V_MAX
};

static const char *const names[V_MAX] = {
	[V_LANG] = "lang",
	[V_DIR] = "dir",
	[V_STYLE] = "style",
	[V_SCRIPT] = "script",
	[V_BRAND] = "brand",
	[V_LOGO] = "logo",
	[V_MARK] = "mark",
	[V_TITLE] = "title",
	[V_TEXT] = "text",
	[V_ALERT] = "alert",
	[V_LOGIN] = "login",
	[V_WRONG] = "wrong",
	[V_BAD] = "bad",
	[V_DONE] = "done",
	[V_BACK] = "back",
	[V_LINKS] = "links",
	[V_HELP] = "help",
	[V_FORGOT] = "forgot",
	[V_PRIVACY] = "privacy",
	[V_DETAIL] = "detail",
	[V_FLOW] = "flow",
	[V_USERNAME] = "username",
	[V_MESSAGES] = "messages",
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
	[PAGE_THROTTLED] = { 429, "login.title", "login.text",
	    "throttled.alert" },
	[PAGE_BUSY] = { 503, "busy.title", "busy.text", "busy.alert" },
	[PAGE_OUTAGE] = { 503, "outage.title", "outage.text",
	    "outage.alert" },
	[PAGE_EXPIRED] = { 400, "expired.title", "expired.text", NULL },
	[PAGE_USED] = { 400, "used.title", "used.text", NULL },
	[PAGE_UNKNOWN_CLIENT] = { 400, "unknown_client.title",
	    "unknown_client.text", NULL },
	[PAGE_BAD_REQUEST] = { 400, "bad_request.title", "bad_request.text",
	    NULL },
	[PAGE_FORM_POST] = { 200, "form_post.title", "form_post.text", NULL },
	[PAGE_CALLBACK_SUCCESS] = { 200, "callback_success.title",
	    "callback_success.text", NULL },
	[PAGE_CALLBACK_FAILURE] = { 400, "callback_failure.title",
	    "callback_failure.text", NULL },
	[PAGE_CALLBACK_CANCEL] = { 200, "callback_cancel.title",
	    "callback_cancel.text", NULL }
};

/* PAGE_FORM_POST that carries an error, and the one of a cancel. */
static const struct look look_stopped = {
	200, "form_post_error.title", "form_post_error.text", NULL
};
static const struct look look_canceled = {
	200, "form_post_cancel.title", "form_post_cancel.text", NULL
};

static int	 check_look(const struct look *);
static int	 find_name(const char *, size_t);
static int	 find_word(const char *);
static int	 has_form(const struct page *);
static int	 has_flow(const struct page *);
static int	 is_done(const struct page *);
static int	 is_link(const char *);
static const struct look *look_of(const struct page *);
static void	 put_words(struct page_value *, const struct page *,
		    const struct page_words *);
static void	 put_values(struct page_value *, const struct page *);
static void	 put_links(struct page_value *, const struct page *);
static void	 put_answer(struct page_value *, const struct page *);

static struct page_template page_template;

int
page_init(void)
{
	const struct asset *a;
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
	if (check_look(&look_stopped) == -1 ||
	    check_look(&look_canceled) == -1 || find_word("dir") == -1 ||
	    page_file_init() == -1)
		return (-1);
	if ((a = page_asset_find(TEMPLATE)) == NULL) {
		log_error("%s is not embedded", TEMPLATE);
		return (-1);
	}
	if (page_template_parse(&page_template, (const char *)a->data, a->len,
	    find_name) == -1) {
		log_error("%s: %s", TEMPLATE, page_template.err);
		return (-1);
	}
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

int
page_has_script(const struct page *page)
{
	return (has_form(page) || page->state == PAGE_FORM_POST);
}

int
page_csp(char *out, size_t cap, const char *form_origin, int has_script)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789:/.-+[]";
	struct text	 t;

	text_init(&t, out, cap);
	/* A space or a semicolon would begin a source or directive more. */
	if (form_origin[strspn(form_origin, alphabet)] != '\0')
		return (-1);
	text_addf(&t, "default-src 'none'; style-src 'self'; img-src data:; "
	    "%sform-action 'self'", has_script ? "script-src 'self'; " : "");
	/* Where the client's callback ends, in the newer flow. */
	if (form_origin[0] != '\0')
		text_addf(&t, " %s%s", form_origin, strcmp(form_origin,
		    MESSAGES) == 0 ? "" : " " MESSAGES);
	text_add(&t, "; base-uri 'none'; frame-ancestors 'none'");
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
	const struct look *own = &looks[page->state], *look = look_of(page);
	int		 i;

	for (i = 0; i < PAGE_WORDS_MAX; i++)
		values[V_MAX + i] = (struct page_value){ words->word[i], 1 };
	values[V_LANG].text = words->tag;
	values[V_DIR] = values[V_MAX + find_word("dir")];
	values[V_TITLE] = values[V_MAX + find_word(look->title)];
	values[V_TEXT] = values[V_MAX + find_word(look->text)];
	if (has_form(page) && own->alert != NULL)
		values[V_ALERT] = values[V_MAX + find_word(own->alert)];
}

static const struct look *
look_of(const struct page *page)
{
	if (has_form(page))
		return (&looks[PAGE_LOGIN]);
	if (page->state != PAGE_FORM_POST || page->error == NULL)
		return (&looks[page->state]);
	return (strcmp(page->error, "access_denied") == 0 ? &look_canceled :
	    &look_stopped);
}

static void
put_values(struct page_value *values, const struct page *page)
{
	values[V_STYLE].text = page->style != NULL ? page->style :
	    page_file_get(PAGE_FILE_STYLE)->path;
	if (page_has_script(page))
		values[V_SCRIPT].text = page_file_get(PAGE_FILE_SCRIPT)->path;
	values[V_BRAND].text = page->brand_name;
	values[V_LOGO].text = page->has_logo ? "1" : NULL;
	values[V_MARK].text = !page->has_logo || !has_form(page) ? "1" : NULL;
	put_links(values, page);
	if (!has_form(page)) {
		put_answer(values, page);
		return;
	}
	values[V_LOGIN].text = "1";
	values[V_FLOW].text = page->flow;
	/* What is longer is no user name; it would burst the page. */
	if (page->username != NULL &&
	    strnlen(page->username, USERNAME_MAX + 1) <= USERNAME_MAX)
		values[V_USERNAME].text = page->username;
	if (page->state == PAGE_WRONG)
		values[V_WRONG].text = "1";
}

static void
put_links(struct page_value *values, const struct page *page)
{
	if (is_link(page->help_url))
		values[V_HELP].text = page->help_url;
	if (is_link(page->privacy_url))
		values[V_PRIVACY].text = page->privacy_url;
	if (has_form(page) && is_link(page->forgot_url))
		values[V_FORGOT].text = page->forgot_url;
	if (values[V_HELP].text != NULL || values[V_PRIVACY].text != NULL ||
	    values[V_FORGOT].text != NULL)
		values[V_LINKS].text = "1";
}

/* The pages that end a sign-in, one way or the other. */
static void
put_answer(struct page_value *values, const struct page *page)
{
	values[is_done(page) ? V_DONE : V_BAD].text = "1";
	values[V_DETAIL].text = page->detail;
	if (page->messages_url != NULL && strncmp(page->messages_url,
	    MESSAGES, sizeof(MESSAGES) - 1) == 0)
		values[V_MESSAGES].text = page->messages_url;
	if (page->state == PAGE_EXPIRED && has_flow(page)) {
		values[V_BACK].text = "1";
		values[V_FLOW].text = page->flow;
	}
	if (page->state != PAGE_FORM_POST)
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
	    (looks[page->state].alert != NULL && has_flow(page)));
}

static int
has_flow(const struct page *page)
{
	return (page->flow != NULL && page->flow[0] != '\0');
}

static int
is_done(const struct page *page)
{
	return (page->state == PAGE_CALLBACK_SUCCESS ||
	    (page->state == PAGE_FORM_POST && page->error == NULL));
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
