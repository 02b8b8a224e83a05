import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['src-*/**/*.test.{ts,tsx}', 'scripts/**/*.test.mjs', 'bin/**/*.test.mjs'],
    setupFiles: ['scripts/lib/law-runs.mjs'],
    testTimeout: 30_000,
    // Two cores are the smallest machine we promise to test on.
    maxWorkers: 2
  }
})
