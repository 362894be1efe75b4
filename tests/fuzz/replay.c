/* SPDX-License-Identifier: ISC */
/*
 * Replays a corpus through the fuzz target it is linked with, without the
 * fuzzing engine: each argument is a directory, each file in it one input. A
 * replay that replayed nothing fails.
 */
#include <sys/stat.h>

#include <dirent.h>
#include <err.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static unsigned	directory_replay(const char *);
static void	file_replay(const char *, off_t);

int
main(int argc, char **argv)
{
	unsigned	count, total = 0;
	int		i, rc = 0;

	for (i = 1; i < argc; i++) {
		count = directory_replay(argv[i]);
		printf("%s: %u inputs replayed\n", argv[i], count);
		total += count;
		if (count == 0)
			rc = 1;
	}
	if (total == 0)
		errx(1, "nothing was replayed; usage: replay directory ...");

	return (rc);
}

static unsigned
directory_replay(const char *path)
{
	struct dirent	*entry;
	struct stat	 st;
	DIR		*dir;
	char		 name[4096];
	int		 len;
	unsigned	 count = 0;

	if ((dir = opendir(path)) == NULL)
		err(1, "%s", path);
	while ((entry = readdir(dir)) != NULL) {
		len = snprintf(name, sizeof(name), "%s/%s", path,
		    entry->d_name);
		if (len < 0 || (size_t)len >= sizeof(name))
			errx(1, "%s/%s: name too long", path, entry->d_name);
		if (stat(name, &st) == -1)
			err(1, "%s", name);
		if (!S_ISREG(st.st_mode))
			continue;
		file_replay(name, st.st_size);
		count++;
	}
	closedir(dir);

	return (count);
}

/* In memory of just its size, so that a read past its end is seen. */
static void
file_replay(const char *name, off_t size)
{
	uint8_t	*data;
	FILE	*f;
	size_t	 len = (size_t)size;

	if ((data = malloc(len + (len == 0))) == NULL)
		err(1, "malloc");
	if ((f = fopen(name, "rb")) == NULL || fread(data, 1, len, f) != len)
		err(1, "%s", name);
	fclose(f);
	LLVMFuzzerTestOneInput(data, len);
	free(data);
}
