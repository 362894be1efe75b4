/* SPDX-License-Identifier: ISC */
/*
 * What both flows start from: the command line, the files that it names, and
 * the demo that "make run" has left behind.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "apple/opaque_id.h"
#include "base/file.h"
#include "cli/password_prompt.h"
#include "cli/simulate.h"
#include "oauth/redirect.h"

/* Where each value of demo.json goes. */
struct demo_row {
	const char	*path[4];
	size_t		 offset;
	size_t		 cap;
};
#define DEMO(field, ...)						\
	{ { __VA_ARGS__ }, offsetof(struct sim_setup, field),		\
	    sizeof(((struct sim_setup *)NULL)->field) }

static const struct demo_row demo_rows[] = {
	DEMO(issuer, "base_url"),
	DEMO(ca_file, "ca_file"),
	DEMO(username, "customer", "username"),
	DEMO(password, "customer", "password"),
	DEMO(customer_id, "customer", "customer_id"),
	DEMO(client[SIM_OLD].client_id, "clients", "device", "client_id"),
	DEMO(client[SIM_OLD].secret, "clients", "device", "client_secret"),
	DEMO(client[SIM_OLD].redirect_uri, "clients", "device",
	    "redirect_uri"),
	DEMO(client[SIM_NEW].client_id, "clients", "msp", "client_id"),
	DEMO(client[SIM_NEW].secret, "clients", "msp", "client_secret"),
	DEMO(client[SIM_NEW].redirect_uri, "clients", "msp", "redirect_uri"),
	DEMO(client[SIM_HOSTED].client_id, "clients", "msp", "client_id"),
	DEMO(client[SIM_HOSTED].secret, "clients", "msp", "client_secret"),
	DEMO(client[SIM_HOSTED].redirect_uri, "clients", "msp",
	    "hosted_callback"),
};

static int	complain(char *, size_t, const char *, ...)
		    __attribute__((format(printf, 3, 4)));
static int	demo_read(struct sim_setup *, const char *, char *, size_t);
static int	profile_choose(struct sim_setup *, char *, size_t);
static int	flows_choose(struct sim_setup *, char *, size_t);
static int	ways_choose(struct sim_setup *, char *, size_t);
static int	options_apply(struct sim_setup *, char *, size_t);
static int	set(char *, size_t, const char *, const char *, char *, size_t);
static int	setup_check(struct sim_setup *, char *, size_t);
static int	client_check(const struct sim_client *, char *, size_t);
static int	secrets_read(struct sim_setup *, char *, size_t);
static int	secret_file_read(const char *, char *, size_t, char *, size_t);

int
sim_setup_fill(struct sim_setup *s, const struct sim_options *o, char *err,
    size_t errlen)
{
	memset(s, 0, sizeof(*s));
	s->options = o;
	if (o->demo != NULL && demo_read(s, o->demo, err, errlen) != 0)
		return (-1);
	if (profile_choose(s, err, errlen) != 0 ||
	    flows_choose(s, err, errlen) != 0 ||
	    ways_choose(s, err, errlen) != 0 ||
	    options_apply(s, err, errlen) != 0 ||
	    setup_check(s, err, errlen) != 0)
		return (-1);
	return (secrets_read(s, err, errlen));
}

static int
complain(char *err, size_t errlen, const char *fmt, ...)
{
	va_list	 ap;

	va_start(ap, fmt);
	(void)vsnprintf(err, errlen, fmt, ap);
	va_end(ap);
	return (-1);
}

static int
demo_read(struct sim_setup *s, const char *path, char *err, size_t errlen)
{
	const struct demo_row	*row;
	json_error_t		 bad;
	json_t			*demo, *v;
	size_t			 i, k;
	int			 rv = -1;

	if ((demo = json_load_file(path, 0, &bad)) == NULL)
		return (complain(err, errlen, "%s: %s", path, bad.text));
	for (i = 0; i < sizeof(demo_rows) / sizeof(demo_rows[0]); i++) {
		row = &demo_rows[i];
		for (v = demo, k = 0; k < 4 && row->path[k] != NULL; k++)
			v = json_object_get(v, row->path[k]);
		/* A client without a secret is a public one. */
		if (json_is_string(v) && set((char *)s + row->offset, row->cap,
		    path, json_string_value(v), err, errlen) != 0)
			goto out;
	}
	rv = 0;
out:
	json_decref(demo);
	return (rv);
}

static int
profile_choose(struct sim_setup *s, char *err, size_t errlen)
{
	const struct sim_options	*o = s->options;

	s->scope = o->scope == NULL ? "openid" : o->scope;
	if (o->profile == NULL)
		return (0);
	if ((s->profile = client_profile_find(o->profile)) == NULL)
		return (complain(err, errlen, "--profile: there is no %s",
		    o->profile));
	if (o->scope == NULL)
		s->scope = s->profile->scope;
	return (0);
}

/*
 * One client identifier is registered with Apple for both flows, but the new
 * one needs to know where the code goes.
 */
static int
flows_choose(struct sim_setup *s, char *err, size_t errlen)
{
	const struct sim_options	*o = s->options;
	int				 is_new;

	if (o->is_hosted) {
		if (o->flow != NULL && strcmp(o->flow, "new") != 0)
			return (complain(err, errlen, "--hosted is of the new "
			    "flow"));
		s->is_wanted[SIM_HOSTED] = 1;
		return (0);
	}
	if (o->flow == NULL && o->demo != NULL) {
		s->is_wanted[SIM_OLD] = s->is_wanted[SIM_NEW] = 1;
		s->is_wanted[SIM_HOSTED] =
		    s->client[SIM_HOSTED].redirect_uri[0] != '\0';
		return (0);
	}
	if (o->flow == NULL && s->profile != NULL) {
		is_new = (s->profile->ways & PROFILE_DEVICE) == 0;
		s->is_wanted[SIM_OLD] = !is_new;
		s->is_wanted[SIM_NEW] = is_new || o->redirect_uri != NULL;
		return (0);
	}
	if (o->flow == NULL)
		is_new = o->redirect_uri != NULL &&
		    strcmp(o->redirect_uri, SIM_APPLE_REDIRECT) != 0;
	else if (strcmp(o->flow, "old") == 0 || strcmp(o->flow, "new") == 0)
		is_new = strcmp(o->flow, "new") == 0;
	else
		return (complain(err, errlen, "--flow is old or new"));
	s->is_wanted[is_new ? SIM_NEW : SIM_OLD] = 1;
	return (0);
}

/* A provider with a profile sees devices of every age. */
static int
ways_choose(struct sim_setup *s, char *err, size_t errlen)
{
	unsigned	device = PROFILE_OLD;

	if (s->options->is_pre_ios15)
		device = PROFILE_OLD_URL;
	else if (s->profile != NULL)
		device = PROFILE_DEVICE;
	s->ways = (s->is_wanted[SIM_OLD] ? device : 0) |
	    (s->is_wanted[SIM_NEW] ? PROFILE_NEW : 0);
	if (s->profile != NULL)
		s->ways &= s->profile->ways;
	s->ways |= s->is_wanted[SIM_HOSTED] ? SIM_WAY_HOSTED : 0;
	if (s->ways == 0)
		return (complain(err, errlen, "%s does not use this flow",
		    s->profile->provider));
	s->is_wanted[SIM_OLD] = (s->ways & PROFILE_DEVICE) != 0;
	s->is_wanted[SIM_NEW] = (s->ways & PROFILE_NEW) != 0;
	return (0);
}

static int
options_apply(struct sim_setup *s, char *err, size_t errlen)
{
	const struct sim_options	*o = s->options;
	struct sim_client		*c;
	int				 k;

	if (set(s->issuer, sizeof(s->issuer), "--url", o->url, err,
	    errlen) != 0 || set(s->ca_file, sizeof(s->ca_file), "--ca-file",
	    o->ca_file, err, errlen) != 0)
		return (-1);
	/* Somebody else than the demo's customer has another id. */
	if (o->username != NULL && strcasecmp(o->username, s->username) != 0)
		s->customer_id[0] = s->password[0] = '\0';
	if (set(s->username, sizeof(s->username), "--username", o->username,
	    err, errlen) != 0)
		return (-1);
	for (k = 0; k < SIM_KINDS; k++) {
		c = &s->client[k];
		if (o->client_id != NULL && strcmp(o->client_id,
		    c->client_id) != 0)
			c->secret[0] = '\0';
		if (set(c->client_id, sizeof(c->client_id), "--client-id",
		    o->client_id, err, errlen) != 0)
			return (-1);
		/* A device of a profile goes to Apple's constant only. */
		if (k != SIM_HOSTED && (k == SIM_NEW || s->profile == NULL) &&
		    set(c->redirect_uri, sizeof(c->redirect_uri),
		    "--redirect-uri", o->redirect_uri, err, errlen) != 0)
			return (-1);
	}
	c = &s->client[SIM_OLD];
	if (c->redirect_uri[0] == '\0')
		(void)text_copy(c->redirect_uri, sizeof(c->redirect_uri),
		    SIM_APPLE_REDIRECT);
	return (0);
}

/* Put value (NULL: leave it) in place, or complain that it is too long. */
static int
set(char *dst, size_t cap, const char *what, const char *value, char *err,
    size_t errlen)
{
	if (value == NULL || text_copy(dst, cap, value) == 0)
		return (0);
	return (complain(err, errlen, "%s: a value is too long", what));
}

static int
setup_check(struct sim_setup *s, char *err, size_t errlen)
{
	const struct sim_options	*o = s->options;
	char				 opaque[OPAQUE_ID_MAX + 1];
	size_t				 n = strlen(s->issuer);
	int				 k;

	while (n > 0 && s->issuer[n - 1] == '/')
		s->issuer[--n] = '\0';
	if (n == 0)
		return (complain(err, errlen, "--url is missing"));
	(void)snprintf(s->client[SIM_HOSTED].redirect_uri,
	    sizeof(s->client[SIM_HOSTED].redirect_uri), "%s/amb/callback",
	    s->issuer);
	if (strncmp(s->issuer, "https://", 8) != 0 &&
	    !sim_url_is_loopback(s->issuer))
		return (complain(err, errlen, "--url must be https: a "
		    "password would travel in the clear"));
	if (s->username[0] == '\0')
		return (complain(err, errlen, "--username is missing"));
	for (k = 0; k < SIM_KINDS; k++)
		if (s->is_wanted[k] &&
		    client_check(&s->client[k], err, errlen) != 0)
			return (-1);
	if (o->state != NULL && (!sim_text_is_raw_value(o->state) ||
	    strlen(o->state) >= SIM_STATE_LEN))
		return (complain(err, errlen, "--state must be as it stands "
		    "in a URL (blanks as %%20), below %d characters",
		    SIM_STATE_LEN));
	if (o->curve != NULL && strcmp(o->curve, "P-384") != 0 &&
	    strcmp(o->curve, "P-256") != 0)
		return (complain(err, errlen, "--curve is P-384 or P-256"));
	if (o->opaque_id != NULL && opaque_id_get(opaque, o->opaque_id) != 0)
		return (complain(err, errlen,
		    "--opaque-id does not begin with urn:mbid:"));
	return (0);
}

static int
client_check(const struct sim_client *c, char *err, size_t errlen)
{
	const char	*why;

	if (c->client_id[0] == '\0')
		return (complain(err, errlen, "--client-id is missing"));
	if (c->redirect_uri[0] == '\0')
		return (complain(err, errlen, "--redirect-uri is missing"));
	if (!redirect_is_registrable(c->redirect_uri, &why))
		return (complain(err, errlen, "--redirect-uri: %s", why));
	return (0);
}

static int
secrets_read(struct sim_setup *s, char *err, size_t errlen)
{
	const struct sim_options	*o = s->options;
	int				 k;

	for (k = 0; k < SIM_KINDS && o->client_secret_file != NULL; k++)
		if (secret_file_read(o->client_secret_file, s->client[k].secret,
		    sizeof(s->client[k].secret), err, errlen) != 0)
			return (-1);
	if (o->password_file != NULL)
		return (secret_file_read(o->password_file, s->password,
		    sizeof(s->password), err, errlen));
	if (s->password[0] != '\0')
		return (0);
	if (password_ask(s->password) == -1)
		return (complain(err, errlen, "a password is needed"));
	return (0);
}

static int
secret_file_read(const char *path, char *out, size_t cap, char *err,
    size_t errlen)
{
	const char	*wrong;

	if ((wrong = file_read_secret(path, out, cap)) != NULL)
		return (complain(err, errlen, "%s: %s", path, wrong));
	return (0);
}
