/* SPDX-License-Identifier: ISC */
/*
 * The subcommands. Each gets its own name as argv[0] and returns the exit
 * status: 0 done, 1 failed, 2 called wrongly. Each knows --help.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#define CLI_OK		0
#define CLI_FAILED	1
#define CLI_USAGE	2

int	cli_client(int, char **);
int	cli_customer(int, char **);
int	cli_decrypt(int, char **);
int	cli_doctor(int, char **);
int	cli_encrypt(int, char **);
int	cli_keygen(int, char **);
int	cli_link(int, char **);
int	cli_migrate(int, char **);
int	cli_simulate(int, char **);
int	cli_version(int, char **);
int	cli_webhook(int, char **);

#endif
