/* SPDX-License-Identifier: ISC */
/*
 * Kore makes a TLS context when the key manager hands it a certificate, at the
 * start and after each renewal; behind that call (-Wl,--wrap) it is set to
 * what app/tls.h says.
 */
#include <kore/kore.h>

#include <string.h>

#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "app/tls.h"
#include "app/watchdog.h"
#include "base/log.h"

/* X25519 first: the cheapest, and what phones send a share of. */
#define GROUPS		"X25519:P-256:P-384"
#define SUITES		"TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:" \
			"TLS_CHACHA20_POLY1305_SHA256"
#define ALPN		"\x8http/1.1\x8http/1.0"

static void	context_set(SSL_CTX *);
static void	context_bind(SSL_CTX *);
static int	alpn_select(SSL *, const unsigned char **, unsigned char *,
		    const unsigned char *, unsigned, void *);

void	__real_kore_domain_tlsinit(struct kore_domain *, int, const void *,
	    size_t);
void	__wrap_kore_domain_tlsinit(struct kore_domain *, int, const void *,
	    size_t);

void
__wrap_kore_domain_tlsinit(struct kore_domain *dom, int type, const void *data,
    size_t len)
{
	watchdog_step();
	__real_kore_domain_tlsinit(dom, type, data, len);
	watchdog_step();
	if (dom->ssl_ctx == NULL)
		return;		/* not a certificate; Kore has said so */
	context_set(dom->ssl_ctx);
	context_bind(dom->ssl_ctx);
	tls_ticket_attach(dom->ssl_ctx);
	tls_staple_attach(dom->ssl_ctx, data, len);
}

int
tls_prepare(void)
{
	return (tls_ticket_prepare());
}

void
tls_start(const struct settings *s)
{
	tls_ticket_start(s);
	tls_staple_start(s);
}

void
tls_stop(void)
{
	tls_ticket_stop();
	tls_staple_stop();
}

void
tls_tick(uint64_t now_ms)
{
	tls_staple_tick(now_ms);
}

void
tls_connection_ready(SSL *ssl)
{
	/* The copy that was stapled would stay as long as the connection. */
	SSL_set_tlsext_status_ocsp_resp(ssl, NULL, 0);
}

static void
context_set(SSL_CTX *ctx)
{
	/*
	 * Buffers of 2 x 16 KiB go when a connection has nothing to say. The
	 * chain is what the operator's file has: nothing is searched for. No
	 * reading ahead: what OpenSSL has read already, no event tells Kore of,
	 * and a request that came with the end of the handshake would wait.
	 */
	SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS |
	    SSL_MODE_NO_AUTO_CHAIN);
	SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION |
	    SSL_OP_PRIORITIZE_CHACHA);
	/*
	 * Sessions are with the clients, in tickets; nothing is kept here. No
	 * early data (RFC 8446 8): it could be sent again by who recorded it,
	 * and requests here sign in and take codes.
	 */
	SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
	if (SSL_CTX_set_num_tickets(ctx, 1) != 1 ||
	    SSL_CTX_set_max_early_data(ctx, 0) != 1 ||
	    SSL_CTX_set_recv_max_early_data(ctx, 0) != 1 ||
	    SSL_CTX_set1_groups_list(ctx, GROUPS) != 1 ||
	    SSL_CTX_set_ciphersuites(ctx, SUITES) != 1)
		log_warn("OpenSSL's own order of TLS groups and ciphers is "
		    "used: it lacks some of ours");
	SSL_CTX_set_alpn_select_cb(ctx, alpn_select, NULL);
}

/*
 * A session is taken up again under the certificate that it began with, or not
 * at all: a renewed one counts for everybody.
 */
static void
context_bind(SSL_CTX *ctx)
{
	unsigned char	digest[EVP_MAX_MD_SIZE];
	unsigned	len;
	X509		*x;

	if ((x = SSL_CTX_get0_certificate(ctx)) == NULL ||
	    X509_digest(x, EVP_sha256(), digest, &len) != 1 ||
	    len > SSL_MAX_SID_CTX_LENGTH ||
	    SSL_CTX_set_session_id_context(ctx, digest, len) != 1)
		fatal("sessions cannot be bound to the certificate");
}

/*
 * Who asks for protocols and means none of ours is not served (RFC 7301 3.2):
 * it may have been led here by somebody else.
 */
static int
alpn_select(SSL *ssl, const unsigned char **out, unsigned char *outlen,
    const unsigned char *in, unsigned len, void *arg)
{
	static const unsigned char	 ours[] = ALPN;
	unsigned char			*found;

	(void)ssl;
	(void)arg;
	if (SSL_select_next_proto(&found, outlen, ours, sizeof(ours) - 1, in,
	    len) != OPENSSL_NPN_NEGOTIATED)
		return (SSL_TLSEXT_ERR_ALERT_FATAL);
	*out = found;
	return (SSL_TLSEXT_ERR_OK);
}
