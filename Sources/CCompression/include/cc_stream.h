#pragma once
#include <stdint.h>

// Decompression of gzip and Zstandard, a block at a time.

typedef struct cc_stream cc_stream;

/// Null where there is no memory.
cc_stream *cc_stream_gzip(void);
cc_stream *cc_stream_zstd(void);
void cc_stream_free(cc_stream *stream);

/// Reads from `from` and writes to `to` until one of them is used up; says how much of each was.
/// Returns 0 inside a member or frame, 1 between two of them, -1 where the data is damaged.
int32_t cc_stream_next(cc_stream *stream, const void *from, int64_t from_size, int64_t *from_used,
                       void *to, int64_t to_size, int64_t *to_used);
