#define _GNU_SOURCE
#include "CTerminal.h"

#include <curses.h>
#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

#include "Internal.h"

extern int tputs(const char *, int, int (*)(int));  // <term.h> would make `columns` and `lines` macros

// Beyond terminfo: bracketed paste, and a mouse without a limit of columns. Any terminal that knows
// the form of the sequence skips a number that it does not know.
static const char modes_on[] = "\033[?2004h\033[?1000h\033[?1006h";
static const char modes_off[] = "\033[?1006l\033[?1000l\033[?2004l";
static int takes_modes;
static int32_t last_foreground, last_background;
static int last_pair;  // of these two

void ct_use_locale(void) {
  if (!setlocale(LC_CTYPE, "") || strcmp(nl_langinfo(CODESET), "UTF-8") != 0) {
    if (!setlocale(LC_CTYPE, "C.UTF-8")) setlocale(LC_CTYPE, "en_US.UTF-8");
  }
}

int32_t ct_is_utf8(void) { return strcmp(nl_langinfo(CODESET), "UTF-8") == 0; }

static int keep(int byte) {
  if (ct_restore_length < sizeof ct_restore) ct_restore[ct_restore_length++] = (char)byte;
  return byte;
}

// Puts together beforehand what a fault handler writes: it may call nothing that would find it out.
static void prepare_restore(void) {
  static const char *const ends[] = {"rmkx", "sgr0", "cnorm", "rmcup"};
  ct_restore_length = 0;
  if (takes_modes) {
    for (const char *byte = modes_off; *byte; byte++) keep(*byte);
  }
  for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
    const char *sequence = tigetstr(ends[i]);
    if (sequence != NULL && sequence != (char *)-1) tputs(sequence, 1, keep);
  }
}

static void set_modes(const char *sequence) {
  if (takes_modes) ct_emit(STDOUT_FILENO, sequence, strlen(sequence));
}

// Keys that would end the process are keys here: a pasted ctrl-c must not. Ctrl-z stays a signal.
static void disarm_interrupt(void) {
  struct termios modes;
  if (tcgetattr(STDIN_FILENO, &modes) != 0) return;
  modes.c_cc[VINTR] = _POSIX_VDISABLE;
  tcsetattr(STDIN_FILENO, TCSANOW, &modes);
  def_prog_mode();
}

ct_status ct_open(void) {
  static int promised;
  if (ct_is_open) return CT_TAKEN;
  ct_use_locale();
  if (!isatty(STDOUT_FILENO) || tcgetattr(STDIN_FILENO, &ct_cooked) != 0) return CT_NO_TERMINAL;
  ct_take_signals();  // before newterm: curses replaces only what nobody has taken
  SCREEN *screen = newterm(NULL, stdout, stdin);
  const char *move_cursor = screen ? tigetstr("cup") : NULL;
  if (move_cursor == NULL || move_cursor == (char *)-1) {
    if (screen) endwin();
    ct_release_signals();
    return screen ? CT_TOO_PLAIN : CT_UNKNOWN_TYPE;
  }
  takes_modes = strncmp(move_cursor, "\033[", 2) == 0;
  prepare_restore();
  cbreak();
  noecho();
  nonl();
  keypad(stdscr, TRUE);  // for the sequence that it sends; the bytes are read and decoded by us
  disarm_interrupt();
  last_foreground = last_background = -1;
  last_pair = 0;
  if (has_colors()) {
    start_color();
    use_default_colors();
  }
  ct_keep_stderr();
  ct_take_faults();
  if (!promised) atexit(ct_close);
  promised = 1;
  ct_is_open = 1;
  set_modes(modes_on);
  ct_measure();
  return CT_OK;
}

void ct_close(void) {
  if (!ct_is_open) return;
  ct_is_open = 0;
  ct_release_faults();
  set_modes(modes_off);
  curs_set(1);
  endwin();
  tcsetattr(STDIN_FILENO, TCSADRAIN, &ct_cooked);
  ct_release_stderr();
  ct_release_signals();
}

void ct_leave(void) {
  ct_is_open = 0;
  set_modes(modes_off);
  curs_set(1);
  endwin();
  tcsetattr(STDIN_FILENO, TCSADRAIN, &ct_cooked);
  ct_release_stderr();
  ct_pass_signals(1);
}

void ct_return(void) {
  ct_pass_signals(0);
  ct_keep_stderr();
  reset_prog_mode();
  ct_is_open = 1;
  set_modes(modes_on);
  ct_measure();
  clearok(curscr, TRUE);
  refresh();
}

ct_size ct_measure(void) {
  struct winsize size;
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0) {
    if (size.ws_row != LINES || size.ws_col != COLS) {
      resize_term(size.ws_row, size.ws_col);
      clearok(curscr, TRUE);  // terminals move lines and cursor about as they are resized
    }
  }
  return (ct_size){COLS, LINES};
}

int32_t ct_colors(void) { return has_colors() ? COLORS : 0; }

int32_t ct_scalar_width(uint32_t scalar) { return wcwidth((wchar_t)scalar); }

void ct_erase(void) { werase(stdscr); }

// Curses crashes where colours never began, and gives -1 for a colour that it has not.
static int pair_of(int32_t foreground, int32_t background) {
  if (foreground < 0 && background < 0) return 0;
  if (foreground == last_foreground && background == last_background) return last_pair;
  int pair = 0;
  if (has_colors() && foreground < COLORS && background < COLORS) pair = alloc_pair(foreground, background);
  if (pair < 0) pair = 0;
  last_foreground = foreground;
  last_background = background;
  return last_pair = pair;
}

static attr_t attributes_of(uint32_t asked) {
  return (asked & CT_BOLD ? A_BOLD : 0) | (asked & CT_DIM ? A_DIM : 0) | (asked & CT_ITALIC ? A_ITALIC : 0)
    | (asked & CT_UNDERLINE ? A_UNDERLINE : 0) | (asked & CT_REVERSE ? A_REVERSE : 0);
}

void ct_put(int32_t row, int32_t column, const ct_cell *cell) {
  if (row >= LINES || column + cell->width > COLS) return;  // the window may have shrunk since
  attr_t attributes = attributes_of(cell->attributes);
  int pair = pair_of(cell->foreground, cell->background);
  wchar_t text[CT_MARKS_MAX + 2] = {(wchar_t)cell->scalar};
  int length = 1;
  cchar_t shown[2];
  if (wcwidth(text[0]) == cell->width) {
    for (int i = 0; i < cell->mark_count && i < CT_MARKS_MAX; i++) {
      if (wcwidth((wchar_t)cell->marks[i]) == 0) text[length++] = (wchar_t)cell->marks[i];
    }
    if (setcchar(shown, text, attributes, 0, &pair) == OK) mvwadd_wchnstr(stdscr, row, column, shown, 1);
    return;
  }
  // Another libc, another table: as many cells as the rest of the row counts on.
  setcchar(&shown[0], L"?", attributes, 0, &pair);
  setcchar(&shown[1], L" ", attributes, 0, &pair);
  mvwadd_wchnstr(stdscr, row, column, shown, cell->width);
}

void ct_flush(int32_t cursor_row, int32_t cursor_column) {
  curs_set(cursor_row >= 0 ? 1 : 0);
  if (cursor_row >= 0) wmove(stdscr, cursor_row, cursor_column);
  wnoutrefresh(stdscr);
  doupdate();
}

int32_t ct_read(uint8_t *bytes, int32_t capacity) {
  struct pollfd input = {STDIN_FILENO, POLLIN, 0};
  if (poll(&input, 1, 0) <= 0 || !(input.revents & POLLIN)) return 0;
  ssize_t count = read(STDIN_FILENO, bytes, (size_t)capacity);
  if (count < 0 && (errno == EINTR || errno == EAGAIN)) return 0;
  return count > 0 ? (int32_t)count : -1;
}
