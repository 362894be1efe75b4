/* SPDX-License-Identifier: ISC */
/* Opaque IDs: "urn:mbid:" and base64 text; case-sensitive; never in a log. */
#ifndef APPLE_OPAQUE_ID_H
#define APPLE_OPAQUE_ID_H

#define OPAQUE_ID_PREFIX	"urn:mbid:"
#define OPAQUE_ID_MAX		1023	/* characters */

/*
 * Write the ID into out with spaces turned back into the '+' that they were
 * before a form decoder met them. 0, or -1 if it is not an opaque ID.
 */
int	opaque_id_get(char out[OPAQUE_ID_MAX + 1], const char *text);

#endif
