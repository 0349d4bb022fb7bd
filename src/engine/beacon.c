/* SPDX-License-Identifier: MIT
** See beacon.h. */
#define _POSIX_C_SOURCE 200809L
#include "engine/beacon.h"

#include <stddef.h>

#ifdef __linux__

#include <poll.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "engine/alloc.h"

struct instar_beacon {
  int epoll;
  int timer; /* one of those that the epoll watches */
};

struct instar_beacon *instar_beacon_create(void) {
  struct instar_beacon *beacon = instar_alloc(sizeof *beacon);
  if (beacon == NULL) return NULL;
  beacon->epoll = epoll_create1(EPOLL_CLOEXEC);
  beacon->timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
  if (beacon->epoll >= 0 && beacon->timer >= 0) {
    instar_beacon_watch(beacon, beacon->timer, POLLIN);
    return beacon;
  }
  instar_beacon_free(beacon);
  return NULL;
}

void instar_beacon_free(struct instar_beacon *beacon) {
  if (beacon == NULL) return;
  if (beacon->timer >= 0) close(beacon->timer);
  if (beacon->epoll >= 0) close(beacon->epoll);
  instar_free(beacon);
}

int instar_beacon_descriptor(const struct instar_beacon *beacon) {
  return beacon->epoll;
}

/* A closed descriptor has left the epoll by itself, so that its number may be new to it. */
void instar_beacon_watch(struct instar_beacon *beacon, int fd, short events) {
  struct epoll_event event;
  memset(&event, 0, sizeof event);
  event.data.fd = fd;
  if ((events & POLLIN) != 0) event.events |= EPOLLIN;
  if ((events & POLLOUT) != 0) event.events |= EPOLLOUT;
  if (events == 0) epoll_ctl(beacon->epoll, EPOLL_CTL_DEL, fd, &event);
  else if (epoll_ctl(beacon->epoll, EPOLL_CTL_MOD, fd, &event) != 0)
    epoll_ctl(beacon->epoll, EPOLL_CTL_ADD, fd, &event);
}

/* Setting the timer also takes back that it had run out. */
void instar_beacon_arm(struct instar_beacon *beacon, int64_t span) {
  struct itimerspec time;
  memset(&time, 0, sizeof time);
  if (span == 0) span = 1;
  if (span > 0) {
    time.it_value.tv_sec = (time_t)(span / 1000000);
    time.it_value.tv_nsec = (long)(span % 1000000) * 1000;
  }
  timerfd_settime(beacon->timer, 0, &time, NULL);
}

#else

struct instar_beacon *instar_beacon_create(void) {
  return NULL;
}

void instar_beacon_free(struct instar_beacon *beacon) {
  (void)beacon;
}

int instar_beacon_descriptor(const struct instar_beacon *beacon) {
  (void)beacon;
  return -1;
}

void instar_beacon_watch(struct instar_beacon *beacon, int fd, short events) {
  (void)beacon, (void)fd, (void)events;
}

void instar_beacon_arm(struct instar_beacon *beacon, int64_t span) {
  (void)beacon, (void)span;
}

#endif
