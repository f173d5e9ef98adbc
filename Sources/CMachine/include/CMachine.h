#pragma once
#include <stdint.h>

// What the processor and the kernel can do, and Swift cannot call.

/// Whether the processor has the instruction; without it the calls below must not be made.
int32_t cm_crc32c_is_there(void);
/// Goes on from `state`, which is not inverted, over some bytes.
uint32_t cm_crc32c(uint32_t state, const void *bytes, int64_t size);
/// As `cm_crc32c`, over four pieces of `size` bytes that follow each other, each on its own: the
/// processor works at all four at once.
void cm_crc32c_four(uint32_t states[4], const void *bytes, int64_t size);

/// Finds the bytes of a text from `from` up to `to` that may end a cell: `one`, a quote, and all below a
/// blank. Writes the place of each and returns how many there are. Loads up to 63 bytes behind `to`;
/// `places` has room for one place a byte and 64 more. Places fit 32 bits.
int64_t cm_marks(const void *text, int64_t from, int64_t to, uint8_t one, uint32_t *places);
/// The twin of `cm_marks` that any processor runs.
int64_t cm_marks_plain(const void *text, int64_t from, int64_t to, uint8_t one, uint32_t *places);

/// Writes the days, since 1970, of times in milliseconds that ascend and have one offset from UTC, each day
/// once, and returns how many there are. All local times lie from 1970 up to day 65,535. Loads up to seven
/// times behind the last one; `days` has room for one a time and four more.
int64_t cm_days(const int64_t *times, int64_t count, int64_t offset, uint16_t *days);
/// The twin of `cm_days` that any processor runs, and which loads nothing behind the last time.
int64_t cm_days_plain(const int64_t *times, int64_t count, int64_t offset, uint16_t *days);

/// Lets the disk begin with what was written of a file from `start` on; a hint.
void cm_start_writing(int32_t descriptor, int64_t start, int64_t size);

/// Asks for the memory at an address, so that it is at hand when it is read soon after; a hint, which may
/// name memory that is not there.
static inline void cm_prefetch(const void *address) { __builtin_prefetch(address); }

/// Reads a byte for nothing but that the page it is on be mapped: a hint would not do that.
static inline void cm_touch(const void *address) { (void)*(const volatile char *)address; }
