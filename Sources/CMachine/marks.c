#include "CMachine.h"

#include <string.h>

#include "processor.h"

static inline uint64_t word_at(const uint8_t *bytes) {
  uint64_t word;
  memcpy(&word, bytes, sizeof word);
  return word;
}

// The high bit of each byte that is zero.
static inline uint64_t zeros(uint64_t word) {
  uint64_t low = 0x7F7F7F7F7F7F7F7F;
  return ~(((word & low) + low) | word | low);
}

int64_t cm_marks_plain(const void *text, int64_t from, int64_t to, uint8_t one, uint32_t *places) {
  const uint8_t *bytes = text;
  uint64_t ones = 0x0101010101010101;
  uint32_t *end = places;
  for (int64_t block = from; block < to; block += 8) {
    uint64_t word = word_at(bytes + block);
    uint64_t marks = zeros(word ^ ones * one) | zeros(word ^ ones * 0x22) | zeros(word & ones * 0xE0);
    if (to - block < 8) marks &= ((uint64_t)1 << 8 * (to - block)) - 1;
    for (; marks != 0; marks &= marks - 1) {
      *end++ = (uint32_t)block + ((uint32_t)__builtin_ctzll(marks) >> 3);
    }
  }
  return end - places;
}

#if defined(__x86_64__)
#include <immintrin.h>
#define WIDE __attribute__((target("avx2,bmi,popcnt")))

static inline WIDE uint32_t marks_of(const uint8_t *bytes, __m256i one) {
  __m256i text = _mm256_loadu_si256((const __m256i *)bytes);
  __m256i control = _mm256_cmpeq_epi8(_mm256_min_epu8(text, _mm256_set1_epi8(0x1F)), text);
  __m256i quote = _mm256_cmpeq_epi8(text, _mm256_set1_epi8(0x22));
  __m256i found = _mm256_or_si256(_mm256_cmpeq_epi8(text, one), _mm256_or_si256(quote, control));
  return (uint32_t)_mm256_movemask_epi8(found);
}

// Writes the places of the bits of one block, eight at a time: most blocks have no more, and a loop
// that ends where the bits do would be foretold wrongly.
static inline WIDE uint32_t *put_places(uint32_t *places, uint64_t bits, uint32_t block) {
  uint32_t *end = places + __builtin_popcountll(bits);
  do {
    for (int32_t i = 0; i < 8; i++, bits &= bits - 1) {
      places[i] = block + (uint32_t)_tzcnt_u64(bits);
    }
    places += 8;
  } while (bits != 0);
  return end;
}

static WIDE int64_t marks_wide(
    const void *text, int64_t from, int64_t to, uint8_t one, uint32_t *places) {
  const uint8_t *bytes = text;
  __m256i ones = _mm256_set1_epi8((char)one);
  uint32_t *end = places;
  for (int64_t block = from; block < to; block += 64) {
    uint64_t bits =
        marks_of(bytes + block, ones) | (uint64_t)marks_of(bytes + block + 32, ones) << 32;
    if (to - block < 64) bits &= ((uint64_t)1 << (to - block)) - 1;
    end = put_places(end, bits, (uint32_t)block);
  }
  return end - places;
}

int64_t cm_marks(const void *text, int64_t from, int64_t to, uint8_t one, uint32_t *places) {
  if (CAN(AVX2, "avx2") && CAN(BMI1, "bmi"))
    return marks_wide(text, from, to, one, places);
  return cm_marks_plain(text, from, to, one, places);
}
#else
int64_t cm_marks(const void *text, int64_t from, int64_t to, uint8_t one, uint32_t *places) {
  return cm_marks_plain(text, from, to, one, places);
}
#endif
