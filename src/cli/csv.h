/* SPDX-License-Identifier: ISC */
/*
 * CSV (RFC 4180), one record a line. Line breaks inside quotes are not taken:
 * no value of ours may hold one, and so a quote that is never closed costs one
 * line and not the rest of the file.
 */
#ifndef CLI_CSV_H
#define CLI_CSV_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define CSV_LINE_LEN	8192	/* NUL included */

struct csv {
	FILE		*file;
	uint64_t	 line;		/* of the last record, from 1 */
	uint64_t	 bytes;		/* read so far */
	char		 text[CSV_LINE_LEN];
};

/*
 * The next line that is not empty, split: the number of its fields, which are
 * in c->text until the next call; 0 at the end of the file; -1 with why if the
 * line is broken (the next call goes on behind it).
 */
int	csv_next(struct csv *, char **fields, int max, const char **why);
/* Split one line in place. The number of fields, or -1 with why. */
int	csv_split(char *line, char **fields, int max, const char **why);

#endif
