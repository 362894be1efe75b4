/* SPDX-License-Identifier: ISC */
/* Style sheets of clients; see page_brand.h. */
#include <stdlib.h>
#include <string.h>

#include "http/colour.h"
#include "http/compress.h"
#include "http/page_brand.h"

#define BRAND_PREFIX	PAGE_FILE_ROOT "brand-"
#define BRAND_SUFFIX	".css"
#define LOGO_HEIGHT	72	/* the most, in points */
#define LOGO_WIDTH	240

static void	 put_colour(struct text *, const char *, const char *);
static void	 put_logo(struct text *, const struct page_brand *,
		    const char *);

/* All that the sheet is made of is in the fingerprint, ours included. */
void
page_brand_path(char out[PAGE_FILE_PATH_LEN], const struct page_brand *b,
    const char *client_id)
{
	const char	*style = page_file_get(PAGE_FILE_STYLE)->path;
	struct text	 t;
	char		 all[PAGE_FILE_PATH_LEN + 128];
	char		 print[PAGE_FILE_PRINT_LEN];

	if (b->accent[0] == '\0' && b->logo_type[0] == '\0') {
		(void)text_copy(out, PAGE_FILE_PATH_LEN, style);
		return;
	}
	text_init(&t, all, sizeof(all));
	text_addf(&t, "%s %s %s %s", style, b->accent, b->accent_dark,
	    b->logo_digest);
	page_file_print(print, t.p, t.len);
	text_init(&t, out, PAGE_FILE_PATH_LEN);
	text_addf(&t, BRAND_PREFIX "%s-%s" BRAND_SUFFIX, print, client_id);
}

int
page_brand_client(char out[PAGE_BRAND_CLIENT_LEN], const char *path)
{
	size_t		 head = sizeof(BRAND_PREFIX) - 1 + PAGE_FILE_PRINT_LEN;
	size_t		 tail = sizeof(BRAND_SUFFIX) - 1, len = strlen(path);

	out[0] = '\0';
	if (len <= head + tail || path[head - 1] != '-' ||
	    strncmp(path, BRAND_PREFIX, sizeof(BRAND_PREFIX) - 1) != 0 ||
	    strcmp(path + len - tail, BRAND_SUFFIX) != 0)
		return (-1);
	return (text_copy_bytes(out, PAGE_BRAND_CLIENT_LEN, path + head,
	    len - head - tail));
}

int
page_brand_make(struct page_file *f, const struct page_brand *b,
    const char *client_id, const char *logo)
{
	const struct page_file *style = page_file_get(PAGE_FILE_STYLE);
	struct text	 t;
	size_t		 cap = style->len + strlen(logo) + PAGE_BRAND_EXTRA;
	char		*data;

	memset(f, 0, sizeof(*f));
	if ((data = malloc(cap)) == NULL)
		return (-1);
	text_init(&t, data, cap);
	text_add_bytes(&t, style->data, style->len);
	text_add(&t, "\n:root {\n");
	if (b->accent[0] != '\0') {
		put_colour(&t, "brand", b->accent);
		put_colour(&t, "brand-dark", b->accent_dark[0] != '\0' ?
		    b->accent_dark : b->accent);
	}
	if (b->logo_type[0] != '\0')
		put_logo(&t, b, logo);
	text_add(&t, "}\n");
	page_brand_path(f->path, b, client_id);
	f->type = style->type;
	f->data = data;
	f->len = t.len;
	/* Without: it goes out as it is. */
	(void)compress_gzip(&f->gzip, &f->gzip_len, data, t.len);
	if (!text_is_ok(&t)) {
		page_brand_free(f);
		return (-1);
	}
	return (0);
}

void
page_brand_free(struct page_file *f)
{
	free(f->gzip);
	free((void *)(uintptr_t)f->data);
	memset(f, 0, sizeof(*f));
}

static void
put_colour(struct text *t, const char *name, const char *value)
{
	struct colour	 c, ink, pressed;
	char		 hex[3][COLOUR_TEXT_LEN];

	if (colour_parse(&c, value) == -1)
		return;
	ink = colour_ink(&c);
	pressed = colour_pressed(&c);
	colour_text(hex[0], &c);
	colour_text(hex[1], &ink);
	colour_text(hex[2], &pressed);
	text_addf(t, "\t--%s: %s;\n\t--on-%s: %s;\n\t--%s-pressed: %s;\n",
	    name, hex[0], name, hex[1], name, hex[2]);
}

/* As large as its place allows, in its own proportion, never enlarged. */
static void
put_logo(struct text *t, const struct page_brand *b, const char *logo)
{
	unsigned	 w = b->logo_width, h = b->logo_height;

	if (w == 0 || h == 0)
		return;
	if (h > LOGO_HEIGHT) {
		w = w * LOGO_HEIGHT / h;
		h = LOGO_HEIGHT;
	}
	if (w > LOGO_WIDTH) {
		h = h * LOGO_WIDTH / w;
		w = LOGO_WIDTH;
	}
	text_addf(t, "\t--logo-width: %upx;\n\t--logo-height: %upx;\n",
	    w == 0 ? 1 : w, h == 0 ? 1 : h);
	text_addf(t, "\t--logo: url(data:%s;base64,", b->logo_type);
	text_add(t, logo);
	text_add(t, ");\n");
}
