import { defineConfig } from 'vitest/config'

/** One spec at a time: each starts an app, a browser and a model, and two cores are the smallest machine. */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['specs/**/*.spec.ts'],
    testTimeout: 90_000,
    hookTimeout: 60_000,
    fileParallelism: false,
    globalSetup: ['./harness/clean-artefacts.mjs']
  }
})
