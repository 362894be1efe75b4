/* SPDX-License-Identifier: ISC */
/*
 * Commands that have verbs (`ambauth client add …`): tables say which verbs,
 * options and operands there are; the command line is read, and --help
 * written, from them.
 */
#ifndef CLI_VERB_H
#define CLI_VERB_H

#include <stddef.h>
#include <stdint.h>

#define VERB_LIST_MAX	32	/* times that an option of a list can stand */
#define VERB_OPTIONS_MAX 20

enum verb_kind {
	VERB_FLAG,		/* int, set to 1 */
	VERB_TEXT,		/* const char * */
	VERB_LIST,		/* struct verb_list, may be repeated */
	VERB_SECONDS		/* int64_t; 90, 90s, 15m, 24h, 30d */
};

struct verb_list {
	const char	*values[VERB_LIST_MAX];
	size_t		 count;
};

struct verb_option {
	const char	*name;		/* without "--" */
	const char	*argument;	/* for help; NULL: takes none */
	const char	*help;
	enum verb_kind	 kind;
	size_t		 offset;	/* in the command's struct */
};

struct verb {
	const char			*name;
	const char			*operands;	/* for help, or NULL */
	int				 operands_min;
	int				 operands_max;
	const char			*help;
	const struct verb_option	*options;
	size_t				 options_count;
	/* values is the command's struct; the exit status. */
	int				 (*run)(void *values, int operands,
					    char **operand);
	/* What --help says behind the options, or NULL. */
	void				 (*help_more)(void);
};

#define VERB_OPTIONS(table)						\
	.options = (table), .options_count = sizeof(table) / sizeof((table)[0])

/* Run the verb that argv[1] names; argv[0] is the command. The exit status. */
int	verb_dispatch(const struct verb *, size_t count, void *values,
	    int argc, char **argv);
/* A command with no verbs: its options and operands follow argv[0]. */
int	verb_run(const struct verb *, void *values, int argc, char **argv);
/* What VERB_SECONDS takes. 0, or -1. */
int	verb_seconds(const char *, int64_t *);

#endif
