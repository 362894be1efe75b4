/* SPDX-License-Identifier: ISC */
/*
 * ambauth client preview: every state of a client's page as a file to look at.
 * They are the pages that are served, by the same code; light or dark is up to
 * the browser.
 */
#include <sys/stat.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/cli.h"
#include "cli/client.h"
#include "cli/session.h"
#include "http/page.h"
#include "http/page_brand.h"
#include "store/brand.h"

#define PATH_LEN	1024
#define STYLE_FILE	"style.css"
#define SCRIPT_FILE	"page.js"

static int	preview(void *, int, char **);
static int	prepare(struct session *, const char *);
static int	write_pages(const char *);
static int	write_page(const char *, const char *, size_t);
static int	write_file(const char *, const char *, const void *, size_t);
static int	write_index(const char *);
static int	relink(struct text *, const char *, const char *);

#define ARG(name, argument, kind, field, help)				\
	{ (name), (argument), (help), (kind),				\
	    offsetof(struct client_args, field) }

static const struct verb_option options[] = {
	ARG("out", "DIR", VERB_TEXT, out, "where to write; made if missing"),
	ARG("config", "FILE", VERB_TEXT, config, "the operator's file"),
};

const struct verb client_preview_verb = {
	.name = "preview", .operands = "CLIENT_ID", .operands_min = 1,
	.operands_max = 1, VERB_OPTIONS(options), .run = preview,
	.help = "Write every state of a client's page as HTML to look at, in "
	    "a language written\nfrom left to right and in one from right to "
	    "left. Open index.html in --out;\nlight or dark is as the browser "
	    "is set.",
};

/* The states, and what the file of each is called. */
static const struct {
	enum page_state	 state;
	const char	*name;
	const char	*error;		/* of PAGE_FORM_POST */
	int		 has_form;
} views[] = {
	{ PAGE_LOGIN, "login", NULL, 1 },
	{ PAGE_WRONG, "wrong", NULL, 1 },
	{ PAGE_THROTTLED, "throttled", NULL, 1 },
	{ PAGE_BUSY, "busy", NULL, 1 },
	{ PAGE_OUTAGE, "outage", NULL, 1 },
	{ PAGE_OUTAGE, "outage-at-once", NULL, 0 },
	{ PAGE_EXPIRED, "expired", NULL, 1 },
	{ PAGE_USED, "used", NULL, 0 },
	{ PAGE_UNKNOWN_CLIENT, "unknown-client", NULL, 0 },
	{ PAGE_BAD_REQUEST, "bad-request", NULL, 0 },
	{ PAGE_FORM_POST, "form-post", NULL, 0 },
	{ PAGE_FORM_POST, "form-post-error", "server_error", 0 },
	{ PAGE_FORM_POST, "form-post-cancel", "access_denied", 0 },
	{ PAGE_CALLBACK_SUCCESS, "callback-success", NULL, 0 },
	{ PAGE_CALLBACK_FAILURE, "callback-failure", NULL, 0 },
	{ PAGE_CALLBACK_CANCEL, "callback-cancel", NULL, 0 },
};
#define VIEWS	(sizeof(views) / sizeof(views[0]))

static const char *const languages[] = { "en", "ar" };

static struct page	 page;
static struct brand	 brand;
static struct page_file	 style;
static char		 style_path[PAGE_FILE_PATH_LEN];

static int
preview(void *values, int count, char **operand)
{
	const struct client_args	*args = values;
	struct session			 s;
	int				 status = CLI_FAILED;

	(void)count;
	if (args->out == NULL) {
		fprintf(stderr, "ambauth client preview: --out DIR is "
		    "missing\n");
		return (CLI_USAGE);
	}
	if (page_init() == -1 || session_open(&s, args->config) == -1)
		return (CLI_FAILED);
	if (prepare(&s, operand[0]) == 0 &&
	    write_pages(args->out) == 0) {
		printf("%s/index.html\n", args->out);
		status = CLI_OK;
	}
	page_brand_free(&style);
	session_close(&s);
	return (status);
}

/* What is the same on all of them. */
static int
prepare(struct session *s, const char *id)
{
	struct page_brand	view;
	struct store_query	q;
	int			result = -1;

	memset(&q, 0, sizeof(q));
	page.brand_name = s->settings.brand_name;
	page.help_url = s->settings.brand_help_url;
	page.forgot_url = s->settings.brand_forgot_url;
	page.privacy_url = s->settings.brand_privacy_url;
	store_client_find(s->store, &q, id);
	if (client_found(s, &q, "such client", id) == -1)
		goto out;
	store_brand_find_logo(s->store, &q, id);
	if (session_wait(s, &q, NULL) == -1 ||
	    (store_brand_count(&q) > 0 && store_brand_get(&q, 0, &brand) == -1))
		goto out;
	if (brand.name[0] != '\0')
		page.brand_name = brand.name;
	if (brand.help_url[0] != '\0')
		page.help_url = brand.help_url;
	if (brand.forgot_url[0] != '\0')
		page.forgot_url = brand.forgot_url;
	if (brand.privacy_url[0] != '\0')
		page.privacy_url = brand.privacy_url;
	view.accent = brand.accent;
	view.accent_dark = brand.accent_dark;
	view.logo_type = brand.logo_type;
	view.logo_digest = brand.logo_digest;
	view.logo_width = brand.logo_width;
	view.logo_height = brand.logo_height;
	page.has_logo = brand.logo_type[0] != '\0';
	if (page_brand_make(&style, &view, id, page.has_logo ?
	    store_brand_logo(&q, 0) : "") == -1) {
		fprintf(stderr, "ambauth client preview: no memory\n");
		goto out;
	}
	page_brand_path(style_path, &view, id);
	page.style = style_path;
	result = 0;
out:
	store_query_drop(&q);
	return (result);
}

static int
write_pages(const char *dir)
{
	const struct page_file	*script = page_file_get(PAGE_FILE_SCRIPT);
	size_t			 i, l;

	if (mkdir(dir, 0777) == -1 && errno != EEXIST) {
		fprintf(stderr, "ambauth client preview: %s: %s\n", dir,
		    strerror(errno));
		return (-1);
	}
	if (write_file(dir, STYLE_FILE, style.data, style.len) == -1 ||
	    write_file(dir, SCRIPT_FILE, script->data, script->len) == -1)
		return (-1);
	for (l = 0; l < sizeof(languages) / sizeof(languages[0]); l++) {
		for (i = 0; i < VIEWS; i++) {
			if (write_page(dir, languages[l], i) == -1)
				return (-1);
		}
	}
	return (write_index(dir));
}

static int
write_page(const char *dir, const char *language, size_t view)
{
	static char	html[PAGE_LEN_MAX], linked[PAGE_LEN_MAX];
	struct text	t;
	char		name[64];

	page.state = views[view].state;
	page.locale = language;
	page.flow = views[view].has_form ? "preview" : "";
	page.username = views[view].state == PAGE_LOGIN ? "" :
	    "anna@example.com";
	page.error = views[view].error;
	page.action = "preview";
	page.code = "preview";
	page.messages_url = views[view].state >= PAGE_CALLBACK_SUCCESS ?
	    "messages-auth://?status=preview" : NULL;
	text_init(&t, html, sizeof(html));
	if (page_render(&t, &page) == -1)
		return (-1);
	text_init(&t, linked, sizeof(linked));
	if (relink(&t, html, style_path) == -1)
		return (-1);
	snprintf(name, sizeof(name), "%s-%s.html", views[view].name, language);
	return (write_file(dir, name, t.p, t.len));
}

/*
 * The files beside it in place of the server's. The page that sends itself on
 * loses its script: it would leave before anyone saw it.
 */
static int
relink(struct text *out, const char *html, const char *style_from)
{
	static const char	auto_form[] = " data-auto";
	const char *const	from[] = { style_from,
	    page_file_get(PAGE_FILE_SCRIPT)->path, auto_form };
	static const char *const to[] = { STYLE_FILE, SCRIPT_FILE, "" };
	size_t			i;

	while (*html != '\0') {
		for (i = 0; i < 3; i++) {
			if (strncmp(html, from[i], strlen(from[i])) == 0)
				break;
		}
		if (i < 3) {
			text_add(out, to[i]);
			html += strlen(from[i]);
		} else {
			text_add_bytes(out, html++, 1);
		}
	}
	return (text_is_ok(out) ? 0 : -1);
}

static int
write_index(const char *dir)
{
	static char	html[16384];
	struct text	t;
	size_t		i, l;

	text_init(&t, html, sizeof(html));
	text_add(&t, "<!doctype html>\n<html lang=\"en\">\n<meta "
	    "charset=\"utf-8\">\n<title>");
	text_add_html(&t, page.brand_name, strlen(page.brand_name));
	text_add(&t, "</title>\n<ul>\n");
	for (i = 0; i < VIEWS; i++) {
		text_addf(&t, "<li>%s", views[i].name);
		for (l = 0; l < sizeof(languages) / sizeof(languages[0]); l++)
			text_addf(&t, " <a href=\"%s-%s.html\">%s</a>",
			    views[i].name, languages[l], languages[l]);
		text_add(&t, "\n");
	}
	text_add(&t, "</ul>\n");
	return (write_file(dir, "index.html", t.p, t.len));
}

static int
write_file(const char *dir, const char *name, const void *data, size_t len)
{
	char	 path[PATH_LEN];
	FILE	*f;
	int	 is_written;

	if (snprintf(path, sizeof(path), "%s/%s", dir, name) >=
	    (int)sizeof(path)) {
		fprintf(stderr, "ambauth client preview: %s is too long\n",
		    dir);
		return (-1);
	}
	if ((f = fopen(path, "w")) == NULL) {
		fprintf(stderr, "ambauth client preview: %s: %s\n", path,
		    strerror(errno));
		return (-1);
	}
	is_written = fwrite(data, 1, len, f) == len;
	if (fclose(f) == 0 && is_written)
		return (0);
	fprintf(stderr, "ambauth client preview: %s: %s\n", path,
	    strerror(errno));
	return (-1);
}
