/* SPDX-License-Identifier: ISC */
/*
 * Where to connect: the operator's conninfo made into what libpq is given.
 *
 * libpq looks a host name up inside PQconnectStart and PQconnectPoll, and
 * blocks while it does; with hostaddr beside host it does not. So names are
 * looked up elsewhere and their addresses put in. The name stays, for TLS.
 */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "store/internal.h"

#define HOSTS_MAX	32

/* The three lists of a conninfo that go together, as they were given. */
struct places {
	const char	*host;
	const char	*hostaddr;
	const char	*port;
	unsigned	 count;		/* of places; 0: leave them alone */
	unsigned	 ports;
};

struct lists {
	struct text	 host;
	struct text	 hostaddr;
	struct text	 port;
	unsigned	 count;
};

static void		 places_find(PQconninfoOption *, struct places *);
static int		 places_need_name(const struct places *, unsigned,
			    struct span *);
static const char	*option_value(PQconninfoOption *, const char *,
			    const char *);
static unsigned		 item_count(const char *);
static struct span	 item(const char *, unsigned);
static int		 is_name(struct span);
static int		 lists_build(struct lists *, const struct places *,
			    const char *, unsigned);
static void		 lists_add_found(struct lists *, struct span,
			    struct span, struct span);
static void		 lists_add(struct lists *, struct span, struct span,
			    struct span);
static void		 target_put(struct target *, const char *,
			    const char *);
static void		 target_put_options(struct target *,
			    const struct store *);

/* Set unless the operator says otherwise. */
static const struct {
	const char	*keyword;
	const char	*value;
} defaults[] = {
	{ "application_name", "ambauth" },
	/*
	 * Looking for Kerberos tickets reads directories, which the sandbox
	 * does not allow, and asks the network.
	 */
	{ "gssencmode", "disable" },
};

int
target_names(const char *conninfo, char *names, size_t cap)
{
	PQconninfoOption	*parsed;
	struct places		 places;
	struct span		 name;
	struct text		 t;
	unsigned		 i;

	if ((parsed = PQconninfoParse(conninfo, NULL)) == NULL)
		return (-1);
	text_init(&t, names, cap);
	places_find(parsed, &places);
	for (i = 0; i < places.count; i++) {
		if (!places_need_name(&places, i, &name))
			continue;
		if (t.len > 0)
			text_add(&t, ",");
		text_add_bytes(&t, name.p, name.len);
	}
	PQconninfoFree(parsed);

	if (!text_is_ok(&t))
		return (-1);

	return (t.len > 0);
}

int
target_init(struct target *t, const struct store *s, const char *addresses,
    unsigned first)
{
	PQconninfoOption	*o;
	struct places		 places;
	struct lists		 l;
	size_t			 i;

	t->n = 0;
	if ((t->parsed = PQconninfoParse(s->conninfo, NULL)) == NULL)
		return (-1);
	places_find(t->parsed, &places);
	if (places.count > 0) {
		text_init(&l.host, t->host, sizeof(t->host));
		text_init(&l.hostaddr, t->hostaddr, sizeof(t->hostaddr));
		text_init(&l.port, t->port, sizeof(t->port));
		l.count = 0;
		if (lists_build(&l, &places, addresses, first) == -1)
			return (-1);
		target_put(t, "host", t->host);
		target_put(t, "hostaddr", t->hostaddr);
		if (places.port != NULL)
			target_put(t, "port", t->port);
	}
	/* What comes first wins: target_put takes each keyword once. */
	target_put(t, "client_encoding", "UTF8");
	target_put_options(t, s);
	for (o = t->parsed; o->keyword != NULL; o++) {
		if (o->val != NULL)
			target_put(t, o->keyword, o->val);
	}
	for (i = 0; i < sizeof(defaults) / sizeof(defaults[0]); i++)
		target_put(t, defaults[i].keyword, defaults[i].value);
	t->keyword[t->n] = t->value[t->n] = NULL;

	return (0);
}

void
target_free(struct target *t)
{
	if (t->parsed != NULL)
		PQconninfoFree(t->parsed);
	t->parsed = NULL;
}

static void
target_put(struct target *t, const char *keyword, const char *value)
{
	int	i;

	for (i = 0; i < t->n; i++) {
		if (strcmp(t->keyword[i], keyword) == 0)
			return;
	}
	PRECOND(t->n + 1 < TARGET_KEYWORDS);
	t->keyword[t->n] = keyword;
	t->value[t->n] = value;
	t->n++;
}

/*
 * The server gives up by itself too: a statement that runs on after its asker
 * was told holds locks. Who waits for a lock gives up earlier, so that the
 * others of its batch still have time. The operator's come last, and win.
 */
static void
target_put_options(struct target *t, const struct store *s)
{
	const char	*own;
	struct text	 options;

	own = option_value(t->parsed, "options", "PGOPTIONS");
	text_init(&options, t->options, sizeof(t->options));
	/*
	 * Every statement finds its rows by a key. One plan is made when the
	 * connection is, perhaps while the tables are still small, and must
	 * not be a scan that grows with them. Compiling a plan takes longer
	 * than running one of ours, and a forbidden scan looks dear enough.
	 */
	text_addf(&options, "-c statement_timeout=%u -c lock_timeout=%u "
	    "-c bytea_output=hex -c plan_cache_mode=force_generic_plan "
	    "-c enable_seqscan=off -c jit=off", s->timeout_ms,
	    s->timeout_ms / 2 + 1);
	if (own != NULL) {
		text_add(&options, " ");
		text_add(&options, own);
	}
	target_put(t, "options", t->options);
}

static const char *
option_value(PQconninfoOption *o, const char *keyword, const char *env)
{
	for (; o->keyword != NULL; o++) {
		if (strcmp(o->keyword, keyword) == 0 && o->val != NULL &&
		    o->val[0] != '\0')
			return (o->val);
	}

	return (getenv(env));
}

/* Lists that do not fit together are left for libpq to complain about. */
static void
places_find(PQconninfoOption *parsed, struct places *p)
{
	unsigned	hosts, addrs;

	p->host = option_value(parsed, "host", "PGHOST");
	p->hostaddr = option_value(parsed, "hostaddr", "PGHOSTADDR");
	p->port = option_value(parsed, "port", "PGPORT");
	hosts = item_count(p->host);
	addrs = item_count(p->hostaddr);
	p->ports = item_count(p->port);
	p->count = hosts > 0 ? hosts : addrs;
	if ((hosts > 0 && addrs > 0 && hosts != addrs) ||
	    (p->ports > 1 && p->ports != p->count) || p->count > HOSTS_MAX)
		p->count = 0;
}

/* 1 if the place i is reached by a name that has no address yet. */
static int
places_need_name(const struct places *p, unsigned i, struct span *name)
{
	*name = item(p->host, i);

	return (item(p->hostaddr, i).len == 0 && is_name(*name));
}

static unsigned
item_count(const char *list)
{
	unsigned	n;

	if (list == NULL || list[0] == '\0')
		return (0);
	for (n = 1; *list != '\0'; list++)
		n += *list == ',';

	return (n);
}

/* The item numbered i of a comma-separated list; empty if there is none. */
static struct span
item(const char *list, unsigned i)
{
	struct span	s = { NULL, 0 };

	if (list == NULL)
		return (s);
	for (; i > 0; i--) {
		list += strcspn(list, ",");
		if (*list++ == '\0')
			return (s);
	}
	s.p = list;
	s.len = strcspn(list, ",");

	return (s);
}

/* Neither a socket's directory nor numeric: no name contains a colon. */
static int
is_name(struct span host)
{
	struct in_addr	addr;
	char		text[INET_ADDRSTRLEN];

	if (host.len == 0 || host.p[0] == '/' || host.p[0] == '@' ||
	    memchr(host.p, ':', host.len) != NULL)
		return (0);
	if (text_copy_bytes(text, sizeof(text), host.p, host.len) == -1)
		return (1);

	return (inet_pton(AF_INET, text, &addr) != 1);
}

static int
lists_build(struct lists *l, const struct places *p, const char *addresses,
    unsigned first)
{
	struct span	name, port;
	unsigned	i, j, k, nth;

	for (i = 0; i < p->count; i++) {
		j = (first + i) % p->count;
		port = item(p->port, p->ports == 1 ? 0 : j);
		if (addresses == NULL || !places_need_name(p, j, &name)) {
			lists_add(l, item(p->host, j), item(p->hostaddr, j),
			    port);
			continue;
		}
		for (nth = 0, k = 0; k < j; k++)
			nth += (unsigned)places_need_name(p, k, &name);
		lists_add_found(l, item(p->host, j), item(addresses, nth),
		    port);
	}
	if (l->count == 0 || !text_is_ok(&l->host) ||
	    !text_is_ok(&l->hostaddr) || !text_is_ok(&l->port))
		return (-1);

	return (0);
}

/* One place for each address of the name; none if it was not found. */
static void
lists_add_found(struct lists *l, struct span host, struct span found,
    struct span port)
{
	struct span	one;
	size_t		n;

	while (found.len > 0) {
		one.p = found.p;
		for (one.len = 0; one.len < found.len; one.len++) {
			if (one.p[one.len] == ' ')
				break;
		}
		if (one.len > 0)
			lists_add(l, host, one, port);
		n = one.len + (one.len < found.len);
		found.p += n;
		found.len -= n;
	}
}

static void
lists_add(struct lists *l, struct span host, struct span addr,
    struct span port)
{
	if (l->count++ > 0) {
		text_add(&l->host, ",");
		text_add(&l->hostaddr, ",");
		text_add(&l->port, ",");
	}
	text_add_bytes(&l->host, host.p, host.len);
	text_add_bytes(&l->hostaddr, addr.p, addr.len);
	text_add_bytes(&l->port, port.p, port.len);
}
