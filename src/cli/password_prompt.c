/* SPDX-License-Identifier: ISC */
/*
 * Reading secrets. Byte by byte with read(2): no buffer of stdio keeps a copy,
 * and nothing behind the line's end is taken from who reads next.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/password_prompt.h"
#include "crypto/digest.h"

enum line_end { LINE_OK, LINE_NONE, LINE_LONG, LINE_NUL, LINE_STOPPED };

static enum line_end	line_read(char *, size_t, size_t *);
static enum line_end	line_read_hidden(const char *, char *, size_t,
			    size_t *);
static void		stopped(int);
static int		complain(enum line_end, const char *);

static volatile sig_atomic_t	signal_seen;

static const int	signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
#define SIGNALS		(sizeof(signals) / sizeof(signals[0]))

static const char *const complaints[] = {
	[LINE_NONE]	= "standard input ended before it",
	[LINE_LONG]	= "it is too long",
	[LINE_NUL]	= "it has a NUL byte",
	[LINE_STOPPED]	= "interrupted",
};

ssize_t
password_prompt(char out[PASSWORD_PROMPT_LEN])
{
	char		again[PASSWORD_PROMPT_LEN];
	enum line_end	end;
	size_t		len, n;
	ssize_t		result;

	result = -1;
	n = 0;
	if (!isatty(STDIN_FILENO))
		end = line_read(out, PASSWORD_PROMPT_LEN, &len);
	else if ((end = line_read_hidden("New password: ", out,
	    PASSWORD_PROMPT_LEN, &len)) == LINE_OK)
		end = line_read_hidden("Once more: ", again, sizeof(again),
		    &n);
	if (complain(end, "password") == -1)
		goto out;
	if (isatty(STDIN_FILENO) && (n != len ||
	    !digest_is_equal(out, again, len)))
		fputs("ambauth: password: the two are not the same\n", stderr);
	else if (len == 0)
		fputs("ambauth: password: it is empty\n", stderr);
	else if (!text_is_utf8(out, len))
		fputs("ambauth: password: it is not UTF-8\n", stderr);
	else
		result = (ssize_t)len;
out:
	digest_wipe(again, sizeof(again));
	if (result == -1)
		digest_wipe(out, PASSWORD_PROMPT_LEN);
	return (result);
}

ssize_t
password_ask(char out[PASSWORD_PROMPT_LEN])
{
	enum line_end	end;
	size_t		len;

	if (isatty(STDIN_FILENO))
		end = line_read_hidden("Password: ", out, PASSWORD_PROMPT_LEN,
		    &len);
	else
		end = line_read(out, PASSWORD_PROMPT_LEN, &len);
	if (complain(end, "password") == -1) {
		digest_wipe(out, PASSWORD_PROMPT_LEN);
		return (-1);
	}
	return ((ssize_t)len);
}

ssize_t
line_prompt(char *out, size_t cap, const char *what)
{
	size_t	len;

	if (complain(line_read(out, cap, &len), what) == -1)
		return (-1);
	return ((ssize_t)len);
}

static int
complain(enum line_end end, const char *what)
{
	if (end == LINE_OK)
		return (0);
	fprintf(stderr, "ambauth: %s: %s\n", what, complaints[end]);
	return (-1);
}

static enum line_end
line_read(char *out, size_t cap, size_t *len)
{
	ssize_t	n;
	char	c;

	for (*len = 0; *len < cap; out[(*len)++] = c) {
		n = read(STDIN_FILENO, &c, 1);
		if (n == -1 && errno == EINTR && !signal_seen)
			n = read(STDIN_FILENO, &c, 1);
		if (n == -1)
			return (signal_seen ? LINE_STOPPED : LINE_NONE);
		if (n == 0 && *len == 0)
			return (LINE_NONE);
		if (c == '\0' && n == 1)
			return (LINE_NUL);
		if (n == 1 && c != '\n')
			continue;
		/* From a file made elsewhere. */
		if (*len > 0 && out[*len - 1] == '\r')
			(*len)--;
		out[*len] = '\0';
		return (LINE_OK);
	}
	return (LINE_LONG);
}

/* With the echo off, and on again also if a signal ends us meanwhile. */
static enum line_end
line_read_hidden(const char *prompt, char *out, size_t cap, size_t *len)
{
	struct sigaction	sa, before[SIGNALS];
	struct termios		shown, hidden;
	enum line_end		end;
	size_t			i;

	if (tcgetattr(STDIN_FILENO, &shown) == -1)
		return (LINE_NONE);
	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = stopped;
	signal_seen = 0;
	for (i = 0; i < SIGNALS; i++)
		sigaction(signals[i], &sa, &before[i]);
	hidden = shown;
	hidden.c_lflag &= ~(tcflag_t)ECHO;
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
	fputs(prompt, stderr);
	end = line_read(out, cap, len);
	fputc('\n', stderr);
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown);
	for (i = 0; i < SIGNALS; i++)
		sigaction(signals[i], &before[i], NULL);
	if (signal_seen)
		raise(signal_seen);
	return (end);
}

static void
stopped(int number)
{
	signal_seen = number;
}
