/* SPDX-License-Identifier: ISC */
/* Requests of the scenarios, and what makes their responses right. */
#ifndef LOAD_STEPS_H
#define LOAD_STEPS_H

#include "stream.h"

extern const struct step	step_page;	/* GET the login page */
extern const struct step	step_form;	/* POST it: a code */
extern const struct step	step_form_keep;	/* the code into the stock */
extern const struct step	step_token;	/* the code for a token */
extern const struct step	step_token_keep;	/* it into the stock */
extern const struct step	step_redeem;	/* a code of the stock */
extern const struct step	step_redeem_encrypted;
extern const struct step	step_userinfo;
extern const struct step	step_link;
extern const struct step	step_read_userinfo;	/* of the stock */
extern const struct step	step_read_introspect;
extern const struct step	step_read_link;
extern const struct step	step_jwks;
extern const struct step	step_health;

#endif
