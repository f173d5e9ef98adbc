// The words of the command line. Swift's runtime finds them in a way that works wherever it is loaded: it
// reads /proc/self/maps at every start, which is a thirtieth of a short command. libc hands them to a
// constructor, so these two stand in the place of the runtime's own, and its file is not linked.
// Should the runtime call them something else one day, its own are linked and work as before.

static int count;
static char **words;

__attribute__((constructor)) static void keep_words(int argc, char **argv) {
  count = argc;
  words = argv;
}

char **_swift_stdlib_getUnsafeArgvArgc(int *counted) {
  *counted = count;
  return words;
}

void _swift_stdlib_overrideUnsafeArgvArgc(char **argv, int argc) {
  count = argc;
  words = argv;
}
