/* SPDX-License-Identifier: ISC */
/* Command lines read from tables, what they accept, and what is printed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "cli/cli.h"
#include "cli/output.h"
#include "cli/values.h"
#include "cli/verb.h"
#include "store/client.h"

static const struct output_column columns[] = {
	{ "name", OUTPUT_TEXT }, { "is_on", OUTPUT_BOOL },
	{ "count", OUTPUT_NUMBER }, { "words", OUTPUT_LIST },
};
static const char *const rows[][4] = {
	{ "an\x1b[2J\xc2\x9b" "a", "yes", "7", "one two" },
	{ "\xc3\xa4", "no", NULL, "" },
};

static const char *
printed(int is_json)
{
	static char	text[1024];
	struct output	out;
	FILE		*f;
	size_t		n;

	f = tmpfile();
	assert_non_null(f);
	output_begin(&out, f, columns, 4, is_json);
	output_row(&out, rows[0]);
	output_flush(&out);
	output_row(&out, rows[1]);
	assert_int_equal(output_end(&out), 0);
	rewind(f);
	n = fread(text, 1, sizeof(text) - 1, f);
	text[n] = '\0';
	fclose(f);
	return (text);
}

/* A customer's name must not command the operator's terminal. */
static void
test_table(void **state)
{
	(void)state;
	assert_string_equal(printed(0),
	    "NAME      IS ON  COUNT  WORDS\n"
	    "an?[2J?a  yes    7      one two\n"
	    "\xc3\xa4         no     -      -\n");
}

static void
test_json(void **state)
{
	(void)state;
	assert_string_equal(printed(1),
	    "[\n  {\"name\": \"an\\u001B[2J\xc2\x9b" "a\", \"is_on\": true, "
	    "\"count\": 7, \"words\": [\"one\", \"two\"]},\n"
	    "  {\"name\": \"\xc3\xa4\", \"is_on\": false, \"count\": null, "
	    "\"words\": []}\n]\n");
}

static void
test_seconds(void **state)
{
	static const struct {
		const char	*text;
		int64_t		 seconds;	/* -1: refused */
	} cases[] = {
		{ "0", 0 }, { "90", 90 }, { "90s", 90 }, { "15m", 900 },
		{ "24h", 86400 }, { "30d", 2592000 }, { "3650d", 315360000 },
		{ "3651d", -1 }, { "", -1 }, { "h", -1 }, { "-1h", -1 },
		{ "1.5h", -1 }, { "1hh", -1 }, { " 1h", -1 }, { "1y", -1 },
		{ "99999999999999999999", -1 },
	};
	int64_t	got;
	size_t	i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		got = -1;
		if (verb_seconds(cases[i].text, &got) == -1)
			got = -1;
		if (got != cases[i].seconds)
			fail_msg("\"%s\"", cases[i].text);
	}
}

struct values {
	int			 flag;
	const char		*text;
	struct verb_list	 list;
	int64_t			 seconds;
	int			 operands;
};

static int
run(void *values, int count, char **operand)
{
	struct values	*v = values;

	(void)operand;
	v->operands = count;
	return (CLI_OK);
}

static int
dispatch(struct values *v, const char *line)
{
	static const struct verb_option	options[] = {
		{ "flag", NULL, "", VERB_FLAG, offsetof(struct values, flag) },
		{ "text", "T", "", VERB_TEXT, offsetof(struct values, text) },
		{ "list", "L", "", VERB_LIST, offsetof(struct values, list) },
		{ "time", "T", "", VERB_SECONDS,
		    offsetof(struct values, seconds) },
	};
	static const struct verb	verbs[] = {
		{ .name = "go", .operands = "ONE", .operands_min = 1,
		    .operands_max = 1, .help = "", VERB_OPTIONS(options),
		    .run = run },
	};
	static char			copy[512];
	char				*argv[64], *p;
	int				 argc;

	memset(v, 0, sizeof(*v));
	snprintf(copy, sizeof(copy), "%s", line);
	for (argc = 0, p = copy; p != NULL && argc < 63; argc++)
		argv[argc] = strsep(&p, " ");
	argv[argc] = NULL;
	return (verb_dispatch(verbs, 1, v, argc, argv));
}

static void
test_verbs(void **state)
{
	struct values	v;

	(void)state;
	assert_int_equal(dispatch(&v, "cmd go --flag --text=a --list b "
	    "--list c --time 1h one"), CLI_OK);
	assert_int_equal(v.flag, 1);
	assert_string_equal(v.text, "a");
	assert_int_equal(v.list.count, 2);
	assert_string_equal(v.list.values[1], "c");
	assert_int_equal(v.seconds, 3600);
	assert_int_equal(v.operands, 1);
	assert_int_equal(dispatch(&v, "cmd go one --flag"), CLI_OK);
	assert_int_equal(v.flag, 1);
	assert_int_equal(dispatch(&v, "cmd go -- --flag"), CLI_OK);
	assert_int_equal(v.flag, 0);
	assert_int_equal(dispatch(&v, "cmd go --help"), CLI_OK);
	assert_int_equal(v.operands, 0);

	assert_int_equal(dispatch(&v, "cmd"), CLI_USAGE);
	assert_int_equal(dispatch(&v, "cmd stop"), CLI_USAGE);
	assert_int_equal(dispatch(&v, "cmd go"), CLI_USAGE);
	assert_int_equal(dispatch(&v, "cmd go one two"), CLI_USAGE);
	assert_int_equal(dispatch(&v, "cmd go --none one"), CLI_USAGE);
	assert_int_equal(dispatch(&v, "cmd go one --text"), CLI_USAGE);
	assert_int_equal(dispatch(&v, "cmd go --time 1y one"), CLI_USAGE);
	assert_int_equal(dispatch(&v, "cmd go --flag=1 one"), CLI_USAGE);
}

static void
test_values(void **state)
{
	char	longest[CLIENT_ID_LEN + 1];

	(void)state;
	memset(longest, 'a', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	assert_true(value_is_client_id("a.B-9_~"));
	assert_true(value_is_client_id(longest + 1));
	assert_false(value_is_client_id(longest));
	assert_false(value_is_client_id(""));
	assert_false(value_is_client_id("a b"));
	assert_false(value_is_client_id("a/b"));
	assert_false(value_is_client_id("caf\xc3\xa9"));
	assert_true(value_is_business("shop-1.example_x"));
	assert_false(value_is_business("shop~1"));
	assert_false(value_is_business(""));
	assert_null(value_fault("\xc3\xa4 b", 4));
	assert_string_equal(value_fault("\xc3\xa4 b", 3), "is too long");
	assert_string_equal(value_fault("a\x7f", 9),
	    "has a control character");
}

static void
test_client_names(void **state)
{
	char		names[CLIENT_NAMES_LEN];
	unsigned	bits;

	(void)state;
	client_auth_names(names, CLIENT_AUTH_NONE | CLIENT_AUTH_BASIC |
	    CLIENT_AUTH_POST);
	assert_string_equal(names,
	    "none client_secret_basic client_secret_post");
	assert_int_equal(client_auth_bits(&bits, names), 0);
	assert_int_equal(bits, 7);
	assert_int_equal(client_auth_bits(&bits,
	    "client_secret_post,none"), 0);
	assert_int_equal(bits, CLIENT_AUTH_POST | CLIENT_AUTH_NONE);
	assert_int_equal(client_auth_bits(&bits, "none,private_key_jwt"), -1);
	assert_int_equal(bits, CLIENT_AUTH_NONE);
	assert_int_equal(client_auth_bits(&bits, ""), -1);
	assert_int_equal(client_auth_bits(&bits, "none,,none"), -1);
	client_grant_names(names, 0);
	assert_string_equal(names, "");
	assert_int_equal(client_grant_bits(&bits, "refresh_token"), 0);
	assert_int_equal(bits, CLIENT_GRANT_REFRESH);
}

int
main(void)
{
	const struct CMUnitTest	tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_seconds),
		cmocka_unit_test(test_verbs),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_client_names),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
