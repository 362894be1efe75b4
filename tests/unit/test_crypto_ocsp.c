/* SPDX-License-Identifier: ISC */
/*
 * OCSP responses made for this, of 2026-06-01 to 2026-06-08: sound ones, and
 * those of which each has one thing wrong.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>

#include <cmocka.h>

#include "base/base64.h"
#include "base/text.h"
#include "crypto/ocsp.h"

#define FROM	1780272000	/* thisUpdate */
#define UNTIL	1780876800	/* nextUpdate */
#define NOW	(FROM + 3600)

static const char	 issuer[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBGzCBwqADAgECAgEBMAoGCCqGSM49BAMCMA0xCzAJBgNVBAMMAkNBMB4XDTI2\n"
    "MDEwMTAwMDAwMFoXDTQ2MDEwMTAwMDAwMFowDTELMAkGA1UEAwwCQ0EwWTATBgcq\n"
    "hkjOPQIBBggqhkjOPQMBBwNCAARwsCPAlySq8Pz1S+LvBK28rCELUViTXUt91zic\n"
    "dO9Pyyodg/82YFUCRqkvQI4qxvpBhzdVBijpPrtKMhwPkwkDoxMwETAPBgNVHRMB\n"
    "Af8EBTADAQH/MAoGCCqGSM49BAMCA0gAMEUCIEHlDin1zOiIPEumGcNfSaPVoau3\n"
    "AgPl3IxgPl8ug7npAiEAgp0EUsYyNfXvrrV9AapJnlz/fiFeZfYqipqjerq31FY=\n"
    "-----END CERTIFICATE-----\n";

static const char	 leaf[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBGjCBwaADAgECAgECMAoGCCqGSM49BAMCMA0xCzAJBgNVBAMMAkNBMB4XDTI2\n"
    "MDEwMTAwMDAwMFoXDTQ2MDEwMTAwMDAwMFowDzENMAsGA1UEAwwEbGVhZjBZMBMG\n"
    "ByqGSM49AgEGCCqGSM49AwEHA0IABDcI/JQPRHtTVnqLb1HXAFvtrh1dAtbQFUFo\n"
    "BDxWjbeDgrClmRSTvOnEmvulTFG3tSmRokTJgoEMSmwMIMZD2iijEDAOMAwGA1Ud\n"
    "EwEB/wQCMAAwCgYIKoZIzj0EAwIDSAAwRQIgAndAWRaMlAYaSdGVrV/gsIIbkaD+\n"
    "KHZdK3YlfvLL2fICIQDq7lFnG1uz+VX9s1OIfVUIjojOfpdEROGr/SWAFy89/A==\n"
    "-----END CERTIFICATE-----\n";

static const char	 good[] =
    "MIIBAwoBAKCB_TCB-gYJKwYBBQUHMAEBBIHsMIHpMIGPohYEFJj0rxUkL1vX4fOf"
    "6syWhMfh9gKiGA8yMDI2MTEyMTAwMzgwMFowZDBiMDowCQYFKw4DAhoFAAQUcR05"
    "dnHJ-"
    "s8iQglZJZeaBpjkaxEEFJj0rxUkL1vX4fOf6syWhMfh9gKiAgECgAAYDzIwMjYwN"
    "jAxMDAwMDAwWqARGA8yMDI2MDYwODAwMDAwMFowCgYIKoZIzj0EAwIDSQAwRgIhA"
    "IoWO28oZaEcj4wgfNE2odbmyKjoDi28oyo9-nEAC9_eAiEAuYgBVYDMNZczY-"
    "01tlu9mOxpo-dQgzcxWfVCKvfRQwA";

static const char	 good_sha256[] =
    "MIIBIwoBAKCCARwwggEYBgkrBgEFBQcwAQEEggEJMIIBBTCBrKIWBBSY9K8VJC9b"
    "1-Hzn-rMloTH4fYCohgPMjAyNjExMjEwMDM4MDBaMIGAMH4wVjANBglghkgBZQME"
    "AgEFAAQg5-"
    "TKFx6oz8So9v9pXOo2TumA4asfutYpzac3s4bXtdoEIMAgxVZofcz_KUGuXw0YJR"
    "vmhfaJLkGIw6hMbueFujfvAgECgAAYDzIwMjYwNjAxMDAwMDAwWqARGA8yMDI2MD"
    "YwODAwMDAwMFowCgYIKoZIzj0EAwIDSAAwRQIgee-NuLf-HCvAtAamsKdxzDrSKf"
    "ZWzg3EqbsjhfeoZvkCIQCd39LDCi3gFB6hyrq_KTgvQT0vZqvR3Q9hBUHOBtjEbg";

static const char	 delegated[] =
    "MIICRAoBAKCCAj0wggI5BgkrBgEFBQcwAQEEggIqMIICJjCBj6IWBBTTAwHaq-"
    "4izkgFcFaFTFJP_jK1JhgPMjAyNjExMjEwMDM4MDBaMGQwYjA6MAkGBSsOAwIaBQ"
    "AEFHEdOXZxyfrPIkIJWSWXmgaY5GsRBBSY9K8VJC9b1-Hzn-rMloTH4fYCogIBAo"
    "AAGA8yMDI2MDYwMTAwMDAwMFqgERgPMjAyNjA2MDgwMDAwMDBaMAoGCCqGSM49BA"
    "MCA0cAMEQCIDLRjGXG520G4TvkKBMk_rR0GfIhj3vkKVNKV8BUZCGNAiAHtw7QYB"
    "cjNK8LDO5vHGn4aat4jQnVAEcOYCideAezWKCCATswggE3MIIBMzCB26ADAgECAg"
    "EEMAoGCCqGSM49BAMCMA0xCzAJBgNVBAMMAkNBMB4XDTI2MDEwMTAwMDAwMFoXDT"
    "Q2MDEwMTAwMDAwMFowFDESMBAGA1UEAwwJcmVzcG9uZGVyMFkwEwYHKoZIzj0CAQ"
    "YIKoZIzj0DAQcDQgAE0Qi76YL21JLz59C8s7XdJlx_gmvdW9Ur8KbOQr1uSfJFm0"
    "AgTP_qnRAdsR7tLDbKbUEjXiLpfTnC2VuBYOTrDqMlMCMwDAYDVR0TAQH_BAIwAD"
    "ATBgNVHSUEDDAKBggrBgEFBQcDCTAKBggqhkjOPQQDAgNHADBEAiB1sZ-"
    "ow6dDpUFNnoLmi7gke7LGurkDMLtXz_jwwmRgqwIgemLbO-t-"
    "veHond8NkfR1L3DBRecR8Ix8ndgFElLayhI";

static const char	 undelegated[] =
    "MIICLAoBAKCCAiUwggIhBgkrBgEFBQcwAQEEggISMIICDjCBj6IWBBTTAwHaq-"
    "4izkgFcFaFTFJP_jK1JhgPMjAyNjExMjEwMDM4MDBaMGQwYjA6MAkGBSsOAwIaBQ"
    "AEFHEdOXZxyfrPIkIJWSWXmgaY5GsRBBSY9K8VJC9b1-Hzn-rMloTH4fYCogIBAo"
    "AAGA8yMDI2MDYwMTAwMDAwMFqgERgPMjAyNjA2MDgwMDAwMDBaMAoGCCqGSM49BA"
    "MCA0cAMEQCIE7YTeM1a6yF5ynQHZWObZ2XQCcZtvFAWceJkgiQiRyBAiBhH6YR3K"
    "kinSxAoMNbZCY0GfTz4jHQC9gqZzYSZLRM0qCCASMwggEfMIIBGzCBwqADAgECAg"
    "EFMAoGCCqGSM49BAMCMA0xCzAJBgNVBAMMAkNBMB4XDTI2MDEwMTAwMDAwMFoXDT"
    "Q2MDEwMTAwMDAwMFowEDEOMAwGA1UEAwwFcGxhaW4wWTATBgcqhkjOPQIBBggqhk"
    "jOPQMBBwNCAATRCLvpgvbUkvPn0Lyztd0mXH-Ca91b1Svwps5CvW5J8kWbQCBM_-"
    "qdEB2xHu0sNsptQSNeIul9OcLZW4Fg5OsOoxAwDjAMBgNVHRMBAf8EAjAAMAoGCC"
    "qGSM49BAMCA0gAMEUCIG3urjDymsT-Zx3gvxbI3YHVENw4BP3NUfRi8g6javhsAi"
    "EA8tdSjdLy0ICHhRQGMJqoJMHOCg1BI-vsUCaF3KBYYtY";

static const char	 foreign[] =
    "MIIBAQoBAKCB-zCB-AYJKwYBBQUHMAEBBIHqMIHnMIGPohYEFJj0rxUkL1vX4fOf"
    "6syWhMfh9gKiGA8yMDI2MTEyMTAwMzgwMFowZDBiMDowCQYFKw4DAhoFAAQUcR05"
    "dnHJ-"
    "s8iQglZJZeaBpjkaxEEFJj0rxUkL1vX4fOf6syWhMfh9gKiAgEDgAAYDzIwMjYwN"
    "jAxMDAwMDAwWqARGA8yMDI2MDYwODAwMDAwMFowCgYIKoZIzj0EAwIDRwAwRAIgN"
    "SXnFVoAqi35sfeCC4sC9zZEgJQAG0Lyrq-"
    "vxwFgRuUCIBAiOTjt8cS670kZ3HmZHnyne5wiVPJSbvvDPKTFagzG";

static const char	 stranger[] =
    "MIIBAgoBAKCB_DCB-QYJKwYBBQUHMAEBBIHrMIHoMIGPohYEFCI8mNafpail3PYj"
    "iKsSVs9mkEiQGA8yMDI2MTEyMTAwMzgwMFowZDBiMDowCQYFKw4DAhoFAAQUcR05"
    "dnHJ-"
    "s8iQglZJZeaBpjkaxEEFJj0rxUkL1vX4fOf6syWhMfh9gKiAgECgAAYDzIwMjYwN"
    "jAxMDAwMDAwWqARGA8yMDI2MDYwODAwMDAwMFowCgYIKoZIzj0EAwIDSAAwRQIgB"
    "joxvzhC76ONPE0W0oxDq2xF6i63FJf3tHNL6RDYklQCIQDR5mWsYSlCWfAvSjaPK"
    "wCOyG_jB9bPGYwXis87hE21YA";

static const char	 revoked[] =
    "MIIBFQoBAKCCAQ4wggEKBgkrBgEFBQcwAQEEgfwwgfkwgaCiFgQUmPSvFSQvW9fh"
    "85_qzJaEx-"
    "H2AqIYDzIwMjYxMTIxMDAzODAwWjB1MHMwOjAJBgUrDgMCGgUABBRxHTl2ccn6zy"
    "JCCVkll5oGmORrEQQUmPSvFSQvW9fh85_qzJaEx-"
    "H2AqICAQKhERgPMjAyNjA2MDEwMDAwMDBaGA8yMDI2MDYwMTAwMDAwMFqgERgPMj"
    "AyNjA2MDgwMDAwMDBaMAoGCCqGSM49BAMCA0gAMEUCIQDnhlm1_bNJTuXSz0_B3m"
    "vUf2jm9V4gWG-"
    "KrP1-MbJhsQIgPGmg53PjK3vByq5Dl7l_cMSa4aktbyVvFGTXSj7526U";

static const char	 endless[] =
    "MIHtCgEAoIHnMIHkBgkrBgEFBQcwAQEEgdYwgdMwfKIWBBSY9K8VJC9b1-Hzn-rM"
    "loTH4fYCohgPMjAyNjExMjEwMDM4MDBaMFEwTzA6MAkGBSsOAwIaBQAEFHEdOXZx"
    "yfrPIkIJWSWXmgaY5GsRBBSY9K8VJC9b1-Hzn-rMloTH4fYCogIBAoAAGA8yMDI2"
    "MDYwMTAwMDAwMFowCgYIKoZIzj0EAwIDRwAwRAIgGj034FbehYNUL8JATlA8HGk0"
    "21UyV-QGLoHDSM7iwEsCIC9u86YujuuDusKOy0xqrgHg45hNm9fgpqQ5pPNxTyUc";

static const char	 error[] =
    "MAMKAQM";

static const char	*check_chain(const char *, const char *, const char *,
			    int64_t);
static const char	*check(const char *, int64_t);

static int64_t	until;

static void
test_good(void **state)
{
	(void)state;
	assert_null(check(good, NOW));
	assert_int_equal(until, UNTIL);
	assert_null(check(good_sha256, NOW));
	assert_null(check(delegated, NOW));
}

static void
test_time(void **state)
{
	(void)state;
	assert_null(check(good, UNTIL - 1));
	assert_string_equal(check(good, UNTIL), "it has expired");
	assert_int_equal(until, 0);
	/* Clocks may differ by five minutes. */
	assert_null(check(good, FROM - 300));
	assert_string_equal(check(good, FROM - 301), "it is of the future");
	assert_string_equal(check(endless, NOW),
	    "it does not say until when it counts");
}

static void
test_not_of_this_certificate(void **state)
{
	(void)state;
	assert_string_equal(check(foreign, NOW),
	    "it is about another certificate");
	assert_string_equal(check(stranger, NOW),
	    "it is not signed by the certificate's authority");
	assert_string_equal(check(undelegated, NOW),
	    "it is not signed by the certificate's authority");
	assert_string_equal(check(revoked, NOW),
	    "it does not call the certificate good");
}

static void
test_not_a_response(void **state)
{
	uint8_t	der[2048];
	char	chain[4096];
	ssize_t	len, i;
	int	taken = 0;

	(void)state;
	assert_string_equal(check(error, NOW),
	    "the responder answered with an error");
	assert_string_equal(check("", NOW), "it is no OCSP response in DER");
	len = base64url_decode(der, sizeof(der), good, strlen(good));
	assert_true(len > 0);
	assert_int_equal(text_copy(chain, sizeof(chain), leaf), 0);
	memcpy(chain + strlen(chain), issuer, sizeof(issuer));
	assert_string_equal(ocsp_check(der, (size_t)len - 1, chain,
	    strlen(chain), NOW, &until), "it is no OCSP response in DER");
	assert_string_equal(ocsp_check(der, (size_t)len + 1, chain,
	    strlen(chain), NOW, &until), "it is no OCSP response in DER");
	/* No byte of it may differ. */
	for (i = 0; i < len; i++) {
		der[i] ^= 0x01;
		taken += ocsp_check(der, (size_t)len, chain, strlen(chain),
		    NOW, &until) == NULL;
		der[i] ^= 0x01;
	}
	assert_int_equal(taken, 0);
}

static void
test_chain(void **state)
{
	(void)state;
	assert_string_equal(check_chain(good, leaf, "", NOW),
	    "the certificate's file lacks its issuer");
	assert_string_equal(check_chain(good, leaf, leaf, NOW),
	    "the certificate's file lacks its issuer");
	assert_string_equal(check_chain(good, "", "", NOW),
	    "the certificates cannot be read");
	/* The issuer need not be the next one. */
	assert_null(check_chain(good, leaf, issuer, NOW));
}

static const char *
check(const char *response, int64_t now)
{
	return (check_chain(response, leaf, issuer, now));
}

static const char *
check_chain(const char *response, const char *first, const char *second,
    int64_t now)
{
	struct text	t;
	uint8_t		der[2048];
	char		chain[4096];
	ssize_t		len;

	len = base64url_decode(der, sizeof(der), response, strlen(response));
	assert_true(len >= 0);
	text_init(&t, chain, sizeof(chain));
	text_add(&t, first);
	text_add(&t, second);
	assert_true(text_is_ok(&t));
	return (ocsp_check(der, (size_t)len, chain, t.len, now, &until));
}

int
main(void)
{
	const struct CMUnitTest	 tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_time),
		cmocka_unit_test(test_not_of_this_certificate),
		cmocka_unit_test(test_not_a_response),
		cmocka_unit_test(test_chain),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
