/* SPDX-License-Identifier: ISC */
/*
 * One line an event on standard error, in logfmt: time, level, process, the
 * request that the thread works for (base/trace.h), message. Never give it a
 * secret, token, code, password or opaque ID.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

enum log_level {
	LOG_LEVEL_ERROR,
	LOG_LEVEL_WARN,
	LOG_LEVEL_INFO,
	LOG_LEVEL_DEBUG
};

/* Name this process in its lines ("worker-1", "migrate"); copied, 31 bytes. */
void	log_name_set(const char *);
void	log_level_set(enum log_level);
/*
 * For a process that must not wait for whoever reads its log: from now on a
 * line that cannot leave at once is lost, and how many were is told later.
 */
void	log_impatient_set(void);
void	log_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void	log_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void	log_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void	log_debug(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* What cannot happen: say where and abort. */
#define PRECOND(x)						\
	do {							\
		if (!(x))					\
			log_precond(__FILE__, __LINE__, #x);	\
	} while (0)

void	log_precond(const char *, int, const char *) __attribute__((noreturn));

#endif
