/* SPDX-License-Identifier: ISC */
/* `ambauth serve`: from the operator's file to a running Kore. */
#ifndef APP_SERVE_H
#define APP_SERVE_H

#include "base/settings.h"

/* The parent's; its workers inherit it. */
extern struct settings	serve_settings;

/* Read options and settings and set Kore up, or say what is wrong and exit. */
void	serve_configure(int argc, char **argv);

#endif
