/* SPDX-License-Identifier: ISC */
/*
 * The providers' table is sound, and what a profile and options make together.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>

#include <cmocka.h>

#include "cli/client_recipe.h"
#include "oauth/redirect.h"
#include "oauth/scope.h"

#define COUNT(table)	(sizeof(table) / sizeof((table)[0]))
#define AMAZON_TAIL	".amazonaws.com/participant/authentication/update"

static const char *const names[] = {
	"asapp", "liveperson", "ringcentral", "amazon-connect", "dynamics365",
	"salesforce", "servicenow", "webex-connect", "bird", "corezoid",
	"zendesk",
};

static void
row_check(const struct client_profile *p)
{
	const struct client	*c = NULL;
	const char		*why;
	size_t			 i;

	assert_in_range(strlen(p->name), 1, sizeof(c->profile) - 1);
	assert_non_null(p->provider);
	/* A line of the help: two blanks, 15 of name, one more. */
	assert_in_range(strlen(p->summary), 1, 62);
	assert_true(scope_is_valid(p->scope));
	assert_true(scope_has(p->scope, "openid"));
	assert_in_range(p->ways, 1, PROFILE_DEVICE | PROFILE_NEW);
	/* A device needs its profile, and goes to Apple's constant alone. */
	assert_int_equal(p->is_apple_device, (p->ways & PROFILE_DEVICE) != 0);
	if (p->is_apple_device)
		assert_string_equal(p->redirect_uri, PROFILE_APPLE_REDIRECT);
	if (p->redirect_uri == NULL)
		assert_non_null(p->callback);
	else if (p->redirect_tail == NULL)
		assert_true(redirect_is_registrable(p->redirect_uri, &why));
	assert_in_range(p->state_len, 0, 1000);
	for (i = 0; p->fields[i].label != NULL; i++)
		assert_in_range(p->fields[i].value, 0, PROFILE_VALUES - 1);
	assert_in_range(i, 1, PROFILE_FIELDS_MAX - 1);
}

static void
test_table(void **state)
{
	const struct client_profile	*p;
	size_t				 i;

	(void)state;
	for (i = 0; i < COUNT(names); i++) {
		p = client_profile_find(names[i]);
		assert_non_null(p);
		assert_string_equal(p->name, names[i]);
		row_check(p);
	}
	assert_null(client_profile_find(""));
	assert_null(client_profile_find("ASAPP"));
	assert_null(client_profile_find("asap"));
	assert_null(client_profile_find("asapp "));
}

static void
test_nothing_without_a_profile(void **state)
{
	const struct client_profile	*p;
	struct client_args		 args, before;

	(void)state;
	memset(&args, 0, sizeof(args));
	before = args;
	assert_int_equal(client_recipe_fill(&args, &p), 0);
	assert_null(p);
	assert_memory_equal(&args, &before, sizeof(args));
	args.region = "us-east-1";
	assert_int_equal(client_recipe_fill(&args, &p), -1);
}

static void
test_device(void **state)
{
	const struct client_profile	*p;
	struct client_args		 args;

	(void)state;
	memset(&args, 0, sizeof(args));
	args.profile = "asapp";
	assert_int_equal(client_recipe_fill(&args, &p), 0);
	assert_string_equal(p->name, "asapp");
	assert_int_equal(args.is_apple_device, 1);
	assert_int_equal(args.is_public, 0);
	assert_string_equal(args.scope, "openid");
	assert_null(args.id_token_alg);
	assert_int_equal(args.redirect_uris.count, 1);
	assert_string_equal(args.redirect_uris.values[0],
	    PROFILE_APPLE_REDIRECT);
}

/* What a business names itself is what counts; of who has two, it is added. */
static void
test_redirect_uris(void **state)
{
	const struct client_profile	*p;
	struct client_args		 args;

	(void)state;
	memset(&args, 0, sizeof(args));
	args.profile = "asapp";
	args.redirect_uris.values[args.redirect_uris.count++] =
	    "https://a.example/";
	assert_int_equal(client_recipe_fill(&args, &p), 0);
	assert_int_equal(args.redirect_uris.count, 1);
	assert_string_equal(args.redirect_uris.values[0],
	    "https://a.example/");
	args.profile = "ringcentral";
	assert_int_equal(client_recipe_fill(&args, &p), 0);
	assert_int_equal(args.redirect_uris.count, 2);
	assert_string_equal(args.redirect_uris.values[1],
	    PROFILE_APPLE_REDIRECT);
	args.redirect_uris.count = VERB_LIST_MAX;
	assert_int_equal(client_recipe_fill(&args, &p), -1);
	args.redirect_uris.count = 0;
	args.profile = "salesforce";
	assert_int_equal(client_recipe_fill(&args, &p), -1);
	assert_null(p);
}

static void
test_regions(void **state)
{
	static const struct {
		const char	*region;
		int		 rv;
	} rows[] = {
		{ "us-east-1", 0 },
		{ "abcdefghijklmnopqrstuvwxyz012345", 0 },
		{ "abcdefghijklmnopqrstuvwxyz0123456", -1 },
		{ NULL, -1 },
		{ "", -1 },
		{ "-", -1 },
		{ "us-east-1-", -1 },
		{ "us.east", -1 },
		{ "us/east", -1 },
		{ "us@east", -1 },
		{ "US-EAST-1", -1 },
		{ "us east", -1 },
		{ "us-east-1\n", -1 },
		{ "\xc3\xa4", -1 },
	};
	const struct client_profile	*p;
	struct client_args		 args;
	size_t				 i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		memset(&args, 0, sizeof(args));
		args.profile = "amazon-connect";
		args.region = rows[i].region;
		assert_int_equal(client_recipe_fill(&args, &p), rows[i].rv);
		assert_int_equal(args.redirect_uris.count,
		    rows[i].rv == 0 ? 1 : 0);
		if (i == 0)
			assert_string_equal(args.redirect_uris.values[0],
			    "https://participant.connect.us-east-1"
			    AMAZON_TAIL);
	}
	args.profile = "asapp";
	args.region = "us-east-1";
	assert_int_equal(client_recipe_fill(&args, &p), -1);
}

static void
test_options_win(void **state)
{
	const struct client_profile	*p;
	struct client_args		 args;

	(void)state;
	memset(&args, 0, sizeof(args));
	args.profile = "amazon-connect";
	args.region = "us-east-1";
	args.auth = "client_secret_post";
	args.scope = "openid";
	args.id_token_alg = "ES256";
	args.access_token_seconds = 60;
	assert_int_equal(client_recipe_fill(&args, &p), 0);
	assert_int_equal(args.is_public, 0);
	assert_string_equal(args.scope, "openid");
	assert_string_equal(args.id_token_alg, "ES256");
	assert_int_equal(args.access_token_seconds, 60);
	memset(&args, 0, sizeof(args));
	args.profile = "dynamics365";
	args.redirect_uris.values[args.redirect_uris.count++] =
	    "https://a.example/";
	assert_int_equal(client_recipe_fill(&args, &p), 0);
	assert_string_equal(args.id_token_alg, "RS256");
	assert_int_equal(args.access_token_seconds, 3600);
	assert_int_equal(args.is_public, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_nothing_without_a_profile),
		cmocka_unit_test(test_device),
		cmocka_unit_test(test_redirect_uris),
		cmocka_unit_test(test_regions),
		cmocka_unit_test(test_options_win),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
