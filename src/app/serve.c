/* SPDX-License-Identifier: ISC */
/* Start-up of the service; see serve.h. */
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <kore/kore.h>

#include <err.h>
#include <getopt.h>
#include <netdb.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/balance.h"
#include "app/drain.h"
#include "app/kore_conf.h"
#include "app/listen.h"
#include "app/notify.h"
#include "app/openssl_shim.h"
#include "app/routes.h"
#include "app/serve.h"
#include "app/tls.h"
#include "app/watchdog.h"
#include "base/log.h"
#include "base/metrics.h"
#include "cli/cli.h"
#include "endpoint/service.h"
#include "http/page.h"
#include "http/reply.h"
#include "login/password.h"
#include "store/migrate.h"
#include "store/store.h"

#define ERROR_LEN	512
#define FILES_MAX	1024	/* the parent's own */

static const char	*options(int, char **);
static void		 schema_check(void);
static void		 home_set(void);
static void		 listen_check(void);
static void		 listen_check_list(const char *,
			    const struct settings_listen *, size_t);
static void		 listen_check_one(const char *,
			    const struct settings_listen *);
static void		 files_limit(void);
static void		 metrics_prepare(void);
static void		 shared_prepare(void);
static void		 kore_prepare(void);

struct settings	serve_settings;

static const struct option	long_options[] = {
	{ "config", required_argument, NULL, 'c' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

void
serve_configure(int argc, char **argv)
{
	const char	*path;
	char		 error[ERROR_LEN];

	path = options(argc, argv);
	log_name_set("parent");
	if (settings_load(&serve_settings, path, error, sizeof(error)) == -1 ||
	    settings_check_serve(&serve_settings, error, sizeof(error)) == -1)
		errx(CLI_FAILED, "%s", error);
	log_level_set((enum log_level)serve_settings.log_level);
	home_set();
	schema_check();
	if (password_init() == -1)
		errx(CLI_FAILED, "libsodium cannot be initialised");
	if (page_init() == -1)
		errx(CLI_FAILED, "the login page cannot be made");
	reply_tls_set(serve_settings.tls);
	watchdog_prepare(serve_settings.watchdog_ms);
	listen_check();
	metrics_prepare();
	shared_prepare();
	kore_prepare();
}

static const char *
options(int argc, char **argv)
{
	const char	*path;
	int		 ch;

	if ((path = getenv("AMBAUTH_CONF")) == NULL)
		path = SETTINGS_PATH_DEFAULT;
	optind = 1;
	while ((ch = getopt_long(argc, argv, "c:h", long_options,
	    NULL)) != -1) {
		switch (ch) {
		case 'c':
			path = optarg;
			break;
		case 'h':
			printf("usage: ambauth serve [--config FILE]\n\n"
			    "Serve in the foreground until SIGTERM or SIGINT. "
			    "FILE is %s\nunless given here or in "
			    "AMBAUTH_CONF; see ambauth.conf(5).\n",
			    SETTINGS_PATH_DEFAULT);
			exit(CLI_OK);
		default:
			exit(CLI_USAGE);
		}
	}
	if (optind != argc) {
		fprintf(stderr, "ambauth serve: unexpected %s\n",
		    argv[optind]);
		exit(CLI_USAGE);
	}
	return (path);
}

/*
 * A schema of another version ends the start, with the command that helps. A
 * database that is away does not: the workers wait for it.
 */
static void
schema_check(void)
{
	char	error[ERROR_LEN];

	switch (migrate_check(serve_settings.conninfo, error, sizeof(error))) {
	case 0:
		break;
	case 1:
		log_warn("starting without the database: %s", error);
		break;
	default:
		errx(CLI_FAILED, "%s", error);
	}
}

/*
 * libpq looks for its password file and certificates at home. That is the home
 * of who serves: root's, inherited, could not be read.
 */
static void
home_set(void)
{
	struct passwd	*pw;

	if (getuid() == 0 && (pw = getpwnam(serve_settings.user)) != NULL &&
	    setenv("HOME", pw->pw_dir, 1) == -1)
		err(CLI_FAILED, "setenv");
}

/*
 * Kore would not say which address it is that it cannot have. One whose socket
 * was handed over is ours already.
 */
static void
listen_check(void)
{
	char	error[ERROR_LEN];

	if (listen_inherit(error, sizeof(error)) == -1)
		errx(CLI_FAILED, "%s", error);
	listen_check_list("[server] listen", serve_settings.listen,
	    serve_settings.listen_count);
	listen_check_list("[metrics] listen", serve_settings.metrics_listen,
	    serve_settings.metrics_listen_count);
	if (listen_check_claimed(error, sizeof(error)) == -1)
		errx(CLI_FAILED, "%s", error);
}

static void
listen_check_list(const char *setting, const struct settings_listen *l,
    size_t count)
{
	for (; count > 0; count--, l++)
		listen_check_one(setting, l);
}

static void
listen_check_one(const char *setting, const struct settings_listen *l)
{
	struct addrinfo	 hints, *ai;
	int		 fd, on, rc;

	memset(&hints, 0, sizeof(hints));
	hints.ai_socktype = SOCK_STREAM;
	hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
	on = 1;
	if ((rc = getaddrinfo(l->host, l->port, &hints, &ai)) != 0)
		errx(CLI_FAILED, "%s: %s port %s: %s", setting, l->host,
		    l->port, gai_strerror(rc));
	if (!listen_claim(ai->ai_addr)) {
		if ((fd = socket(ai->ai_family, SOCK_STREAM, 0)) == -1 ||
		    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on,
		    sizeof(on)) == -1 ||
		    bind(fd, ai->ai_addr, ai->ai_addrlen) == -1)
			err(CLI_FAILED, "%s: %s port %s", setting, l->host,
			    l->port);
		(void)close(fd);
	}
	freeaddrinfo(ai);
}

/*
 * Kore looks at each descriptor that a process may have, three times; where
 * there is no limit that takes longer than all else. It sets the workers' own.
 */
static void
files_limit(void)
{
	struct rlimit	rl;

	if (getrlimit(RLIMIT_NOFILE, &rl) == -1 || rl.rlim_cur <= FILES_MAX)
		return;
	rl.rlim_cur = FILES_MAX;
	(void)setrlimit(RLIMIT_NOFILE, &rl);
}

/* Here, so that all workers have the same memory. */
static void
metrics_prepare(void)
{
	static const char	*names[METRICS_ENDPOINTS_MAX];
	struct metrics_build	 build;
	unsigned		 workers;
	size_t			 n;

	build.version = AMBAUTH_VERSION;
	build.kore = kore_version;
	build.openssl = openssl_shim_version();
	build.libpq = store_libpq_version();
	workers = serve_settings.workers;
	n = routes_names(names, METRICS_ENDPOINTS_MAX);
	if (metrics_map(workers != 0 ? workers : cpu_count, &build, names,
	    n) == -1)
		errx(CLI_FAILED, "no memory to count in");
}

/* What one worker has learnt and all are to know. */
static void
shared_prepare(void)
{
	service.shared = mmap(NULL, sizeof(*service.shared),
	    PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (service.shared == MAP_FAILED)
		err(CLI_FAILED, "memory that the workers share");
	throttle_init(&service.shared->throttle, serve_settings.attempts,
	    serve_settings.attempts_seconds);
}

static void
kore_prepare(void)
{
	notify_init();
	drain_prepare();
	balance_prepare();
	files_limit();
	kore_foreground = 1;
	kore_quiet = 1;
	skip_chroot = 1;
	/* Only root can become somebody else. */
	skip_runas = getuid() != 0;
	if ((tls_dhparam = openssl_shim_dh()) == NULL)
		errx(CLI_FAILED, "no DH parameters in this OpenSSL");
	if (tls_prepare() == -1)
		err(CLI_FAILED, "memory that the workers share");
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (kore_conf_render(&serve_settings) == -1)
		errx(CLI_FAILED, "the settings do not fit Kore's "
		    "configuration");
}
