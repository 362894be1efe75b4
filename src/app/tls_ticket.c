/* SPDX-License-Identifier: ISC */
/*
 * Tickets (RFC 5077; RFC 8446 4.6.1): the session is sealed and with the
 * client, so any worker can take it up again. Keys change each 12 hours; those
 * of the 12 hours before still open, and mean a new ticket.
 *
 * TLS 1.3 makes new keys for a session that is taken up (psk_dhe_ke), so who
 * comes to have a ticket key reads nothing that was recorded. Its ticket keys
 * come from the master key: each node of the service takes each other's.
 *
 * A ticket of TLS 1.2 holds what decrypts the whole session. Its keys are
 * random, in memory that this node's processes share, and gone after a day,
 * so that nothing which lasts can open what was recorded.
 */
#include <sys/mman.h>

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <time.h>

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>

#include "app/tls.h"
#include "base/log.h"
#include "crypto/digest.h"
#include "crypto/random.h"
#include "crypto/ticket_key.h"

enum age { CURRENT, PREVIOUS, AGES };
enum kind { SERVICE, NODE, KINDS };		/* TLS 1.3, TLS 1.2 */

static int	ticket_key(SSL *, unsigned char *, unsigned char *,
		    EVP_CIPHER_CTX *, EVP_MAC_CTX *, int);
static void	keys_refresh(void);
static int	keys_share(uint8_t [AGES][TICKET_SECRET_LEN], int64_t);
static void	shared_turn(int64_t);

static const struct ticket_key	*ticket_find(const unsigned char *,
				    enum age *);

/* Of all processes of this node, in memory that the parent mapped. */
struct shared {
	pthread_mutex_t	 lock;
	int64_t		 epoch;
	uint8_t		 secret[AGES][TICKET_SECRET_LEN];
};

static struct shared	*shared;

/* This worker's. */
static struct {
	const struct settings	*settings;
	EVP_CIPHER		*cipher;
	int64_t			 epoch;
	struct ticket_key	 keys[KINDS][AGES];
} ticket;

int
tls_ticket_prepare(void)
{
	pthread_mutexattr_t	 attr;
	int			 rv = -1;

	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		return (-1);
	/* In no file that a crash leaves. */
	(void)madvise(shared, sizeof(*shared), MADV_DONTDUMP);
	if (pthread_mutexattr_init(&attr) != 0)
		return (-1);
	/* A worker that dies with it must not keep it. */
	if (pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED) == 0 &&
	    pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST) == 0 &&
	    pthread_mutex_init(&shared->lock, &attr) == 0)
		rv = 0;
	pthread_mutexattr_destroy(&attr);
	return (rv);
}

void
tls_ticket_start(const struct settings *s)
{
	ticket.settings = s;
	ticket.epoch = -1;
	if ((ticket.cipher = EVP_CIPHER_fetch(NULL, "AES-256-CBC", NULL)) ==
	    NULL)
		log_warn("no AES-256-CBC in this OpenSSL: no TLS tickets");
}

void
tls_ticket_stop(void)
{
	EVP_CIPHER_free(ticket.cipher);
	ticket.cipher = NULL;
	digest_wipe(ticket.keys, sizeof(ticket.keys));
	ticket.epoch = -1;
}

void
tls_ticket_attach(SSL_CTX *ctx)
{
	SSL_CTX_set_timeout(ctx, TICKET_EPOCH_SECONDS);
	if (SSL_CTX_set_tlsext_ticket_key_evp_cb(ctx, ticket_key) != 1)
		log_warn("TLS tickets cannot be set up");
}

/*
 * OpenSSL asks with which key to seal (seal != 0) or to open. 1: so; 2: so, but
 * give a new ticket; 0: no ticket, the handshake goes its whole way; -1: error.
 */
static int
ticket_key(SSL *ssl, unsigned char *name, unsigned char *iv,
    EVP_CIPHER_CTX *cipher, EVP_MAC_CTX *mac, int seal)
{
	const struct ticket_key	*key;
	enum age		 age;
	uint8_t			 copy[TICKET_MAC_LEN];
	char			 sha256[] = "SHA256";
	OSSL_PARAM		 params[3];
	int			 ok;

	keys_refresh();
	age = CURRENT;
	if (seal)
		key = &ticket.keys[SSL_version(ssl) == TLS1_3_VERSION ?
		    SERVICE : NODE][CURRENT];
	else
		key = ticket_find(name, &age);
	if (key == NULL || ticket.cipher == NULL || !key->is_set)
		return (0);
	if (seal) {
		random_bytes(iv, (size_t)EVP_CIPHER_get_iv_length(
		    ticket.cipher));
		memcpy(name, key->name, TICKET_NAME_LEN);
		ok = EVP_EncryptInit_ex2(cipher, ticket.cipher, key->cipher,
		    iv, NULL);
	} else
		ok = EVP_DecryptInit_ex2(cipher, ticket.cipher, key->cipher,
		    iv, NULL);
	memcpy(copy, key->mac, sizeof(copy));
	params[0] = OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, copy,
	    sizeof(copy));
	params[1] = OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST,
	    sha256, 0);
	params[2] = OSSL_PARAM_construct_end();
	if (ok == 1)
		ok = EVP_MAC_CTX_set_params(mac, params);
	digest_wipe(copy, sizeof(copy));
	if (ok != 1)
		return (-1);
	return (age == PREVIOUS ? 2 : 1);
}

/* A name is random to everybody but us, and no secret. */
static const struct ticket_key *
ticket_find(const unsigned char *name, enum age *age)
{
	size_t	kind, a;

	for (kind = 0; kind < KINDS; kind++) {
		for (a = 0; a < AGES; a++) {
			if (memcmp(ticket.keys[kind][a].name, name,
			    TICKET_NAME_LEN) != 0)
				continue;
			*age = (enum age)a;
			return (&ticket.keys[kind][a]);
		}
	}
	return (NULL);
}

static void
keys_refresh(void)
{
	uint8_t	secret[AGES][TICKET_SECRET_LEN];
	int64_t	epoch;
	size_t	a;

	epoch = (int64_t)time(NULL) / TICKET_EPOCH_SECONDS;
	if (epoch == ticket.epoch)
		return;
	digest_wipe(ticket.keys, sizeof(ticket.keys));
	for (a = 0; a < AGES; a++)
		ticket_key_derive(&ticket.keys[SERVICE][a],
		    ticket.settings->master_key,
		    sizeof(ticket.settings->master_key), epoch - (int64_t)a);
	/* Another worker is at it: this one asks again with its next ticket. */
	if (keys_share(secret, epoch) == -1)
		return;
	for (a = 0; a < AGES; a++)
		ticket_key_derive(&ticket.keys[NODE][a], secret[a],
		    sizeof(secret[a]), epoch - (int64_t)a);
	digest_wipe(secret, sizeof(secret));
	ticket.epoch = epoch;
}

/* A copy of the node's secrets of this epoch. 0, or -1 if it would wait. */
static int
keys_share(uint8_t secret[AGES][TICKET_SECRET_LEN], int64_t epoch)
{
	int	r;

	r = pthread_mutex_trylock(&shared->lock);
	if (r == EOWNERDEAD)
		r = pthread_mutex_consistent(&shared->lock);
	if (r != 0)
		return (-1);
	if (shared->epoch != epoch)
		shared_turn(epoch);
	memcpy(secret, shared->secret, sizeof(shared->secret));
	(void)pthread_mutex_unlock(&shared->lock);
	return (0);
}

/* The first worker to notice that time went on; the lock is held. */
static void
shared_turn(int64_t epoch)
{
	if (shared->epoch == epoch - 1)
		memcpy(shared->secret[PREVIOUS], shared->secret[CURRENT],
		    TICKET_SECRET_LEN);
	else
		random_bytes(shared->secret[PREVIOUS], TICKET_SECRET_LEN);
	random_bytes(shared->secret[CURRENT], TICKET_SECRET_LEN);
	shared->epoch = epoch;
}
