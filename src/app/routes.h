/* SPDX-License-Identifier: ISC */
/* Which path and method goes to which endpoint; one table. */
#ifndef APP_ROUTES_H
#define APP_ROUTES_H

#include <kore/kore.h>
#include <kore/http.h>

#include "base/text.h"

/* Kore's one handler for every path. */
int	routes_dispatch(struct http_request *);
/* Kore's configuration of the routes, inside a domain block. */
void	routes_render(struct text *);

#endif
