/* SPDX-License-Identifier: ISC */
/*
 * TLS as a stranger meets it: each probe is one handshake and nothing more.
 * The TLS library decides what it trusts; what a certificate says of itself is
 * kept for doctor_certificate.c.
 */
#include <string.h>

#include <curl/curl.h>

#include "cli/doctor.h"

#define HANDSHAKE_SLOW_MS	500.0
/* What old versions need, which is more than this machine would ever use. */
#define ANY_CIPHER		"ALL:@SECLEVEL=0"

struct probe {
	long		 version;	/* CURL_SSLVERSION_*, least and most */
	int		 is_peer_verified;
	int		 is_host_verified;
};

static CURL	*probe_open(struct doctor *, const struct probe *, char *);
static CURLcode	 probe_run(struct doctor *, const struct probe *, char *);
static void	 chain_take(struct doctor *, CURL *);
static const char *pem_find(const struct curl_slist *);
static int	 is_away(CURLcode);
static enum doctor_verdict spoken(struct doctor *, long, const char *);
static enum doctor_verdict refused(struct doctor *, long);

/* What is wrong with a chain, in OpenSSL's words, and what helps. */
static const struct {
	const char	*text;
	const char	*remedy;
} troubles[] = {
	{ "local issuer", "put the intermediate certificates after the "
	    "server's own in the certificate file; a private authority is "
	    "given with --ca-file" },
	{ "first certificate", "put the intermediate certificates after the "
	    "server's own in the certificate file" },
	{ "self-signed", "get a certificate of an authority that Apple "
	    "trusts; for a trial give --ca-file" },
	{ "self signed", "get a certificate of an authority that Apple "
	    "trusts; for a trial give --ca-file" },
	{ "expired", "renew the certificate and restart or reload" },
	{ "not yet valid", "set the clocks; or wait with this certificate" },
	{ "", "get a new certificate of an authority that Apple trusts" },
};

enum doctor_verdict
doctor_connect(struct doctor *d)
{
	static const struct probe	 probe = { CURL_SSLVERSION_DEFAULT,
					    0, 0 };
	char				 err[CURL_ERROR_SIZE];
	CURL				*c;
	CURLcode			 code = CURLE_FAILED_INIT;
	curl_off_t			 tcp = 0, tls = 0;
	char				*ip = NULL;
	long				 port = 0;

	if ((c = probe_open(d, &probe, err)) != NULL)
		code = curl_easy_perform(c);
	if (code != CURLE_OK) {
		curl_easy_cleanup(c);
		return (doctor_fail(d, "check the name's address, the "
		    "firewall, that the server runs and that TLS is on",
		    "%s", err[0] == '\0' ? curl_easy_strerror(code) : err));
	}
	(void)curl_easy_getinfo(c, CURLINFO_PRIMARY_IP, &ip);
	(void)curl_easy_getinfo(c, CURLINFO_PRIMARY_PORT, &port);
	(void)curl_easy_getinfo(c, CURLINFO_CONNECT_TIME_T, &tcp);
	(void)curl_easy_getinfo(c, CURLINFO_APPCONNECT_TIME_T, &tls);
	d->handshake_ms = (double)(tls - tcp) / 1e3;
	d->has |= DOCTOR_CONNECTION;
	sim_say(&d->sim, "%s port %ld answers after %.1f ms",
	    ip == NULL ? "?" : ip, port, (double)tcp / 1e3);
	chain_take(d, c);
	curl_easy_cleanup(c);
	return (DOCTOR_OK);
}

enum doctor_verdict
doctor_tls_1_3(struct doctor *d)
{
	return (spoken(d, CURL_SSLVERSION_TLSv1_3 |
	    CURL_SSLVERSION_MAX_TLSv1_3, "let TLS 1.3 be spoken: it is "
	    "faster by a round trip, and Apple's devices prefer it"));
}

enum doctor_verdict
doctor_tls_1_2(struct doctor *d)
{
	return (spoken(d, CURL_SSLVERSION_TLSv1_2 |
	    CURL_SSLVERSION_MAX_TLSv1_2, "let TLS 1.2 be spoken too: the "
	    "callouts of some providers know nothing newer"));
}

enum doctor_verdict
doctor_tls_1_1(struct doctor *d)
{
	return (refused(d, CURL_SSLVERSION_TLSv1_1 |
	    CURL_SSLVERSION_MAX_TLSv1_1));
}

enum doctor_verdict
doctor_tls_1_0(struct doctor *d)
{
	return (refused(d, CURL_SSLVERSION_TLSv1_0 |
	    CURL_SSLVERSION_MAX_TLSv1_0));
}

enum doctor_verdict
doctor_handshake(struct doctor *d)
{
	if (d->handshake_ms < HANDSHAKE_SLOW_MS)
		return (doctor_ok(d, "%.1f ms", d->handshake_ms));
	return (doctor_warn(d, "look at the machine's load and at the way to "
	    "it; an ECDSA key signs faster than an RSA one",
	    "%.1f ms, as every customer waits", d->handshake_ms));
}

enum doctor_verdict
doctor_trust(struct doctor *d)
{
	static const struct probe	 probe = { CURL_SSLVERSION_DEFAULT,
					    1, 0 };
	char				 err[CURL_ERROR_SIZE];
	size_t				 i = 0;

	if (probe_run(d, &probe, err) == CURLE_OK)
		return (doctor_ok(d, "%s", d->setup.ca_file[0] == '\0' ?
		    "by this system's authorities" : "by --ca-file"));
	while (strstr(err, troubles[i].text) == NULL)
		i++;
	return (doctor_fail(d, troubles[i].remedy, "%s", err));
}

enum doctor_verdict
doctor_host(struct doctor *d)
{
	static const struct probe	 probe = { CURL_SSLVERSION_DEFAULT,
					    0, 1 };
	char				 err[CURL_ERROR_SIZE];
	const char			*hosts = d->chain[0].hosts;

	if (probe_run(d, &probe, err) == CURLE_OK)
		return (doctor_ok(d, "it is for %.300s", hosts[0] == '\0' ?
		    "this address" : hosts));
	return (doctor_fail(d, "get a certificate with the host of the URL "
	    "among its subject alternative names", "%.200s; it is for %.250s",
	    err, hosts[0] == '\0' ? "no name" : hosts));
}

/* NULL if it cannot be set up. */
static CURL *
probe_open(struct doctor *d, const struct probe *p, char *err)
{
	const struct sim_setup	*s = &d->setup;
	CURL			*c;
	int			 bad = 0;

	err[0] = '\0';
	if ((c = curl_easy_init()) == NULL)
		return (NULL);
	bad |= curl_easy_setopt(c, CURLOPT_URL, s->issuer) != CURLE_OK;
	bad |= curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L) != CURLE_OK;
	bad |= curl_easy_setopt(c, CURLOPT_CONNECT_ONLY, 1L) != CURLE_OK;
	bad |= curl_easy_setopt(c, CURLOPT_CERTINFO, 1L) != CURLE_OK;
	bad |= curl_easy_setopt(c, CURLOPT_ERRORBUFFER, err) != CURLE_OK;
	bad |= curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, SIM_TIMEOUT_MS) !=
	    CURLE_OK;
	bad |= curl_easy_setopt(c, CURLOPT_SSLVERSION, p->version) != CURLE_OK;
	bad |= curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER,
	    (long)p->is_peer_verified) != CURLE_OK;
	bad |= curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST,
	    p->is_host_verified ? 2L : 0L) != CURLE_OK;
	/* A probe that trusts nothing may use what is broken. */
	if (!p->is_peer_verified)
		bad |= curl_easy_setopt(c, CURLOPT_SSL_CIPHER_LIST,
		    ANY_CIPHER) != CURLE_OK;
	if (s->ca_file[0] != '\0')
		bad |= curl_easy_setopt(c, CURLOPT_CAINFO, s->ca_file) !=
		    CURLE_OK;
	if (sim_url_is_loopback(s->issuer))
		bad |= curl_easy_setopt(c, CURLOPT_PROXY, "") != CURLE_OK;
	if (bad) {
		curl_easy_cleanup(c);
		return (NULL);
	}
	return (c);
}

static CURLcode
probe_run(struct doctor *d, const struct probe *p, char *err)
{
	CURL		*c;
	CURLcode	 code = CURLE_FAILED_INIT;

	if ((c = probe_open(d, p, err)) != NULL)
		code = curl_easy_perform(c);
	curl_easy_cleanup(c);
	if (code != CURLE_OK && err[0] == '\0')
		(void)text_copy(err, CURL_ERROR_SIZE,
		    curl_easy_strerror(code));
	return (code);
}

static void
chain_take(struct doctor *d, CURL *c)
{
	struct curl_certinfo	*info = NULL;
	const char		*pem;
	int			 i;

	if (curl_easy_getinfo(c, CURLINFO_CERTINFO, &info) != CURLE_OK ||
	    info == NULL)
		return;
	for (i = 0; i < info->num_of_certs && i < DOCTOR_CHAIN_MAX; i++) {
		if ((pem = pem_find(info->certinfo[i])) == NULL ||
		    certificate_read(&d->chain[i], pem) != 0)
			break;
		d->chain_len++;
	}
	if (d->chain_len > 0)
		d->has |= DOCTOR_CERTIFICATE;
}

static const char *
pem_find(const struct curl_slist *l)
{
	for (; l != NULL; l = l->next)
		if (strncmp(l->data, "Cert:", 5) == 0)
			return (l->data + 5);
	return (NULL);
}

/* Is this about the way there, and not about TLS? */
static int
is_away(CURLcode code)
{
	return (code == CURLE_COULDNT_RESOLVE_HOST ||
	    code == CURLE_COULDNT_RESOLVE_PROXY ||
	    code == CURLE_COULDNT_CONNECT ||
	    code == CURLE_OPERATION_TIMEDOUT || code == CURLE_FAILED_INIT);
}

static enum doctor_verdict
spoken(struct doctor *d, long version, const char *remedy)
{
	struct probe	 p = { version, 0, 0 };
	char		 err[CURL_ERROR_SIZE];

	if (probe_run(d, &p, err) == CURLE_OK)
		return (doctor_ok(d, "spoken"));
	return (doctor_warn(d, remedy, "not spoken: %s", err));
}

/*
 * OpenSSL may have been built without the old versions: then nothing was sent,
 * and nothing is known.
 */
static enum doctor_verdict
refused(struct doctor *d, long version)
{
	struct probe	 p = { version, 0, 0 };
	char		 err[CURL_ERROR_SIZE];
	CURLcode	 code = probe_run(d, &p, err);

	if (code == CURLE_OK)
		return (doctor_fail(d, "turn it off where TLS ends: RFC 8996 "
		    "forbids it, and Apple's review asks for TLS 1.2 at least",
		    "spoken"));
	if (is_away(code) || strstr(err, "no protocols available") != NULL ||
	    strstr(err, "no ciphers available") != NULL)
		return (doctor_warn(d, "try once more, from a machine whose "
		    "TLS library still knows it", "it could not be tried: %s",
		    err));
	return (doctor_ok(d, "refused"));
}
