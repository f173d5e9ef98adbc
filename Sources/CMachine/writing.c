#define _GNU_SOURCE
#include <fcntl.h>

#include "CMachine.h"

void cm_start_writing(int32_t descriptor, int64_t start, int64_t size) {
  (void)sync_file_range(descriptor, start, size, SYNC_FILE_RANGE_WRITE);
}
