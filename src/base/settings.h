/* SPDX-License-Identifier: ISC */
/*
 * The operator's file, conf/ambauth.conf, read once at start. Each setting can
 * also come from the environment as AMBAUTH_SECTION_KEY, which wins; a secret
 * can be given as a file with the key's name and "_file" behind it.
 */
#ifndef BASE_SETTINGS_H
#define BASE_SETTINGS_H

#include <stddef.h>
#include <stdint.h>

#define SETTINGS_PATH_DEFAULT	"/etc/ambauth/ambauth.conf"
#define SETTINGS_LISTEN_MAX	8
#define SETTINGS_PROXY_MAX	16
#define SETTINGS_KEY_LEN	32	/* bytes of the master key */
#define SETTINGS_ROWS_MAX	64	/* settings that there can be */
#define SETTINGS_FROM_ENV	UINT32_MAX	/* instead of a line */

struct settings_listen {
	char		 host[64];	/* numeric address */
	char		 port[8];
};

struct settings_network {		/* one trusted proxy, CIDR */
	int		 family;	/* AF_INET or AF_INET6 */
	uint8_t		 addr[16];
	unsigned	 prefix;	/* bits */
};

struct settings {
	/* [server] */
	struct settings_listen	 listen[SETTINGS_LISTEN_MAX];
	size_t			 listen_count;
	char			 issuer[256];	/* https URL, no final slash */
	int			 tls;		/* 0: loopback only */
	char			 certificate[512];	/* PEM chain */
	char			 certificate_key[512];	/* PEM */
	char			 ocsp_response[512];	/* DER; "": none */
	unsigned		 workers;	/* 0: one a core */
	char			 user[64];	/* who serves, if root starts */
	char			 key_user[64];	/* has the TLS key; "": user */
	char			 run_dir[512];	/* for the pid file */
	unsigned		 max_connections;	/* a worker */
	struct settings_network	 proxies[SETTINGS_PROXY_MAX];
	size_t			 proxy_count;
	int			 log_level;
	unsigned		 drain_seconds;	/* for what is in flight */
	unsigned		 drain_delay_seconds;	/* before it begins */
	unsigned		 watchdog_ms;	/* 0: none */
	int			 server_timing;	/* tell it to all */
	/* [metrics] */
	struct settings_listen	 metrics_listen[SETTINGS_LISTEN_MAX];
	size_t			 metrics_listen_count;	/* 0: off */
	/* [database] */
	char			 conninfo[1024];	/* libpq, 34.1.1 */
	unsigned		 db_connections;	/* a worker */
	unsigned		 db_timeout_ms;	/* a statement, wait included */
	unsigned		 db_queue_max;	/* waiting, a worker */
	/* [tokens] */
	unsigned		 code_seconds;
	unsigned		 access_token_seconds;
	unsigned		 refresh_token_seconds;
	unsigned		 flow_seconds;	/* the login page's life */
	unsigned		 sign_in_seconds;	/* if announced */
	/* [passwords] */
	unsigned		 hash_memory_kib;	/* Argon2id m */
	unsigned		 hash_passes;		/* Argon2id t */
	unsigned		 hash_threads;	/* 0: by the cores */
	unsigned		 hash_queue_max;	/* waiting a worker */
	unsigned		 hash_wait_ms;	/* till one is refused */
	unsigned		 attempts;	/* wrong ones; 0: no limit */
	unsigned		 attempts_seconds;	/* till all are back */
	/* [keys] */
	uint8_t			 master_key[SETTINGS_KEY_LEN];
	int			 has_master_key;
	/* [brand] */
	char			 brand_name[128];
	char			 brand_help_url[256];
	char			 brand_forgot_url[256];
	char			 brand_privacy_url[256];
	/* [apple] */
	char			 apple_app_ids[1024];	/* spaces between */
	/* [webhooks] */
	char			 webhook_ca_file[512];	/* "": the system's */
	/* Where each came from, for messages: line, environment, or 0. */
	char			 path[512];
	uint32_t		 line[SETTINGS_ROWS_MAX];
};

/*
 * Fill s with the defaults, then from the file at path (NULL: only defaults
 * and environment), then from the environment. 0, or -1 with err naming
 * "file:line: what is wrong and what would be right".
 */
int	settings_load(struct settings *, const char *path, char *err,
	    size_t errlen);
/*
 * What serving needs beyond syntax: files that can be read, TLS off only on
 * loopback, an issuer that fits. 0, or -1 with err.
 */
int	settings_check_serve(const struct settings *, char *err, size_t errlen);
/* Wipe the secrets. */
void	settings_wipe(struct settings *);

#endif
