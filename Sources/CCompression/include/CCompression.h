#pragma once
#include "cc_stream.h"
#include "cc_zstd.h"
