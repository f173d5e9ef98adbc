// What the two files of this room share.
#pragma once
#include <signal.h>
#include <stddef.h>
#include <termios.h>

extern volatile sig_atomic_t ct_is_open;  // whether the screen is ours at this moment
extern struct termios ct_cooked;          // as the terminal was found
extern char ct_restore[512];              // what puts it back, written by fault handlers
extern size_t ct_restore_length;

void ct_emit(int descriptor, const char *bytes, size_t count);
void ct_take_signals(void);
void ct_release_signals(void);
void ct_pass_signals(int passes);  // while another program has the terminal
void ct_take_faults(void);
void ct_release_faults(void);
void ct_keep_stderr(void);     // aside, so that no message tears the screen
void ct_release_stderr(void);  // shows what was said meanwhile
