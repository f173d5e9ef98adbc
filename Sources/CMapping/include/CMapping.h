#pragma once
#include <stdint.h>

// Files that are mapped can be cut by someone else while they are read; the system then sends SIGBUS,
// where no error can be thrown. What is mapped is noted here with its name, so that the process can say
// which file it was before it ends with exit code 1.

/// Notes a mapping; `name` is copied. Where too many are noted already, this one stays unknown.
void cm_note(const void *address, int64_t size, const char *name);

/// Ends the process with a line about memory that the system does not have, as much as that: an error that
/// could be thrown would need some.
_Noreturn void cm_no_memory(int64_t size);

/// Takes back what was noted of an address.
void cm_drop(const void *address);
