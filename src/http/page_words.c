/* SPDX-License-Identifier: ISC */
/* Reading the languages and holding them for the life of the process. */
#include <jansson.h>
#include <string.h>

#include "base/text.h"
#include "http/page_asset.h"
#include "http/page_words.h"

#define FIRST	"locales/en.json"

static int	 read_keys(json_t *, struct text *);
static int	 read_words(struct page_words *, json_t *, struct text *);
static int	 check_word(const char *, json_t *, struct text *);

static struct page_words languages[LOCALE_MAX];
static size_t	 language_count;
static const char *keys[PAGE_WORDS_MAX];	/* owned by languages[0] */
static size_t	 key_count;

int
page_words_init(char *err, size_t errlen)
{
	const struct asset *a = page_asset_find(FIRST);
	char		 tag[LOCALE_LEN];
	size_t		 i;

	while (language_count > 0)
		json_decref(languages[--language_count].json);
	key_count = 0;
	if (a == NULL) {
		(void)text_copy(err, errlen, FIRST ": not embedded");
		return (-1);
	}
	if (page_words_add(a->path, a->data, a->len, err, errlen) == -1)
		return (-1);
	for (i = 0; i < assets_count; i++) {
		if (&assets[i] == a || locale_tag(tag, assets[i].path) == -1)
			continue;
		if (page_words_add(assets[i].path, assets[i].data,
		    assets[i].len, err, errlen) == -1)
			return (-1);
	}
	return (0);
}

int
page_words_add(const char *path, const void *json, size_t len, char *err,
    size_t errlen)
{
	struct page_words *w = &languages[language_count];
	struct text	 why;
	json_error_t	 je;
	json_t		*root = NULL;
	int		 rc = -1;

	text_init(&why, err, errlen);
	text_addf(&why, "%s: ", path);
	if (language_count == LOCALE_MAX) {
		text_addf(&why, "more than %d languages", LOCALE_MAX);
		goto out;
	}
	if (locale_tag(w->tag, path) == -1) {
		text_add(&why, "its name is not locales/<tag>.json");
		goto out;
	}
	root = json_loadb(json, len, JSON_REJECT_DUPLICATES, &je);
	if (root == NULL) {
		text_addf(&why, "line %d: %s", je.line, je.text);
		goto out;
	}
	if (!json_is_object(root)) {
		text_add(&why, "not an object");
		goto out;
	}
	if (language_count == 0 && read_keys(root, &why) == -1)
		goto out;
	if (read_words(w, root, &why) == -1)
		goto out;
	w->json = json_incref(root);
	language_count++;
	rc = 0;
out:
	json_decref(root);
	return (rc);
}

int
page_words_find(const char *key, size_t len)
{
	size_t		 i;

	for (i = 0; i < key_count; i++) {
		if (strlen(keys[i]) == len && memcmp(keys[i], key, len) == 0)
			return ((int)i);
	}
	return (-1);
}

const struct page_words *
page_words_get(const char *tag)
{
	size_t		 i;

	for (i = 0; i < language_count; i++) {
		if (strcmp(languages[i].tag, tag) == 0)
			return (&languages[i]);
	}
	return (&languages[0]);
}

static int
read_keys(json_t *root, struct text *why)
{
	const char	*key;
	json_t		*value;

	key_count = 0;
	json_object_foreach(root, key, value) {
		if (key_count == PAGE_WORDS_MAX) {
			text_addf(why, "more than %d keys", PAGE_WORDS_MAX);
			return (-1);
		}
		keys[key_count++] = key;
	}
	return (0);
}

static int
read_words(struct page_words *w, json_t *root, struct text *why)
{
	const char	*key;
	json_t		*value;
	size_t		 i;

	for (i = 0; i < key_count; i++) {
		value = json_object_get(root, keys[i]);
		if (check_word(keys[i], value, why) == -1)
			return (-1);
		w->word[i] = json_string_value(value);
	}
	json_object_foreach(root, key, value) {
		if (page_words_find(key, strlen(key)) == -1) {
			text_addf(why, "key \"%s\" is left over", key);
			return (-1);
		}
	}
	return (0);
}

/* A word is text; its only placeholder is the brand's, and dir has two ways. */
static int
check_word(const char *key, json_t *value, struct text *why)
{
	const char	*s = json_string_value(value);
	const char	*problem = NULL;

	if (value == NULL)
		problem = "is missing";
	else if (s == NULL || s[0] == '\0')
		problem = "is not a text, or empty";
	else if (strcmp(key, "dir") == 0 && strcmp(s, "ltr") != 0 &&
	    strcmp(s, "rtl") != 0)
		problem = "is neither \"ltr\" nor \"rtl\"";
	for (; problem == NULL && (s = strchr(s, '{')) != NULL; s++) {
		if (strncmp(s, PAGE_WORDS_BRAND,
		    strlen(PAGE_WORDS_BRAND)) != 0)
			problem = "has a placeholder other than "
			    PAGE_WORDS_BRAND;
	}
	if (problem == NULL)
		return (0);
	text_addf(why, "key \"%s\" %s", key, problem);
	return (-1);
}
