import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['src-*/**/*.test.{ts,tsx}', 'scripts/**/*.test.mjs', 'bin/**/*.test.mjs'],
    testTimeout: 30_000,
    // Two cores are the smallest machine we promise to test on.
    maxWorkers: 2
  }
})
