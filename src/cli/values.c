/* SPDX-License-Identifier: ISC */
/* Values from an operator, looked at before they reach the database. */
#include <string.h>

#include "base/text.h"
#include "cli/values.h"
#include "store/client.h"

#define ALNUM	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

static int	is_made_of(const char *, const char *, size_t);

const char *
value_fault(const char *s, size_t max)
{
	const char	*p;
	size_t		 len;

	len = strlen(s);
	if (len == 0)
		return ("is empty");
	if (len > max)
		return ("is too long");
	if (!text_is_utf8(s, len))
		return ("is not UTF-8");
	for (p = s; *p != '\0'; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			return ("has a control character");
	if (s[0] == ' ' || s[len - 1] == ' ')
		return ("begins or ends with a blank");
	return (NULL);
}

int
value_is_client_id(const char *s)
{
	return (is_made_of(s, ALNUM "-._~", CLIENT_ID_LEN));
}

int
value_is_business(const char *s)
{
	return (is_made_of(s, ALNUM "-._", BUSINESS_LEN));
}

static int
is_made_of(const char *s, const char *alphabet, size_t cap)
{
	size_t	n;

	n = strspn(s, alphabet);
	return (n > 0 && n < cap && s[n] == '\0');
}
