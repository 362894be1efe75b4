/* SPDX-License-Identifier: ISC */
/* What an error of the server means for who asked. */
#include <string.h>

#include "store/internal.h"

/* SQLSTATEs by their beginning; the first that fits. */
static const struct {
	const char	*state;
	enum verdict	 verdict;
} verdicts[] = {
	{ "23", VERDICT_CONFLICT },	/* a constraint */
	{ "40001", VERDICT_RETRY },	/* serialization failure */
	{ "40P01", VERDICT_RETRY },	/* deadlock */
	{ "57014", VERDICT_TIMEOUT },	/* statement_timeout */
	{ "55P03", VERDICT_TIMEOUT },	/* lock_timeout */
	{ "25006", VERDICT_LEAVE },	/* a standby by now */
	{ "26000", VERDICT_LEAVE },	/* somebody dropped the statements */
	{ "57P0", VERDICT_LEAVE },	/* shutting down, starting up */
	{ "08", VERDICT_LEAVE },	/* connection */
};

/* The status of an op that failed for good. */
static const enum store_status endings[] = {
	[VERDICT_FAILED] = STORE_FAILED,
	[VERDICT_CONFLICT] = STORE_CONFLICT,
	[VERDICT_TIMEOUT] = STORE_TIMEOUT,
	[VERDICT_RETRY] = STORE_FAILED,
	[VERDICT_LEAVE] = STORE_UNAVAILABLE,
};

enum verdict
verdict_judge(const PGresult *res)
{
	const char	*state;
	size_t		 i;

	state = error_field(res, PG_DIAG_SQLSTATE);
	for (i = 0; i < sizeof(verdicts) / sizeof(verdicts[0]); i++) {
		if (strncmp(state, verdicts[i].state,
		    strlen(verdicts[i].state)) == 0)
			return (verdicts[i].verdict);
	}
	/*
	 * "cached plan must not change result type": an operator has redefined
	 * customer_by_login; a new connection prepares the statement anew.
	 */
	if (strcmp(state, "0A000") == 0 &&
	    strcmp(error_field(res, PG_DIAG_SOURCE_FUNCTION),
	    "RevalidateCachedQuery") == 0)
		return (VERDICT_LEAVE);

	return (VERDICT_FAILED);
}

enum store_status
verdict_ending(enum verdict verdict)
{
	return (endings[verdict]);
}

const char *
error_field(const PGresult *res, int code)
{
	const char	*s;

	return ((s = PQresultErrorField(res, code)) == NULL ? "" : s);
}
