#pragma once
#include <stddef.h>
#include <stdint.h>

// The few calls of libcurl that Kith makes, with a fixed type each: curl_easy_setopt and
// curl_easy_getinfo are variadic, which Swift cannot call. The library is loaded when first asked for,
// so that starting Kith does not pay for the thirty libraries behind it; no header of it is needed,
// since the numbers of options never change.

typedef struct kith_curl kith_curl;
typedef struct kith_curl_list kith_curl_list;

/// Loads the library; safe from any thread. NULL, or why it cannot be loaded.
const char *_Nullable kith_curl_load(void);

kith_curl *_Nullable kith_curl_open(void);
void kith_curl_close(kith_curl *_Nonnull handle);

int32_t kith_curl_set_number(kith_curl *_Nonnull handle, int32_t option, int64_t value);
int32_t kith_curl_set_size(kith_curl *_Nonnull handle, int32_t option, int64_t value);
int32_t kith_curl_set_text(kith_curl *_Nonnull handle, int32_t option, const char *_Nullable value);
int32_t kith_curl_set_pointer(kith_curl *_Nonnull handle, int32_t option, void *_Nullable value);
int32_t kith_curl_set_list(kith_curl *_Nonnull handle, int32_t option, kith_curl_list *_Nullable value);

/// Called for bytes to send: fills at most size * count bytes and returns how many, 0 at the end.
typedef size_t (*kith_curl_read)(
    char *_Nullable buffer, size_t size, size_t count, void *_Nullable context);
/// Called with bytes that came; returns how many it took.
typedef size_t (*kith_curl_write)(
    char *_Nullable bytes, size_t size, size_t count, void *_Nullable context);
/// Called with each line of the protocol. Kind 1 came in, kind 2 went out.
typedef int (*kith_curl_trace)(
    void *_Nullable handle, int kind, char *_Nullable bytes, size_t size, void *_Nullable context);

/// Called now and then with what went and what is to go; anything but 0 ends the transfer.
typedef int (*kith_curl_progress)(
    void *_Nullable context, int64_t toCome, int64_t came, int64_t toGo, int64_t went);

int32_t kith_curl_set_read(
    kith_curl *_Nonnull handle, kith_curl_read _Nullable function, void *_Nullable context);
int32_t kith_curl_set_write(
    kith_curl *_Nonnull handle, kith_curl_write _Nullable function, void *_Nullable context);
int32_t kith_curl_set_trace(
    kith_curl *_Nonnull handle, kith_curl_trace _Nullable function, void *_Nullable context);

int32_t kith_curl_set_progress(
    kith_curl *_Nonnull handle, kith_curl_progress _Nullable function, void *_Nullable context);

int32_t kith_curl_perform(kith_curl *_Nonnull handle);
int64_t kith_curl_number(kith_curl *_Nonnull handle, int32_t info);
const char *_Nonnull kith_curl_explain(int32_t code);

kith_curl_list *_Nullable kith_curl_append(
    kith_curl_list *_Nullable list, const char *_Nonnull text);
void kith_curl_free(kith_curl_list *_Nullable list);
