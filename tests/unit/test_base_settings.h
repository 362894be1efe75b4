/* SPDX-License-Identifier: ISC */
/* What the tests of settings share: a directory of their own. */
#ifndef TESTS_SETTINGS_HELP_H
#define TESTS_SETTINGS_HELP_H

#include <sys/stat.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define KEY_TEXT	"MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="

static char	help_dir[] = "/tmp/test_base_settings.XXXXXX";
static char	help_conf[64];		/* the operator's file */

/* Writes the file name in the directory. */
static inline void
help_put(const char *name, const char *text, size_t len, mode_t mode)
{
	char	 path[128];
	int	 fd;

	(void)snprintf(path, sizeof(path), "%s/%s", help_dir, name);
	(void)unlink(path);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
	assert_int_not_equal(fd, -1);
	assert_int_equal(write(fd, text, len), len);
	assert_int_equal(fchmod(fd, mode), 0);
	assert_int_equal(close(fd), 0);
}

/* A variable of the caller's shell must not decide a test. */
static inline int
help_setup(void **state)
{
	(void)state;
	if (clearenv() != 0 || mkdtemp(help_dir) == NULL)
		return (-1);
	(void)snprintf(help_conf, sizeof(help_conf), "%s/conf", help_dir);

	return (0);
}

static inline int
help_teardown(void **state)
{
	static const char *const	 names[] = {
		"conf", "secret", "cert", "key",
	};
	char				 path[128];
	size_t				 i;

	(void)state;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", help_dir,
		    names[i]);
		(void)unlink(path);
	}

	return (rmdir(help_dir));
}

#endif
