/* SPDX-License-Identifier: ISC */
/* Passwords and opaque IDs as commands take them: asked for, or from stdin. */
#ifndef CLI_PASSWORD_PROMPT_H
#define CLI_PASSWORD_PROMPT_H

#include <stddef.h>
#include <sys/types.h>

#include "login/password.h"

#define PASSWORD_PROMPT_LEN	(PASSWORD_LEN_MAX + 1)	/* NUL included */

/*
 * A new password: on a terminal asked for twice, without echo; otherwise one
 * line of standard input. It must be UTF-8, not empty. Its length, or -1 after
 * saying on standard error what is wrong.
 */
ssize_t	password_prompt(char out[PASSWORD_PROMPT_LEN]);
/*
 * A password that exists already, to sign in with: asked for once, whatever it
 * is. Its length, or -1 after saying on standard error what is wrong.
 */
ssize_t	password_ask(char out[PASSWORD_PROMPT_LEN]);
/*
 * One line of standard input, without its end. Its length, or -1 after saying
 * on standard error what is wrong.
 */
ssize_t	line_prompt(char *out, size_t cap, const char *what);

#endif
