/* SPDX-License-Identifier: ISC */
/* Loading settings: the three layers, and every way to be told off. */
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/log.h"
#include "base/settings.h"
#include "test_base_settings.h"

static struct settings	s;
static char		err[1024];

static int
load(const char *text)
{
	help_put("conf", text, strlen(text), 0600);

	return (settings_load(&s, help_conf, err, sizeof(err)));
}

/* The text is refused in this line, and the message has this in it. */
static void
refuse(const char *text, unsigned line, const char *message)
{
	char	 where[128];

	assert_int_equal(load(text), -1);
	(void)snprintf(where, sizeof(where), "%s:%u: ", help_conf, line);
	if (strncmp(err, where, strlen(where)) != 0 ||
	    strstr(err, message) == NULL)
		fail_msg("not at %s with \"%s\": %s", where, message, err);
}

static void
test_defaults(void **state)
{
	(void)state;
	assert_int_equal(settings_load(&s, NULL, err, sizeof(err)), 0);
	assert_int_equal(s.listen_count, 1);
	assert_string_equal(s.listen[0].host, "127.0.0.1");
	assert_string_equal(s.listen[0].port, "8443");
	assert_int_equal(s.tls, 1);
	assert_int_equal(s.workers, 0);
	assert_int_equal(s.max_connections, 4096);
	assert_int_equal(s.log_level, LOG_LEVEL_INFO);
	assert_int_equal(s.db_connections, 2);
	assert_int_equal(s.db_timeout_ms, 5000);
	assert_int_equal(s.db_queue_max, 1000);
	assert_int_equal(s.code_seconds, 60);
	assert_int_equal(s.access_token_seconds, 3600);
	assert_int_equal(s.refresh_token_seconds, 30 * 86400);
	assert_int_equal(s.flow_seconds, 600);
	assert_int_equal(s.sign_in_seconds, 600);
	assert_int_equal(s.hash_memory_kib, 19456);
	assert_int_equal(s.hash_passes, 2);
	assert_int_equal(s.hash_queue_max, 64);
	assert_int_equal(s.hash_wait_ms, 2000);
	assert_int_equal(s.watchdog_ms, 0);
	assert_int_equal(s.has_master_key, 0);
	assert_int_equal(s.proxy_count, 0);
	assert_string_equal(s.issuer, "");
	assert_string_equal(s.conninfo, "");
	assert_int_equal(load("# nothing\n\n; at all\n[server]\n"), 0);
	assert_int_equal(s.code_seconds, 60);
}

static void
test_file(void **state)
{
	(void)state;
	assert_int_equal(load("\xef\xbb\xbf# a comment\n"
	    "[server]\r\n"
	    "listen = 127.0.0.1:8443  [::1]:443\t0.0.0.0:1\n"
	    "  issuer=https://login.example.com:8443\n"
	    "tls = off\n"
	    "trusted_proxies = 10.0.0.0/8 2001:db8::/32 192.0.2.1\n"
	    "log_level = debug\n"
	    "[database]\n"
	    "conninfo = host=a,b password='x;y ; z' # no comment = here\n"
	    "timeout = 500ms\n"
	    "[tokens]\ncode_lifetime = 10m\naccess_token_lifetime = 30d\n"
	    "[passwords]\nmemory = 8KiB\n"
	    "[brand]\nname = Bj\xc3\xb6rn & S\xc3\xb6hne\n"), 0);
	assert_int_equal(s.listen_count, 3);
	assert_string_equal(s.listen[1].host, "::1");
	assert_string_equal(s.listen[1].port, "443");
	assert_string_equal(s.issuer, "https://login.example.com:8443");
	assert_int_equal(s.tls, 0);
	assert_int_equal(s.proxy_count, 3);
	assert_int_equal(s.proxies[0].family, AF_INET);
	assert_int_equal(s.proxies[0].prefix, 8);
	assert_memory_equal(s.proxies[0].addr, "\x0a\0\0\0", 4);
	assert_int_equal(s.proxies[1].family, AF_INET6);
	assert_int_equal(s.proxies[1].prefix, 32);
	assert_int_equal(s.proxies[2].prefix, 32);
	assert_int_equal(s.log_level, LOG_LEVEL_DEBUG);
	assert_string_equal(s.conninfo,
	    "host=a,b password='x;y ; z' # no comment = here");
	assert_int_equal(s.db_timeout_ms, 500);
	assert_int_equal(s.code_seconds, 600);
	assert_int_equal(s.access_token_seconds, 30 * 86400);
	assert_int_equal(s.hash_memory_kib, 8);
	assert_string_equal(s.brand_name, "Bj\xc3\xb6rn & S\xc3\xb6hne");
}

static void
test_unknown_words(void **state)
{
	(void)state;
	refuse("[server]\n\nlistne = 127.0.0.1:1\n", 3, "it has listen, ");
	refuse("[sever]\nlisten = 127.0.0.1:1\n", 2, "[sever] is no section");
	refuse("listen = 127.0.0.1:1\n", 1, "before any [section]");
	refuse("[Server]\nlisten = 127.0.0.1:1\n", 2, "is no section");
	refuse("[server]\nListen = 127.0.0.1:1\n", 2, "no setting Listen");
	refuse("[server]\nlisten_file = /x\n", 2, "no setting listen_file");
	refuse("[server]\nwork = 1\n", 2, "no setting work");
	refuse("[server]\nworkers_ = 1\n", 2, "no setting workers_");
	refuse("[tokens]\nlisten = 127.0.0.1:1\n", 2, "no setting listen");
}

static void
test_broken_lines(void **state)
{
	char	 text[4096];

	(void)state;
	refuse("[server]\nlisten\n", 2, "key = value");
	refuse("[server]\n[server\n", 2, "[section]");
	/* The first slip is told, not the last. */
	refuse("[server]\nlisten\ntls = on\nx = y\n", 2, "key = value");
	refuse("[server]\nx = 1\ny = 2\nlisten\n", 2, "no setting x");
	/* inih would overlook what stands behind the bracket. */
	refuse("[server] tls = off\n", 1, "line of its own");
	refuse("[server]\ntls = on\n[tokens]\ncode_lifetime = 1m\n[server]\n"
	    "tls = off\n", 6, "set twice, first on line 2");

	/* 2000 characters fit, and what is longer is never cut in two. */
	(void)snprintf(text, sizeof(text), "[server]\nuser = %0*d\n", 2000, 1);
	refuse(text, 2, "is too long; write");
	(void)snprintf(text, sizeof(text), "[server]\nuser = %0*d\n", 3000, 1);
	refuse(text, 2, "too long for a line");
	(void)snprintf(text, sizeof(text), "# %0*d\n[server]\nuser = a\n",
	    2000, 1);
	assert_int_equal(load(text), 0);

	help_put("conf", "[server]\nuser = a\0b\n", 20, 0600);
	assert_int_equal(settings_load(&s, help_conf, err, sizeof(err)), -1);
	assert_non_null(strstr(err, ":2: has a NUL byte"));
}

static void
test_files_missing(void **state)
{
	(void)state;
	assert_int_equal(settings_load(&s, "/nonexistent/x.conf", err,
	    sizeof(err)), -1);
	assert_string_equal(err, "/nonexistent/x.conf: No such file or "
	    "directory; give the path of ambauth.conf");
	assert_int_equal(settings_load(&s, help_dir, err, sizeof(err)), -1);
	assert_non_null(strstr(err, "Is a directory"));
	/* A small buffer for the message is no reason to write beyond it. */
	memset(err, 'x', sizeof(err));
	assert_int_equal(settings_load(&s, "/nonexistent/x.conf", err, 10), -1);
	assert_int_equal(err[10], 'x');
	assert_true(strlen(err) < 10);
}

static void
test_environment_wins(void **state)
{
	(void)state;
	assert_int_equal(setenv("AMBAUTH_SERVER_LISTEN", "[::1]:9443", 1), 0);
	assert_int_equal(setenv("AMBAUTH_TOKENS_CODE_LIFETIME", "30s", 1), 0);
	assert_int_equal(setenv("AMBAUTH_KEYS_MASTER_KEY", KEY_TEXT, 1), 0);
	assert_int_equal(setenv("AMBAUTH_CONF", "/elsewhere", 1), 0);
	assert_int_equal(setenv("AMBAUT_X", "y", 1), 0);
	/* A file that is not needed need not be there. */
	assert_int_equal(load("[server]\nlisten = 127.0.0.1:1 127.0.0.1:2\n"
	    "[keys]\nmaster_key_file = /nonexistent\n"), 0);
	assert_int_equal(s.listen_count, 1);
	assert_string_equal(s.listen[0].host, "::1");
	assert_int_equal(s.code_seconds, 30);
	assert_true(s.has_master_key);
	assert_memory_equal(s.master_key, "0123456789abcdef", 16);
	assert_int_equal(clearenv(), 0);
	assert_int_equal(load("[keys]\nmaster_key_file = /nonexistent\n"),
	    -1);
}

static void
test_environment_refused(void **state)
{
	static const struct {
		const char	*name, *value, *message;
	} cases[] = {
		{ "AMBAUTH_SERVER_LISTNE", "x", "names no setting" },
		{ "AMBAUTH_SERVER", "x", "names no setting" },
		{ "AMBAUTH_", "x", "names no setting" },
		{ "AMBAUTH_CONFIG", "x", "names no setting" },
		{ "AMBAUTH_SERVER_LISTEN_FILE", "x", "names no setting" },
		{ "AMBAUTH_SERVER_LISTEN", "", "has no address" },
		{ "AMBAUTH_SERVER_TLS", "yes", "write on or off" },
		{ "AMBAUTH_KEYS_MASTER_KEY", "hunter2", "is not that" },
		{ "AMBAUTH_KEYS_MASTER_KEY_FILE", "/nonexistent",
		  "No such file" },
	};
	size_t	 i, len;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(setenv(cases[i].name, cases[i].value, 1), 0);
		assert_int_equal(settings_load(&s, NULL, err, sizeof(err)), -1);
		len = strlen(cases[i].name);
		assert_memory_equal(err, cases[i].name, len);
		assert_memory_equal(err + len, ": ", 2);
		assert_non_null(strstr(err, cases[i].message));
		/* A secret is not repeated, wrong as it is. */
		assert_null(strstr(err, "hunter2"));
		assert_int_equal(clearenv(), 0);
	}

	assert_int_equal(setenv("AMBAUTH_KEYS_MASTER_KEY", KEY_TEXT, 1), 0);
	help_put("secret", KEY_TEXT, strlen(KEY_TEXT), 0600);
	(void)snprintf(err, sizeof(err), "%s/secret", help_dir);
	assert_int_equal(setenv("AMBAUTH_KEYS_MASTER_KEY_FILE", err, 1), 0);
	assert_int_equal(settings_load(&s, NULL, err, sizeof(err)), -1);
	assert_non_null(strstr(err, "set twice"));
	assert_int_equal(clearenv(), 0);
}

static void
test_secrets(void **state)
{
	static const uint8_t	 zeros[SETTINGS_KEY_LEN];
	char			 text[512];

	(void)state;
	(void)snprintf(text, sizeof(text), "[keys]\nmaster_key_file = "
	    "%s/secret\n[database]\nconninfo_file=%s/secret\n", help_dir,
	    help_dir);
	help_put("secret", KEY_TEXT "\n", strlen(KEY_TEXT) + 1, 0640);
	assert_int_equal(load(text), 0);
	assert_memory_equal(s.master_key, "0123456789abcdef0123456789abcdef",
	    32);
	assert_string_equal(s.conninfo, KEY_TEXT);
	settings_wipe(&s);
	assert_memory_equal(s.master_key, zeros, sizeof(zeros));
	assert_string_equal(s.conninfo, "");
	assert_false(s.has_master_key);

	help_put("secret", KEY_TEXT, strlen(KEY_TEXT), 0644);
	refuse(text, 2, "chmod o-rwx");
	help_put("secret", "short", 5, 0600);
	refuse(text, 2, "is not that; write base64 of 32");

	/* What was read before the failure is not left lying about. */
	refuse("[keys]\nmaster_key = " KEY_TEXT "\n[server]\nx = 1\n", 4,
	    "no setting x");
	assert_memory_equal(s.master_key, zeros, sizeof(zeros));
	refuse("[keys]\nmaster_key = " KEY_TEXT "\nmaster_key_file = /x\n", 3,
	    "set twice");
}

/* A secret in a file that everyone can read. */
static void
test_public_file(void **state)
{
	static const struct {
		const char	*text;
		int		 result;
	} cases[] = {
		{ "[server]\ntls = on\n", 0 },
		{ "[keys]\nmaster_key = " KEY_TEXT "\n", -1 },
		{ "[database]\nconninfo = host=/run dbname=x\n", 0 },
		{ "[database]\nconninfo = host=h password=x\n", -1 },
		{ "[database]\nconninfo = postgresql://u:p@h/x\n", -1 },
		{ "[database]\nconninfo = postgresql:///x\n", 0 },
	};
	size_t	 i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		help_put("conf", cases[i].text, strlen(cases[i].text), 0644);
		assert_int_equal(settings_load(&s, help_conf, err,
		    sizeof(err)), cases[i].result);
		if (cases[i].result == -1)
			assert_non_null(strstr(err, ":2: "));
	}
}

int
main(void)
{
	const struct CMUnitTest	 tests[] = {
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_unknown_words),
		cmocka_unit_test(test_broken_lines),
		cmocka_unit_test(test_files_missing),
		cmocka_unit_test(test_environment_wins),
		cmocka_unit_test(test_environment_refused),
		cmocka_unit_test(test_secrets),
		cmocka_unit_test(test_public_file),
	};

	return (cmocka_run_group_tests(tests, help_setup, help_teardown));
}
