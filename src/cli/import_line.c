/* SPDX-License-Identifier: ISC */
/* Which lines of an import are good. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "cli/import_line.h"
#include "cli/values.h"
#include "oauth/userinfo.h"

static int	third_get(struct import_row *, const char *,
		    enum import_third);
static int	claims_get(struct import_row *, const char *);
static int	wrong(struct import_row *, const char *, const char *);
static int	is_one_of(const char *, const char *const *);

/* The names that a header may give the columns. */
static const char *const id_names[] = {
	"customer_id", "customer id", "customer", "id", NULL
};
static const char *const login_names[] = {
	"login", "username", "user name", "user", "email", NULL
};
static const char *const either_names[] = { "password", "secret", NULL };
static const char *const hash_names[] = {
	"password_hash", "password hash", "hash", NULL
};
static const char *const claims_names[] = { "claims", NULL };

int
import_line_is_header(char *const *fields, int count,
    enum import_third *third)
{
	if (count < IMPORT_FIELDS || count > IMPORT_FIELDS_MAX ||
	    !is_one_of(fields[0], id_names) ||
	    !is_one_of(fields[1], login_names) ||
	    (count == IMPORT_FIELDS_MAX && !is_one_of(fields[3], claims_names)))
		return (0);
	if (is_one_of(fields[2], hash_names))
		*third = IMPORT_HASH;
	else if (is_one_of(fields[2], either_names))
		*third = IMPORT_EITHER;
	else
		return (0);
	return (1);
}

int
import_line_get(struct import_row *row, char *const *fields, int count,
    enum import_third third)
{
	const char	*fault;

	row->is_plain = 0;
	row->has_failed = 0;
	row->claims[0] = '\0';
	if (count < IMPORT_FIELDS || count > IMPORT_FIELDS_MAX)
		return (wrong(row, "", "it needs three fields: customer id, "
		    "login, password; and may have claims"));
	if (count == IMPORT_FIELDS_MAX && claims_get(row, fields[3]) == -1)
		return (-1);
	if ((fault = value_fault(fields[0],
	    sizeof(row->customer_id) - 1)) != NULL)
		return (wrong(row, "the customer id ", fault));
	if ((fault = value_fault(fields[1],
	    sizeof(row->login) - 1)) != NULL)
		return (wrong(row, "the login ", fault));
	(void)text_copy(row->customer_id, sizeof(row->customer_id),
	    fields[0]);
	(void)text_copy(row->login, sizeof(row->login), fields[1]);
	return (third_get(row, fields[2], third));
}

/*
 * A hash of a form that is not known is no plain password either: taken for
 * one it would be the password that signs the customer in.
 */
static int
third_get(struct import_row *row, const char *field, enum import_third third)
{
	if (field[0] == '\0')
		return (wrong(row, "the password ", "is empty"));
	if (field[0] == '$' || third == IMPORT_HASH) {
		if (password_hash_is_known(field) &&
		    text_copy(row->hash, sizeof(row->hash), field) == 0)
			return (0);
		return (wrong(row, "the hash ",
		    "is of no form that can be verified"));
	}
	if (!text_is_utf8(field, strlen(field)))
		return (wrong(row, "the password ", "is not UTF-8"));
	if (text_copy(row->password, sizeof(row->password), field) == -1)
		return (wrong(row, "the password ", "is too long"));
	row->is_plain = 1;
	return (0);
}

static int
claims_get(struct import_row *row, const char *field)
{
	json_t		*claims;
	const char	*fault;
	char		 why[64], *json;
	int		 result;

	if (field[0] == '\0')
		return (0);
	fault = userinfo_read(&claims, field, strlen(field), why, sizeof(why));
	if (fault != NULL)
		return (wrong(row, "the claims: it ", fault));
	json = json_dumps(claims, JSON_COMPACT);
	json_decref(claims);
	result = json == NULL ? -1 :
	    text_copy(row->claims, sizeof(row->claims), json);
	free(json);
	return (result == 0 ? 0 : wrong(row, "the claims ", "are too long"));
}

static int
wrong(struct import_row *row, const char *what, const char *fault)
{
	snprintf(row->why, sizeof(row->why), "%s%s", what, fault);
	return (-1);
}

static int
is_one_of(const char *s, const char *const *names)
{
	for (; *names != NULL; names++)
		if (strcasecmp(s, *names) == 0)
			return (1);
	return (0);
}
