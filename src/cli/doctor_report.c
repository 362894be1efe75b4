/* SPDX-License-Identifier: ISC */
/* What the doctor says: a line for each check, or one JSON object. */
#include <stdarg.h>
#include <stdio.h>

#include "cli/doctor.h"

static int	json_report(const struct doctor *, const size_t *, json_t *,
		    json_t *);

static const char *const names[] = {
	[DOCTOR_OK] = "OK",
	[DOCTOR_WARN] = "WARN",
	[DOCTOR_FAIL] = "FAIL",
};

enum doctor_verdict
doctor_ok(struct doctor *d, const char *fmt, ...)
{
	va_list	 ap;

	va_start(ap, fmt);
	sim_vsay(&d->sim, fmt, ap);
	va_end(ap);
	return (DOCTOR_OK);
}

enum doctor_verdict
doctor_warn(struct doctor *d, const char *remedy, const char *fmt, ...)
{
	va_list	 ap;

	va_start(ap, fmt);
	sim_vsay(&d->sim, fmt, ap);
	va_end(ap);
	d->remedy = remedy;
	return (DOCTOR_WARN);
}

enum doctor_verdict
doctor_fail(struct doctor *d, const char *remedy, const char *fmt, ...)
{
	va_list	 ap;

	va_start(ap, fmt);
	sim_vsay(&d->sim, fmt, ap);
	va_end(ap);
	d->remedy = remedy;
	return (DOCTOR_FAIL);
}

enum doctor_verdict
doctor_fail_said(struct doctor *d, const char *remedy)
{
	d->remedy = remedy;
	return (DOCTOR_FAIL);
}

void
doctor_report(const struct doctor *d, const struct doctor_check *check,
    enum doctor_verdict verdict, double ms, json_t *results)
{
	(void)json_array_append_new(results, json_pack(
	    "{s:s, s:s, s:s, s:s, s:f, s:s*}", "id", check->id, "title",
	    check->title, "verdict", names[verdict], "finding", d->sim.said,
	    "ms", ms, "remedy", d->remedy));
	if (d->options->is_json)
		return;
	(void)printf("%-4s  %-26s %8.1f ms  %s\n", names[verdict],
	    check->title, ms, d->sim.said);
	if (d->remedy != NULL)
		(void)printf("      remedy: %s\n", d->remedy);
	(void)fflush(stdout);
}

int
doctor_report_end(const struct doctor *d, const size_t count[DOCTOR_VERDICTS],
    json_t *results, json_t *left_out)
{
	size_t	 n = json_array_size(left_out);

	if (d->options->is_json)
		return (json_report(d, count, results, left_out));
	if (n > 0)
		(void)printf("\n%zu checks were left out: they need what "
		    "failed%s\n", n, d->has & DOCTOR_CLIENT ? "" :
		    ", or --client-id and --redirect-uri");
	(void)printf("\n%s: %zu OK, %zu WARN, %zu FAIL\n", d->setup.issuer,
	    count[DOCTOR_OK], count[DOCTOR_WARN], count[DOCTOR_FAIL]);
	if (fflush(stdout) == 0 && !ferror(stdout))
		return (0);
	perror("ambauth doctor: standard output");
	return (-1);
}

static int
json_report(const struct doctor *d, const size_t *count, json_t *results,
    json_t *left_out)
{
	json_t	*all;
	int	 rv;

	all = json_pack("{s:b, s:s, s:i, s:i, s:O, s:O}", "ok",
	    count[DOCTOR_FAIL] == 0, "url", d->setup.issuer, "warnings",
	    (int)count[DOCTOR_WARN], "failures", (int)count[DOCTOR_FAIL],
	    "checks", results, "left_out", left_out);
	rv = json_dumpf(all, stdout, JSON_COMPACT | JSON_REAL_PRECISION(6));
	json_decref(all);
	if (rv == 0 && puts("") != EOF && fflush(stdout) == 0)
		return (0);
	perror("ambauth doctor: standard output");
	return (-1);
}
