import { describe, expect, test } from 'vitest'
import { whyItCannotFit } from './room-for'

describe('what there is room for', () => {
  const machine = { freeDiskBytes: 10e9, freeMemoryBytes: 2e9, totalMemoryBytes: 8e9 }
  test.each([
    [9.4e9, 8e9, null],
    [9.6e9, 1e9, 'model-store/no-disk'],
    [1e9, 8.1e9, 'model-store/no-memory']
  ])('%d bytes of disk and %d of memory: %s', (diskBytes, memoryBytes, code) => {
    const error = whyItCannotFit('Big', { diskBytes, memoryBytes }, machine)
    expect(error?.code ?? null).toBe(code)
    if (error !== null) expect(error.message).toMatch(/Big needs .*\d GB.*\d GB/)
  })
})
