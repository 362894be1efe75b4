/* SPDX-License-Identifier: ISC */
/*
 * Rows of an import, gathered until there are enough that hashing their plain
 * passwords is worth several threads.
 */
#ifndef CLI_IMPORT_BATCH_H
#define CLI_IMPORT_BATCH_H

#include <stddef.h>
#include <stdint.h>

#include "login/password.h"
#include "store/customer.h"

#define IMPORT_BATCH_ROWS	512
#define IMPORT_CLAIMS_LEN	8192	/* a line of the file is no longer */

struct import_row {
	uint64_t	 line;
	char		 customer_id[CUSTOMER_ID_LEN];
	char		 login[CUSTOMER_LOGIN_LEN];
	int		 is_plain;
	char		 password[PASSWORD_LEN_MAX + 1];	/* then */
	int		 has_failed;	/* it could not be hashed */
	char		 hash[PASSWORD_HASH_LEN];
	char		 claims[IMPORT_CLAIMS_LEN];	/* JSON; "": not told */
	char		 why[96];	/* what is wrong with the line */
};

struct import_batch {
	struct import_row	 rows[IMPORT_BATCH_ROWS];
	size_t			 count;
	size_t			 plain;		/* rows to be hashed */
};

/* Hash what is plain, one thread a core. The passwords are wiped. */
void	import_batch_hash(struct import_batch *, const struct password_cost *);
void	import_batch_clear(struct import_batch *);

#endif
