/* SPDX-License-Identifier: ISC */
/* The checks in the order in which they are made and shown. */
#include "cli/doctor.h"

#define CONN	DOCTOR_CONNECTION
#define CERT	(CONN | DOCTOR_CERTIFICATE)
#define META	(CONN | DOCTOR_METADATA)
#define CLIENT	(META | DOCTOR_CLIENT)
#define PAGE	(CLIENT | DOCTOR_PAGE)

const struct doctor_check doctor_checks[] = {
	{ "connect", "name, port and TLS", 0, doctor_connect },
	{ "tls-1.3", "TLS 1.3", CONN, doctor_tls_1_3 },
	{ "tls-1.2", "TLS 1.2", CONN, doctor_tls_1_2 },
	{ "tls-1.1", "TLS 1.1", CONN, doctor_tls_1_1 },
	{ "tls-1.0", "TLS 1.0", CONN, doctor_tls_1_0 },
	{ "handshake", "TLS handshake time", CONN, doctor_handshake },
	{ "trust", "certificate is trusted", CONN, doctor_trust },
	{ "chain", "certificate chain", CERT, doctor_chain },
	{ "host", "certificate's names", CONN, doctor_host },
	{ "life", "certificate's days left", CERT, doctor_life },
	{ "key", "certificate's key", CERT, doctor_key },
	{ "signature", "certificate's signature", CERT, doctor_signature },
	{ "ev", "Extended Validation", CERT, doctor_extended },
	{ "ready", "service is ready", CONN, doctor_ready },
	{ "plain-http", "plain http", CONN, doctor_plain },
	{ "hsts", "strict transport security", CONN, doctor_hsts },
	{ "clock", "clock", CONN, doctor_clock },
	{ "metadata", "metadata documents", CONN, doctor_metadata },
	{ "issuer", "issuer", META, doctor_issuer },
	{ "urls", "endpoints' URLs", META, doctor_urls },
	{ "keys", "signing keys", META, doctor_keys },
	{ "redirects", "OAuth and Token URL", META, doctor_redirects },
	{ "no-client", "request without a client", META, doctor_no_client },
	{ "token-get", "token by GET", META, doctor_token_get },
	{ "token-client", "token for a stranger", META, doctor_token_client },
	{ "token-grant", "unknown grant type", META, doctor_token_grant },
	{ "userinfo", "user info without a token", META, doctor_userinfo },
	{ "introspection", "introspection by anyone", META,
	    doctor_introspection },
	{ "page", "login page", CLIENT, doctor_page },
	{ "policy", "content security policy", PAGE, doctor_page_policy },
	{ "headers", "login page's headers", PAGE, doctor_page_headers },
	{ "cookies", "login page's cookies", PAGE, doctor_page_cookies },
	{ "form", "login form", PAGE, doctor_page_form },
	{ "autofill", "Password AutoFill", PAGE, doctor_autofill },
	{ "size", "login page's size", PAGE, doctor_page_size },
	{ "loads", "what the page loads", PAGE, doctor_page_loads },
	{ "language", "language and viewport", PAGE, doctor_page_language },
	{ "redirect-uri", "foreign redirect URI", CLIENT,
	    doctor_foreign_redirect },
	{ "pkce", "PKCE with plain", CLIENT, doctor_pkce_plain },
	{ "implicit", "response_type=token", CLIENT, doctor_implicit },
	{ "prompt-none", "prompt=none", CLIENT, doctor_prompt_none },
	{ "time", "time of each request", CONN, doctor_time },
	{ NULL, NULL, 0, NULL }
};
