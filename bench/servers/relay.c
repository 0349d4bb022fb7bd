/* SPDX-License-Identifier: MIT
** A TCP relay on the loopback that makes a server seem far away: it holds all that a client sends for a while, each
** piece, in order, and passes answers on at once.
**
** usage: relay PORT SERVER_PORT MILLISECONDS */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define PIECE 4096           /* bytes */
#define ANSWER (256 * 1024)  /* bytes */
#define SECOND 1000000000    /* nanoseconds */
#define MILLISECOND 1000000L /* nanoseconds */

struct connection {
  int client, server;
  size_t held; /* pieces */
  bool client_ended, over;
  size_t from, to; /* what of the answer the client has not taken yet */
  char answer[ANSWER];
};

/* What a client has sent; no bytes: its end. */
struct piece {
  struct connection *connection;
  struct piece *next;
  int64_t due;
  size_t length;
  char bytes[PIECE];
};

static int epoll, timer, listener;
static struct sockaddr_in server_address;
static int64_t delay;
static struct piece *first, **last = &first; /* all pieces that are held; what came first is due first */

static int check(int result, const char *what) {
  if (result >= 0) return result;
  fprintf(stderr, "relay: %s: %s\n", what, strerror(errno));
  exit(EXIT_FAILURE);
}

static long number(const char *text) {
  char *rest;
  long value = strtol(text, &rest, 10);
  if (rest != text && *rest == '\0') return value;
  errno = EINVAL;
  return check(-1, text);
}

static void *allocate(size_t size) {
  void *block = calloc(1, size);
  check(block == NULL ? -1 : 0, "memory");
  return block;
}

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * SECOND + time.tv_nsec;
}

static void set_timer(int64_t due) {
  struct itimerspec time = {{0, 0}, {(time_t)(due / SECOND), (long)(due % SECOND)}};
  check(timerfd_settime(timer, TFD_TIMER_ABSTIME, &time, NULL), "timer");
}

/* Edge-triggered: whatever happens to a connection, all that can be done for it is done. */
static void watch(int fd, void *who, uint32_t events) {
  struct epoll_event event = {events, {who}};
  check(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event), "epoll");
}

static void watch_both(struct connection *connection) {
  const int on = 1;
  const int fds[] = {connection->client, connection->server};
  for (int i = 0; i < 2; i++) {
    setsockopt(fds[i], IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    watch(fds[i], connection, EPOLLIN | EPOLLOUT | EPOLLET);
  }
}

static void end(struct connection *connection) {
  close(connection->client);
  close(connection->server);
  connection->over = true;
}

static void free_if_done(struct connection *connection) {
  if (connection->over && connection->held == 0) free(connection);
}

static void open_connection(void) {
  struct connection *connection = allocate(sizeof *connection);
  connection->client = check(accept4(listener, NULL, NULL, SOCK_NONBLOCK), "accept");
  connection->server = check(socket(AF_INET, SOCK_STREAM, 0), "socket");
  if (connect(connection->server, (struct sockaddr *)&server_address, sizeof server_address) == 0)
    watch_both(connection);
  else end(connection);
  free_if_done(connection);
} /* NOLINT(clang-analyzer-unix.Malloc): epoll holds the connection */

static void hold(struct connection *connection, const char *bytes, size_t length) {
  struct piece *piece = allocate(sizeof *piece);
  piece->connection = connection;
  piece->due = now() + delay;
  piece->length = length;
  memcpy(piece->bytes, bytes, length);
  if (first == NULL) set_timer(piece->due);
  *last = piece;
  last = &piece->next;
  connection->held++;
}

static void take_requests(struct connection *connection) {
  char bytes[PIECE];
  while (!connection->client_ended) {
    ssize_t length = recv(connection->client, bytes, sizeof bytes, 0);
    if (length < 0 && errno == EAGAIN) return;
    connection->client_ended = length <= 0;
    hold(connection, bytes, length > 0 ? (size_t)length : 0);
  }
}

/* A server that has no room for a request is not provided for. */
static void pass_request(const struct piece *piece) {
  struct connection *connection = piece->connection;
  if (piece->length == 0) shutdown(connection->server, SHUT_WR);
  else if (send(connection->server, piece->bytes, piece->length, MSG_NOSIGNAL | MSG_DONTWAIT) != (ssize_t)piece->length)
    end(connection);
}

static bool has_answer(struct connection *connection) {
  ssize_t length;
  if (connection->from < connection->to) return true;
  length = recv(connection->server, connection->answer, sizeof connection->answer, MSG_DONTWAIT);
  if (length == 0 || (length < 0 && errno != EAGAIN)) end(connection);
  connection->from = 0;
  connection->to = length > 0 ? (size_t)length : 0;
  return length > 0;
}

static void pass_answer(struct connection *connection) {
  while (has_answer(connection)) {
    const char *bytes = connection->answer + connection->from;
    ssize_t length = send(connection->client, bytes, connection->to - connection->from, MSG_NOSIGNAL);
    if (length < 0 && errno != EAGAIN) end(connection);
    if (length < 0) return;
    connection->from += (size_t)length;
  }
}

static void pass_due(void) {
  int64_t moment = now();
  while (first != NULL && first->due <= moment) {
    struct piece *piece = first;
    struct connection *connection = piece->connection;
    first = piece->next;
    if (first == NULL) last = &first;
    if (!connection->over) pass_request(piece);
    connection->held--;
    free_if_done(connection);
    free(piece);
  }
  if (first != NULL) set_timer(first->due);
}

static void on_timer(void) {
  uint64_t times;
  if (read(timer, &times, sizeof times) > 0) pass_due();
}

static void on_connection(struct connection *connection) {
  take_requests(connection);
  pass_answer(connection);
  free_if_done(connection);
}

static void open_relay(uint16_t port) {
  struct sockaddr_in address = server_address;
  const int on = 1;
  address.sin_port = htons(port);
  epoll = check(epoll_create1(0), "epoll");
  timer = check(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK), "timer");
  listener = check(socket(AF_INET, SOCK_STREAM, 0), "socket");
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  check(bind(listener, (struct sockaddr *)&address, sizeof address), "bind");
  check(listen(listener, SOMAXCONN), "listen");
  watch(timer, &timer, EPOLLIN);
  watch(listener, &listener, EPOLLIN);
}

/* One event at a time, so that none can be of a connection that another has ended. */
static void serve(void) {
  struct epoll_event event;
  for (;;) {
    if (epoll_wait(epoll, &event, 1, -1) < 1) continue;
    if (event.data.ptr == &timer) on_timer();
    else if (event.data.ptr == &listener) open_connection();
    else on_connection(event.data.ptr);
  }
}

int main(int count, char **words) {
  if (count != 4) {
    fprintf(stderr, "usage: relay PORT SERVER_PORT MILLISECONDS\n");
    return 2;
  }
  server_address.sin_family = AF_INET;
  server_address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  server_address.sin_port = htons((uint16_t)number(words[2]));
  delay = number(words[3]) * MILLISECOND;
  open_relay((uint16_t)number(words[1]));
  serve();
}
