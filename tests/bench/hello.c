/* SPDX-License-Identifier: ISC */
/*
 * Kore's bare hello, with nothing of the service but what lets Kore shake
 * hands on OpenSSL 3: what the number of new TLS connections is held against.
 *
 *   hello PORT WORKERS CERTIFICATE KEY USER KEY-USER RUN-DIR
 */
#include <kore/kore.h>
#include <kore/http.h>
#include <kore/hooks.h>
#include <kore/seccomp.h>

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>

#include <sys/syscall.h>

#include <err.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include "app/openssl_shim.h"

#define CONF_LEN	4096

int	hello(struct http_request *);

extern uint8_t	asset_builtin_kore_conf[];
extern uint32_t	asset_len_builtin_kore_conf;

uint8_t		asset_builtin_kore_conf[CONF_LEN];
uint32_t	asset_len_builtin_kore_conf;

/* The same version of TLS and the same limits as the service has. */
static const char conf[] =
    "root %s\n"
    "pidfile %s/hello.pid\n"
    "runas %s\n"
    "keymgr_runas %s\n"
    "workers %s\n"
    "worker_max_connections 8192\n"
    "worker_rlimit_nofiles 8448\n"
    "worker_set_affinity 0\n"
    "http_keepalive_time 20\n"
    "tls_version both\n"
    "server main {\n"
    "	bind 127.0.0.1 %s\n"
    "}\n"
    "domain * {\n"
    "	attach main\n"
    "	certfile %s\n"
    "	certkey %s\n"
    "	route ^/.*$ hello\n"
    "}\n";

/* Kore's own list ends a worker whose C library looks at a file. */
static struct sock_filter	filter[] = {
	KORE_SYSCALL_ALLOW(newfstatat),
	KORE_SYSCALL_ALLOW(restart_syscall),
};

void
kore_seccomp_hook(void)
{
	kore_seccomp_filter("hello", filter, KORE_FILTER_LEN(filter));
}

void
kore_parent_configure(int argc, char **argv)
{
	int	n;

	if (argc != 8) {
		fprintf(stderr, "usage: %s PORT WORKERS CERTIFICATE KEY USER "
		    "KEY-USER RUN-DIR\n", argv[0]);
		exit(2);
	}
	n = snprintf((char *)asset_builtin_kore_conf, CONF_LEN, conf, argv[7],
	    argv[7], argv[5], argv[6], argv[2], argv[1], argv[3], argv[4]);
	if (n < 0 || n >= CONF_LEN)
		errx(1, "the configuration is too long");
	asset_len_builtin_kore_conf = (uint32_t)n;
	kore_foreground = 1;
	kore_quiet = 1;
	skip_chroot = 1;
	skip_runas = getuid() != 0;
	if ((tls_dhparam = openssl_shim_dh()) == NULL)
		errx(1, "no DH parameters in this OpenSSL");
}

int
hello(struct http_request *req)
{
	http_response(req, 200, "hello\n", 6);

	return (KORE_RESULT_OK);
}
