import { describe, expect, it } from 'vitest'
import { readableInk } from './theme'

describe('ink on a label colour', () => {
  it('is the one of black and white that reads better', () => {
    expect(['#ffd60a', '#ffffff', '#4f8cff', '#1f3a8a', '#000000', '#8e4ec6'].map(readableInk)).toEqual([
      '#000000',
      '#000000',
      '#000000',
      '#ffffff',
      '#ffffff',
      '#ffffff'
    ])
  })
})
