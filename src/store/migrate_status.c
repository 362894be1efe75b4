/* SPDX-License-Identifier: ISC */
/* What `ambauth migrate --status` prints. */
#include <jansson.h>
#include <string.h>

#include "base/log.h"
#include "store/migrate.h"
#include "store/migrate_list.h"
#include "store/direct.h"

static void	status_table(const struct migrate_list *, FILE *);
static int	status_json(const struct migrate_list *, FILE *);

static const char *const states[] = {
	[MIGRATE_PENDING]	= "pending",
	[MIGRATE_APPLIED]	= "applied",
	[MIGRATE_CHANGED]	= "changed",
	[MIGRATE_NEWER]		= "newer",
};

int
migrate_status(const char *conninfo, int json, FILE *out, char *err,
    size_t errlen)
{
	struct migrate_list	 list;
	PGconn			*pg;
	int			 result;

	result = -1;
	memset(&list, 0, sizeof(list));
	if ((pg = direct_open(conninfo, err, errlen)) == NULL)
		return (-1);
	if (migrate_list_read(&list, pg, err, errlen) == -1)
		goto out;
	if (json && status_json(&list, out) == -1) {
		snprintf(err, errlen, "cannot write the status");
		goto out;
	}
	if (!json)
		status_table(&list, out);
	result = 0;
out:
	migrate_list_free(&list);
	PQfinish(pg);
	return (result);
}

static void
status_table(const struct migrate_list *list, FILE *out)
{
	const struct migrate_entry	*e;
	int				 i;

	fprintf(out, "%-7s  %-24s  %-20s  %s\n", "VERSION", "NAME",
	    "APPLIED", "STATE");
	for (i = 0; i < list->count; i++) {
		e = &list->entries[i];
		fprintf(out, "%-7d  %-24s  %-20s  %s\n", e->version, e->name,
		    e->applied_at[0] == '\0' ? "-" : e->applied_at,
		    states[e->state]);
	}
}

static int
status_json(const struct migrate_list *list, FILE *out)
{
	const struct migrate_entry	*e;
	json_t				*array;
	int				 i, result;

	array = json_array();
	PRECOND(array != NULL);
	for (i = 0; i < list->count; i++) {
		e = &list->entries[i];
		result = json_array_append_new(array,
		    json_pack("{s:i, s:s, s:s?, s:s}", "version", e->version,
		    "name", e->name, "applied_at",
		    e->applied_at[0] == '\0' ? NULL : e->applied_at,
		    "state", states[e->state]));
		PRECOND(result == 0);
	}
	result = json_dumpf(array, out, JSON_INDENT(2));
	if (result == 0)
		result = fputc('\n', out) == EOF ? -1 : 0;
	json_decref(array);
	return (result);
}
