/* SPDX-License-Identifier: ISC */
/*
 * Kore's bare hello, to measure ours beside: Kore as it is, with no more than
 * what lets it finish a handshake on OpenSSL 3 (app/openssl_shim.c), and one
 * handler that answers every GET with "hello".
 *
 *   hello PORT WORKERS CONNECTIONS [CERTIFICATE KEY]
 *
 * listens on 127.0.0.1:PORT in the foreground until SIGTERM; plain HTTP without
 * a certificate. CERTIFICATE and KEY are PEM files, CONNECTIONS how many a
 * worker may have. All else is what Kore does by itself. It stays who started
 * it, and goes to TMPDIR, or /tmp.
 */
#include <kore/kore.h>
#include <kore/hooks.h>
#include <kore/http.h>

#include <err.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/openssl_shim.h"

#define CONF_LEN	4096

int		hello(struct http_request *);

extern uint8_t	asset_builtin_kore_conf[];
extern uint32_t	asset_len_builtin_kore_conf;

uint8_t		asset_builtin_kore_conf[CONF_LEN];
uint32_t	asset_len_builtin_kore_conf;

void
kore_parent_configure(int argc, char **argv)
{
	char		 tls[CONF_LEN / 2] = "";
	const char	*dir;
	int		 n;

	if (argc != 4 && argc != 6)
		errx(2, "usage: hello PORT WORKERS CONNECTIONS "
		    "[CERTIFICATE KEY]");
	if ((dir = getenv("TMPDIR")) == NULL)
		dir = "/tmp";
	kore_foreground = 1;
	kore_quiet = 1;
	skip_chroot = 1;
	skip_runas = 1;
	if ((tls_dhparam = openssl_shim_dh()) == NULL)
		errx(1, "no DH parameters in this OpenSSL");
	if (argc == 6)
		(void)snprintf(tls, sizeof(tls), "\tcertfile %s\n"
		    "\tcertkey %s\n", argv[4], argv[5]);
	n = snprintf((char *)asset_builtin_kore_conf, CONF_LEN, "root %s\n"
	    "pidfile %s/hello-%s.pid\nworkers %s\n"
	    "worker_max_connections %s\nworker_rlimit_nofiles %s\n"
	    "worker_set_affinity 0\n"
	    "server main {\n%s\tbind 127.0.0.1 %s\n}\n"
	    "domain * {\n\tattach main\n%s"
	    "\troute ^/.*$ hello\n}\n",
	    dir, dir, argv[1], argv[2], argv[3], argv[3],
	    argc == 6 ? "" : "\ttls no\n", argv[1], tls);
	if (n < 0 || n >= CONF_LEN)
		errx(1, "the arguments are too long");
	asset_len_builtin_kore_conf = (uint32_t)n;
}

int
hello(struct http_request *req)
{
	http_response(req, 200, "hello\n", 6);
	return (KORE_RESULT_OK);
}
