/* SPDX-License-Identifier: ISC */
/* One datagram for each change of state; see notify.h. */
#include <sys/socket.h>
#include <sys/un.h>

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/notify.h"
#include "base/log.h"
#include "base/text.h"

static struct sockaddr_un	manager;
static socklen_t		manager_len;	/* 0: there is none */

void
notify_init(void)
{
	const char	*path;
	size_t		 len;

	if ((path = getenv("NOTIFY_SOCKET")) != NULL &&
	    (path[0] == '/' || path[0] == '@') &&
	    text_copy(manager.sun_path, sizeof(manager.sun_path), path) == 0) {
		len = strlen(path);
		manager.sun_family = AF_UNIX;
		/* "@": a name that is in no file system; without its NUL. */
		if (path[0] == '@')
			manager.sun_path[0] = '\0';
		manager_len = (socklen_t)(offsetof(struct sockaddr_un,
		    sun_path) + len + (path[0] == '/'));
	}
	(void)unsetenv("NOTIFY_SOCKET");
}

void
notify_send(const char *state)
{
	int	fd;

	if (manager_len == 0)
		return;
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd == -1 || sendto(fd, state, strlen(state), MSG_NOSIGNAL,
	    (struct sockaddr *)&manager, manager_len) == -1)
		log_warn("the service manager cannot be told %s: %s", state,
		    strerror(errno));
	if (fd != -1)
		(void)close(fd);
}
