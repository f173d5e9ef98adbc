#include "CMapping.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { REGIONS = 512, MESSAGE = 512 };

struct region {
  _Atomic uintptr_t start;  // 0: free
  _Atomic uintptr_t end;    // set last
  char message[MESSAGE];
};

static struct region regions[REGIONS];
static atomic_flag installed = ATOMIC_FLAG_INIT;
static atomic_flag ending = ATOMIC_FLAG_INIT;

// What the process ends with; empty while it goes on.
static char last_words[MESSAGE];

static void say(const char *text) {
  size_t left = strlen(text);
  while (left > 0) {
    ssize_t written = write(STDERR_FILENO, text, left);
    if (written <= 0) return;
    text += written;
    left -= (size_t)written;
  }
}

// Only calls that are safe in a handler. A terminal that is open has a handler of its own before this
// one: it gives the screen back, and the fault comes again.
static void on_bus(int number, siginfo_t *info, void *context) {
  (void)number;
  (void)context;
  if (last_words[0] != 0) {
    say(last_words);
    _exit(1);
  }
  uintptr_t place = (uintptr_t)info->si_addr;
  for (int i = 0; i < REGIONS; i++) {
    uintptr_t start = atomic_load(&regions[i].start), end = atomic_load(&regions[i].end);
    if (start != 0 && place >= start && place < end) {
      say(regions[i].message);
      _exit(1);
    }
  }
  signal(SIGBUS, SIG_DFL);  // not ours: the instruction faults again
}

static void install(void) {
  if (atomic_flag_test_and_set(&installed)) return;
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_sigaction = on_bus;
  action.sa_flags = SA_SIGINFO;
  sigaction(SIGBUS, &action, NULL);
}

void cm_note(const void *address, int64_t size, const char *name) {
  install();
  for (int i = 0; i < REGIONS; i++) {
    uintptr_t free = 0;
    if (!atomic_compare_exchange_strong(&regions[i].start, &free, (uintptr_t)address)) continue;
    snprintf(regions[i].message, MESSAGE,
             "kith: a file was cut short while it was read: %.400s\n"
             "  put back a copy of the file; `kith doctor` checks all of them\n", name);
    atomic_store(&regions[i].end, (uintptr_t)address + (uintptr_t)size);
    return;
  }
}

void cm_drop(const void *address) {
  for (int i = 0; i < REGIONS; i++) {
    if (atomic_load(&regions[i].start) != (uintptr_t)address) continue;
    atomic_store(&regions[i].end, 0);
    atomic_store(&regions[i].start, 0);
    return;
  }
}

// By way of the signal, so that a terminal gives the screen back first.
void cm_no_memory(int64_t size) {
  install();
  if (atomic_flag_test_and_set(&ending)) for (;;) pause();
  snprintf(last_words, MESSAGE,
           "kith: not enough memory: %lld KiB more were asked for\n"
           "  nothing is half done; give the process more, where a limit (ulimit -v) holds it back\n",
           (long long)(size + 1023) / 1024);
  raise(SIGBUS);
  _exit(1);
}
