/* SPDX-License-Identifier: MIT
** What a piece of work takes. */
#ifndef LIMIT_STOPWATCH_H
#define LIMIT_STOPWATCH_H

struct stopwatch {
  double wall, cpu; /* seconds, at the start */
};

void stopwatch_start(struct stopwatch *watch);

/* Prints wall, cpu and peak of the time since the start; the caller's check ends the line. */
void stopwatch_print(const struct stopwatch *watch);

#endif
