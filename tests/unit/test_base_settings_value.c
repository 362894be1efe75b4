/* SPDX-License-Identifier: ISC */
/* Each type of value at its edges. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/settings_value.h"

struct value_case {
	const char	*section, *key, *value;
	unsigned	 number;	/* what it becomes */
};

static struct settings	s;

static const char *
put(const char *section, const char *key, const char *value)
{
	int	 is_file, row;

	row = settings_table_find(section, key, &is_file);
	assert_int_not_equal(row, -1);
	assert_false(is_file);

	return (settings_value_put(&s, &settings_table[row], value));
}

static void
test_numbers_taken(void **state)
{
	static const struct value_case	 good[] = {
		{ "tokens", "code_lifetime", "1s", 1 },
		{ "tokens", "code_lifetime", "600s", 600 },
		{ "tokens", "code_lifetime", "10m", 600 },
		{ "tokens", "refresh_token_lifetime", "90d", 90 * 86400 },
		{ "tokens", "sign_in_lifetime", "24h", 86400 },
		{ "database", "timeout", "100ms", 100 },
		{ "database", "timeout", "1m", 60000 },
		{ "passwords", "memory", "8KiB", 8 },
		{ "passwords", "memory", "256MiB", 256 << 10 },
		{ "passwords", "passes", "16", 16 },
		{ "passwords", "max_wait", "100ms", 100 },
		{ "server", "watchdog", "2ms", 2 },
		{ "server", "workers", "0", 0 },
		{ "server", "workers", "128", 128 },
	};
	const struct setting		*row;
	unsigned			 field;
	size_t				 i;
	int				 is_file;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_null(put(good[i].section, good[i].key, good[i].value));
		row = &settings_table[settings_table_find(good[i].section,
		    good[i].key, &is_file)];
		memcpy(&field, (char *)&s + row->offset, sizeof(field));
		assert_int_equal(field, good[i].number);
	}
}

static void
test_numbers_refused(void **state)
{
	static const struct value_case	 bad[] = {
		{ "tokens", "code_lifetime", "60", 0 },
		{ "tokens", "code_lifetime", "0s", 0 },
		{ "tokens", "code_lifetime", "601s", 0 },
		{ "tokens", "code_lifetime", "11m", 0 },
		{ "tokens", "code_lifetime", "-1s", 0 },
		{ "tokens", "code_lifetime", "1 s", 0 },
		{ "tokens", "code_lifetime", "1S", 0 },
		{ "tokens", "code_lifetime", "1min", 0 },
		{ "tokens", "code_lifetime", "s", 0 },
		{ "tokens", "code_lifetime", "", 0 },
		{ "tokens", "code_lifetime", "1.5m", 0 },
		{ "tokens", "code_lifetime", "500ms", 0 },
		{ "tokens", "refresh_token_lifetime", "4294967295d", 0 },
		{ "tokens", "refresh_token_lifetime", "49711d", 0 },
		{ "tokens", "code_lifetime", "99999999999999999999s", 0 },
		{ "database", "timeout", "99ms", 0 },
		{ "database", "timeout", "61s", 0 },
		{ "passwords", "memory", "7KiB", 0 },
		{ "passwords", "memory", "19MB", 0 },
		{ "passwords", "memory", "19456", 0 },
		{ "passwords", "memory", "4194305KiB", 0 },
		{ "passwords", "memory", "4194304GiB", 0 },
		{ "server", "workers", "129", 0 },
		{ "server", "workers", "+1", 0 },
		{ "server", "workers", "1x", 0 },
		{ "server", "workers", "0x1", 0 },
		{ "server", "workers", "-1", 0 },
		{ "server", "workers", "18446744073709551616", 0 },
		{ "server", "tls", "On", 0 },
		{ "server", "tls", "true", 0 },
		{ "server", "tls", "", 0 },
		{ "server", "log_level", "trace", 0 },
		{ "server", "log_level", "2", 0 },
	};
	size_t				 i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (put(bad[i].section, bad[i].key, bad[i].value) == NULL)
			fail_msg("%s = %s was taken", bad[i].key, bad[i].value);
	}
}

static void
test_listen(void **state)
{
	static const char *const	 bad[] = {
		"", " ", "8443", ":8443", "127.0.0.1", "127.0.0.1:",
		"127.0.0.1:0", "127.0.0.1:65536", "127.0.0.1:http",
		"localhost:8443", "*:8443", "::1:8443", "[::1]", "[::1]8443",
		"[127.0.0.1]:8443", "[::1:8443", "::1]:8443", "[]:8443",
		"[fe80::1%eth0]:8443", "127.1:8443", "127.0.0.1:8443,[::1]:1",
		"127.0.0.1:8443 x", "127.0.0.1:+1", "127.0.0.1:000000001",
		"127.0.0.1:1 127.0.0.1:2 127.0.0.1:3 127.0.0.1:4 127.0.0.1:5 "
		    "127.0.0.1:6 127.0.0.1:7 127.0.0.1:8 127.0.0.1:9",
		"000000000000000000000000000000000000000000000000000000000000"
		    "0000000000000000000000000000000000000000000000001.1:1",
	};
	size_t				 i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_non_null(put("server", "listen", bad[i]));
	assert_null(put("server", "listen", "1.1.1.1:1 1.1.1.1:2 1.1.1.1:3 "
	    "1.1.1.1:4 1.1.1.1:5 1.1.1.1:6 1.1.1.1:7 "
	    "[2001:db8:1111:2222:3333:4444:5555:6666]:65535"));
	assert_int_equal(s.listen_count, 8);
	assert_string_equal(s.listen[7].port, "65535");
}

/* Nowhere is a place for these alone, and they do not mix. */
static void
test_listen_for_metrics(void **state)
{
	(void)state;
	assert_null(put("server", "listen", "1.1.1.1:1"));
	assert_non_null(put("metrics", "listen", "127.0.0.1"));
	assert_null(put("metrics", "listen", "127.0.0.1:9464 [::1]:9464"));
	assert_int_equal(s.metrics_listen_count, 2);
	assert_string_equal(s.metrics_listen[1].host, "::1");
	assert_string_equal(s.metrics_listen[1].port, "9464");
	assert_null(put("metrics", "listen", ""));
	assert_int_equal(s.metrics_listen_count, 0);
	assert_int_equal(s.listen_count, 1);
}

static void
test_networks(void **state)
{
	static const char *const	 bad[] = {
		"10.0.0.1/8", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/",
		"10.0.0.0/8x", "10.0.0/8", "example.com", "2001:db8::/129",
		"2001:db8::1/32", "/8", "10.0.0.0/8,::1", "10.0.0.0/8/8",
	};
	size_t				 i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_non_null(put("server", "trusted_proxies", bad[i]));
	assert_null(put("server", "trusted_proxies", ""));
	assert_int_equal(s.proxy_count, 0);
	assert_null(put("server", "trusted_proxies",
	    "0.0.0.0/0 ::/0 10.128.0.0/9 ::1"));
	assert_int_equal(s.proxy_count, 4);
	assert_int_equal(s.proxies[2].prefix, 9);
	assert_int_equal(s.proxies[3].prefix, 128);
	assert_null(put("server", "trusted_proxies", "1.1.1.1 1.1.1.1 1.1.1.1 "
	    "1.1.1.1 1.1.1.1 1.1.1.1 1.1.1.1 1.1.1.1 1.1.1.1 1.1.1.1 1.1.1.1 "
	    "1.1.1.1 1.1.1.1 1.1.1.1 1.1.1.1 1.1.1.1"));
	assert_int_equal(s.proxy_count, SETTINGS_PROXY_MAX);
	assert_non_null(put("server", "trusted_proxies", "1.1.1.1 1.1.1.1 "
	    "1.1.1.1 1.1.1.1 1.1.1.1 1.1.1.1 1.1.1.1 1.1.1.1 1.1.1.1 1.1.1.1 "
	    "1.1.1.1 1.1.1.1 1.1.1.1 1.1.1.1 1.1.1.1 1.1.1.1 1.1.1.1"));
}

static void
test_issuer(void **state)
{
	static const char *const	 good[] = {
		"", "https://a", "https://login.example.com",
		"https://login.example.com:8443", "https://a.example",
		"https://[2001:db8::1]:8443", "http://localhost:8080",
		"http://127.0.0.1", "http://127.9.9.9:1", "http://[::1]:8080",
	};
	static const char *const	 bad[] = {
		"login.example.com", "https://", "https:///x",
		"https://a/", "https://a/x", "https://a?x", "https://a/#",
		"https://a//x", "https://u@a", "https://u:p@a", "https://a b",
		"https://A.example", "HTTPS://a", "ftp://a", "https://a:0",
		"https://a:", "https://a:x", "https://a:65536", "https://[::1",
		"https://[x]", "https://[::1]x", "https://a[b]", "https://a%41",
		"https://\xc3\xa9", "http://example.com", "http://[::2]",
		"http://127.0.0.1.example.com", "http://localhost.example.com",
		"https://a\"", "javascript://a", "https://a]",
	};
	char				 huge[400];
	size_t				 i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_null(put("server", "issuer", good[i]));
		assert_string_equal(s.issuer, good[i]);
	}
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (put("server", "issuer", bad[i]) == NULL)
			fail_msg("%s was taken", bad[i]);
	}
	memset(huge, 'a', sizeof(huge));
	memcpy(huge, "https://", 8);
	huge[255] = '\0';
	assert_null(put("server", "issuer", huge));
	huge[255] = 'a';
	huge[256] = '\0';
	assert_non_null(put("server", "issuer", huge));
}

static void
test_key(void **state)
{
	static const uint8_t	 key[SETTINGS_KEY_LEN] = {
		0xfb, 0xff, 0xbf, 1, 2, 3,
	};
	static const char *const good[] = {
		"+/+/AQIDAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
		"+/+/AQIDAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		"-_-_AQIDAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		"-_-_AQIDAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
	};
	static const char *const bad[] = {
		"+/+/AQIDAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==",	/* 31 */
		"+/+/AQIDAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",	/* 33 */
		"+/+/AQIDAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB=",	/* bits */
		"+/+/AQIDAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==",
		"=", "x", " -_-_AQIDAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",	/* zeros */
		"//////////////////////////////////////////8=",
	};
	size_t			 i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		memset(s.master_key, 0x55, sizeof(s.master_key));
		assert_null(put("keys", "master_key", good[i]));
		assert_true(s.has_master_key);
		assert_memory_equal(s.master_key, key, sizeof(key));
	}
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_non_null(put("keys", "master_key", bad[i]));
		assert_false(s.has_master_key);
	}
	assert_null(put("keys", "master_key", ""));
	assert_false(s.has_master_key);
}

static void
test_text(void **state)
{
	char	 huge[200];

	(void)state;
	assert_null(put("brand", "name", "\xe5\xba\x97"));
	assert_non_null(put("brand", "name", "\xe5\xba"));
	assert_non_null(put("brand", "name", "a\nb"));
	assert_non_null(put("brand", "name", "a\x1b[2J"));
	memset(huge, 'x', sizeof(huge));
	huge[127] = '\0';
	assert_null(put("brand", "name", huge));
	huge[127] = 'x';
	huge[128] = '\0';
	assert_non_null(put("brand", "name", huge));

	assert_null(put("brand", "help_url", ""));
	assert_null(put("brand", "help_url", "https://example.com/help?x=1#y"));
	assert_non_null(put("brand", "help_url", "https://"));
	assert_non_null(put("brand", "help_url", "http://example.com"));
	assert_non_null(put("brand", "help_url", "javascript:alert(1)"));
	assert_non_null(put("brand", "help_url", "https://a b"));
	assert_non_null(put("brand", "help_url", "https://a\"onclick="));
}

int
main(void)
{
	const struct CMUnitTest	 tests[] = {
		cmocka_unit_test(test_numbers_taken),
		cmocka_unit_test(test_numbers_refused),
		cmocka_unit_test(test_listen),
		cmocka_unit_test(test_listen_for_metrics),
		cmocka_unit_test(test_networks),
		cmocka_unit_test(test_issuer),
		cmocka_unit_test(test_key),
		cmocka_unit_test(test_text),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
