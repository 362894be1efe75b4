/* SPDX-License-Identifier: ISC */
/* Small files. */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"

static const char	*secret_check(int);

ssize_t
file_read(int fd, void *out, size_t cap)
{
	char	*p = out;
	char	 surplus;
	size_t	 len;
	ssize_t	 n;

	for (len = 0; ; len += (size_t)n) {
		n = read(fd, len < cap ? p + len : &surplus,
		    len < cap ? cap - len : 1);
		if (n == -1 && errno == EINTR) {
			n = 0;
			continue;
		}
		if (n == -1)
			return (-1);
		if (n == 0)
			return ((ssize_t)len);
		if (len == cap) {
			errno = EFBIG;
			return (-1);
		}
	}
}

const char *
file_read_secret(const char *path, char *out, size_t cap)
{
	const char	*wrong;
	ssize_t		 len;
	int		 fd;

	out[0] = '\0';

	if ((fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)) == -1)
		return (strerror(errno));

	len = 0;
	if ((wrong = secret_check(fd)) == NULL &&
	    (len = file_read(fd, out, cap - 1)) == -1)
		wrong = strerror(errno);
	(void)close(fd);
	if (len == -1)
		len = 0;

	if (len > 0 && out[len - 1] == '\n')
		len--;
	if (len > 0 && out[len - 1] == '\r')
		len--;
	out[len] = '\0';
	if (wrong == NULL && len == 0)
		wrong = "it is empty";
	if (wrong == NULL && strlen(out) != (size_t)len)
		wrong = "it holds a NUL byte";
	if (wrong != NULL)
		explicit_bzero(out, cap);

	return (wrong);
}

static const char *
secret_check(int fd)
{
	struct stat	 st;

	if (fstat(fd, &st) == -1)
		return (strerror(errno));
	if (!S_ISREG(st.st_mode))
		return ("it is not a regular file");
	if (st.st_mode & (S_IROTH | S_IWOTH))
		return ("everyone on this machine can read or write it: "
		    "chmod o-rwx");

	return (NULL);
}
