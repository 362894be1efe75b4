/* SPDX-License-Identifier: ISC */
/* The table of settings. A new setting is a row here and a field there. */
#include <ctype.h>
#include <stddef.h>
#include <string.h>

#include "base/settings_table.h"
#include "base/text.h"

#define FILE_SUFFIX	"_file"

#define AT(field)	.offset = offsetof(struct settings, field)
#define TEXT(field)	.type = SETTING_TEXT, AT(field),		\
			.size = sizeof(((struct settings *)0)->field)
#define NUMBER(field)	.type = SETTING_NUMBER, AT(field)
#define LIST(field)	.type = SETTING_LISTEN, AT(field),		\
			.count = offsetof(struct settings, field##_count)
#define SECONDS(field)	.type = SETTING_SECONDS, AT(field)

#define MINUTE	60
#define HOUR	(60 * MINUTE)
#define DAY	(24 * HOUR)

const struct setting settings_table[] = {
	{ "server", "listen", LIST(listen), .min = 1, .text = "127.0.0.1:8443",
	  .want = "up to 8 numeric addresses with a port, "
	    "such as 127.0.0.1:8443 [::1]:8443" },
	{ "server", "issuer", .type = SETTING_ISSUER, AT(issuer),
	  .size = sizeof(((struct settings *)0)->issuer), .text = "",
	  .want = "an https URL of host and perhaps port, nothing behind, "
	    "such as https://login.example.com" },
	{ "server", "tls", .type = SETTING_SWITCH, AT(tls), .text = "on",
	  .want = "on or off" },
	{ "server", "certificate", TEXT(certificate), .text = "",
	  .want = "the path of a PEM file with the certificate and its chain" },
	{ "server", "certificate_key", TEXT(certificate_key), .text = "",
	  .want = "the path of a PEM file with the private key" },
	{ "server", "ocsp_response", TEXT(ocsp_response), .text = "",
	  .want = "the path of a file with an OCSP response in DER, or "
	    "nothing" },
	{ "server", "workers", NUMBER(workers), .max = 128, .text = "0",
	  .want = "a number from 0 (one a core) to 128" },
	{ "server", "user", TEXT(user), .text = "ambauth",
	  .want = "the name of a user of this system" },
	{ "server", "key_user", TEXT(key_user), .text = "",
	  .want = "the name of a user of this system, or nothing" },
	{ "server", "run_dir", TEXT(run_dir), .text = "/run/ambauth",
	  .want = "the path of a directory" },
	{ "server", "max_connections", NUMBER(max_connections), .min = 16,
	  .max = 1000000, .text = "4096",
	  .want = "a number from 16 to 1000000" },
	{ "server", "trusted_proxies", .type = SETTING_NETWORKS, .text = "",
	  .want = "up to 16 networks, such as 10.0.0.0/8 2001:db8::/32" },
	{ "server", "log_level", .type = SETTING_LEVEL, AT(log_level),
	  .text = "info", .want = "error, warn, info or debug" },
	{ "server", "drain", SECONDS(drain_seconds), .max = HOUR,
	  .text = "10s", .want = "a time from 0s (at once) to 1h, such as "
	    "10s" },
	{ "server", "drain_delay", SECONDS(drain_delay_seconds), .max = HOUR,
	  .text = "0s", .want = "a time from 0s to 1h, such as 5s" },
	{ "server", "watchdog", .type = SETTING_MILLISECONDS, AT(watchdog_ms),
	  .max = 10000, .text = "0ms",
	  .want = "a time from 0ms (none) to 10s, such as 2ms" },
	{ "server", "server_timing", .type = SETTING_SWITCH,
	  AT(server_timing), .text = "off", .want = "on or off" },

	{ "metrics", "listen", LIST(metrics_listen), .text = "127.0.0.1:9464",
	  .want = "up to 8 numeric addresses with a port, "
	    "such as 127.0.0.1:9464, or nothing" },

	{ "database", "conninfo", TEXT(conninfo), .is_secret = 1, .text = "",
	  .want = "a libpq connection string, "
	    "such as host=db.example.com dbname=ambauth user=ambauth" },
	{ "database", "connections", NUMBER(db_connections), .min = 1,
	  .max = 64, .text = "2", .want = "a number from 1 to 64" },
	{ "database", "timeout", .type = SETTING_MILLISECONDS,
	  AT(db_timeout_ms), .min = 100, .max = 60000, .text = "5s",
	  .want = "a time from 100ms to 60s, such as 5s" },
	{ "database", "queue", NUMBER(db_queue_max), .min = 1, .max = 100000,
	  .text = "1000", .want = "a number from 1 to 100000" },

	{ "tokens", "code_lifetime", SECONDS(code_seconds), .min = 1,
	  .max = 10 * MINUTE, .text = "60s",
	  .want = "a time from 1s to 10m, such as 60s" },
	{ "tokens", "access_token_lifetime", SECONDS(access_token_seconds),
	  .min = 1, .max = 30 * DAY, .text = "1h",
	  .want = "a time from 1s to 30d, such as 1h" },
	{ "tokens", "refresh_token_lifetime", SECONDS(refresh_token_seconds),
	  .min = 1, .max = 90 * DAY, .text = "30d",
	  .want = "a time from 1s to 90d, such as 30d" },
	{ "tokens", "login_page_lifetime", SECONDS(flow_seconds), .min = 1,
	  .max = HOUR, .text = "10m",
	  .want = "a time from 1s to 1h, such as 10m" },
	{ "tokens", "sign_in_lifetime", SECONDS(sign_in_seconds), .min = 1,
	  .max = DAY, .text = "10m",
	  .want = "a time from 1s to 1d, such as 10m" },

	{ "passwords", "memory", .type = SETTING_KIBIBYTES,
	  AT(hash_memory_kib), .min = 8, .max = 256 << 10, .text = "19MiB",
	  .want = "a size from 8KiB to 256MiB, such as 19MiB" },
	{ "passwords", "passes", NUMBER(hash_passes), .min = 1, .max = 16,
	  .text = "2", .want = "a number from 1 to 16" },
	{ "passwords", "threads", NUMBER(hash_threads), .max = 64, .text = "0",
	  .want = "a number from 0 (by the cores) to 64" },
	{ "passwords", "queue", NUMBER(hash_queue_max), .min = 1, .max = 10000,
	  .text = "64", .want = "a number from 1 to 10000" },
	{ "passwords", "max_wait", .type = SETTING_MILLISECONDS,
	  AT(hash_wait_ms), .min = 100, .max = 60000, .text = "2s",
	  .want = "a time from 100ms to 60s, such as 2s" },
	{ "passwords", "attempts", NUMBER(attempts), .max = 1000, .text = "10",
	  .want = "a number from 0 (no limit) to 1000" },
	{ "passwords", "attempts_window", SECONDS(attempts_seconds), .min = 1,
	  .max = DAY, .text = "10m",
	  .want = "a time from 1s to 1d, such as 10m" },

	{ "keys", "master_key", .type = SETTING_KEY, AT(master_key),
	  .is_secret = 1, .text = "",
	  .want = "base64 of 32 random bytes, such as openssl rand -base64 32 "
	    "prints" },

	{ "brand", "name", TEXT(brand_name), .text = "Customer account",
	  .want = "the name that customers know the business by" },
	{ "brand", "help_url", .type = SETTING_URL, AT(brand_help_url),
	  .size = sizeof(((struct settings *)0)->brand_help_url), .text = "",
	  .want = "an https URL, or nothing" },

	{ "brand", "forgot_url", .type = SETTING_URL, AT(brand_forgot_url),
	  .size = sizeof(((struct settings *)0)->brand_forgot_url), .text = "",
	  .want = "an https URL, or nothing" },
	{ "brand", "privacy_url", .type = SETTING_URL, AT(brand_privacy_url),
	  .size = sizeof(((struct settings *)0)->brand_privacy_url),
	  .text = "", .want = "an https URL, or nothing" },

	{ "apple", "app_ids", .type = SETTING_APP_IDS, AT(apple_app_ids),
	  .size = sizeof(((struct settings *)0)->apple_app_ids), .text = "",
	  .want = "application identifiers separated by spaces, such as "
	    "A1B2C3D4E5.com.example.shop" },

	{ "webhooks", "ca_file", TEXT(webhook_ca_file), .text = "",
	  .want = "the path of a PEM file with certificates, or nothing" },
};

const size_t	settings_table_count =
    sizeof(settings_table) / sizeof(settings_table[0]);

/* struct settings has a line number for every row. */
extern char	settings_rows_fit[sizeof(settings_table) <=
    SETTINGS_ROWS_MAX * sizeof(settings_table[0]) ? 1 : -1];

int
settings_table_find(const char *section, const char *key, int *is_file)
{
	const struct setting	*row;
	size_t			 i, len;

	for (i = 0; i < settings_table_count; i++) {
		row = &settings_table[i];
		len = strlen(row->key);
		if (strcmp(row->section, section) != 0 ||
		    strncmp(row->key, key, len) != 0)
			continue;
		*is_file = row->is_secret &&
		    strcmp(key + len, FILE_SUFFIX) == 0;
		if (key[len] == '\0' || *is_file)
			return ((int)i);
	}

	return (-1);
}

int
settings_table_find_env(const char *name, int *is_file)
{
	const struct setting	*row;
	char			 env[SETTINGS_ENV_LEN];
	size_t			 i, len;

	for (i = 0; i < settings_table_count; i++) {
		row = &settings_table[i];
		settings_table_env(row, env);
		len = strlen(env);
		if (strncmp(env, name, len) != 0)
			continue;
		*is_file = row->is_secret && strcmp(name + len, "_FILE") == 0;
		if (name[len] == '\0' || *is_file)
			return ((int)i);
	}

	return (-1);
}

void
settings_table_env(const struct setting *row, char out[SETTINGS_ENV_LEN])
{
	struct text	 t;
	size_t		 i;

	text_init(&t, out, SETTINGS_ENV_LEN);
	text_addf(&t, "%s%s_%s", SETTINGS_ENV_PREFIX, row->section, row->key);
	for (i = 0; i < t.len; i++)
		out[i] = (char)toupper((unsigned char)out[i]);
}

void
settings_table_keys(const char *section, char *out, size_t cap)
{
	struct text	 t;
	size_t		 i;

	text_init(&t, out, cap);
	for (i = 0; i < settings_table_count; i++) {
		if (strcmp(settings_table[i].section, section) != 0)
			continue;
		text_addf(&t, "%s%s", t.len > 0 ? ", " : "",
		    settings_table[i].key);
	}
}
