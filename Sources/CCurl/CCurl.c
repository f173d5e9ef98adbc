#include "CCurl.h"

#include <dlfcn.h>
#include <pthread.h>

enum { READ_FUNCTION = 20012, READ_DATA = 10009, WRITE_FUNCTION = 20011, WRITE_DATA = 10001 };
enum { PROGRESS_FUNCTION = 20219, PROGRESS_DATA = 10057, NO_PROGRESS = 43 };
enum { TRACE_FUNCTION = 20094, TRACE_DATA = 10095, GLOBAL_ALL = 3 };

static int (*global_init)(long);
static kith_curl *(*easy_init)(void);
static void (*easy_cleanup)(kith_curl *);
static int (*easy_setopt)(kith_curl *, int, ...);
static int (*easy_getinfo)(kith_curl *, int, ...);
static int (*easy_perform)(kith_curl *);
static const char *(*easy_strerror)(int);
static kith_curl_list *(*slist_append)(kith_curl_list *, const char *);
static void (*slist_free_all)(kith_curl_list *);

static const char *problem;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void load(void) {
  void *library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
  if (!library) library = dlopen("libcurl-gnutls.so.4", RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    problem = "libcurl.so.4 is not installed";
    return;
  }
  const struct {
    void *target;
    const char *name;
  } symbols[] = {
      {&global_init, "curl_global_init"},     {&easy_init, "curl_easy_init"},
      {&easy_cleanup, "curl_easy_cleanup"},   {&easy_setopt, "curl_easy_setopt"},
      {&easy_getinfo, "curl_easy_getinfo"},   {&easy_perform, "curl_easy_perform"},
      {&easy_strerror, "curl_easy_strerror"}, {&slist_append, "curl_slist_append"},
      {&slist_free_all, "curl_slist_free_all"},
  };
  for (size_t i = 0; i < sizeof symbols / sizeof symbols[0]; i++) {
    void *symbol = dlsym(library, symbols[i].name);
    if (!symbol) {
      problem = "libcurl.so.4 lacks a function that Kith needs";
      return;
    }
    *(void **)symbols[i].target = symbol;
  }
  if (global_init(GLOBAL_ALL) != 0) problem = "libcurl cannot start";
}

const char *kith_curl_load(void) {
  pthread_once(&once, load);
  return problem;
}

kith_curl *kith_curl_open(void) { return kith_curl_load() ? NULL : easy_init(); }

void kith_curl_close(kith_curl *handle) { easy_cleanup(handle); }

int32_t kith_curl_set_number(kith_curl *handle, int32_t option, int64_t value) {
  return easy_setopt(handle, option, (long)value);
}

int32_t kith_curl_set_size(kith_curl *handle, int32_t option, int64_t value) {
  return easy_setopt(handle, option, value);
}

int32_t kith_curl_set_text(kith_curl *handle, int32_t option, const char *value) {
  return easy_setopt(handle, option, value);
}

int32_t kith_curl_set_pointer(kith_curl *handle, int32_t option, void *value) {
  return easy_setopt(handle, option, value);
}

int32_t kith_curl_set_list(kith_curl *handle, int32_t option, kith_curl_list *value) {
  return easy_setopt(handle, option, value);
}

int32_t kith_curl_set_read(kith_curl *handle, kith_curl_read function, void *context) {
  int code = easy_setopt(handle, READ_DATA, context);
  return code ? code : easy_setopt(handle, READ_FUNCTION, function);
}

int32_t kith_curl_set_write(kith_curl *handle, kith_curl_write function, void *context) {
  int code = easy_setopt(handle, WRITE_DATA, context);
  return code ? code : easy_setopt(handle, WRITE_FUNCTION, function);
}

int32_t kith_curl_set_trace(kith_curl *handle, kith_curl_trace function, void *context) {
  int code = easy_setopt(handle, TRACE_DATA, context);
  return code ? code : easy_setopt(handle, TRACE_FUNCTION, function);
}

int32_t kith_curl_set_progress(kith_curl *handle, kith_curl_progress function, void *context) {
  int code = easy_setopt(handle, PROGRESS_DATA, context);
  if (code == 0) code = easy_setopt(handle, PROGRESS_FUNCTION, function);
  return code ? code : easy_setopt(handle, NO_PROGRESS, 0L);
}

int32_t kith_curl_perform(kith_curl *handle) { return easy_perform(handle); }

int64_t kith_curl_number(kith_curl *handle, int32_t info) {
  long value = 0;
  easy_getinfo(handle, info, &value);
  return value;
}

const char *kith_curl_explain(int32_t code) { return easy_strerror(code); }

kith_curl_list *kith_curl_append(kith_curl_list *list, const char *text) {
  return slist_append(list, text);
}

void kith_curl_free(kith_curl_list *list) { slist_free_all(list); }
