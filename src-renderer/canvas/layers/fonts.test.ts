import { describe, expect, it } from 'vitest'
import { absoluteSource } from './fonts'

describe('font sources', () => {
  it('are absolute, whatever the quotes', () => {
    const base = 'studio://app/assets/index.css'
    expect(absoluteSource('url(./inter.woff2) format("woff2"), url("/mono.woff2")', base)).toBe(
      'url("studio://app/assets/inter.woff2") format("woff2"), url("studio://app/mono.woff2")'
    )
  })
})
