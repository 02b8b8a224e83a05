import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { normalizedBox, normalizedPoint } from '../../geometry/space'
import { groundedText, mention, phrase, raw, text } from '../../grounded/build'
import type { GroundedRegion } from '../../grounded/nodes'
import { plainText } from '../../grounded/plain-text'
import { validateGroundedText } from '../../grounded/validate'
import { regionIdsOf } from '../../grounded/visit'
import { CHINESE } from './chinese'
import { ENGLISH } from './english'
import { fillWording, pickIndex } from './fill'
import type { SlotValues } from './fill'
import { SLOTS, TASKS } from './task'
import type { SlotName } from './task'
import { parseWording, slotsOf } from './wording'

const box = (id: string, x = 0.1): GroundedRegion => ({
  id,
  shape: { type: 'box', box: normalizedBox(x, 0.2, x + 0.3, 0.6) }
})
const point = (id: string): GroundedRegion => ({ id, shape: { type: 'point', point: normalizedPoint(0.5, 0.25) } })
const fill = (source: string, values: SlotValues, separator?: string) =>
  fillWording(parseWording(source), values, separator)

describe('the syntax', () => {
  test('any text is read; pieces hold all of it that is no mark', () => {
    const noise = fc
      .array(
        fc.constantFrom('{', '}', '{{', '}}', '{region}', '{exact:', '{phrase:', 'It|', 'a', '在', '|', '{question}'),
        { maxLength: 12 }
      )
      .map((parts) => parts.join(''))
    fc.assert(
      fc.property(fc.oneof(noise, fc.string({ unit: 'binary' })), (source) => {
        const { pieces, diagnostics } = parseWording(source)
        for (const { position } of diagnostics) expect(position?.end).toBeLessThanOrEqual(source.length)
        if (!/[{}]/.test(source)) expect(pieces).toEqual(source === '' ? [] : [{ type: 'words', text: source }])
      }),
      { numRuns: 2000 }
    )
  })
  test('200,000 braces are read in linear time', () => {
    for (const part of ['{', '{{', '}', '{exact:', '{{a', '{a}}']) {
      const started = performance.now()
      parseWording(part.repeat(Math.ceil(200_000 / part.length)))
      expect(performance.now() - started).toBeLessThan(2_000)
    }
  })
  test.each([
    [
      'a {region} b',
      [
        { type: 'words', text: 'a ' },
        { type: 'slot', slot: 'region' },
        { type: 'words', text: ' b' }
      ]
    ],
    [
      '{{{question}}}',
      [
        { type: 'words', text: '{' },
        { type: 'slot', slot: 'question' },
        { type: 'words', text: '}' }
      ]
    ],
    [
      '{exact:<a>}{exact:{{}}}',
      [
        { type: 'exact', text: '<a>' },
        { type: 'exact', text: '{}' }
      ]
    ],
    ['{phrase:expression}', [{ type: 'phrase', words: { slot: 'expression' }, region: null }]],
    ['{phrase:It|region}', [{ type: 'phrase', words: { text: 'It' }, region: 'region' }]],
    ['{phrase:expression|regions}', [{ type: 'phrase', words: { slot: 'expression' }, region: 'regions' }]]
  ])('%s', (source, pieces) => {
    expect(parseWording(source)).toEqual({ source, pieces, diagnostics: [] })
  })
  test.each([
    ['{nothing}', 'unknown-slot'],
    ['{phrase:region}', 'unknown-slot'],
    ['{phrase:It|question}', 'unknown-slot'],
    ['{exact:}', 'unknown-slot'],
    ['a { b', 'stray-brace'],
    ['a } b', 'stray-brace'],
    ['', 'empty']
  ])('%j: %s, and stays words', (source, code) => {
    const { pieces, diagnostics } = parseWording(source)
    expect(diagnostics.map((one) => one.code)).toEqual([`wording/${code}`])
    expect(pieces.map((piece) => ('text' in piece ? piece.text : '?')).join('')).toBe(source)
    expect(() => fillWording(parseWording(source), {})).toThrow(expect.objectContaining({ code: 'prompt/bad-wording' }))
  })
})

describe('filling', () => {
  test('words and regions take their places', () => {
    const tree = fill('What is {region} to {regions}? {exact:[x]} {phrase:It|region}', {
      region: box('a'),
      regions: [box('b', 0.3), point('c')]
    })
    expect(tree.children).toEqual([
      text('What is '),
      mention('a'),
      text(' to '),
      mention(['b', 'c']),
      text('? '),
      raw('[x]', 'prompt/exact'),
      text(' '),
      phrase('It', ['a'])
    ])
    expect(tree.regions.map(({ id }) => id)).toEqual(['a', 'b', 'c'])
  })
  test('a question may hold regions of its own, and what was raw in it is words', () => {
    const question = groundedText([text('Is '), mention('q'), raw('<grounding>', 'dialect/x')], [box('q')])
    const tree = fill('{question} Look at {region}.', { question, region: point('p') })
    expect(tree.children).toEqual([text('Is '), mention('q'), text('<grounding> Look at '), mention('p'), text('.')])
  })
  test('braces in words stay braces, and any value is there to the character', () => {
    fc.assert(
      fc.property(
        fc
          .array(fc.constantFrom('{', '}', '{}', '{0}', '{question}', '{{', '%s', '$&', 'a', '在', '\\'), {
            minLength: 1,
            maxLength: 8
          })
          .map((parts) => parts.join('')),
        (question) => {
          const tree = fill('Please: {question}!', { question })
          expect(plainText(tree.children)).toBe(`Please: ${question}!`)
          expect(tree.children.every(({ type }) => type === 'text')).toBe(true)
        }
      )
    )
  })
  test.each<[code: string, source: string, values: Record<string, unknown>]>([
    ['missing-slot', '{question}', {}],
    ['missing-slot', '{region}', {}],
    ['surplus-slot', '{question}', { question: 'a', expression: 'b' }],
    ['unknown-slot', '{question}', { question: 'a', toString: 'b' }],
    ['empty-slot', '{question}', { question: '  ' }],
    ['empty-slot', '{question}', { question: groundedText([]) }],
    ['empty-slot', '{classes}', { classes: [] }],
    ['empty-slot', '{classes}', { classes: ['cat', ''] }],
    ['empty-slot', '{regions}', { regions: [] }],
    ['slot-kind', '{classes}', { classes: 'cat' }],
    ['slot-kind', '{question}', { question: ['a'] }],
    ['slot-kind', '{question}', { question: box('a') }],
    ['slot-kind', '{region}', { region: 'a' }],
    ['slot-kind', '{region}', { region: [box('a'), box('b')] }],
    ['slot-kind', '{classes}', { classes: [box('a')] }],
    ['region-clash', '{first} {second}', { first: box('a'), second: box('a', 0.4) }]
  ])('%s: %s', (code, source, values) => {
    expect(() => fill(source, values as SlotValues)).toThrow(expect.objectContaining({ code: `prompt/${code}` }))
  })
})

test('a seed picks one and the same wording, and many seeds pick them all', () => {
  for (const count of [1, 2, 3, 5]) {
    const picked = Array.from({ length: 1000 }, (_, seed) => pickIndex(count, seed))
    expect(picked).toEqual(Array.from({ length: 1000 }, (_, seed) => pickIndex(count, seed)))
    const share = Array.from({ length: count }, (_, i) => picked.filter((one) => one === i).length)
    for (const times of share) expect(times).toBeGreaterThan((1000 / count) * 0.7)
  }
  expect(pickIndex(5)).toBe(0)
})

const valueOf = (slot: SlotName, i: number) => {
  const kind = SLOTS[slot]
  if (kind === 'words') return `words ${i} {}`
  if (kind === 'list') return [`a ${i}`, `b ${i}`]
  return kind === 'region' ? box(`r${i}`, i / 10) : [box(`r${i}`, i / 10), point(`p${i}`)]
}

describe.each(TASKS.map((task) => [task.id, task] as const))('our wordings of %s', (id, task) => {
  const slots: readonly SlotName[] = task.slots
  const values: SlotValues = Object.fromEntries(slots.map((slot, i) => [slot, valueOf(slot, i)]))
  test.each([
    ['English', ENGLISH[id]],
    ['Chinese', CHINESE[id]]
  ])('%s', (_language, wordings) => {
    expect(wordings.length).toBeGreaterThanOrEqual(3)
    expect(new Set(wordings).size).toBe(wordings.length)
    for (const source of wordings) {
      const wording = parseWording(source)
      expect(wording.diagnostics).toEqual([])
      expect([...slotsOf(wording)].sort()).toEqual([...slots].sort())
      const tree = fillWording(wording, values)
      expect(validateGroundedText(tree)).toEqual([])
      const words = plainText(tree.children)
      expect(words.replaceAll(/words \d \{\}/g, '')).not.toMatch(/[{}]/)
      slots.forEach((slot, i) => {
        const kind = SLOTS[slot]
        if (kind === 'words') expect(words).toContain(`words ${i} {}`)
        else if (kind === 'list') expect(words).toContain(`a ${i}`)
        else expect(regionIdsOf(tree.children)).toContain(`r${i}`)
      })
    }
  })
})
