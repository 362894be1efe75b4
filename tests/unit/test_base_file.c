/* SPDX-License-Identifier: ISC */
/* Small files, and secrets that are none because everyone can read them. */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"

static char	dir[] = "/tmp/test_base_file.XXXXXX";
static char	path[64];

static int
setup(void **state)
{
	(void)state;
	if (mkdtemp(dir) == NULL)
		return (-1);
	(void)snprintf(path, sizeof(path), "%s/secret", dir);

	return (0);
}

static int
teardown(void **state)
{
	(void)state;
	(void)unlink(path);

	return (rmdir(dir));
}

static void
put(const void *text, size_t len, mode_t mode)
{
	int	 fd;

	(void)unlink(path);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
	assert_int_not_equal(fd, -1);
	assert_int_equal(write(fd, text, len), len);
	assert_int_equal(fchmod(fd, mode), 0);
	assert_int_equal(close(fd), 0);
}

static void
test_read(void **state)
{
	char	 out[8] = "xxxxxxx";
	int	 fd, pipes[2];

	(void)state;
	put("12345", 5, 0600);
	assert_int_not_equal(fd = open(path, O_RDONLY), -1);
	assert_int_equal(file_read(fd, out, 5), 5);
	assert_memory_equal(out, "12345xx", 7);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	errno = 0;
	assert_int_equal(file_read(fd, out, 4), -1);
	assert_int_equal(errno, EFBIG);
	assert_int_equal(file_read(fd, out, 0), 0);
	assert_int_equal(close(fd), 0);
	assert_int_equal(file_read(fd, out, sizeof(out)), -1);

	/* A pipe gives what it has in pieces. */
	assert_int_equal(pipe(pipes), 0);
	assert_int_equal(write(pipes[1], "ab", 2), 2);
	if (fork() == 0) {
		(void)usleep(20000);
		_exit(write(pipes[1], "cd", 2) != 2);
	}
	assert_int_equal(close(pipes[1]), 0);
	assert_int_equal(file_read(pipes[0], out, sizeof(out)), 4);
	assert_memory_equal(out, "abcd", 4);
	assert_int_equal(close(pipes[0]), 0);
}

static void
test_secret(void **state)
{
	static const struct {
		const char	*in, *out;
	} cases[] = {
		{ "secret", "secret" }, { "secret\n", "secret" },
		{ "secret\r\n", "secret" }, { "a b\n\n", "a b\n" },
		{ " x ", " x " },
	};
	char	 out[16];
	size_t	 i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		put(cases[i].in, strlen(cases[i].in), 0640);
		assert_null(file_read_secret(path, out, sizeof(out)));
		assert_string_equal(out, cases[i].out);
	}
}

static void
test_secret_refused(void **state)
{
	char	 out[8];

	(void)state;
	put("", 0, 0600);
	assert_non_null(file_read_secret(path, out, sizeof(out)));
	put("\n", 1, 0600);
	assert_non_null(file_read_secret(path, out, sizeof(out)));
	put("a\0b", 3, 0600);
	assert_non_null(file_read_secret(path, out, sizeof(out)));
	assert_string_equal(out, "");
	put("12345678", 8, 0600);
	assert_string_equal(file_read_secret(path, out, sizeof(out)),
	    strerror(EFBIG));
	assert_string_equal(out, "");
	put("secret", 6, 0644);
	assert_non_null(strstr(file_read_secret(path, out, sizeof(out)),
	    "chmod"));
	assert_string_equal(out, "");
	put("secret", 6, 0602);
	assert_non_null(file_read_secret(path, out, sizeof(out)));

	assert_non_null(strstr(file_read_secret(dir, out, sizeof(out)),
	    "regular"));
	assert_non_null(strstr(file_read_secret("/dev/zero", out,
	    sizeof(out)), "regular"));
	assert_int_equal(unlink(path), 0);
	assert_string_equal(file_read_secret(path, out, sizeof(out)),
	    strerror(ENOENT));
	/* It must not wait for a writer. */
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_non_null(file_read_secret(path, out, sizeof(out)));
}

int
main(void)
{
	const struct CMUnitTest	 tests[] = {
		cmocka_unit_test(test_read),
		cmocka_unit_test(test_secret),
		cmocka_unit_test(test_secret_refused),
	};

	return (cmocka_run_group_tests(tests, setup, teardown));
}
