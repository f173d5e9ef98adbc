#include "cc_zstd.h"

#include <zstd.h>

static int64_t outcome(size_t result) {
  return ZSTD_isError(result) || result > INT64_MAX ? -1 : (int64_t)result;
}

int64_t cc_zstd_bound(int64_t size) {
  return size < 0 ? -1 : outcome(ZSTD_compressBound((size_t)size));
}

int64_t cc_zstd_compress(void *to, int64_t capacity, const void *from, int64_t size, int32_t level) {
  if (capacity < 0 || size < 0) return -1;
  return outcome(ZSTD_compress(to, (size_t)capacity, from, (size_t)size, level));
}

int64_t cc_zstd_decompress(void *to, int64_t capacity, const void *from, int64_t size) {
  if (capacity < 0 || size < 0) return -1;
  return outcome(ZSTD_decompress(to, (size_t)capacity, from, (size_t)size));
}

int64_t cc_zstd_content_size(const void *from, int64_t size) {
  if (size < 0) return -1;
  unsigned long long content = ZSTD_getFrameContentSize(from, (size_t)size);
  if (content == ZSTD_CONTENTSIZE_UNKNOWN || content == ZSTD_CONTENTSIZE_ERROR) return -1;
  return content > INT64_MAX ? -1 : (int64_t)content;
}
