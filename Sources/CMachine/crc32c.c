#include "CMachine.h"

#include <string.h>

#include "processor.h"

#if defined(__x86_64__)
#define CRC __attribute__((target("sse4.2")))
#define STEP8(crc, word) ((uint32_t)__builtin_ia32_crc32di(crc, word))
#define STEP1(crc, byte) __builtin_ia32_crc32qi(crc, byte)
int32_t cm_crc32c_is_there(void) { return CAN(SSE4_2, "sse4.2"); }
#elif defined(__aarch64__)
#include <arm_acle.h>
#include <sys/auxv.h>
#define CRC __attribute__((target("crc")))
#define STEP8(crc, word) __crc32cd(crc, word)
#define STEP1(crc, byte) __crc32cb(crc, byte)
int32_t cm_crc32c_is_there(void) { return (getauxval(AT_HWCAP) & (1 << 7)) != 0; }  // HWCAP_CRC32
#else
#define CRC
#define STEP8(crc, word) (crc)
#define STEP1(crc, byte) (crc)
int32_t cm_crc32c_is_there(void) { return 0; }
#endif

static inline uint64_t word_at(const uint8_t *bytes) {
  uint64_t word;
  memcpy(&word, bytes, sizeof word);
  return word;
}

static CRC uint32_t one_lane(uint32_t state, const uint8_t *bytes, int64_t size) {
  for (; size >= 8; size -= 8, bytes += 8) state = STEP8(state, word_at(bytes));
  for (; size > 0; size--, bytes++) state = STEP1(state, *bytes);
  return state;
}

// Numbers below are polynomials modulo Castagnoli's, the highest bit the lowest power.
static uint32_t product(uint32_t a, uint32_t b) {
  uint32_t sum = 0;
  for (; a != 0; a <<= 1) {
    if (a >> 31) sum ^= b;
    b = b & 1 ? b >> 1 ^ 0x82F63B78 : b >> 1;
  }
  return sum;
}

// What a state is multiplied with to pass over so many bytes of zeros: x to the power of their bits.
static uint32_t passing(int64_t bytes) {
  uint32_t power = 0x80000000, square = 0x00800000;
  for (; bytes != 0; bytes >>= 1, square = product(square, square)) {
    if (bytes & 1) power = product(power, square);
  }
  return power;
}

CRC uint32_t cm_crc32c(uint32_t state, const void *from, int64_t size) {
  const uint8_t *bytes = from;
  if (size < 1 << 14) return one_lane(state, bytes, size);
  int64_t quarter = size / 32 * 8;
  uint32_t states[4] = {state, 0, 0, 0};
  cm_crc32c_four(states, bytes, quarter);
  uint32_t factor = passing(quarter);
  for (int32_t lane = 1; lane < 4; lane++) states[lane] ^= product(states[lane - 1], factor);
  return one_lane(states[3], bytes + 4 * quarter, size - 4 * quarter);
}

CRC void cm_crc32c_four(uint32_t states[4], const void *from, int64_t size) {
  const uint8_t *bytes = from;
  uint32_t a = states[0], b = states[1], c = states[2], d = states[3];
  int64_t place = 0;
  for (; place + 8 <= size; place += 8) {
    a = STEP8(a, word_at(bytes + place));
    b = STEP8(b, word_at(bytes + place + size));
    c = STEP8(c, word_at(bytes + place + 2 * size));
    d = STEP8(d, word_at(bytes + place + 3 * size));
  }
  states[0] = one_lane(a, bytes + place, size - place);
  states[1] = one_lane(b, bytes + place + size, size - place);
  states[2] = one_lane(c, bytes + place + 2 * size, size - place);
  states[3] = one_lane(d, bytes + place + 3 * size, size - place);
}
