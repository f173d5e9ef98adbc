#pragma once
#include "cc_zstd.h"
