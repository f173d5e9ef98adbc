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

/// Lets the disk begin with what was written of a file from `start` on; a hint.
void cm_start_writing(int32_t descriptor, int64_t start, int64_t size);
