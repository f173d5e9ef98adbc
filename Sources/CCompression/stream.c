#include "cc_stream.h"

#include <limits.h>
#include <stdlib.h>
#include <zlib.h>
#include <zstd.h>

struct cc_stream {
  ZSTD_DStream *zstd;  // null: gzip
  z_stream gzip;
  int between;  // at the start, or after the end of a member or frame
};

cc_stream *cc_stream_gzip(void) {
  cc_stream *stream = calloc(1, sizeof *stream);
  if (!stream) return NULL;
  stream->between = 1;
  if (inflateInit2(&stream->gzip, 15 + 16) == Z_OK) return stream;  // 16: gzip alone
  free(stream);
  return NULL;
}

cc_stream *cc_stream_zstd(void) {
  cc_stream *stream = calloc(1, sizeof *stream);
  if (!stream) return NULL;
  stream->between = 1;
  stream->zstd = ZSTD_createDStream();
  if (stream->zstd) return stream;
  free(stream);
  return NULL;
}

void cc_stream_free(cc_stream *stream) {
  if (!stream) return;
  if (stream->zstd) ZSTD_freeDStream(stream->zstd);
  else inflateEnd(&stream->gzip);
  free(stream);
}

static uInt clipped(int64_t size) { return size > INT_MAX ? INT_MAX : (uInt)size; }

static int32_t next_gzip(cc_stream *stream, const void *from, int64_t from_size, int64_t *from_used,
                         void *to, int64_t to_size, int64_t *to_used) {
  z_stream *z = &stream->gzip;
  if (stream->between && from_size > 0 && inflateReset(z) != Z_OK) return -1;
  z->next_in = (Bytef *)from;
  z->avail_in = clipped(from_size);
  z->next_out = to;
  z->avail_out = clipped(to_size);
  if (from_size > 0) stream->between = 0;
  int result = inflate(z, Z_NO_FLUSH);
  *from_used = (int64_t)(z->next_in - (const Bytef *)from);
  *to_used = (int64_t)(z->next_out - (Bytef *)to);
  if (result == Z_STREAM_END) return stream->between = 1;
  return result == Z_OK || result == Z_BUF_ERROR ? stream->between : -1;
}

static int32_t next_zstd(cc_stream *stream, const void *from, int64_t from_size, int64_t *from_used,
                         void *to, int64_t to_size, int64_t *to_used) {
  ZSTD_inBuffer in = {from, (size_t)from_size, 0};
  ZSTD_outBuffer out = {to, (size_t)to_size, 0};
  size_t result = ZSTD_decompressStream(stream->zstd, &out, &in);
  *from_used = (int64_t)in.pos;
  *to_used = (int64_t)out.pos;
  if (ZSTD_isError(result)) return -1;
  if (in.pos > 0 || out.pos > 0) stream->between = result == 0;
  return stream->between;
}

int32_t cc_stream_next(cc_stream *stream, const void *from, int64_t from_size, int64_t *from_used,
                       void *to, int64_t to_size, int64_t *to_used) {
  *from_used = *to_used = 0;
  if (from_size < 0 || to_size < 0) return -1;
  return (stream->zstd ? next_zstd : next_gzip)(stream, from, from_size, from_used, to, to_size, to_used);
}
