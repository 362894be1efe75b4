/* SPDX-License-Identifier: ISC */
/* What serving needs beyond syntax, and the operator's file that we ship. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/settings.h"
#include "base/settings_table.h"
#include "base/text.h"
#include "test_base_settings.h"

#define CONF	"conf/ambauth.conf"	/* run from the project's root */

static struct settings	s;
static char		err[1024];

/* A file that can serve, with certificate and key, then these lines. */
static void
load(const char *lines)
{
	char	 text[2048];

	help_put("cert", "cert", 4, 0644);
	help_put("key", "key", 3, 0640);
	help_put("secret", KEY_TEXT, strlen(KEY_TEXT), 0600);
	(void)snprintf(text, sizeof(text), "[keys]\n"
	    "master_key_file=%s/secret\n[database]\nconninfo=dbname=x\n"
	    "[server]\nuser=nobody\nrun_dir=%s\n%s", help_dir, help_dir, lines);
	help_put("conf", text, strlen(text), 0600);
	if (settings_load(&s, help_conf, err, sizeof(err)) == -1)
		fail_msg("%s", err);
}

/* As load, with issuer, certificate and key. */
static void
load_tls(const char *lines)
{
	char	 text[1024];

	(void)snprintf(text, sizeof(text), "issuer=https://a.example\n"
	    "certificate=%s/cert\ncertificate_key=%s/key\n%s", help_dir,
	    help_dir, lines);
	load(text);
}

static void
refuse(const char *message)
{
	assert_int_equal(settings_check_serve(&s, err, sizeof(err)), -1);
	if (strstr(err, message) == NULL)
		fail_msg("no \"%s\" in: %s", message, err);
}

static void
test_serves(void **state)
{
	(void)state;
	load_tls("");
	assert_int_equal(settings_check_serve(&s, err, sizeof(err)), 0);
	assert_string_equal(err, "");
}

static void
test_missing(void **state)
{
	(void)state;
	assert_int_equal(settings_load(&s, NULL, err, sizeof(err)), 0);
	refuse("AMBAUTH_SERVER_ISSUER: [server] issuer is missing; write");
	load("");
	refuse("conf: [server] issuer is missing");
	load("issuer=https://a.example\n");
	refuse("conf: [server] certificate is missing");
	load_tls("");
	s.certificate_key[0] = '\0';
	refuse("[server] certificate_key is missing");
	load_tls("");
	s.conninfo[0] = '\0';
	refuse("[database] conninfo is missing");
	load_tls("");
	settings_wipe(&s);
	refuse("missing");
	load_tls("");
	s.has_master_key = 0;
	refuse("[keys] master_key is missing; write base64");
}

static void
test_files(void **state)
{
	char	 text[256];

	(void)state;
	(void)snprintf(text, sizeof(text), "issuer=https://a.example\n"
	    "certificate=/nonexistent\ncertificate_key=%s/key\n", help_dir);
	load(text);
	refuse("conf:9: [server] certificate cannot read \"/nonexistent\": "
	    "No such file");
	(void)snprintf(text, sizeof(text), "issuer=https://a.example\n"
	    "certificate=%s\ncertificate_key=%s/key\n", help_dir, help_dir);
	load(text);
	refuse("conf:9: [server] certificate \"");
	refuse("is not a file");

	load_tls("");
	(void)snprintf(s.run_dir, sizeof(s.run_dir), "/nonexistent/dir");
	refuse("conf:7: [server] run_dir cannot use \"/nonexistent/dir\"");
	(void)snprintf(s.run_dir, sizeof(s.run_dir), "%s/key", help_dir);
	refuse("is not a directory");

	load_tls("");
	help_put("key", "key", 3, 0644);
	refuse("conf:10: [server] certificate_key everyone on this machine");
	help_put("key", "key", 3, 0602);
	refuse("everyone");
	(void)snprintf(text, sizeof(text), "%s/key", help_dir);
	assert_int_equal(unlink(text), 0);
	refuse("conf:10: [server] certificate_key cannot read");

	assert_int_equal(setenv("AMBAUTH_SERVER_CERTIFICATE", "/nowhere", 1),
	    0);
	load_tls("");
	refuse("AMBAUTH_SERVER_CERTIFICATE: [server] certificate cannot read");
	assert_int_equal(clearenv(), 0);
}

static void
test_cleartext(void **state)
{
	static const char *const	 good[] = {
		"127.0.0.1:8443", "127.1.2.3:80", "[::1]:80",
		"127.0.0.1:80 [::1]:80",
	};
	static const char *const	 bad[] = {
		"0.0.0.0:80", "[::]:80", "192.0.2.1:80", "127.0.0.1:80 [::]:80",
		"128.0.0.1:80", "[::ffff:127.0.0.1]:80", "[::2]:80",
	};
	char				 text[256];
	size_t				 i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		(void)snprintf(text, sizeof(text), "issuer=http://localhost:80"
		    "\ntls=off\nlisten=%s\n", good[i]);
		load(text);
		if (settings_check_serve(&s, err, sizeof(err)) == -1)
			fail_msg("%s", err);
	}
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		(void)snprintf(text, sizeof(text), "issuer=https://a.example"
		    "\ntls=off\nlisten=%s\n", bad[i]);
		load(text);
		refuse("conf:9: [server] tls is off");
	}
	load_tls("listen=0.0.0.0:8443 [::]:8443\n");
	assert_int_equal(settings_check_serve(&s, err, sizeof(err)), 0);
	/* An http issuer is for TLS that is off. */
	(void)text_copy(s.issuer, sizeof(s.issuer), "http://localhost:80");
	refuse("[server] issuer \"http://localhost:80\" is http");
}

static void
test_user(void **state)
{
	(void)state;
	load_tls("");
	(void)text_copy(s.user, sizeof(s.user), "no-such-user");
	if (geteuid() != 0) {
		/* Who is not root stays who they are. */
		assert_int_equal(settings_check_serve(&s, err, sizeof(err)), 0);
		return;
	}
	refuse("conf:6: [server] user \"no-such-user\" is no user");
	(void)text_copy(s.user, sizeof(s.user), "root");
	refuse("is root");
	s.user[0] = '\0';
	refuse("is no user");
}

/* What check_serve says to the log with this cost of a hash. */
static void
check_warning(const char *lines, int is_warned)
{
	char	 text[1024];
	FILE	*captured;
	ssize_t	 n;
	int	 saved;

	load_tls(lines);
	assert_non_null(captured = tmpfile());
	assert_int_not_equal(saved = dup(STDERR_FILENO), -1);
	assert_int_not_equal(dup2(fileno(captured), STDERR_FILENO), -1);
	n = settings_check_serve(&s, err, sizeof(err));
	(void)dup2(saved, STDERR_FILENO);
	(void)close(saved);
	assert_int_equal(n, 0);
	n = pread(fileno(captured), text, sizeof(text) - 1, 0);
	(void)fclose(captured);
	assert_true(n >= 0);
	text[n] = '\0';
	assert_int_equal(strstr(text, "level=warn") != NULL, is_warned);
}

static void
test_weak_hash(void **state)
{
	(void)state;
	check_warning("", 0);
	check_warning("[passwords]\nmemory=19455KiB\n", 1);
	check_warning("[passwords]\npasses=1\n", 1);
	check_warning("[passwords]\nmemory=8KiB\npasses=1\n", 1);
	check_warning("[passwords]\nmemory=64MiB\npasses=3\n", 0);
}

/* The shipped file, its optional lines taken in or left out. */
static void
load_shipped(int with_optional)
{
	static char	 in[32768], out[32768];
	struct text	 t;
	FILE		*fp;
	char		*line, *next;
	size_t		 n;

	if ((fp = fopen(CONF, "r")) == NULL)
		fail_msg("%s: %s", CONF, strerror(errno));
	n = fread(in, 1, sizeof(in) - 1, fp);
	(void)fclose(fp);
	assert_in_range(n, 100, sizeof(in) - 2);
	in[n] = '\0';

	text_init(&t, out, sizeof(out));
	for (line = in; *line != '\0'; line = next) {
		next = strchr(line, '\n');
		assert_non_null(next);
		*next++ = '\0';
		assert_in_range(strlen(line), 0, 80);
		if (with_optional && line[0] == '#' && line[1] >= 'a' &&
		    line[1] <= 'z')
			line++;
		if (strncmp(line, "master_key_file = ", 18) == 0)
			text_addf(&t, "master_key_file = %s/secret\n",
			    help_dir);
		else
			text_addf(&t, "%s\n", line);
	}
	assert_true(text_is_ok(&t));
	help_put("secret", KEY_TEXT, strlen(KEY_TEXT), 0600);
	help_put("conf", out, t.len, 0644);
	if (settings_load(&s, help_conf, err, sizeof(err)) == -1)
		fail_msg("%s", err);
}

/* It shows every setting there is, with the default that it has. */
static void
test_shipped(void **state)
{
	struct settings	 plain;
	size_t		 i;

	(void)state;
	load_shipped(0);
	plain = s;
	assert_true(plain.has_master_key);
	assert_string_equal(plain.issuer, "https://login.example.com");

	load_shipped(1);
	for (i = 0; i < settings_table_count; i++) {
		if (s.line[i] == 0)
			fail_msg("%s has no [%s] %s", CONF,
			    settings_table[i].section, settings_table[i].key);
		/* Filled in from the start: what has to be. */
		if (plain.line[i] != 0)
			assert_string_equal(settings_table[i].text, "");
	}
	memset(s.line, 0, sizeof(s.line));
	memset(plain.line, 0, sizeof(plain.line));
	assert_memory_equal(&s, &plain, sizeof(s));
}

int
main(void)
{
	const struct CMUnitTest	 tests[] = {
		cmocka_unit_test(test_serves),
		cmocka_unit_test(test_missing),
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_cleartext),
		cmocka_unit_test(test_user),
		cmocka_unit_test(test_weak_hash),
		cmocka_unit_test(test_shipped),
	};

	return (cmocka_run_group_tests(tests, help_setup, help_teardown));
}
