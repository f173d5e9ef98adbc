// Signals and faults. A signal that asks something sets a flag and wakes the loop. A fault, or a
// second demand to end while the first is not answered, puts the terminal back with calls that are
// safe in a handler (never `endwin`) and lets the process die as it would have.
#define _GNU_SOURCE
#include "Internal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#include "CTerminal.h"

volatile sig_atomic_t ct_is_open;
struct termios ct_cooked;
char ct_restore[512];
size_t ct_restore_length;

static atomic_int wake_descriptor = -1;
static volatile sig_atomic_t resized, terminating, stopping, continued, passing;
static int real_stderr = -1, kept_stderr = -1;

enum { ASKED = 6, FAULTS = 7 };
static const int asked[ASKED] = {SIGWINCH, SIGTERM, SIGHUP, SIGINT, SIGTSTP, SIGCONT};
static const int faults[FAULTS] = {SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV, SIGQUIT};
static struct sigaction before_asked[ASKED], before_fault[FAULTS];

void ct_emit(int descriptor, const char *bytes, size_t count) {
  while (count > 0) {
    ssize_t written = write(descriptor, bytes, count);
    if (written < 0 && errno != EINTR) return;
    if (written > 0) {
      bytes += written;
      count -= (size_t)written;
    }
  }
}

void ct_keep_stderr(void) {
  if (real_stderr >= 0 || !isatty(STDERR_FILENO)) return;  // into a file it may go as it comes
  if (kept_stderr < 0) kept_stderr = memfd_create("stderr", MFD_CLOEXEC);
  if (kept_stderr < 0) return;
  real_stderr = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
  if (real_stderr >= 0) dup2(kept_stderr, STDERR_FILENO);
}

void ct_release_stderr(void) {
  if (real_stderr < 0) return;
  char buffer[512];
  dup2(real_stderr, STDERR_FILENO);
  close(real_stderr);
  real_stderr = -1;
  lseek(kept_stderr, 0, SEEK_SET);
  for (ssize_t count; (count = read(kept_stderr, buffer, sizeof buffer)) > 0;) {
    ct_emit(STDERR_FILENO, buffer, (size_t)count);
  }
  if (ftruncate(kept_stderr, 0) == 0) lseek(kept_stderr, 0, SEEK_SET);
}

// After a ctrl-s every write waits for a ctrl-q. Only a pair of these undoes it.
static void release_flow(void) {
  tcflow(STDOUT_FILENO, TCOOFF);
  tcflow(STDOUT_FILENO, TCOON);
}

static void put_back(void) {
  if (!ct_is_open) return;
  ct_is_open = 0;
  release_flow();
  ct_emit(STDOUT_FILENO, ct_restore, ct_restore_length);
  tcsetattr(STDIN_FILENO, TCSAFLUSH, &ct_cooked);
  ct_release_stderr();
}

static void on_fault(int number, siginfo_t *info, void *context) {
  (void)context;
  put_back();
  for (int i = 0; i < FAULTS; i++) {
    if (faults[i] == number) sigaction(number, &before_fault[i], NULL);
  }
  // A return runs the faulting instruction again, now under Swift's own backtracer.
  if (number == SIGABRT || number == SIGQUIT || info->si_code <= 0) raise(number);
}

static void on_signal(int number) {
  int saved = errno;
  switch (number) {
    case SIGWINCH: resized = 1; break;
    case SIGTSTP: stopping = 1; break;
    case SIGCONT: continued = 1; break;
    case SIGINT: if (passing) break;  // meant for the program that has the terminal
      // fall through
    default:
      if (terminating) {
        put_back();
        signal(number, SIG_DFL);
        raise(number);
      }
      terminating = number;
      if (ct_is_open) release_flow();
  }
  ct_wake();
  errno = saved;
}

static void take(int number, struct sigaction *before) {
  struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
  sigaction(number, &action, before);
}

void ct_take_signals(void) {
  if (wake_descriptor < 0) wake_descriptor = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  // A parent may have left them blocked, as a thread of a pool does.
  sigset_t signals;
  sigemptyset(&signals);
  for (int i = 0; i < ASKED; i++) sigaddset(&signals, asked[i]);
  pthread_sigmask(SIG_UNBLOCK, &signals, NULL);
  for (int i = 0; i < ASKED; i++) take(asked[i], &before_asked[i]);
}

void ct_release_signals(void) {
  for (int i = 0; i < ASKED; i++) sigaction(asked[i], &before_asked[i], NULL);
}

void ct_pass_signals(int passes) {
  passing = passes;
  if (passes) signal(SIGTSTP, SIG_DFL);
  else take(SIGTSTP, NULL);
}

void ct_take_faults(void) {
  static stack_t stack;  // for a stack that has run out, where the runtime has set none
  if (sigaltstack(NULL, &stack) == 0 && stack.ss_flags & SS_DISABLE) {
    stack = (stack_t){.ss_sp = malloc(65536), .ss_size = 65536};
    if (stack.ss_sp != NULL) sigaltstack(&stack, NULL);
  }
  struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_ONSTACK};
  for (int i = 0; i < FAULTS; i++) sigaction(faults[i], &action, &before_fault[i]);
}

void ct_release_faults(void) {
  for (int i = 0; i < FAULTS; i++) sigaction(faults[i], &before_fault[i], NULL);
}

void ct_wake(void) {
  int saved = errno;
  uint64_t one = 1;
  if (write(wake_descriptor, &one, sizeof one) < 0) {
    // Full: the loop is awake already. Not open: there is no loop.
  }
  errno = saved;
}

void ct_stop(void) {
  ct_leave();
  raise(SIGTSTP);
  ct_return();
  continued = 0;
}

uint32_t ct_wait(int32_t timeout_ms, int32_t *signal) {
  struct pollfd sources[2] = {{STDIN_FILENO, POLLIN, 0}, {wake_descriptor, POLLIN, 0}};
  uint64_t drained;
  uint32_t bits = 0;
  poll(sources, 2, timeout_ms);
  if (sources[1].revents & POLLIN && read(wake_descriptor, &drained, sizeof drained) > 0) bits |= CT_WOKEN;
  if (terminating) {
    *signal = terminating;
    terminating = 0;
    bits |= CT_TERMINATED;
  }
  if (stopping) bits |= CT_STOPPED;
  if (continued) bits |= CT_CONTINUED;
  if (resized) bits |= CT_RESIZED;
  stopping = continued = resized = 0;
  if (sources[0].revents & POLLIN) bits |= CT_INPUT;
  else if (sources[0].revents & (POLLHUP | POLLERR | POLLNVAL)) bits |= CT_CLOSED;
  return bits;
}
