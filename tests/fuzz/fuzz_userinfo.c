/* SPDX-License-Identifier: ISC */
/*
 * Attributes of a customer, as an operator writes them: whatever they are, user
 * info names the customer that the token does, and no claim of another type.
 */
#include <stdint.h>
#include <string.h>

#include "base/log.h"
#include "oauth/userinfo.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	json_t		*attributes, *reply, *email;
	const char	*fault;
	char		 why[80];

	fault = userinfo_read(&attributes, (const char *)data, len, why,
	    sizeof(why));
	PRECOND((fault == NULL) == json_is_object(attributes));
	/* What a business's own view says was never read by the above. */
	if (fault != NULL)
		attributes = json_loadb((const char *)data, len,
		    JSON_REJECT_DUPLICATES, NULL);
	reply = userinfo_claims("C-1001", "openid profile email customer",
	    attributes);
	PRECOND(reply != NULL);
	PRECOND(strcmp(json_string_value(json_object_get(reply, "sub")),
	    "C-1001") == 0);
	email = json_object_get(reply, "email");
	PRECOND(email == NULL || json_is_string(email));
	PRECOND(json_object_get(reply, "iss") == NULL);
	PRECOND(json_object_get(reply, "phone_number") == NULL);
	json_decref(reply);
	json_decref(attributes);

	return (0);
}
