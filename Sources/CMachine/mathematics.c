// libm, loaded when mathematics is first asked for. Swift's library names a hundred of its functions, so that
// the loader would bring it into every process, for a tenth of a millisecond; a forecast alone calls any. The
// names below stand in its place and pass on. One that is missing here is no harm: then libm is linked as
// usual, and every start is that much slower.
#include <dlfcn.h>
#include <math.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

static void *found(const char *name) {
  static void *_Atomic library;
  void *there = atomic_load(&library);
  // Two threads may both open it: it is the same one.
  if (!there) atomic_store(&library, there = dlopen("libm.so.6", RTLD_NOW | RTLD_LOCAL));
  void *function = there ? dlsym(there, name) : NULL;
  if (!function) {
    fprintf(stderr, "kith: no %s in libm.so.6: %s\n", name, dlerror());
    abort();
  }
  return function;
}

#define PASS_ON(result, name, parameters, arguments)                         \
  result name parameters {                                                   \
    typedef result(*function) parameters;                                    \
    static _Atomic(function) known;                                          \
    function one = atomic_load_explicit(&known, memory_order_relaxed);       \
    if (!one) {                                                              \
      one = (function)found(#name);                                          \
      atomic_store_explicit(&known, one, memory_order_relaxed);              \
    }                                                                        \
    return one arguments;                                                    \
  }

#define OF_ONE(name)                                                         \
  PASS_ON(double, name, (double x), (x))                                     \
  PASS_ON(float, name##f, (float x), (x))                                    \
  PASS_ON(long double, name##l, (long double x), (x))

#define OF_TWO(name)                                                         \
  PASS_ON(double, name, (double x, double y), (x, y))                        \
  PASS_ON(float, name##f, (float x, float y), (x, y))                        \
  PASS_ON(long double, name##l, (long double x, long double y), (x, y))

OF_ONE(acos) OF_ONE(acosh) OF_ONE(asin) OF_ONE(asinh) OF_ONE(atan) OF_ONE(atanh) OF_ONE(cbrt)
OF_ONE(ceil) OF_ONE(cos) OF_ONE(cosh) OF_ONE(erf) OF_ONE(erfc) OF_ONE(exp) OF_ONE(exp2) OF_ONE(expm1)
OF_ONE(floor) OF_ONE(log) OF_ONE(log10) OF_ONE(log1p) OF_ONE(log2) OF_ONE(logb) OF_ONE(nearbyint)
OF_ONE(rint) OF_ONE(round) OF_ONE(sin) OF_ONE(sinh) OF_ONE(sqrt) OF_ONE(tan) OF_ONE(tanh)
OF_ONE(tgamma) OF_ONE(trunc)

OF_TWO(atan2) OF_TWO(fdim) OF_TWO(fmax) OF_TWO(fmin) OF_TWO(fmod) OF_TWO(hypot) OF_TWO(nextafter)
OF_TWO(pow) OF_TWO(remainder)

PASS_ON(double, fma, (double x, double y, double z), (x, y, z))
PASS_ON(float, fmaf, (float x, float y, float z), (x, y, z))
PASS_ON(long double, fmal, (long double x, long double y, long double z), (x, y, z))
PASS_ON(double, remquo, (double x, double y, int *quotient), (x, y, quotient))
PASS_ON(float, remquof, (float x, float y, int *quotient), (x, y, quotient))
PASS_ON(long double, remquol, (long double x, long double y, int *quotient), (x, y, quotient))
PASS_ON(double, lgamma_r, (double x, int *sign), (x, sign))
PASS_ON(float, lgammaf_r, (float x, int *sign), (x, sign))
PASS_ON(long double, lgammal_r, (long double x, int *sign), (x, sign))
PASS_ON(double, nan, (const char *tag), (tag))
PASS_ON(float, nanf, (const char *tag), (tag))
PASS_ON(long double, nanl, (const char *tag), (tag))
PASS_ON(double, jn, (int order, double x), (order, x))
PASS_ON(double, yn, (int order, double x), (order, x))
