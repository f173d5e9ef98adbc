#pragma once

// What the processor can do, as the loader found out. The compiler's own way asks the processor again,
// before main and for everything there is, which costs a start 0.15 ms where a hypervisor has to answer.
#if defined(__x86_64__)
#if __has_include(<sys/platform/x86.h>)
#include <sys/platform/x86.h>
#define CAN(feature, name) (CPU_FEATURE_ACTIVE(feature) != 0)
#else
#define CAN(feature, name) (__builtin_cpu_supports(name) != 0)
#endif
#endif
