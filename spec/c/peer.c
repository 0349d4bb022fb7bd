/* SPDX-License-Identifier: MIT
** See peer.h. */
#define _POSIX_C_SOURCE 200809L
#include "peer.h"

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define MOST_CONNECTIONS 64
#define LISTENER 0
#define WAKER 1
#define FIRST 2

struct peer {
  pthread_t thread;
  pthread_mutex_t lock; /* of the counts */
  unsigned connections;
  unsigned requests;
  bool mute;
  unsigned port;
  int waker; /* closed to stop the thread */
  struct pollfd polled[FIRST + MOST_CONNECTIONS];
  unsigned matched[FIRST + MOST_CONNECTIONS]; /* bytes of a request's end that were seen */
  unsigned count;
};

static unsigned bind_loopback(int sock) {
  struct sockaddr_in address;
  socklen_t size = sizeof address;
  memset(&address, 0, sizeof address);
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(sock, (struct sockaddr *)&address, size) != 0) abort();
  getsockname(sock, (struct sockaddr *)&address, &size);
  return ntohs(address.sin_port);
}

unsigned peer_closed_port(void) {
  static unsigned port; /* bound, never listened on: nobody else is given it */
  if (port == 0) port = bind_loopback(socket(AF_INET, SOCK_STREAM, 0));
  return port;
}

static void add_polled(struct peer *peer, int fd) {
  peer->polled[peer->count].fd = fd;
  peer->polled[peer->count].events = POLLIN;
  peer->matched[peer->count++] = 0;
}

static void count_one(struct peer *peer, unsigned *counter) {
  pthread_mutex_lock(&peer->lock);
  ++*counter;
  pthread_mutex_unlock(&peer->lock);
}

static void accept_one(struct peer *peer) {
  int sock = accept(peer->polled[LISTENER].fd, NULL, NULL);
  if (sock < 0 || peer->count == FIRST + MOST_CONNECTIONS) abort();
  count_one(peer, &peer->connections);
  add_polled(peer, sock);
}

static void answer(struct peer *peer, int sock) {
  static const char text[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
  count_one(peer, &peer->requests);
  if (!peer->mute) (void)!send(sock, text, sizeof text - 1, MSG_NOSIGNAL);
}

/* False when the client has gone. */
static bool read_some(struct peer *peer, unsigned index) {
  static const char end[] = "\r\n\r\n";
  char bytes[4096];
  ssize_t length = read(peer->polled[index].fd, bytes, sizeof bytes);
  ssize_t i;
  for (i = 0; i < length; i++) {
    unsigned *matched = &peer->matched[index];
    *matched = bytes[i] == end[*matched] ? *matched + 1 : bytes[i] == '\r';
    if (*matched < sizeof end - 1) continue;
    *matched = 0;
    answer(peer, peer->polled[index].fd);
  }
  return length > 0;
}

static void drop(struct peer *peer, unsigned index) {
  close(peer->polled[index].fd);
  peer->count--;
  peer->polled[index] = peer->polled[peer->count];
  peer->matched[index] = peer->matched[peer->count];
}

static void *serve(void *context) {
  struct peer *peer = context;
  while (poll(peer->polled, peer->count, -1) >= 0 && peer->polled[WAKER].revents == 0) {
    unsigned i;
    for (i = peer->count - 1; i >= FIRST; i--) {
      if (peer->polled[i].revents != 0 && !read_some(peer, i)) drop(peer, i);
    }
    if (peer->polled[LISTENER].revents != 0) accept_one(peer);
  }
  while (peer->count > 0) close(peer->polled[--peer->count].fd);
  return NULL;
}

struct peer *peer_start(bool mute) {
  struct peer *peer = calloc(1, sizeof *peer);
  int sock = socket(AF_INET, SOCK_STREAM, 0);
  int ends[2];
  if (peer == NULL || sock < 0 || pipe(ends) != 0) abort();
  peer->mute = mute;
  peer->port = bind_loopback(sock);
  peer->waker = ends[1];
  pthread_mutex_init(&peer->lock, NULL);
  if (listen(sock, 16) != 0) abort();
  add_polled(peer, sock);
  add_polled(peer, ends[0]);
  if (pthread_create(&peer->thread, NULL, serve, peer) != 0) abort();
  return peer;
}

void peer_stop(struct peer *peer) {
  close(peer->waker);
  pthread_join(peer->thread, NULL);
  pthread_mutex_destroy(&peer->lock);
  free(peer);
}

unsigned peer_port(const struct peer *peer) {
  return peer->port;
}

static unsigned read_count(struct peer *peer, const unsigned *counter) {
  unsigned count;
  pthread_mutex_lock(&peer->lock);
  count = *counter;
  pthread_mutex_unlock(&peer->lock);
  return count;
}

unsigned peer_connections(struct peer *peer) {
  return read_count(peer, &peer->connections);
}

unsigned peer_requests(struct peer *peer) {
  return read_count(peer, &peer->requests);
}
