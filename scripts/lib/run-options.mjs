/**
 * @file How the command line's own process is run. The two threads of an import make garbage as fast as they read; with
 * a small young generation it is collected where it lies, instead of growing both heaps by half again.
 */
export const runOptions = ['--max-semi-space-size=8']
