/* SPDX-License-Identifier: ISC */
/* The sealed flow: round trip, binding, age, and what an attacker sends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/base64.h"
#include "base/text.h"
#include "login/flow.h"

#define LIFETIME	600

static struct seal_key	 key;
static struct flow	 flow, got;
static char		 binding[FLOW_BINDING_LEN];
static char		 text[FLOW_TEXT_LEN];

static int
setup(void **state)
{
	static const uint8_t master[32] = "a master key of thirty-two bytes";

	(void)state;
	seal_key_derive(&key, master, sizeof(master), "flow");
	memset(&flow, 0, sizeof(flow));
	flow_start(&flow, binding);
	(void)text_copy(flow.client_id, sizeof(flow.client_id), "shop.1");
	(void)text_copy(flow.redirect_uri, sizeof(flow.redirect_uri),
	    "https://auth.businesschat.apple.com");
	(void)text_copy(flow.scope, sizeof(flow.scope), "orders profile");
	(void)text_copy(flow.raw_state, sizeof(flow.raw_state), "a+b/c==%2B");
	(void)text_copy(flow.nonce, sizeof(flow.nonce), "n\xc3\xb6nce");
	(void)text_copy(flow.challenge, sizeof(flow.challenge),
	    "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
	(void)text_copy(flow.ui_locales, sizeof(flow.ui_locales), "de en");
	(void)text_copy(flow.locale, sizeof(flow.locale), "de");
	flow.mode = 2;
	flow.response_key_len = 97;
	memset(flow.response_key, 0xa5, sizeof(flow.response_key));
	return (0);
}

static void
seal(void)
{
	assert_int_equal(flow_seal(text, sizeof(text), &flow, &key, binding),
	    0);
}

static enum flow_verdict
open_at(int64_t now)
{
	return (flow_open(&got, text, &key, binding, now, LIFETIME));
}

static void
test_start(void **state)
{
	struct flow	 other;
	char		 second[FLOW_BINDING_LEN], name[FLOW_COOKIE_LEN];
	int64_t		 now = (int64_t)time(NULL);

	(void)state;
	flow_start(&other, second);
	assert_int_equal(strlen(flow.id), 22);
	assert_int_equal(strlen(binding), 43);
	assert_string_not_equal(flow.id, other.id);
	assert_string_not_equal(binding, second);
	assert_in_range(other.issued, now - 5, now + 5);
	flow_cookie_name(name, "0123456789abcdefghij-_");
	assert_string_equal(name, "__Host-flow-0123456789abcdefghij-_");
}

static void
test_round_trip(void **state)
{
	(void)state;
	seal();
	assert_int_equal(open_at(flow.issued), FLOW_OK);
	assert_string_equal(got.id, flow.id);
	assert_int_equal(got.issued, flow.issued);
	assert_string_equal(got.client_id, flow.client_id);
	assert_string_equal(got.redirect_uri, flow.redirect_uri);
	assert_int_equal(got.mode, 2);
	assert_string_equal(got.scope, flow.scope);
	assert_string_equal(got.raw_state, flow.raw_state);
	assert_string_equal(got.nonce, flow.nonce);
	assert_string_equal(got.challenge, flow.challenge);
	assert_int_equal(got.response_key_len, 97);
	assert_memory_equal(got.response_key, flow.response_key, 97);
	assert_string_equal(got.ui_locales, flow.ui_locales);
	assert_string_equal(got.locale, flow.locale);
}

static void
test_empty_fields(void **state)
{
	struct flow	 bare = { .id = "" };

	(void)state;
	memcpy(bare.id, flow.id, sizeof(bare.id));
	bare.issued = flow.issued;
	flow = bare;
	seal();
	assert_int_equal(open_at(flow.issued), FLOW_OK);
	assert_string_equal(got.raw_state, "");
	assert_int_equal(got.response_key_len, 0);
}

#define FILL(m)	memset(flow.m, 'x', sizeof(flow.m) - 1)

static void
test_full_fields(void **state)
{
	(void)state;
	FILL(client_id);
	FILL(redirect_uri);
	FILL(scope);
	FILL(raw_state);
	FILL(nonce);
	FILL(challenge);
	FILL(ui_locales);
	FILL(locale);
	seal();
	assert_int_equal(open_at(flow.issued), FLOW_OK);
	assert_int_equal(strlen(got.raw_state), sizeof(flow.raw_state) - 1);
	assert_int_equal(strlen(got.redirect_uri), 2047);
	/* It has to fit into a form that also carries a password. */
	assert_true(strlen(text) < 9000);
}

static void
test_no_room(void **state)
{
	size_t		 len;

	(void)state;
	seal();
	len = strlen(text);
	assert_int_equal(flow_seal(text, len + 1, &flow, &key, binding), 0);
	assert_int_equal(strlen(text), len);
	assert_int_equal(flow_seal(text, len, &flow, &key, binding), -1);
	assert_int_equal(flow_seal(text, 0, &flow, &key, binding), -1);
}

static void
test_seal_refuses(void **state)
{
	(void)state;
	memset(flow.nonce, 'x', sizeof(flow.nonce));	/* no NUL */
	assert_int_equal(flow_seal(text, sizeof(text), &flow, &key, binding),
	    -1);
	flow.nonce[0] = '\0';
	flow.response_key_len = 98;
	assert_int_equal(flow_seal(text, sizeof(text), &flow, &key, binding),
	    -1);
	flow.response_key_len = 97;
	flow.mode = -1;
	assert_int_equal(flow_seal(text, sizeof(text), &flow, &key, binding),
	    -1);
	flow.mode = 0;
	flow.id[5] = '\0';
	assert_int_equal(flow_seal(text, sizeof(text), &flow, &key, binding),
	    -1);
}

/* What has come to its end says so, but not once it is too old. */
static void
test_used(void **state)
{
	(void)state;
	seal();
	assert_int_equal(flow_open(&got, text, &key, FLOW_USED_MARK,
	    flow.issued, LIFETIME), FLOW_USED);
	assert_string_equal(got.client_id, "shop.1");
	assert_int_equal(flow_open(&got, text, &key, FLOW_USED_MARK,
	    flow.issued + LIFETIME, LIFETIME), FLOW_EXPIRED);
}

static void
test_unbound(void **state)
{
	char		 other[FLOW_BINDING_LEN];

	(void)state;
	seal();
	assert_int_equal(flow_open(&got, text, &key, NULL, flow.issued,
	    LIFETIME), FLOW_UNBOUND);
	assert_string_equal(got.client_id, "shop.1");
	assert_int_equal(flow_open(&got, text, &key, "", flow.issued,
	    LIFETIME), FLOW_UNBOUND);
	memcpy(other, binding, sizeof(other));
	other[0] = other[0] == 'A' ? 'B' : 'A';
	assert_int_equal(flow_open(&got, text, &key, other, flow.issued,
	    LIFETIME), FLOW_UNBOUND);
	assert_string_equal(got.client_id, "shop.1");
}

static void
test_age(void **state)
{
	(void)state;
	seal();
	assert_int_equal(open_at(flow.issued + LIFETIME - 1), FLOW_OK);
	assert_int_equal(open_at(flow.issued + LIFETIME), FLOW_EXPIRED);
	assert_int_equal(open_at(flow.issued - 60), FLOW_OK);
	assert_int_equal(open_at(flow.issued - 61), FLOW_EXPIRED);
	/* Its cookie is gone as well; what to say is that it is too old. */
	assert_int_equal(flow_open(&got, text, &key, NULL,
	    flow.issued + LIFETIME, LIFETIME), FLOW_EXPIRED);
	assert_string_equal(got.client_id, "shop.1");
}

/* One changed character, wherever it is, and nothing of the flow comes out. */
static void
test_tamper(void **state)
{
	size_t		 i, len;
	char		 was;

	(void)state;
	seal();
	len = strlen(text);
	for (i = 0; i < len; i++) {
		was = text[i];
		text[i] = was == 'A' ? 'B' : 'A';
		assert_int_equal(open_at(flow.issued), FLOW_BROKEN);
		assert_string_equal(got.client_id, "");
		text[i] = was;
	}
	assert_int_equal(open_at(flow.issued), FLOW_OK);
	text[len] = 'A';
	text[len + 1] = '\0';
	assert_int_equal(open_at(flow.issued), FLOW_BROKEN);
	for (i = len; i-- > 0;) {
		text[i] = '\0';
		assert_int_equal(open_at(flow.issued), FLOW_BROKEN);
	}
}

static void
test_other_key(void **state)
{
	static const uint8_t master[32] = "a master key of thirty-two bytes";
	struct seal_key	 other;

	(void)state;
	seal();
	seal_key_derive(&other, master, sizeof(master), "signing-key");
	assert_int_equal(flow_open(&got, text, &other, binding, flow.issued,
	    LIFETIME), FLOW_BROKEN);
}

static void
test_garbage(void **state)
{
	static const char *const texts[] = {
		"", ".", "x", "0123456789abcdefghijkl",
		"0123456789abcdefghijkl.",
		"0123456789abcdefghijkl.AAAA", "0123456789abcdefghijk.AAAAA",
		"0123456789abcdefghijklm.AAAA", "0123456789abcdefghij+/.AAAA",
		"0123456789abcdefghijkl.=", "0123456789abcdefghijkl.A"
	};
	char		*huge;
	size_t		 i;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_int_equal(flow_open(&got, texts[i], &key, binding, 0,
		    LIFETIME), FLOW_BROKEN);
	assert_int_equal(flow_open(&got, NULL, &key, binding, 0, LIFETIME),
	    FLOW_BROKEN);
	/* As long as a field can be, and longer. */
	huge = malloc(65537);
	assert_non_null(huge);
	memset(huge, 'A', 65536);
	huge[22] = '.';
	for (i = 65536; i > 8000; i -= 97) {
		huge[i] = '\0';
		assert_int_equal(flow_open(&got, huge, &key, binding, 0,
		    LIFETIME), FLOW_BROKEN);
	}
	free(huge);
}

/* Seal a plain text of our own making, as one who knows the key could. */
static enum flow_verdict
open_plain(const uint8_t *plain, size_t len)
{
	uint8_t		 sealed[8192];
	ssize_t		 n;

	n = seal_put(&key, sealed, sizeof(sealed), plain, len, flow.id, 22);
	assert_true(n > 0);
	memcpy(text, flow.id, 22);
	text[22] = '.';
	assert_true(base64url_encode(text + 23, sizeof(text) - 23, sealed,
	    (size_t)n) > 0);
	return (open_at(flow.issued));
}

static size_t
plain_get(uint8_t *plain, size_t cap)
{
	uint8_t		 sealed[8192];
	ssize_t		 n;

	n = base64url_decode(sealed, sizeof(sealed), text + 23,
	    strlen(text + 23));
	assert_true(n > 0);
	n = seal_get(&key, plain, cap, sealed, (size_t)n, flow.id, 22);
	assert_true(n > 0);
	return ((size_t)n);
}

/* Whatever the bytes inside, no length of theirs is believed. */
static void
test_plain_is_not_trusted(void **state)
{
	uint8_t		 good[6200], bad[6200];
	size_t		 len, i;

	(void)state;
	seal();
	len = plain_get(good, sizeof(good));
	assert_int_equal(open_plain(good, len), FLOW_OK);
	for (i = 1; i < len; i++)
		assert_int_equal(open_plain(good, i), FLOW_BROKEN);
	good[len] = 0;
	assert_int_equal(open_plain(good, len + 1), FLOW_BROKEN);
	for (i = 0; i < len; i++) {
		memcpy(bad, good, len);
		bad[i] = 0xff;
		(void)open_plain(bad, len);	/* must stay in bounds */
	}
	memcpy(bad, good, len);
	bad[0] = 2;				/* version */
	assert_int_equal(open_plain(bad, len), FLOW_BROKEN);
	memcpy(bad, good, len);
	bad[1] ^= 1;				/* id inside */
	assert_int_equal(open_plain(bad, len), FLOW_BROKEN);
	memcpy(bad, good, len);
	bad[23] = 0x80;				/* a time before 1970 */
	assert_int_equal(open_plain(bad, len), FLOW_BROKEN);
	memcpy(bad, good, len);
	bad[66] = '\0';				/* a NUL in client_id */
	assert_int_equal(open_plain(bad, len), FLOW_BROKEN);
}

static void
test_peek(void **state)
{
	char		 id[FLOW_ID_LEN];

	(void)state;
	seal();
	assert_int_equal(flow_peek_id(id, text), 0);
	assert_string_equal(id, flow.id);
	assert_int_equal(flow_peek_id(id, NULL), -1);
	assert_int_equal(flow_peek_id(id, ""), -1);
	assert_string_equal(id, "");
	assert_int_equal(flow_peek_id(id, "0123456789abcdefghijkl"), -1);
	assert_int_equal(flow_peek_id(id, "0123456789abcdefgh; Pa.x"), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_start, setup),
		cmocka_unit_test_setup(test_round_trip, setup),
		cmocka_unit_test_setup(test_empty_fields, setup),
		cmocka_unit_test_setup(test_full_fields, setup),
		cmocka_unit_test_setup(test_no_room, setup),
		cmocka_unit_test_setup(test_seal_refuses, setup),
		cmocka_unit_test_setup(test_used, setup),
		cmocka_unit_test_setup(test_unbound, setup),
		cmocka_unit_test_setup(test_age, setup),
		cmocka_unit_test_setup(test_tamper, setup),
		cmocka_unit_test_setup(test_other_key, setup),
		cmocka_unit_test_setup(test_garbage, setup),
		cmocka_unit_test_setup(test_plain_is_not_trusted, setup),
		cmocka_unit_test_setup(test_peek, setup)
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
