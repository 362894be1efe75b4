/* SPDX-License-Identifier: ISC */
/*
 * A request as endpoints use it: the state that lives as long as it, its
 * parameters, and how to sleep until there is something to go on with.
 */
#ifndef HTTP_REQUEST_H
#define HTTP_REQUEST_H

#include <stddef.h>
#include <stdint.h>

#include <kore/kore.h>
#include <kore/http.h>

#include "base/trace.h"
#include "http/auth_header.h"
#include "oauth/params.h"

/* First member of every endpoint's state. */
struct request {
	struct oauth_params	 params;
	char			*decoded;	/* memory of the parameters */
	size_t			 decoded_cap;
	void			(*release)(void *);	/* the endpoint's own */
	/* While it sleeps, for who counts it if its client goes away. */
	int			 is_waiting;
	unsigned		 endpoint;
	unsigned		 method;
	uint64_t		 began;
	struct trace		 trace;		/* its ID, its time */
};

enum params_from {
	PARAMS_QUERY = 0x01,
	PARAMS_BODY = 0x02
};

/*
 * The state of this request: size bytes, zeroed when the request is new, that
 * begin with a struct request. release is called once when the request ends,
 * answered or abandoned; after it the memory is wiped.
 */
void	*request_state(struct http_request *, size_t size,
	    void (*release)(void *));

/*
 * It sleeps, so it is not counted yet: as what, and since when, it will be
 * (base/metrics.h).
 */
void	request_counts(struct http_request *, unsigned endpoint,
	    unsigned method, uint64_t began);
/* It was answered, and is counted by who answered it. */
void	request_counted(struct http_request *);

/*
 * Parse parameters from query, body or both. 0, or -1 with *why set: malformed
 * (a duplicate is not malformed; see params.duplicate). A body must be
 * application/x-www-form-urlencoded. is_unescaped: as Apple devices send.
 */
int	request_params(struct http_request *, struct request *, int from,
	    int is_unescaped, const char **why);
/* The raw bytes of the body. NULL when there is none. */
const char *request_body(struct http_request *, size_t *len);
/* 1 if the body is declared to be of this media type. */
int	request_is_type(struct http_request *, const char *type);

/* A header's value, or NULL. */
const char *request_header(struct http_request *, const char *name);
enum auth_scheme request_auth(struct http_request *, struct basic_auth *,
	    const char **bearer);

/*
 * Sleep until request_wake and go on in state next. The value is for the
 * state's function to return.
 */
int	request_sleep(struct http_request *, int next);
void	request_wake(struct http_request *);

#endif
