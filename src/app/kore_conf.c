/* SPDX-License-Identifier: ISC */
/*
 * Kore in one binary reads its configuration from two symbols that are meant
 * for a file embedded at build time; here they are a buffer filled at start.
 */
#include <kore/kore.h>

#include <stdint.h>

#include "app/kore_conf.h"
#include "app/routes.h"
#include "base/text.h"

#define CONF_LEN	16384

/* AEAD with forward secrecy only; TLS 1.3 has its own list. */
#define CIPHERS		"ECDHE-ECDSA-AES128-GCM-SHA256:" \
			"ECDHE-RSA-AES128-GCM-SHA256:" \
			"ECDHE-ECDSA-AES256-GCM-SHA384:" \
			"ECDHE-RSA-AES256-GCM-SHA384:" \
			"ECDHE-ECDSA-CHACHA20-POLY1305:" \
			"ECDHE-RSA-CHACHA20-POLY1305"

static void	limits(struct text *, const struct settings *);
static void	server(struct text *, const struct settings *);
static void	domain(struct text *, const struct settings *);
static void	metrics(struct text *, const struct settings *);
static void	binds(struct text *, const struct settings_listen *, size_t);

extern uint8_t	asset_builtin_kore_conf[];
extern uint32_t	asset_len_builtin_kore_conf;

uint8_t		asset_builtin_kore_conf[CONF_LEN];
uint32_t	asset_len_builtin_kore_conf;

int
kore_conf_render(const struct settings *s)
{
	struct text	t;

	text_init(&t, (char *)asset_builtin_kore_conf, CONF_LEN);
	limits(&t, s);
	server(&t, s);
	domain(&t, s);
	metrics(&t, s);
	asset_len_builtin_kore_conf = (uint32_t)t.len;
	return (text_is_ok(&t) ? 0 : -1);
}

static void
limits(struct text *t, const struct settings *s)
{
	text_addf(t, "root %s\n", s->run_dir);
	text_addf(t, "pidfile %s/ambauth.pid\n", s->run_dir);
	if (s->user[0] != '\0')
		text_addf(t, "runas %s\n", s->user);
	if (s->key_user[0] != '\0')
		text_addf(t, "keymgr_runas %s\n", s->key_user);
	if (s->workers != 0)
		text_addf(t, "workers %u\n", s->workers);
	text_addf(t, "worker_max_connections %u\n", s->max_connections);
	text_addf(t, "worker_rlimit_nofiles %u\n", s->max_connections +
	    KORE_CONF_FILES);
	/* Bound to one core, a worker's threads would share that one too. */
	text_add(t, "worker_set_affinity 0\n"
	    "worker_death_policy restart\n"
	    "http_header_max 16384\n"
	    "http_header_timeout 10\n"
	    "http_body_max 65536\n"
	    "http_body_timeout 10\n"
	    "http_keepalive_time 20\n"
	    "http_server_version ambauth\n");
	text_addf(t, "http_request_limit %u\n", s->max_connections);
	text_addf(t, "http_hsts_enable %u\n", s->tls ? 31536000U : 0U);
	text_add(t, "tls_version both\ntls_cipher " CIPHERS "\n");
}

static void
server(struct text *t, const struct settings *s)
{
	text_add(t, "server main {\n");
	if (!s->tls)
		text_add(t, "\ttls no\n");
	binds(t, s->listen, s->listen_count);
	text_add(t, "}\n");
}

static void
binds(struct text *t, const struct settings_listen *l, size_t count)
{
	size_t	i;

	for (i = 0; i < count; i++)
		text_addf(t, "\tbind %s %s\n", l[i].host, l[i].port);
}

static void
domain(struct text *t, const struct settings *s)
{
	text_add(t, "domain * {\n\tattach main\n");
	if (s->tls)
		text_addf(t, "\tcertfile %s\n\tcertkey %s\n", s->certificate,
		    s->certificate_key);
	routes_render(t);
	text_add(t, "}\n");
}

/* A listener of its own, so that no way in from outside leads there. */
static void
metrics(struct text *t, const struct settings *s)
{
	if (s->metrics_listen_count == 0)
		return;
	text_add(t, "server metrics {\n\ttls no\n");
	binds(t, s->metrics_listen, s->metrics_listen_count);
	text_add(t, "}\ndomain * {\n\tattach metrics\n");
	routes_metrics_render(t);
	text_add(t, "}\n");
}
