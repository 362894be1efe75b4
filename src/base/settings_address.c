/* SPDX-License-Identifier: ISC */
/*
 * Values that are addresses: what to listen on, whom to trust, the issuer.
 * Nothing is looked up: a name server must not decide where a service listens.
 */
#include <arpa/inet.h>
#include <sys/socket.h>

#include <ctype.h>
#include <string.h>

#include "base/settings_value.h"
#include "base/text.h"

#define WORD_MAX	96
#define BLANK		" \t"

static int	word_next(const char **, char [WORD_MAX]);
static const char	*listen_put(struct settings_listen *, const char *);
static const char	*network_put(struct settings_network *, char *);
static int	network_has_surplus(const struct settings_network *, unsigned);
static const char	*authority_check(const char *);

const char *
settings_value_listen(struct settings *s, const struct setting *row,
    const char *value)
{
	struct settings_listen	*list;
	const char		*wrong;
	char			 word[WORD_MAX];
	size_t			*count;
	int			 found;

	list = (struct settings_listen *)(void *)((char *)s + row->offset);
	count = (size_t *)(void *)((char *)s + row->count);
	*count = 0;
	while ((found = word_next(&value, word)) == 1) {
		if (*count == SETTINGS_LISTEN_MAX)
			return ("has too many addresses");
		if ((wrong = listen_put(&list[*count], word)) != NULL)
			return (wrong);
		(*count)++;
	}
	if (found == -1)
		return ("has an address that is too long");
	if (*count < row->min)
		return ("has no address");

	return (NULL);
}

const char *
settings_value_networks(struct settings *s, const struct setting *row,
    const char *value)
{
	const char	*wrong;
	char		 word[WORD_MAX];
	int		 found;

	(void)row;
	s->proxy_count = 0;
	while ((found = word_next(&value, word)) == 1) {
		if (s->proxy_count == SETTINGS_PROXY_MAX)
			return ("has too many networks");
		wrong = network_put(&s->proxies[s->proxy_count], word);
		if (wrong != NULL)
			return (wrong);
		s->proxy_count++;
	}
	if (found == -1)
		return ("has a network that is too long");

	return (NULL);
}

/*
 * RFC 8414 2: https, no query, no fragment. It is compared byte for byte by
 * whoever reads it, so a form that could be written in two ways is refused.
 */
const char *
settings_value_issuer(struct settings *s, const struct setting *row,
    const char *value)
{
	static const char	 allowed[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	    "0123456789-._~/:[]";
	char			 host[256];
	const char		*rest, *wrong;

	if (value[0] == '\0') {
		s->issuer[0] = '\0';
		return (NULL);
	}
	if (value[strspn(value, allowed)] != '\0')
		return ("has a character that an issuer may not have");
	if (strncmp(value, "https://", 8) != 0 &&
	    strncmp(value, "http://", 7) != 0)
		return ("is not an https URL");
	rest = strstr(value, "://") + 3;
	if ((wrong = authority_check(rest)) != NULL)
		return (wrong);
	if (strchr(rest, '/') != NULL)
		return ("has a path; the paths below it are ours");
	if (settings_value_host(value, host, sizeof(host)) == -1)
		return ("is too long");
	if (value[4] == ':' && !settings_value_is_loopback(host))
		return ("is http, which only a host such as localhost may be");
	if (text_copy(s->issuer, row->size, value) == -1)
		return ("is too long");

	return (NULL);
}

int
settings_value_is_loopback(const char *host)
{
	struct in_addr	 v4;
	struct in6_addr	 v6;

	if (inet_pton(AF_INET, host, &v4) == 1)
		return (ntohl(v4.s_addr) >> 24 == IN_LOOPBACKNET);
	if (inet_pton(AF_INET6, host, &v6) == 1)
		return (IN6_IS_ADDR_LOOPBACK(&v6) != 0);

	return (strcmp(host, "localhost") == 0);
}

int
settings_value_host(const char *issuer, char *out, size_t cap)
{
	const char	*host;

	out[0] = '\0';
	if ((host = strstr(issuer, "://")) == NULL)
		return (-1);
	host += 3;
	if (host[0] == '[')
		return (text_copy_bytes(out, cap, host + 1,
		    strcspn(host + 1, "]")));

	return (text_copy_bytes(out, cap, host, strcspn(host, ":/")));
}

/* 1 with the next word of a list, 0 at its end, -1 if it is too long. */
static int
word_next(const char **list, char word[WORD_MAX])
{
	size_t	 len;

	*list += strspn(*list, BLANK);
	len = strcspn(*list, BLANK);
	if (len == 0)
		return (0);
	if (text_copy_bytes(word, WORD_MAX, *list, len) == -1)
		return (-1);
	*list += len;

	return (1);
}

/* "127.0.0.1:8443" or "[::1]:8443". */
static const char *
listen_put(struct settings_listen *l, const char *word)
{
	struct in6_addr	 addr;
	const char	*colon, *host;
	size_t		 len;
	long		 port;
	int		 family;

	if ((colon = strrchr(word, ':')) == NULL ||
	    text_number(colon + 1, 1, 65535, &port) == -1)
		return ("has an address without a port from 1 to 65535");

	host = word;
	len = (size_t)(colon - word);
	family = AF_INET;
	if (len >= 2 && word[0] == '[' && colon[-1] == ']') {
		host++;
		len -= 2;
		family = AF_INET6;
	}
	if (text_copy_bytes(l->host, sizeof(l->host), host, len) == -1 ||
	    inet_pton(family, l->host, &addr) != 1)
		return ("has an address that is not numeric");
	if (text_copy(l->port, sizeof(l->port), colon + 1) == -1)
		return ("has a port that is too long");

	return (NULL);
}

/* "10.0.0.0/8", "2001:db8::/32"; a lone address is a network of one. */
static const char *
network_put(struct settings_network *n, char *word)
{
	char		*slash;
	long		 prefix;
	unsigned	 bits;

	memset(n, 0, sizeof(*n));
	if ((slash = strchr(word, '/')) != NULL)
		*slash = '\0';
	n->family = strchr(word, ':') != NULL ? AF_INET6 : AF_INET;
	if (inet_pton(n->family, word, n->addr) != 1)
		return ("has a network that is not numeric");

	bits = n->family == AF_INET6 ? 128 : 32;
	prefix = (long)bits;
	if (slash != NULL && text_number(slash + 1, 0, (long)bits,
	    &prefix) == -1)
		return ("has a prefix that does not fit its network");
	n->prefix = (unsigned)prefix;
	if (network_has_surplus(n, bits))
		return ("has a network with bits set behind its prefix");

	return (NULL);
}

static int
network_has_surplus(const struct settings_network *n, unsigned bits)
{
	unsigned	 i;

	for (i = n->prefix; i < bits; i++) {
		if (n->addr[i / 8] & (0x80 >> i % 8))
			return (1);
	}

	return (0);
}

/* host, or [address], then perhaps a port; up to a slash or the end. */
static const char *
authority_check(const char *p)
{
	struct in6_addr	 addr;
	char		 text[WORD_MAX];
	long		 port;
	size_t		 len;

	if (p[0] == '[') {
		len = strcspn(p, "]");
		if (p[len] == '\0' || text_copy_bytes(text, sizeof(text), p + 1,
		    len - 1) == -1 || inet_pton(AF_INET6, text, &addr) != 1)
			return ("has no valid address in its brackets");
		p += len + 1;
	} else {
		len = strspn(p, "abcdefghijklmnopqrstuvwxyz0123456789-.");
		if (isupper((unsigned char)p[len]))
			return ("has a host that is not in lower case");
		if (len == 0)
			return ("has no host");
		p += len;
	}
	if (p[0] == ':') {
		len = strcspn(p + 1, "/");
		if (text_copy_bytes(text, sizeof(text), p + 1, len) == -1 ||
		    text_number(text, 1, 65535, &port) == -1)
			return ("has a port that is not from 1 to 65535");
		p += len + 1;
	}
	if (p[0] != '\0' && p[0] != '/')
		return ("has a host that is not one");

	return (NULL);
}
