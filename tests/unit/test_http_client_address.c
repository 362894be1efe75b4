/* SPDX-License-Identifier: ISC */
/* Who the client is, behind proxies and liars. */
#include <arpa/inet.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "http/client_address.h"

static struct settings_network proxies[3];

static int
init(void **state)
{
	(void)state;
	proxies[0].family = AF_INET;
	inet_pton(AF_INET, "10.0.0.0", proxies[0].addr);
	proxies[0].prefix = 8;
	proxies[1].family = AF_INET6;
	inet_pton(AF_INET6, "2001:db8::", proxies[1].addr);
	proxies[1].prefix = 33;
	proxies[2].family = AF_INET;
	inet_pton(AF_INET, "192.0.2.5", proxies[2].addr);
	proxies[2].prefix = 32;
	return (0);
}

static struct client_address
address(const char *text)
{
	struct client_address a;
	uint8_t		 raw[16];
	int		 family = strchr(text, ':') != NULL ? AF_INET6 :
	    AF_INET;

	assert_int_equal(inet_pton(family, text, raw), 1);
	client_address_init(&a, family, raw);
	return (a);
}

static void
assert_is(const struct client_address *a, const char *text)
{
	struct client_address want = address(text);
	char		 got[INET6_ADDRSTRLEN];

	inet_ntop(a->family, a->addr, got, sizeof(got));
	if (a->family != want.family || memcmp(a->addr, want.addr, 16) != 0)
		fail_msg("%s, not %s", got, text);
}

static void
test_mapped(void **state)
{
	struct client_address a = address("::ffff:192.0.2.1");

	(void)state;
	assert_int_equal(a.family, AF_INET);
	assert_is(&a, "192.0.2.1");
	a = address("::ffff:0:192.0.2.1");
	assert_int_equal(a.family, AF_INET6);
}

static void
test_networks(void **state)
{
	static const char *const in[] = { "10.0.0.0", "10.255.255.255",
	    "2001:db8::1", "2001:db8:7fff::1", "192.0.2.5",
	    "::ffff:10.1.2.3" };
	static const char *const out[] = { "11.0.0.0", "9.255.255.255",
	    "2001:db8:8000::1", "2001:db9::", "192.0.2.4", "192.0.2.7" };
	struct client_address a;
	struct settings_network all = { .family = AF_INET };
	size_t		 i;

	(void)state;
	for (i = 0; i < 6; i++) {
		a = address(in[i]);
		assert_int_equal(client_address_is_in(&a, proxies, 3), 1);
		a = address(out[i]);
		assert_int_equal(client_address_is_in(&a, proxies, 3), 0);
	}
	a = address("203.0.113.9");
	assert_int_equal(client_address_is_in(&a, &all, 1), 1);
	assert_int_equal(client_address_is_in(&a, proxies, 0), 0);
}

static const struct {
	const char	*peer;
	const char	*header;
	const char	*client;
	int		 goes_on;
} lines[] = {
	/* Nobody else's word counts. */
	{ "203.0.113.9", "198.51.100.1", "203.0.113.9", 0 },
	{ "10.0.0.1", "198.51.100.1", "198.51.100.1", 0 },
	/* What stands left of it was sent along by the client. */
	{ "10.0.0.1", "1.2.3.4, 198.51.100.1", "198.51.100.1", 0 },
	{ "10.0.0.1", "10.9.9.9, 198.51.100.1", "198.51.100.1", 0 },
	{ "10.0.0.1", "198.51.100.1, 10.0.0.2", "198.51.100.1", 0 },
	{ "10.0.0.1", "1.2.3.4,198.51.100.1 ,\t10.0.0.2 ,2001:db8::7",
	  "198.51.100.1", 0 },
	{ "10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3", 1 },
	{ "10.0.0.1", "", "10.0.0.1", 1 },
	{ "2001:db8::1", "2001:db8:ffff::2", "2001:db8:ffff::2", 0 },
	{ "10.0.0.1", "[2001:db8:ffff::2]:443", "2001:db8:ffff::2", 0 },
	{ "10.0.0.1", "[2001:db8:ffff::2]", "2001:db8:ffff::2", 0 },
	{ "10.0.0.1", "198.51.100.1:5123", "198.51.100.1", 0 },
	{ "10.0.0.1", "::ffff:198.51.100.1", "198.51.100.1", 0 },
	/* What does not read is nobody: the last that did is taken. */
	{ "10.0.0.1", "unknown", "10.0.0.1", 0 },
	{ "10.0.0.1", "198.51.100.1, nonsense", "10.0.0.1", 0 },
	{ "10.0.0.1", "198.51.100.1, nonsense, 10.0.0.2", "10.0.0.2", 0 },
	{ "10.0.0.1", "198.51.100.1,", "10.0.0.1", 0 },
	{ "10.0.0.1", ",", "10.0.0.1", 0 },
	{ "10.0.0.1", "   ", "10.0.0.1", 0 },
	{ "10.0.0.1", "198.51.100.1, [2001:db8::2", "10.0.0.1", 0 },
	{ "10.0.0.1", "198.51.100.1, [2001:db8::2]x", "10.0.0.1", 0 },
	{ "10.0.0.1", "198.51.100.1, 1.2.3", "10.0.0.1", 0 },
	{ "10.0.0.1", "198.51.100.1, 1.2.3.4.5", "10.0.0.1", 0 },
	{ "10.0.0.1", "198.51.100.1, 010.0.0.1", "10.0.0.1", 0 },
};

static void
test_lines(void **state)
{
	struct client_address a;
	size_t		 i;
	int		 goes_on;

	(void)state;
	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		a = address(lines[i].peer);
		goes_on = client_address_forward(&a, lines[i].header, proxies,
		    3);
		assert_is(&a, lines[i].client);
		if (goes_on != lines[i].goes_on)
			fail_msg("%s", lines[i].header);
	}
}

static void
test_long(void **state)
{
	static char	 header[100001];
	struct client_address a = address("10.0.0.1");
	size_t		 i;

	(void)state;
	memset(header, 'a', sizeof(header) - 1);
	assert_int_equal(client_address_forward(&a, header, proxies, 3), 0);
	assert_is(&a, "10.0.0.1");
	for (i = 0; i + 10 < sizeof(header); i += 10)
		memcpy(header + i, "10.0.0.12,", 10);
	header[i - 1] = '\0';
	assert_int_equal(client_address_forward(&a, header, proxies, 3), 1);
	assert_is(&a, "10.0.0.12");
}

static void
test_network(void **state)
{
	struct client_address a = address("2001:db8:1:2:3:4:5:6");

	(void)state;
	client_address_network(&a);
	assert_is(&a, "2001:db8:1:2::");
	a = address("192.0.2.77");
	client_address_network(&a);
	assert_is(&a, "192.0.2.77");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mapped),
		cmocka_unit_test(test_networks),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_long),
		cmocka_unit_test(test_network)
	};

	return (cmocka_run_group_tests(tests, init, NULL));
}
