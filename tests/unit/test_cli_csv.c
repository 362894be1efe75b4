/* SPDX-License-Identifier: ISC */
/* CSV (RFC 4180) as imports read it, and what a line must say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "cli/csv.h"
#include "cli/import_line.h"

#define HASH6	"$6$saltsalt$qFmFH.bQmmtXzyBY0s9v7Oicd2z4XSIecDzlB5KiA2/" \
		"jctKu9YterLp8wwnSq.qc.eoxqOmSuNp2xS0ktL3nh/"

/* What csv_split makes of line, its fields with '|' between them. */
static const char *
split(const char *line)
{
	static char	 out[256];
	const char	*why;
	char		*fields[4], copy[256];
	int		 i, n;
	size_t		 len;

	snprintf(copy, sizeof(copy), "%s", line);
	if ((n = csv_split(copy, fields, 4, &why)) == -1)
		return (why);
	out[0] = '\0';
	for (i = 0; i < n; i++) {
		len = strlen(out);
		snprintf(out + len, sizeof(out) - len, "%s%s",
		    i > 0 ? "|" : "", fields[i]);
	}
	return (out);
}

static void
test_split(void **state)
{
	(void)state;
	/* RFC 4180 2, rules 4 to 7 */
	assert_string_equal(split("aaa,bbb,ccc"), "aaa|bbb|ccc");
	assert_string_equal(split("a b, c ,d"), "a b| c |d");
	assert_string_equal(split("\"aaa\",\"bbb\",\"ccc\""), "aaa|bbb|ccc");
	assert_string_equal(split("\"a,b\",\"c\"\"d\""), "a,b|c\"d");
	assert_string_equal(split("\"\"\"\""), "\"");
	assert_string_equal(split("\"\",,"), "||");
	assert_string_equal(split(""), "");
	assert_string_equal(split("a,b,c,"), "a|b|c|");

	/* An Argon2 hash, as exports write it, with and without quotes. */
	assert_string_equal(split("a,$argon2id$v=19$m=8,t=1,p=1$c2E$aGE"),
	    "a|$argon2id$v=19$m=8,t=1,p=1$c2E$aGE");
	assert_string_equal(split("$argon2id$v=19$m=8,t=1,p=1$c2E$aGE,b"),
	    "$argon2id$v=19$m=8,t=1,p=1$c2E$aGE|b");
	assert_string_equal(split("a,\"$argon2id$v=19$m=8,t=1,p=1$c2E$aGE\",b"),
	    "a|$argon2id$v=19$m=8,t=1,p=1$c2E$aGE|b");
	assert_string_equal(split("$argon2id,b,c"), "$argon2id|b|c");

	assert_string_equal(split("\"abc"), "a quote is not closed on its "
	    "line");
	assert_string_equal(split("a,\"b\"\""), "a quote is not closed on its "
	    "line");
	assert_string_equal(split("\"a\"b,c"), "something stands behind a "
	    "closing quote");
	assert_string_equal(split("a\"b\",c"), "a quote stands inside a field "
	    "that does not begin with one");
	assert_string_equal(split("a,b,c,d,e"), "there are too many fields");
}

static void
test_file(void **state)
{
	static struct csv	 csv;
	const char		*why;
	char			*fields[3], longest[CSV_LINE_LEN + 1];

	(void)state;
	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	csv.file = tmpfile();
	assert_non_null(csv.file);
	fputs("\xef\xbb\xbf" "a,b\r\n\n\r\n\"c\nd,e\n", csv.file);
	fprintf(csv.file, "%s\n%s\n", longest + 1, longest);
	fwrite("f\0g\n", 1, 4, csv.file);
	fputs("last", csv.file);
	rewind(csv.file);

	assert_int_equal(csv_next(&csv, fields, 3, &why), 2);
	assert_int_equal(csv.line, 1);
	assert_string_equal(fields[0], "a");
	assert_string_equal(fields[1], "b");
	assert_int_equal(csv_next(&csv, fields, 3, &why), -1);
	assert_int_equal(csv.line, 4);
	/* An open quote has not eaten the next line. */
	assert_int_equal(csv_next(&csv, fields, 3, &why), 2);
	assert_int_equal(csv.line, 5);
	assert_string_equal(fields[1], "e");
	assert_int_equal(csv_next(&csv, fields, 3, &why), 1);
	assert_int_equal(strlen(fields[0]), CSV_LINE_LEN - 1);
	assert_int_equal(csv_next(&csv, fields, 3, &why), -1);
	assert_string_equal(why, "the line is too long");
	assert_int_equal(csv_next(&csv, fields, 3, &why), -1);
	assert_string_equal(why, "the line has a NUL byte");
	assert_int_equal(csv_next(&csv, fields, 3, &why), 1);
	assert_int_equal(csv.line, 9);
	assert_string_equal(fields[0], "last");
	assert_int_equal(csv_next(&csv, fields, 3, &why), 0);
	fclose(csv.file);
}

static void
test_header(void **state)
{
	char			*plain[] = { "Customer ID", "Login",
	    "Password" };
	char			*hash[] = { "id", "username",
	    "password_hash" };
	char			*no[] = { "id", "anna", "password" };
	enum import_third	 third;

	(void)state;
	third = IMPORT_HASH;
	assert_true(import_line_is_header(plain, 3, &third));
	assert_int_equal(third, IMPORT_EITHER);
	assert_true(import_line_is_header(hash, 3, &third));
	assert_int_equal(third, IMPORT_HASH);
	assert_false(import_line_is_header(no, 3, &third));
	assert_false(import_line_is_header(plain, 2, &third));
}

/* NULL if the line is good, else why not. */
static const char *
judge(char *id, char *login, char *password, enum import_third third)
{
	static struct import_row	row;
	char				*fields[3];

	fields[0] = id;
	fields[1] = login;
	fields[2] = password;
	if (import_line_get(&row, fields, 3, third) == -1)
		return (row.why);
	assert_string_equal(row.customer_id, id);
	assert_string_equal(row.login, login);
	assert_string_equal(row.is_plain ? row.password : row.hash, password);
	assert_int_equal(row.is_plain, password[0] != '$');
	return (NULL);
}

static void
test_line(void **state)
{
	char	longest[PASSWORD_LEN_MAX + 2], id[CUSTOMER_ID_LEN + 1];

	(void)state;
	memset(longest, 'p', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	memset(id, 'i', sizeof(id) - 1);
	id[sizeof(id) - 1] = '\0';
	assert_null(judge("C-1", "anna", "secret", IMPORT_EITHER));
	assert_null(judge("C-1", "anna", HASH6, IMPORT_EITHER));
	assert_null(judge("C-1", "anna", HASH6, IMPORT_HASH));
	assert_null(judge("C-1", "anna", longest + 1, IMPORT_EITHER));
	assert_null(judge(id + 1, id + 1, "secret", IMPORT_EITHER));

	assert_string_equal(judge("", "anna", "x", IMPORT_EITHER),
	    "the customer id is empty");
	assert_string_equal(judge(id, "anna", "x", IMPORT_EITHER),
	    "the customer id is too long");
	assert_string_equal(judge("C", "an\xff", "x", IMPORT_EITHER),
	    "the login is not UTF-8");
	assert_string_equal(judge("C", "an\x1b[2J", "x", IMPORT_EITHER),
	    "the login has a control character");
	assert_string_equal(judge("C", "anna ", "x", IMPORT_EITHER),
	    "the login begins or ends with a blank");
	assert_string_equal(judge("C", "anna", "", IMPORT_EITHER),
	    "the password is empty");
	assert_string_equal(judge("C", "anna", longest, IMPORT_EITHER),
	    "the password is too long");
	/* Never a plain password by mistake: crypt's MD5, and traditional. */
	assert_string_equal(judge("C", "anna", "$1$abc$defghi",
	    IMPORT_EITHER), "the hash is of no form that can be verified");
	assert_string_equal(judge("C", "anna", "abJnggxhB/yWI", IMPORT_HASH),
	    "the hash is of no form that can be verified");
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_split),
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_header),
		cmocka_unit_test(test_line),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
