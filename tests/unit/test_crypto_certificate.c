/* SPDX-License-Identifier: ISC */
/* Certificates made for this: a good one, an old one, one with few words. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/certificate.h"

/* P-256; the second of its policies is the CA/Browser Forum's for EV. */
static const char	 ev[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBgDCCASagAwIBAgIBBzAKBggqhkjOPQQDAzAYMRYwFAYDVQQDDA1FeGFtcGxl\n"
    "IEVWIENBMCAXDTI2MDEwMjAzMDQwNVoYDzIwNTIwMjAzMDQwNTA2WjAtMRMwEQYD\n"
    "VQQKDApBY21lLCBJbmMuMRYwFAYDVQQDDA1sb2dpbi5leGFtcGxlMFkwEwYHKoZI\n"
    "zj0CAQYIKoZIzj0DAQcDQgAEfqE1diTYKWttkMHPVo1bYRZFy8wJ4HrMTT4iq69s\n"
    "e8BwWwr+Y0U7oJYEgkxunXliBeNokLDQkJyvs8f2UtAAeKNKMEgwKwYDVR0RBCQw\n"
    "IoINbG9naW4uZXhhbXBsZYcEwAACAYILd3d3LmV4YW1wbGUwGQYDVR0gBBIwEDAF\n"
    "BgMqAwQwBwYFZ4EMAQEwCgYIKoZIzj0EAwMDSAAwRQIgNRCdgPOOou1WNb6y4o1s\n"
    "yTjIifAXU+Ii8qvyeEMJpCcCIQDE3fKUnPW4rLuYs9Ca34JUxPcKd7wZTVB0PI8W\n"
    "lQaJwg==\n"
    "-----END CERTIFICATE-----\n";

static const char	 old[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBkTCB+6ADAgECAgEHMA0GCSqGSIb3DQEBBQUAMA4xDDAKBgNVBAMMA29sZDAg\n"
    "Fw0yNjAxMDIwMzA0MDVaGA8yMDUyMDIwMzA0MDUwNlowDjEMMAoGA1UEAwwDb2xk\n"
    "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQCsdJBn4LDjA6Cw7qLiMciUsjy0\n"
    "41QYJ12iaWL66P/HdqicVKLuFafoKn3pSxvmGbUOK6h9g31yqLjLbmsIpf3EOLrb\n"
    "uu/O3gtEnFpq6+mGbJi5wUwDIK/xH9dePop/sN8va/axLP7C0ClL+CK6dCtYjdQI\n"
    "QeaILt2tbf75Hq2cPQIDAQABMA0GCSqGSIb3DQEBBQUAA4GBAHPeISBl9w48uxtr\n"
    "ElkK/r7RNgirtJAkiUCO1CzBklUqFbM1i1y/TeTYdpJjW1mQ1wvLrcQkCfboOzN8\n"
    "xy+gVelLa6f1ipKm17rUPx9H1zaYF5f9ozKpjYXdFGY4CPBa9KOkp+MU2/T1L4qq\n"
    "VMpNdjtFDOyWCfoOeqVlrnT98PGs\n"
    "-----END CERTIFICATE-----\n";

static const char	 edwards[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIHhMIGUoAMCAQICAQcwBQYDK2VwMA0xCzAJBgNVBAMMAmVkMCAXDTI2MDEwMjAz\n"
    "MDQwNVoYDzIwNTIwMjAzMDQwNTA2WjANMQswCQYDVQQDDAJlZDAqMAUGAytlcAMh\n"
    "AMvPJTAHJqVUildTWwZw1cYPWOVG62V4JXZXzggBzJTfoxcwFTATBgNVHSAEDDAK\n"
    "MAgGBmeBDAECATAFBgMrZXADQQBFXvkvMDLbewaD+zTr/SUPOUdgT3F/N4sYEgOC\n"
    "+eGipoWIlCdsvjgkglq7scH2wnAo3JkbCtaP7xhnpbvdw3UH\n"
    "-----END CERTIFICATE-----\n";

#define SINCE	1767323045	/* 2026-01-02 03:04:05 */
#define UNTIL	2590545906	/* 2052-02-03 04:05:06, a GeneralizedTime */

static void
test_extended(void **state)
{
	struct certificate	 c;

	(void)state;
	assert_int_equal(certificate_read(&c, ev), 0);
	assert_string_equal(c.subject, "CN=login.example,O=Acme\\, Inc.");
	assert_string_equal(c.issuer, "CN=Example EV CA");
	assert_string_equal(c.hosts, "login.example, www.example");
	assert_true(c.not_before == SINCE);
	assert_true(c.not_after == UNTIL);
	assert_string_equal(c.key, "P-256");
	assert_int_equal(c.key_bits, 256);
	assert_false(c.is_key_rsa);
	assert_string_equal(c.digest, "SHA384");
	assert_string_equal(c.ev_policy, "2.23.140.1.1");
}

static void
test_old(void **state)
{
	struct certificate	 c;

	(void)state;
	assert_int_equal(certificate_read(&c, old), 0);
	assert_string_equal(c.subject, c.issuer);
	assert_string_equal(c.hosts, "");
	assert_string_equal(c.key, "RSA");
	assert_int_equal(c.key_bits, 1024);
	assert_true(c.is_key_rsa);
	assert_string_equal(c.digest, "SHA1");
	assert_string_equal(c.ev_policy, "");
}

/* Its signature names no digest; its policy is that of domain validation. */
static void
test_edwards(void **state)
{
	struct certificate	 c;

	(void)state;
	assert_int_equal(certificate_read(&c, edwards), 0);
	assert_string_equal(c.key, "ED25519");
	assert_false(c.is_key_rsa);
	assert_string_equal(c.digest, "ED25519");
	assert_string_equal(c.ev_policy, "");
}

static void
test_broken(void **state)
{
	static const char *const broken[] = {
		"", "x", "-----BEGIN CERTIFICATE-----\n",
		("-----BEGIN CERTIFICATE-----\nAAAA\n"
		    "-----END CERTIFICATE-----\n"),
		"-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n",
	};
	struct certificate	 c;
	char			*cut;
	size_t			 i;

	(void)state;
	for (i = 0; i < sizeof(broken) / sizeof(broken[0]); i++)
		assert_int_equal(certificate_read(&c, broken[i]), -1);
	/* Cut anywhere but in the line end, it is none. */
	for (i = 0; i + 2 < strlen(ev); i++) {
		assert_non_null(cut = strndup(ev, i));
		assert_int_equal(certificate_read(&c, cut), -1);
		free(cut);
	}
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_extended),
		cmocka_unit_test(test_old),
		cmocka_unit_test(test_edwards),
		cmocka_unit_test(test_broken),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
