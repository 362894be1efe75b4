/* SPDX-License-Identifier: ISC */
/* Counting attempts: who waits, for how long, and who never does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "login/throttle.h"

#define SPENDERS	4
#define EACH		500

static struct throttle	t;

static const uint8_t	here[4] = { 192, 0, 2, 1 };
static const uint8_t	elsewhere[4] = { 192, 0, 2, 2 };

static const uint8_t *
key_of(const char *login, const uint8_t *network)
{
	static uint8_t	 key[THROTTLE_KEY_LEN];

	throttle_key(&t, key, login, network, 4);
	return (key);
}

static void
spend(const char *login, const uint8_t *network, int n, uint64_t now)
{
	while (n-- > 0)
		throttle_spend(&t, key_of(login, network), now);
}

static unsigned
check(const char *login, const uint8_t *network, uint64_t now)
{
	return (throttle_check(&t, key_of(login, network), now));
}

static void
test_ten_and_no_more(void **state)
{
	int	 i;

	(void)state;
	throttle_init(&t, 10, 600);
	for (i = 0; i < 10; i++) {
		assert_int_equal(check("ada", here, 1000), 0);
		spend("ada", here, 1, 1000);
	}
	assert_int_equal(check("ada", here, 1000), 60);
	/* Case is not another user. */
	assert_int_equal(check("ADA", here, 1000), 60);
	/* A customer elsewhere, and another one here. */
	assert_int_equal(check("ada", elsewhere, 1000), 0);
	assert_int_equal(check("adb", here, 1000), 0);
	assert_int_equal(check("", here, 1000), 0);
}

static void
test_one_comes_back_at_a_time(void **state)
{
	(void)state;
	throttle_init(&t, 10, 600);
	spend("ada", here, 10, 5000);
	assert_int_equal(check("ada", here, 5000 + 59001), 1);
	assert_int_equal(check("ada", here, 5000 + 60000), 0);
	spend("ada", here, 1, 5000 + 60000);
	assert_int_equal(check("ada", here, 5000 + 60000), 60);
	/* All of them are there again, and not more than all. */
	assert_int_equal(check("ada", here, 10000000), 0);
	spend("ada", here, 10, 10000000);
	assert_int_equal(check("ada", here, 10000000), 60);
}

static void
test_forgiven(void **state)
{
	(void)state;
	throttle_init(&t, 3, 30);
	spend("ada", here, 3, 1000);
	spend("bob", here, 3, 1000);
	assert_true(check("ada", here, 1000) > 0);
	throttle_forgive(&t, key_of("ada", here));
	assert_int_equal(check("ada", here, 1000), 0);
	assert_true(check("bob", here, 1000) > 0);
	throttle_forgive(&t, key_of("never seen", here));
}

/* Not looked at: it does not count. */
static void
test_refunded(void **state)
{
	(void)state;
	throttle_init(&t, 3, 600);
	throttle_refund(&t, key_of("ada", here));
	spend("ada", here, 3, 1000);
	assert_true(check("ada", here, 1000) > 0);
	throttle_refund(&t, key_of("ada", here));
	assert_int_equal(check("ada", here, 1000), 0);
	spend("ada", here, 1, 1000);
	assert_true(check("ada", here, 1000) > 0);
	throttle_refund(&t, key_of("bob", here));
	assert_true(check("ada", here, 1000) > 0);
	throttle_init(&t, 0, 600);
	throttle_refund(&t, key_of("ada", here));
	assert_int_equal(check("ada", here, 1000), 0);
}

static void
test_off(void **state)
{
	(void)state;
	throttle_init(&t, 0, 600);
	spend("ada", here, 1000, 1000);
	assert_int_equal(check("ada", here, 1000), 0);
	throttle_init(&t, 1, 60);
	assert_int_equal(check("ada", here, 1000), 0);
	spend("ada", here, 1, 1000);
	assert_int_equal(check("ada", here, 1000), 60);
}

/* Whoever floods the table with names loses nobody else's count. */
static void
test_flood(void **state)
{
	char		 name[32];
	int		 i;

	(void)state;
	throttle_init(&t, 10, 600);
	spend("ada", here, 10, 1000);
	for (i = 0; i < 20 * THROTTLE_ENTRIES; i++) {
		snprintf(name, sizeof(name), "user%d", i);
		spend(name, elsewhere, 1, 1000);
	}
	assert_true(check("ada", here, 1000) > 0);
}

/* A name that is longer than any customer's is one like any other. */
static void
test_long_name(void **state)
{
	static char	 name[5000];

	(void)state;
	throttle_init(&t, 1, 60);
	memset(name, 'x', sizeof(name) - 1);
	spend(name, here, 1, 1000);
	assert_true(check(name, here, 1000) > 0);
	assert_int_equal(check("x", here, 1000), 0);
}

/* Workers share it, and none of their attempts is lost to another's. */
static void
test_shared(void **state)
{
	struct throttle	*shared;
	uint8_t		 key[THROTTLE_KEY_LEN];
	int		 i, status;

	(void)state;
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(shared, MAP_FAILED);
	throttle_init(shared, 2 * SPENDERS * EACH, 2 * SPENDERS * EACH);
	throttle_key(shared, key, "ada", here, sizeof(here));
	for (i = 0; i < SPENDERS; i++) {
		switch (fork()) {
		case -1:
			fail_msg("no process");
		case 0:
			for (i = 0; i < EACH; i++)
				throttle_spend(shared, key, 1000);
			_exit(0);
		}
	}
	for (i = 0; i < SPENDERS; i++) {
		assert_true(wait(&status) > 0);
		assert_int_equal(status, 0);
	}
	/* As many again, at a second each, and not one more. */
	for (i = 0; i < SPENDERS * EACH; i++) {
		assert_int_equal(throttle_check(shared, key, 1000), 0);
		throttle_spend(shared, key, 1000);
	}
	assert_int_equal(throttle_check(shared, key, 1000), 1);
	for (i = 0; i < 2 * SPENDERS * EACH; i++)
		throttle_refund(shared, key);
	assert_int_equal(throttle_check(shared, key, 1000), 0);
	munmap(shared, sizeof(*shared));
}

/* Two nodes, two salts: which entry a key takes cannot be aimed at. */
static void
test_salt(void **state)
{
	uint8_t		 first[THROTTLE_KEY_LEN];

	(void)state;
	throttle_init(&t, 10, 600);
	memcpy(first, key_of("ada", here), sizeof(first));
	assert_memory_equal(first, key_of("ada", here), sizeof(first));
	throttle_init(&t, 10, 600);
	assert_memory_not_equal(first, key_of("ada", here), sizeof(first));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ten_and_no_more),
		cmocka_unit_test(test_one_comes_back_at_a_time),
		cmocka_unit_test(test_forgiven),
		cmocka_unit_test(test_refunded),
		cmocka_unit_test(test_off),
		cmocka_unit_test(test_flood),
		cmocka_unit_test(test_long_name),
		cmocka_unit_test(test_shared),
		cmocka_unit_test(test_salt)
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
