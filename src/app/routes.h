/* SPDX-License-Identifier: ISC */
/* Which path and method goes to which endpoint; one table. */
#ifndef APP_ROUTES_H
#define APP_ROUTES_H

#include <kore/kore.h>
#include <kore/http.h>

#include "base/text.h"

/* Kore's one handler for every path, and that of the metrics' listeners. */
int	routes_dispatch(struct http_request *);
int	routes_metrics_dispatch(struct http_request *);
/* Kore's configuration of the routes, inside a domain block. */
void	routes_render(struct text *);
void	routes_metrics_render(struct text *);
/* The endpoints' names, for metrics_map; how many. Once, before forking. */
size_t	routes_names(const char **names, size_t cap);

#endif
