// The terminal through curses, without a curses type in sight: what Swift cannot reach (macros,
// variadic calls, globals) and what must be C (signal handlers).
#pragma once
#include <stdint.h>

enum { CT_BOLD = 1, CT_DIM = 2, CT_ITALIC = 4, CT_UNDERLINE = 8, CT_REVERSE = 16 };
enum { CT_MARKS_MAX = 4 };

// Why a terminal could not be had.
typedef enum ct_status { CT_OK, CT_TAKEN, CT_NO_TERMINAL, CT_UNKNOWN_TYPE, CT_TOO_PLAIN } ct_status;

// What ended a wait; several bits at once.
enum { CT_INPUT = 1, CT_WOKEN = 2, CT_RESIZED = 4, CT_TERMINATED = 8, CT_STOPPED = 16, CT_CONTINUED = 32, CT_CLOSED = 64 };

typedef struct ct_size { int32_t columns, rows; } ct_size;

typedef struct ct_cell {
  uint32_t scalar, marks[CT_MARKS_MAX];
  int32_t mark_count, width;  // cells; `scalar` is shown as `?` where libc disagrees
  int32_t foreground, background;  // -1: the terminal's default; 0xRRGGBB where colours are direct
  uint32_t attributes;
} ct_cell;

ct_status ct_open(void);
void ct_close(void);    // may be called twice
void ct_leave(void);    // gives the screen back for a while
void ct_return(void);   // takes it again, and draws what it showed
void ct_stop(void);     // stops the process as ctrl-z does, and returns when it goes on

ct_size ct_measure(void);  // asks the terminal anew
int32_t ct_colors(void);   // 0 where it shows none
int32_t ct_is_utf8(void);

void ct_erase(void);
void ct_put(int32_t row, int32_t column, const ct_cell *cell);
void ct_flush(int32_t cursor_row, int32_t cursor_column);  // no cursor where negative

uint32_t ct_wait(int32_t timeout_ms, int32_t *signal);  // bits; -1 waits for ever
int32_t ct_read(uint8_t *bytes, int32_t capacity);      // without waiting; -1: the terminal is gone
void ct_wake(void);                                     // from any thread or signal handler

void ct_use_locale(void);                    // UTF-8 where the system has it
int32_t ct_scalar_width(uint32_t scalar);    // libc's: -1, 0, 1 or 2 cells
