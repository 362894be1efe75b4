/* SPDX-License-Identifier: ISC */
/* The setup file: JSON, each member checked before anything is sent. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "base/base64.h"
#include "base/text.h"
#include "setup.h"

static int	members_read(struct setup *, const json_t *, char *, size_t);
static int	users_read(struct setup *, const json_t *);
static int	basic_fill(struct setup *, const char *);
static int	url_read(struct setup *, const char *);
static int	address_fill(struct setup *, long);

static const struct {
	const char	*name;
	size_t		 offset;
	size_t		 cap;
	int		 is_needed;
} members[] = {
#define MEMBER(name, is_needed)						\
	{ #name, offsetof(struct setup, name),				\
	    sizeof(((struct setup *)NULL)->name), is_needed }
	MEMBER(ca_file, 0),
	MEMBER(client_id, 1),
	MEMBER(redirect_uri, 1),
	MEMBER(scope, 0),
	MEMBER(password, 1),
	MEMBER(response_key, 0),
};

int
setup_read(struct setup *s, const char *path, char *err, size_t cap)
{
	const char	*url;
	json_error_t	 problem;
	json_t		*root;
	int		 rv = -1;

	memset(s, 0, sizeof(*s));
	root = json_load_file(path, JSON_REJECT_DUPLICATES, &problem);
	if (root == NULL) {
		snprintf(err, cap, "%s: %s", path, problem.text);
		return (-1);
	}
	url = json_string_value(json_object_get(root, "base_url"));
	if (url == NULL || url_read(s, url) == -1)
		snprintf(err, cap, "%s: base_url must be http or https on "
		    "loopback (127.0.0.0/8, ::1, localhost), without a path",
		    path);
	else
		rv = members_read(s, root, err, cap);
	json_decref(root);
	return (rv);
}

static int
members_read(struct setup *s, const json_t *root, char *err, size_t cap)
{
	const char	*value, *secret;
	size_t		 i;

	for (i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		value = json_string_value(json_object_get(root,
		    members[i].name));
		if (value == NULL && !members[i].is_needed)
			continue;
		if (value == NULL || text_copy((char *)s + members[i].offset,
		    members[i].cap, value) == -1) {
			snprintf(err, cap, "%s is missing or too long",
			    members[i].name);
			return (-1);
		}
	}
	secret = json_string_value(json_object_get(root, "client_secret"));
	if (secret == NULL || basic_fill(s, secret) == -1) {
		snprintf(err, cap, "client_secret is missing or too long");
		return (-1);
	}
	if (users_read(s, json_object_get(root, "users")) == -1) {
		snprintf(err, cap, "users is {\"prefix\": text, \"count\": "
		    "number from 1}");
		return (-1);
	}
	return (0);
}

static int
users_read(struct setup *s, const json_t *users)
{
	const char	*prefix;

	prefix = json_string_value(json_object_get(users, "prefix"));
	s->user_count = (long)json_integer_value(json_object_get(users,
	    "count"));
	return (prefix != NULL && s->user_count >= 1 &&
	    text_copy(s->user_prefix, sizeof(s->user_prefix), prefix) == 0 ?
	    0 : -1);
}

/* Both parts are form-encoded first (RFC 6749 2.3.1). */
static int
basic_fill(struct setup *s, const char *secret)
{
	struct text	t;
	char		pair[700];

	text_init(&t, pair, sizeof(pair));
	text_add_uri(&t, s->client_id, strlen(s->client_id));
	text_add(&t, ":");
	text_add_uri(&t, secret, strlen(secret));
	return (text_is_ok(&t) && base64_encode(s->basic, sizeof(s->basic),
	    t.p, t.len) != -1 ? 0 : -1);
}

static int
url_read(struct setup *s, const char *url)
{
	const char	*at, *end;
	long		 port;
	size_t		 len;

	s->is_tls = strncmp(url, "https://", 8) == 0;
	if (!s->is_tls && strncmp(url, "http://", 7) != 0)
		return (-1);
	at = url + (s->is_tls ? 8 : 7);
	len = strcspn(at, "/");
	if ((at[len] == '/' && at[len + 1] != '\0') ||
	    text_copy_bytes(s->authority, sizeof(s->authority), at, len) == -1)
		return (-1);
	at = s->authority;
	end = at + strcspn(at, at[0] == '[' ? "]" : ":");
	if (at[0] == '[' && *end == '\0')
		return (-1);
	if (text_copy_bytes(s->host, sizeof(s->host), at + (at[0] == '['),
	    (size_t)(end - at) - (at[0] == '[')) == -1)
		return (-1);
	end += at[0] == '[';
	port = s->is_tls ? 443 : 80;
	if (*end != '\0' && (*end != ':' ||
	    text_number(end + 1, 1, 65535, &port) == -1))
		return (-1);
	return (address_fill(s, port));
}

/* Names are not looked up: another machine could answer for them. */
static int
address_fill(struct setup *s, long port)
{
	struct sockaddr_in	v4 = { .sin_family = AF_INET };
	struct sockaddr_in6	v6 = { .sin6_family = AF_INET6 };
	const char		*host = s->host;

	if (strcmp(host, "localhost") == 0)
		host = "127.0.0.1";
	v4.sin_port = v6.sin6_port = htons((uint16_t)port);
	if (inet_pton(AF_INET, host, &v4.sin_addr) == 1) {
		if (ntohl(v4.sin_addr.s_addr) >> 24 != 127)
			return (-1);
		memcpy(&s->address, &v4, sizeof(v4));
		s->address_len = sizeof(v4);
		return (0);
	}
	if (inet_pton(AF_INET6, host, &v6.sin6_addr) != 1 ||
	    !IN6_IS_ADDR_LOOPBACK(&v6.sin6_addr))
		return (-1);
	memcpy(&s->address, &v6, sizeof(v6));
	s->address_len = sizeof(v6);
	return (0);
}
