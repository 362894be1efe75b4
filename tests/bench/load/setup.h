/* SPDX-License-Identifier: ISC */
/* Whom to load, and as whom: the file that --setup names, checked. */
#ifndef LOAD_SETUP_H
#define LOAD_SETUP_H

#include <sys/socket.h>

struct setup {
	int			 is_tls;
	char			 host[256];	/* without brackets */
	char			 authority[300];	/* for Host */
	struct sockaddr_storage	 address;
	socklen_t		 address_len;
	char			 ca_file[4096];	/* "": the system's */
	char			 client_id[256];
	char			 redirect_uri[1024];
	char			 scope[1024];	/* "": the client's all */
	char			 basic[1024];	/* credentials in base64 */
	char			 user_prefix[256];
	long			 user_count;
	char			 password[256];
	char			 response_key[512];	/* "": none */
};

/*
 * Read the file. 0, or -1 with the reason in err: also for an address that is
 * not this machine's loopback, which is never asked for anything.
 */
int	setup_read(struct setup *, const char *path, char *err, size_t cap);

#endif
