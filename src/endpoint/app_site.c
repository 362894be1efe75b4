/* SPDX-License-Identifier: ISC */
/*
 * apple-app-site-association: the apps whose saved passwords an iPhone offers
 * on the login page (Apple, "Supporting associated domains").
 */
#include <string.h>

#include "base/log.h"
#include "endpoint/endpoint.h"
#include "endpoint/service.h"
#include "http/reply.h"

#define MAX_AGE	3600	/* seconds; Apple's own cache asks once a day */

static char	*render(const char *);

int
endpoint_app_site(struct http_request *req)
{
	static char	*text;		/* the same until the process ends */
	const char	*ids = service.settings->apple_app_ids;

	if (ids[strspn(ids, " ")] == '\0') {
		reply_problem(req, HTTP_STATUS_NOT_FOUND, "not_found",
		    "there is nothing at this path");
		return (KORE_RESULT_OK);
	}
	if (text == NULL)
		text = render(ids);
	reply_json_text(req, text, MAX_AGE);
	return (KORE_RESULT_OK);
}

static char *
render(const char *ids)
{
	json_t	*apps, *root;
	char	*text;
	size_t	 len;

	if ((apps = json_array()) == NULL)
		fatal("no memory for the app identifiers");
	for (ids += strspn(ids, " "); *ids != '\0'; ids += strspn(ids, " ")) {
		len = strcspn(ids, " ");
		json_array_append_new(apps, json_stringn(ids, len));
		ids += len;
	}
	root = json_pack("{s:{s:o}}", "webcredentials", "apps", apps);
	text = root == NULL ? NULL : json_dumps(root, JSON_COMPACT);
	json_decref(root);
	if (text == NULL)
		fatal("no memory for the app identifiers");
	return (text);
}
