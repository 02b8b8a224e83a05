/**
 * @file How the command line's own process is run, so that an import stays small. Its two threads make garbage as fast as
 * they read: with a small young generation it is collected where it lies, and what got old is collected when a fifth has
 * come, not when the heap has doubled.
 */
export const runOptions = ['--max-semi-space-size=8', '--heap-growing-percent=20']

/** For glibc, other systems pass it over: large blocks, which go from thread to thread, are given back when they are free. */
export const runEnvironment = { MALLOC_MMAP_THRESHOLD_: '131072', MALLOC_TRIM_THRESHOLD_: '131072' }
