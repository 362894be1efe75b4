/* SPDX-License-Identifier: ISC */
/* The target's TLS context, and OpenSSL's calls in the terms of conn.c. */
#include <sys/epoll.h>

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "tls.h"

static int	context_open(struct conn_target *);
static int	session_keep(SSL *, SSL_SESSION *);
static int	is_waiting(const SSL *, int);

int
conn_target_open(struct conn_target *t, const struct setup *setup,
    int has_resume)
{
	memset(t, 0, sizeof(*t));
	t->setup = setup;
	t->resume = has_resume;
	t->why = "";
	t->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (t->epoll == -1) {
		perror("load: epoll");
		return (-1);
	}
	return (setup->is_tls ? context_open(t) : 0);
}

void
conn_target_close(struct conn_target *t)
{
	SSL_SESSION_free(t->session);
	SSL_CTX_free(t->tls);
	if (t->epoll != -1)
		close(t->epoll);
}

SSL *
tls_new(struct conn_target *t, int fd)
{
	/* Not const: the macro for SNI would cast that away. */
	char	 host[sizeof(t->setup->host)];
	SSL	*ssl;

	text_copy(host, sizeof(host), t->setup->host);
	if ((ssl = SSL_new(t->tls)) == NULL)
		return (NULL);
	SSL_set_quiet_shutdown(ssl, 1);
	if (SSL_set_fd(ssl, fd) != 1)
		goto out;
	/* An address is no name: it has no SNI (RFC 6066 3). */
	if (strchr(host, ':') != NULL ||
	    strspn(host, "0123456789.") == strlen(host)) {
		if (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl),
		    host) != 1)
			goto out;
	} else if (SSL_set1_host(ssl, host) != 1 ||
	    SSL_set_tlsext_host_name(ssl, host) != 1) {
		goto out;
	}
	if (t->session != NULL && SSL_set_session(ssl, t->session) != 1)
		goto out;
	return (ssl);
out:
	SSL_free(ssl);
	return (NULL);
}

void
tls_free(struct conn_target *t, SSL *ssl)
{
	(void)t;
	if (ssl == NULL)
		return;
	/* Quiet: it only keeps the session from being thrown away. */
	if (SSL_is_init_finished(ssl))
		SSL_shutdown(ssl);
	SSL_free(ssl);
}

int
tls_connect(SSL *ssl)
{
	int	n;

	ERR_clear_error();
	if ((n = SSL_connect(ssl)) == 1)
		return (1);
	return (is_waiting(ssl, n) ? 0 : -1);
}

const char *
tls_problem(const SSL *ssl)
{
	long	verdict = SSL_get_verify_result(ssl);

	return (verdict != X509_V_OK ?
	    X509_verify_cert_error_string(verdict) :
	    "the TLS handshake failed");
}

ssize_t
tls_write(SSL *ssl, const void *p, size_t len)
{
	int	n;

	ERR_clear_error();
	if ((n = SSL_write(ssl, p, (int)len)) > 0)
		return (n);
	return (is_waiting(ssl, n) ? 0 : -1);
}

ssize_t
tls_read(SSL *ssl, void *p, size_t len)
{
	int	n;

	ERR_clear_error();
	if ((n = SSL_read(ssl, p, (int)len)) > 0)
		return (n);
	return (is_waiting(ssl, n) ? 0 : -1);
}

static int
context_open(struct conn_target *t)
{
	const char	*ca = t->setup->ca_file;

	if ((t->tls = SSL_CTX_new(TLS_client_method())) == NULL ||
	    (ca[0] == '\0' ? SSL_CTX_set_default_verify_paths(t->tls) :
	    SSL_CTX_load_verify_locations(t->tls, ca, NULL)) != 1) {
		fprintf(stderr, "load: the CA file cannot be read\n");
		return (-1);
	}
	SSL_CTX_set_verify(t->tls, SSL_VERIFY_PEER, NULL);
	SSL_CTX_set_mode(t->tls, SSL_MODE_ENABLE_PARTIAL_WRITE |
	    SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
	/* Header and body of a record in one read. */
	SSL_CTX_set_read_ahead(t->tls, 1);
	SSL_CTX_set_session_cache_mode(t->tls, SSL_SESS_CACHE_OFF);
	if (t->resume) {
		SSL_CTX_set_session_cache_mode(t->tls, SSL_SESS_CACHE_CLIENT |
		    SSL_SESS_CACHE_NO_INTERNAL_STORE);
		SSL_CTX_sess_set_new_cb(t->tls, session_keep);
		SSL_CTX_set_app_data(t->tls, t);
	}
	return (0);
}

/* The newest ticket is what the next connection offers. */
static int
session_keep(SSL *ssl, SSL_SESSION *session)
{
	struct conn_target	*t;

	t = SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));
	SSL_SESSION_free(t->session);
	t->session = session;
	return (1);
}

static int
is_waiting(const SSL *ssl, int n)
{
	int	problem = SSL_get_error(ssl, n);

	return (problem == SSL_ERROR_WANT_READ ||
	    problem == SSL_ERROR_WANT_WRITE);
}
