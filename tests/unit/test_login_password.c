/* SPDX-License-Identifier: ISC */
/* Passwords: our own hashes, imported ones, and rows that want to do harm. */
#include <crypt.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "login/password.h"

#define SALT22	"abcdefghijklmnopqrstuu"
#define B43	"5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5"
#define B86	B43 B43

static const struct password_cost cheap = { 64, 1 };

static int
init(void **state)
{
	(void)state;
	return (password_init());
}

static int
verify(const char *hash, const char *password)
{
	return (password_verify(hash, password, strlen(password), &cheap));
}

static void
test_hash(void **state)
{
	char		 a[PASSWORD_HASH_LEN], b[PASSWORD_HASH_LEN];

	(void)state;
	assert_int_equal(password_hash(a, "p\xc3\xa4ss", 5, &cheap), 0);
	assert_int_equal(password_hash(b, "p\xc3\xa4ss", 5, &cheap), 0);
	assert_int_equal(strncmp(a, "$argon2id$v=19$m=64,t=1,p=1$", 28), 0);
	assert_string_not_equal(a, b);
	assert_int_equal(verify(a, "p\xc3\xa4ss"), 1);
	assert_int_equal(verify(b, "p\xc3\xa4ss"), 1);
	assert_int_equal(verify(a, "pass"), 0);
	assert_int_equal(verify(a, "p\xc3\xa4sS"), 0);
	assert_int_equal(verify(a, ""), 0);
	assert_true(password_hash_is_known(a));
}

static void
test_default_cost(void **state)
{
	const struct password_cost cost = { PASSWORD_MEMORY_KIB,
	    PASSWORD_PASSES };
	char		 a[PASSWORD_HASH_LEN];

	(void)state;
	assert_int_equal(password_hash(a, "x", 1, &cost), 0);
	assert_int_equal(strncmp(a, "$argon2id$v=19$m=19456,t=2,p=1$", 31), 0);
	assert_int_equal(password_verify(a, "x", 1, &cost), 1);
	assert_false(password_is_stale(a, &cost));
}

static void
test_lengths(void **state)
{
	char		 a[PASSWORD_HASH_LEN], *p;

	(void)state;
	p = malloc(PASSWORD_LEN_MAX + 1);
	assert_non_null(p);
	memset(p, 'x', PASSWORD_LEN_MAX + 1);
	assert_int_equal(password_hash(a, p, PASSWORD_LEN_MAX, &cheap), 0);
	assert_int_equal(password_verify(a, p, PASSWORD_LEN_MAX, &cheap), 1);
	assert_int_equal(password_verify(a, p, PASSWORD_LEN_MAX - 1, &cheap),
	    0);
	assert_int_equal(password_verify(a, p, PASSWORD_LEN_MAX + 1, &cheap),
	    0);
	assert_int_equal(password_hash(a, p, PASSWORD_LEN_MAX + 1, &cheap),
	    -1);
	assert_string_equal(a, "");
	assert_int_equal(password_hash(a, "", 0, &cheap), -1);
	free(p);
}

/* "secret\0anything" must not sign in as "secret". */
static void
test_nul(void **state)
{
	char		 a[PASSWORD_HASH_LEN];
	const char	*sha = "$5$saltstring$"
	    "5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5";

	(void)state;
	assert_int_equal(password_hash(a, "se\0ret", 6, &cheap), -1);
	assert_int_equal(password_hash(a, "Hello world!", 12, &cheap), 0);
	assert_int_equal(password_verify(a, "Hello world!\0x", 14, &cheap), 0);
	assert_int_equal(password_verify(sha, "Hello world!", 12, &cheap), 1);
	assert_int_equal(password_verify(sha, "Hello world!\0", 13, &cheap),
	    0);
	assert_int_equal(password_verify(sha, "\0Hello world!", 13, &cheap),
	    0);
}

/* Only len bytes are read, whatever stands behind them. */
static void
test_not_terminated(void **state)
{
	const char	*sha = "$5$saltstring$" B43;

	(void)state;
	assert_int_equal(password_verify(sha, "Hello world!!!", 12, &cheap),
	    1);
	assert_int_equal(password_verify(sha, "Hello world!!!", 13, &cheap),
	    0);
}

/* Published vectors: each with the password that made it. */
static const struct {
	const char	*hash;
	const char	*password;
} vectors[] = {
	/* SHA-crypt specification, section "Test vectors" */
	{ "$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5",
	    "Hello world!" },
	{ "$5$rounds=10000$saltstringsaltst$3xv.VbSHBb41AL9AvLeujZkZRBAwqFMz"
	    "2.opqey6IcA", "Hello world!" },
	{ "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjn"
	    "QJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1", "Hello world!" },
	/* bcrypt, the Openwall vectors */
	{ "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
	    "U*U" },
	{ "$2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
	    "U*U" },
	{ "$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
	    "U*U" },
	/* scrypt as crypt(3) writes it */
	{ "$7$C6..../....SodiumChloride$kBGj9fHznVYFQMEn/qDCfrDevf9YDtcDdKvE"
	    "qHJLV8D", "pleaseletmein" },
	/* Argon2id of several lanes, as other libraries make it */
	{ "$argon2id$v=19$m=65536,t=3,p=4$MIIRqgvgQbgj220jfp0MPA$YfwJSVjtjSU"
	    "0zzV/P3S9nnQ/USre2wvJMjfCIjrTQbg", "correct horse battery staple" }
};

static void
test_vectors(void **state)
{
	char		 wrong[64], flipped[PASSWORD_HASH_LEN];
	size_t		 i, n;

	(void)state;
	for (i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		assert_true(password_hash_is_known(vectors[i].hash));
		assert_int_equal(verify(vectors[i].hash, vectors[i].password),
		    1);
		snprintf(wrong, sizeof(wrong), "%s.", vectors[i].password);
		assert_int_equal(verify(vectors[i].hash, wrong), 0);
		n = (size_t)snprintf(flipped, sizeof(flipped), "%s",
		    vectors[i].hash);
		flipped[n - 2] = flipped[n - 2] == 'e' ? 'f' : 'e';
		assert_int_equal(verify(flipped, vectors[i].password), 0);
	}
}

/* What this system's crypt_gensalt(3) makes is understood. */
static void
test_gensalt(void **state)
{
	static const char *const prefixes[] = { "$y$", "$7$", "$6$", "$5$",
	    "$2b$" };
	struct crypt_data *data;
	char		 setting[CRYPT_GENSALT_OUTPUT_SIZE], *hash;
	size_t		 i;

	(void)state;
	data = calloc(1, sizeof(*data));
	assert_non_null(data);
	for (i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
		assert_non_null(crypt_gensalt_rn(prefixes[i], 0, NULL, 0,
		    setting, sizeof(setting)));
		hash = crypt_r("gen\xc3\xa9ral", setting, data);
		assert_true(hash != NULL && hash[0] == '$');
		assert_true(password_hash_is_known(hash));
		assert_int_equal(verify(hash, "gen\xc3\xa9ral"), 1);
		assert_int_equal(verify(hash, "general"), 0);
	}
	free(data);
}

static void
test_bcrypt_cut(void **state)
{
	struct crypt_data *data;
	char		 p[101], *hash;

	(void)state;
	data = calloc(1, sizeof(*data));
	assert_non_null(data);
	memset(p, 'a', 100);
	p[100] = '\0';
	hash = crypt_r(p, "$2b$04$" SALT22, data);
	assert_true(hash != NULL && hash[0] == '$');
	assert_int_equal(verify(hash, p), 1);
	p[71] = 'b';
	assert_int_equal(verify(hash, p), 0);
	free(data);
}

/* Longer than crypt(3) takes: not right, and not a crash. */
static void
test_crypt_long(void **state)
{
	char		 p[PASSWORD_LEN_MAX + 1];

	(void)state;
	memset(p, 'x', PASSWORD_LEN_MAX);
	p[PASSWORD_LEN_MAX] = '\0';
	assert_int_equal(verify(vectors[2].hash, p), 0);
}

static const char *const unknown[] = {
	"", "x", "*", "!", "*0", "$", "$$", "$1$abc$def",
	"5f4dcc3b5aa765d61d8327deb882cf99", "{SSHA}abc", "plain text",
	/* not whole */
	"$2b$", "$2b$05", "$2b$05$", "$2b$05$CCCCCCCCCCCCCCCCCCCCC.",
	"$6$", "$6$saltstring$", "$6$saltstring", "$5$a$b", "$y$", "$y$j9T$",
	"$7$", "$7$C6..../....$" B43 "x", "$y$j9T$salt$" B43 "x",
	"$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOe:",
	"$2b$05$x$CCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
	"$2x$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
	/* asks for too much */
	"$2b$17$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
	"$2b$31$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
	"$2b$03$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
	"$2b$-5$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
	"$6$rounds=1000001$salt$" B86, "$6$rounds=999999999$salt$" B86,
	"$5$rounds=99999999999999999999$salt$" B43, "$5$rounds=$salt$" B43,
	"$5$rounds=-1$salt$" B43, "$5$rounds=0$salt$" B43,
	"$y$jHT$salt$" B43,		/* N=2^20, r=32: 4 GiB */
	"$y$jET$salt$" B43,		/* 512 MiB */
	"$y$j9TT$salt$" B43, "$y$jz9T$salt$" B43, "$y$j9$salt$" B43,
	"$7$J6..../....salt$" B43,	/* N=2^21, r=8: 2 GiB */
	"$7$zzzzzzzzzzzsalt$" B43, "$7$C6....3....salt$" B43,
	"$7$C...../....salt$" B43,	/* r=0 */
	"$7$C6.....salt$" B43,
	/* Argon2id: parameters */
	"$argon2id$v=19$m=262145,t=1,p=1$YWJjZGVmZ2hpams$"
	    "YfwJSVjtjSU0zzV/P3S9nnQ/USre2wvJMjfCIjrTQbg",
	"$argon2id$v=19$m=4294967295,t=1,p=1$YWJjZGVmZ2hpams$"
	    "YfwJSVjtjSU0zzV/P3S9nnQ/USre2wvJMjfCIjrTQbg",
	"$argon2id$v=19$m=64,t=17,p=1$YWJjZGVmZ2hpams$"
	    "YfwJSVjtjSU0zzV/P3S9nnQ/USre2wvJMjfCIjrTQbg",
	"$argon2id$v=19$m=64,t=1,p=17$YWJjZGVmZ2hpams$"
	    "YfwJSVjtjSU0zzV/P3S9nnQ/USre2wvJMjfCIjrTQbg",
	"$argon2id$v=19$m=64,t=0,p=1$YWJjZGVmZ2hpams$"
	    "YfwJSVjtjSU0zzV/P3S9nnQ/USre2wvJMjfCIjrTQbg",
	"$argon2id$v=16$m=64,t=1,p=1$YWJjZGVmZ2hpams$"
	    "YfwJSVjtjSU0zzV/P3S9nnQ/USre2wvJMjfCIjrTQbg",
	"$argon2id$m=64,t=1,p=1$YWJjZGVmZ2hpams$YfwJSVjtjSU0zzV/P3S9nnQ/USre",
	"$argon2id$v=19$m=64,t=1$YWJjZGVmZ2hpams$YfwJSVjtjSU0zzV/P3S9nnQ/US",
	"$argon2id$v=19$m=64,t=1,p=1$short$YfwJSVjtjSU0zzV/P3S9nnQ/USre2wvJ",
	"$argon2id$v=19$m=64,t=1,p=1$YWJjZGVmZ2hpams$short",
	"$argon2id$v=19$m=64,t=1,p=1$YWJjZGVmZ2hpams", "$argon2id$v=19$",
	"$argon2id$v=19$m=64,t=1,p=1$YWJjZGVmZ2hpams$YfwJSVjtjSU0zzV/P3S9nn"
	    "Q/USre2wvJMjfCIjrTQbg$extra",
	"$argon2i$v=19$m=64,t=3,p=1$YWJjZGVmZ2hpams$YfwJSVjtjSU0zzV/P3S9nnQ"
};

static void
test_unknown(void **state)
{
	char		 huge[4096];
	size_t		 i;

	(void)state;
	for (i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++) {
		if (password_hash_is_known(unknown[i]))
			fail_msg("is known: %s", unknown[i]);
		assert_int_equal(verify(unknown[i], "x"), 0);
		assert_true(password_is_stale(unknown[i], &cheap));
	}
	assert_false(password_hash_is_known(NULL));
	memset(huge, '$', sizeof(huge) - 1);
	huge[sizeof(huge) - 1] = '\0';
	assert_false(password_hash_is_known(huge));
	assert_int_equal(verify(huge, "x"), 0);
	/* At the limits, and so known. */
	assert_true(password_hash_is_known("$6$rounds=1000000$salt$" B86));
	assert_true(password_hash_is_known("$y$jDT$salt$" B43));
	assert_true(password_hash_is_known(
	    "$2b$16$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"));
	assert_true(password_hash_is_known("$argon2id$v=19$m=262144,t=16,p=16$"
	    "YWJjZGVmZ2hpams$YfwJSVjtjSU0zzV/P3S9nnQ/USre2wvJMjfCIjrTQbg"));
}

static void
test_stale(void **state)
{
	const struct password_cost less = { 32, 1 }, more = { 65, 1 };
	const struct password_cost longer = { 64, 2 }, same = { 64, 1 };
	char		 a[PASSWORD_HASH_LEN];

	(void)state;
	assert_int_equal(password_hash(a, "x", 1, &cheap), 0);
	assert_false(password_is_stale(a, &same));
	assert_false(password_is_stale(a, &less));
	assert_true(password_is_stale(a, &more));
	assert_true(password_is_stale(a, &longer));
	assert_true(password_is_stale(vectors[0].hash, &cheap));
	assert_true(password_is_stale(vectors[3].hash, &cheap));
	assert_true(password_is_stale(NULL, &cheap));
}

/* The processor time that one verification takes, the least of five. */
static double
cost_of(const char *hash, const char *password, size_t len,
    const struct password_cost *cost)
{
	struct timespec	 a, b;
	double		 took, least = 1e9;
	int		 i;

	for (i = 0; i < 5; i++) {
		clock_gettime(CLOCK_THREAD_CPUTIME_ID, &a);
		assert_int_equal(password_verify(hash, password, len, cost),
		    0);
		clock_gettime(CLOCK_THREAD_CPUTIME_ID, &b);
		took = (double)(b.tv_sec - a.tv_sec) * 1e3 +
		    (double)(b.tv_nsec - a.tv_nsec) / 1e6;
		if (took < least)
			least = took;
	}
	return (least);
}

/*
 * There must be no way to tell an unknown user from a wrong password. Without
 * the work the times differ by a factor of thousands; the bounds only have to
 * stand a busy machine.
 */
static void
test_same_cost(void **state)
{
	const struct password_cost cost = { 8192, 2 };
	char		 a[PASSWORD_HASH_LEN], longest[600];
	double		 wrong;
	size_t		 i;
	const struct {
		const char	*hash;
		const char	*password;
		size_t		 len;
	} cases[] = {
		{ NULL, "wrong", 5 },			/* unknown user */
		{ "", "wrong", 5 },			/* none set */
		{ "$1$abc$def", "wrong", 5 },		/* unknown form */
		{ a, "wr\0ng", 5 },
		{ a, "", 0 },
		{ a, longest, PASSWORD_LEN_MAX + 1 },	/* not looked at */
		{ vectors[0].hash, longest, sizeof(longest) - 1 }
	};

	(void)state;
	memset(longest, 'x', sizeof(longest));
	assert_int_equal(password_hash(a, "right", 5, &cost), 0);
	wrong = cost_of(a, "wrong", 5, &cost);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		double took = cost_of(cases[i].hash, cases[i].password,
		    cases[i].len, &cost);

		if (took < wrong / 3 || took > wrong * 3)
			fail_msg("case %zu: %.2f ms, a wrong password %.2f",
			    i, took, wrong);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hash),
		cmocka_unit_test(test_default_cost),
		cmocka_unit_test(test_lengths),
		cmocka_unit_test(test_nul),
		cmocka_unit_test(test_not_terminated),
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_gensalt),
		cmocka_unit_test(test_bcrypt_cut),
		cmocka_unit_test(test_crypt_long),
		cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_stale),
		cmocka_unit_test(test_same_cost)
	};

	return (cmocka_run_group_tests(tests, init, NULL));
}
