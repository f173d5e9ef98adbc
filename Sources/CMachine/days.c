#include "CMachine.h"

#include "processor.h"

// A day has 84,375 times 1,024 milliseconds.
enum { DAY_PARTS = 84375, PART_BITS = 10 };

static inline uint16_t day_of(int64_t local) {
  return (uint16_t)((uint64_t)local / ((uint64_t)DAY_PARTS << PART_BITS));
}

int64_t cm_days_plain(const int64_t *times, int64_t count, int64_t offset, uint16_t *days) {
  if (count == 0) return 0;
  uint16_t last = day_of(times[0] + offset);
  int64_t place = 0;
  days[0] = last;
  for (int64_t row = 0; row < count; row++) {
    uint16_t day = day_of(times[row] + offset);
    place += day != last;
    days[place] = last = day;
  }
  return place + 1;
}

#if defined(__x86_64__)
#include <immintrin.h>
#define WIDE __attribute__((target("avx2,popcnt")))

// 2^48 / DAY_PARTS, rounded up: a product with it, cut at 48 bits, is the quotient of any number of 32 bits,
// since (FACTOR * DAY_PARTS - 2^48) * 2^32 < 2^48.
#define FACTOR 3335999724u

// By the bits of four lanes: where each byte comes from, so that the lanes whose bits are set lie in front.
static const uint64_t to_front[16] = {
    0x0100010001000100, 0x0100010001000100, 0x0100010001000302, 0x0100010003020100,
    0x0100010001000504, 0x0100010005040100, 0x0100010005040302, 0x0100050403020100,
    0x0100010001000706, 0x0100010007060100, 0x0100010007060302, 0x0100070603020100,
    0x0100010007060504, 0x0100070605040100, 0x0100070605040302, 0x0706050403020100};

static inline WIDE __m128i gathered(__m128i four, uint32_t lanes) {
  return _mm_shuffle_epi8(four, _mm_cvtsi64_si128((int64_t)to_front[lanes]));
}

// The days of four times, counted from one at which a day begins, each in 64 bits.
static inline WIDE __m256i days_from(const int64_t *times, __m256i offset, __m256i start) {
  __m256i local = _mm256_add_epi64(_mm256_loadu_si256((const __m256i *)times), offset);
  __m256i parts = _mm256_sub_epi64(_mm256_srli_epi64(local, PART_BITS), start);
  return _mm256_srli_epi64(_mm256_mul_epu32(parts, _mm256_set1_epi64x(FACTOR)), 48);
}

static WIDE int64_t days_wide(const int64_t *times, int64_t count, int64_t offset, uint16_t *days) {
  uint16_t first = day_of(times[0] + offset);
  int64_t begin = (int64_t)first * DAY_PARTS;
  if (((times[count - 1] + offset) >> PART_BITS) - begin > UINT32_MAX) {
    return cm_days_plain(times, count, offset, days);
  }
  __m256i offsets = _mm256_set1_epi64x(offset), start = _mm256_set1_epi64x(begin);
  __m256i order = _mm256_setr_epi32(0, 2, 4, 6, 1, 3, 5, 7);
  __m128i firsts = _mm_set1_epi16((int16_t)first), last = _mm_set1_epi16(0);
  int64_t place = 0;
  for (int64_t row = 0; row < count; row += 8) {
    __m256i low = days_from(times + row, offsets, start);
    __m256i high = days_from(times + row + 4, offsets, start);
    __m256i all = _mm256_or_si256(low, _mm256_slli_epi64(high, 32));
    all = _mm256_permutevar8x32_epi32(all, order);
    __m128i eight = _mm_packus_epi32(_mm256_castsi256_si128(all), _mm256_extracti128_si256(all, 1));
    eight = _mm_add_epi16(eight, firsts);
    __m128i same = _mm_cmpeq_epi16(eight, _mm_alignr_epi8(eight, last, 14));
    last = eight;
    uint32_t fresh = 0xFF & ~(uint32_t)_mm_movemask_epi8(_mm_packs_epi16(same, same));
    if (row == 0) fresh |= 1;
    if (count - row < 8) fresh &= (1u << (count - row)) - 1;
    _mm_storel_epi64((__m128i *)(days + place), gathered(eight, fresh & 15));
    place += __builtin_popcount(fresh & 15);
    _mm_storel_epi64((__m128i *)(days + place), gathered(_mm_srli_si128(eight, 8), fresh >> 4));
    place += __builtin_popcount(fresh >> 4);
  }
  return place;
}

int64_t cm_days(const int64_t *times, int64_t count, int64_t offset, uint16_t *days) {
  if (count > 0 && CAN(AVX2, "avx2")) return days_wide(times, count, offset, days);
  return cm_days_plain(times, count, offset, days);
}
#else
int64_t cm_days(const int64_t *times, int64_t count, int64_t offset, uint16_t *days) {
  return cm_days_plain(times, count, offset, days);
}
#endif
