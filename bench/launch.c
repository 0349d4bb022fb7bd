/* SPDX-License-Identifier: MIT
** Runs a command a number of times on one core and says what each whole process took, from fork to exit.
**
** usage: launch CORE TIMES COMMAND [ARGUMENT]...
**   CORE   the core to run on, or - for any
** After each run a line `process_wall=SECONDS process_cpu=SECONDS process_peak=KiB` follows what the command printed.
** Exits with the status of the first run that fails; a run that takes longer than PATIENCE is killed. */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "usage.h"

#define PATIENCE 900 /* seconds */
#define NOT_RUN 127

struct run {
  double wall, cpu;
  long peak;
  int status;
};

static int fail(const char *what) {
  fprintf(stderr, "launch: %s: %s\n", what, strerror(errno));
  return EXIT_FAILURE;
}

/* Exits where the text is none. */
static long number(const char *text) {
  char *end;
  long value = strtol(text, &end, 10);
  if (end != text && *end == '\0' && value >= 0) return value;
  errno = EINVAL;
  exit(fail(text));
}

/* What is started inherits the core. */
static int pin(const char *core) {
  cpu_set_t set;
  if (strcmp(core, "-") == 0) return 0;
  CPU_ZERO(&set);
  CPU_SET((size_t)number(core), &set);
  return sched_setaffinity(0, sizeof set, &set);
}

/* In the child. The alarm and the wish to die with the parent outlive exec. */
static void become(char **command) {
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  alarm(PATIENCE);
  execvp(command[0], command);
  fail(command[0]);
  _exit(NOT_RUN);
}

static int run(char **command, struct run *result) {
  struct rusage usage;
  double start = usage_wall();
  pid_t child = fork();
  if (child < 0) return -1;
  if (child == 0) become(command);
  while (wait4(child, &result->status, 0, &usage) < 0)
    if (errno != EINTR) return -1;
  result->wall = usage_wall() - start;
  result->cpu = usage_seconds(usage.ru_utime) + usage_seconds(usage.ru_stime);
  result->peak = usage.ru_maxrss;
  return 0;
}

static int failed(int status) {
  if (WIFEXITED(status)) return WEXITSTATUS(status);
  fprintf(stderr, "launch: killed by signal %d\n", WTERMSIG(status));
  return EXIT_FAILURE;
}

int main(int count, char **words) {
  struct run result;
  if (count < 4) {
    fprintf(stderr, "usage: launch CORE TIMES COMMAND [ARGUMENT]...\n");
    return EXIT_FAILURE;
  }
  if (pin(words[1]) != 0) return fail("pinning");
  for (long left = number(words[2]); left > 0; left--) {
    if (run(words + 3, &result) != 0) return fail("running");
    if (result.status != 0) return failed(result.status);
    printf("process_wall=%.6f process_cpu=%.6f process_peak=%ld\n", result.wall, result.cpu, result.peak);
    fflush(stdout);
  }
  return 0;
}
