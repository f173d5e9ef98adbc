#pragma once
#include <stdint.h>

// Zstandard in one call, for what fits into memory. A negative result is an error.

/// Bytes that compressing `size` bytes can come to.
int64_t cc_zstd_bound(int64_t size);
int64_t cc_zstd_compress(void *to, int64_t capacity, const void *from, int64_t size, int32_t level);
int64_t cc_zstd_decompress(void *to, int64_t capacity, const void *from, int64_t size);
/// The size that a frame says its content has; negative where it does not say.
int64_t cc_zstd_content_size(const void *from, int64_t size);
