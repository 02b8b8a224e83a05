import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createDetokenizer } from './detokenizer'

/** One token per byte: the hardest case. */
const decodeBytes = (ids: readonly number[]): string => Buffer.from(ids).toString('utf8')

function run(ids: readonly number[]): { pieces: string[]; text: string } {
  const detokenizer = createDetokenizer(decodeBytes)
  const pieces = ids.map((id) => detokenizer.push(id))
  return { pieces, text: pieces.join('') + detokenizer.end() }
}

describe('detokenizer', () => {
  it('holds a letter of several tokens back until it is whole', () => {
    const { pieces, text } = run([...Buffer.from('a狐🦊')])
    expect(pieces).toEqual(['a', '', '', '狐', '', '', '', '🦊'])
    expect(text).toBe('a狐🦊')
  })

  it('H4: an answer cut inside a letter ends in one replacement mark', () => {
    expect(run([...Buffer.from('ab🦊')].slice(0, 4)).text).toBe('ab\uFFFD')
  })

  it('drops white space in front of the answer and nowhere else', () => {
    expect(run([...Buffer.from('  \n the  dog ')]).text).toBe('the  dog ')
  })

  it('gives the words of any text back, whatever it is made of', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-composite' }), (text) => {
        expect(run([...Buffer.from(text)]).text).toBe(text.trimStart())
      })
    )
  })
})
