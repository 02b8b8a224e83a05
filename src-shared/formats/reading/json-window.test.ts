import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AppError } from '../../errors'
import { placeInText } from './exact-json'
import { JsonWindow } from './json-window'

const encoder = new TextEncoder()
const bytesOf = (text: string): Uint8Array => encoder.encode(text)
function failure(work: () => unknown): AppError {
  try {
    work()
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
  throw new Error('expected an AppError')
}

describe('the part of a file that is in memory', () => {
  const word = fc.string({ unit: fc.constantFrom('a', ' ', '\n', '\r', 'é', '猫', '😀') })
  const step = fc.tuple(fc.constantFrom('hold', 'pass', 'drop', 'read'), word)

  test.each([false, true])(
    'tells where a fault lies in the file, whatever was dropped of it; number lists: %s',
    (lists) => {
      fc.assert(
        fc.property(fc.array(step), word, (steps, last) => {
          const window = new JsonWindow('a.json', lists)
          let file = ''
          let dropped = 0
          for (const [what, words] of steps) {
            const text = what === 'read' ? JSON.stringify({ words, list: [1, 2.5] }) : words
            const start = window.length
            window.take(bytesOf(text))
            file += text
            if (what === 'read') expect(window.elements(start, window.length)).toHaveLength(1)
            if (what === 'pass') window.pass(window.length)
            if (what !== 'drop') continue
            dropped += window.length
            window.drop(window.length)
          }
          window.take(bytesOf(last))
          const { line, column } = placeInText(file + last, (file + last).length)
          expect(window.error(window.length, 'x').data).toMatchObject({ line, column })
          expect(window.length).toBe(bytesOf(file + last).length - dropped)
        })
      )
    }
  )

  test('keeps what is not dropped, wherever chunks end', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 20 })), fc.nat(), (chunks, cut) => {
        const window = new JsonWindow('a.json', false)
        for (const chunk of chunks) {
          window.take(chunk)
          chunk.fill(0xff)
        }
        const before = window.bytes.slice(0, window.length)
        const count = window.length === 0 ? 0 : cut % (window.length + 1)
        window.drop(count)
        expect(window.bytes.slice(0, window.length)).toEqual(before.subarray(count))
      })
    )
  })

  test('a fault in a value is told at its letter, in elements and in what stands alone', () => {
    const window = new JsonWindow('a.json', false)
    const text = '[\n  {"é": 1},\n  {"b": nope}'
    window.take(bytesOf(text))
    window.pass(4)
    const fault = failure(() => window.elements(4, window.length))
    expect(fault).toMatchObject({ code: 'import/json', data: { file: 'a.json', line: 3, column: 9 } })
    const alone = new JsonWindow('a.json', false)
    alone.take(bytesOf('\n 1.'))
    expect(failure(() => alone.value(2, 4))).toMatchObject({ code: 'import/json', data: { line: 2 } })
  })

  test('letters that are none of UTF-8 are not read, and are told as a word in a message', () => {
    const window = new JsonWindow('a.json', false)
    window.take(Uint8Array.of(0x0a, 0x22, 0xff, 0x22))
    expect(failure(() => window.value(1, 4))).toMatchObject({ code: 'import/encoding', data: { line: 2 } })
    expect(window.unexpected(2, 'a value')).toBe('"\ufffd" stands where a value should be')
  })
})
