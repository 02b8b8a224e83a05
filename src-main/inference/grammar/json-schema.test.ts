import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sampleGrammar } from '../../../src-shared/dialects/grammar'
import type { Grammar } from '../../../src-shared/dialects/grammar'
import { Automaton } from './automaton'
import { grammarOfSchema } from './json-schema'

const RUNS = fc.readConfigureGlobal().numRuns ?? 100
const utf8 = new TextEncoder()

function accepts(grammar: Grammar, text: string): boolean {
  const automaton = new Automaton(grammar)
  let state: ReturnType<Automaton['step']> = automaton.start()
  for (const byte of utf8.encode(text)) state = state === null ? null : automaton.step(state, byte)
  return state?.canEnd ?? false
}

const detections = {
  type: 'array',
  items: {
    type: 'object',
    properties: {
      bbox_2d: { type: 'array', items: { type: 'integer', minimum: -5, maximum: 1_000 }, minItems: 4, maxItems: 4 },
      label: { type: 'string', description: 'what it is' },
      score: { type: ['number', 'null'] },
      kind: { enum: ['thing', 'stuff', 3] }
    },
    required: ['bbox_2d', 'label'],
    additionalProperties: false
  }
}

describe('a JSON schema as a grammar', () => {
  it('says only JSON, of the schema', () => {
    const grammar = grammarOfSchema(detections)
    fc.assert(
      fc.property(fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })), (numbers) => {
        const text = sampleGrammar(grammar, () => numbers.next().value as number)
        const value = JSON.parse(text) as { bbox_2d: number[]; label: string; kind?: unknown }[]
        for (const { bbox_2d: box, label, kind } of value) {
          expect(box.length).toBe(4)
          expect(box.every((number) => Number.isInteger(number) && number >= -5 && number <= 1_000)).toBe(true)
          expect(typeof label).toBe('string')
          expect(['thing', 'stuff', 3, undefined]).toContain(kind)
        }
      }),
      { numRuns: RUNS }
    )
  })

  it('takes what json.dumps of Python writes, and no other', () => {
    const grammar = grammarOfSchema(detections)
    const good = [
      '[]',
      '[{"bbox_2d": [-5, 0, 12, 1000], "label": "a \\"dog\\" \\u00e9 图"}]',
      '[{"bbox_2d": [1, 2, 3, 4], "label": "", "score": -0.25, "kind": 3}, {"bbox_2d": [1, 2, 3, 4], "label": "x", "kind": "stuff"}]'
    ]
    const bad = [
      '',
      '[{"bbox_2d": [1, 2, 3], "label": "x"}]',
      '[{"bbox_2d": [1, 2, 3, 1001], "label": "x"}]',
      '[{"bbox_2d": [1, 2, 3, -6], "label": "x"}]',
      '[{"bbox_2d": [1, 2, 3, 04], "label": "x"}]',
      '[{"label": "x", "bbox_2d": [1, 2, 3, 4]}]',
      '[{"bbox_2d": [1, 2, 3, 4]}]',
      '[{"bbox_2d": [1, 2, 3, 4], "label": "x", "kind": "other"}]',
      '[{"bbox_2d": [1, 2, 3, 4], "label": "line\nfeed"}]',
      '[{"bbox_2d":[1,2,3,4],"label":"x"}]'
    ]
    expect(good.filter((text) => !accepts(grammar, text))).toEqual([])
    expect(bad.filter((text) => accepts(grammar, text))).toEqual([])
  })

  it('leaves out any of the members that may be missing', () => {
    const grammar = grammarOfSchema({
      type: 'object',
      properties: { a: { const: 1 }, b: { const: 2 }, c: { const: 3 } },
      required: ['b']
    })
    const texts = [
      '{"b": 2}',
      '{"a": 1, "b": 2}',
      '{"b": 2, "c": 3}',
      '{"a": 1, "b": 2, "c": 3}',
      '{}',
      '{"a": 1}',
      '{"a": 1, "c": 3}'
    ]
    expect(texts.map((text) => accepts(grammar, text))).toEqual([true, true, true, true, false, false, false])
  })

  it.each([
    ['a pattern', { type: 'string', pattern: '^a' }, '"pattern" cannot be held to'],
    ['bounds of broken numbers', { type: 'number', minimum: 0 }, '"minimum" cannot be held to'],
    ['other members', { type: 'object', additionalProperties: true }, '"additionalProperties" cannot be held to'],
    [
      'a schema within itself',
      { $ref: '#/$defs/a', $defs: { a: { type: 'array', items: { $ref: '#/$defs/a' } } } },
      'within itself'
    ],
    ['a schema elsewhere', { $ref: 'https://example.org/a.json' }, 'not within the schema'],
    ['no type', {}, 'says no type'],
    ['a member that is required and not described', { type: 'object', required: ['a'] }, '"a" is required'],
    ['no number in bounds', { type: 'integer', minimum: 3, maximum: 2 }, 'between its bounds'],
    ['an unknown word', { type: 'boolean', unevaluated: 1 }, '"unevaluated" cannot be held to']
  ])('refuses %s by name, and passes over nothing', (_what, schema, message) => {
    expect(() => grammarOfSchema(schema)).toThrow(message)
  })
})
