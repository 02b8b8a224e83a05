/**
 * @file The laws every dialect keeps, as one test suite. A new dialect supplies generators, not new
 * tests. For test files only.
 *
 *   1 total, linear; top-level positions tile the source, children lie inside their parent
 *   2 parse(print(tree)) = the tree, normalized and quantized
 *   3 print(parse(source)) = source for canonical sources; printing twice changes nothing
 *   4 words that look like markup never become a region, and what was changed is a loss
 *   5 the grammar holds what is printed; what it holds is read without an error
 *   6 fed in chunks at any split, the stream ends as the whole; a region it showed never changes
 */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { GroundedShape, SpelledShape } from '../geometry/region-shape'
import { coordinatesOf } from '../geometry/shape'
import { groundedText, text } from '../grounded/build'
import type { GroundedNode, GroundedText } from '../grounded/nodes'
import { normalize, renameRegions, withoutPositions } from '../grounded/normalize'
import { isInGrammar, sampleGrammar } from './grammar'
import type { Dialect, DialectContext, ParseResult } from './dialect'

export interface DialectLawSpec {
  readonly dialect: Dialect
  readonly contexts: fc.Arbitrary<DialectContext>
  /** Trees that the profile can express, words and all. */
  readonly trees: fc.Arbitrary<GroundedText>
  readonly quantize: (shape: SpelledShape, context: DialectContext) => GroundedShape
  /** Trees whose print is an answer of the grammar; default `trees`. */
  readonly answers?: fc.Arbitrary<GroundedText>
  /** Contexts in which all of the grammar is read as regions; default `contexts`. A grammar orders no corners. */
  readonly grammarContexts?: fc.Arbitrary<DialectContext>
  /** Sources the dialect writes exactly so. */
  readonly canonical: readonly string[]
  /** Text full of pieces of the dialect's markup. */
  readonly noise: fc.Arbitrary<string>
  /** Repeated many times, each of these could make a careless reader slow. */
  readonly slowPatterns: readonly string[]
}

/** The long run (`npm run laws`) sets more. */
const RUNS = { numRuns: fc.readConfigureGlobal().numRuns ?? 1_000 }
const FEWER_RUNS = { numRuns: Math.ceil(RUNS.numRuns * 0.3) }
const LONG = 200_000
const LONG_PARSE_LIMIT_MS = 200
const LONG_LIMIT_MS = 2_000
const ATTEMPTS = 5

declare const process: { cpuUsage(): { readonly user: number } }

/** Time of the processor, not of the clock, and the least of a few attempts: other work must not fail a law. */
function leastMs(limitMs: number, work: () => void): number {
  let least = Infinity
  for (let i = 0; i < ATTEMPTS && least > limitMs; i++) {
    const started = process.cpuUsage().user
    work()
    least = Math.min(least, (process.cpuUsage().user - started) / 1_000)
  }
  return least
}

const numbered = (tree: GroundedText): GroundedText => {
  let count = 0
  return renameRegions(tree, () => `r${++count}`)
}
/** What two trees must agree in. */
const meaning = (tree: GroundedText): GroundedText => {
  const plain = normalize(numbered(normalize(tree)))
  return { children: withoutPositions(plain.children), regions: plain.regions }
}

function expectTiling(nodes: readonly GroundedNode[], start: number, end: number): void {
  let at = start
  for (const node of nodes) {
    expect(node.position?.start).toBe(at)
    at = node.position?.end ?? NaN
    if (node.type === 'phrase') {
      for (const child of node.children) {
        expect(child.position?.start).toBeGreaterThanOrEqual(node.position?.start ?? NaN)
        expect(child.position?.end).toBeLessThanOrEqual(node.position?.end ?? NaN)
      }
    }
  }
  expect(at).toBe(end)
}

function expectCloseRegions(actual: GroundedText, expected: GroundedText): void {
  expect(actual.regions.map(({ id, shape }) => [id, shape.type])).toEqual(
    expected.regions.map(({ id, shape }) => [id, shape.type])
  )
  const numbers = (tree: GroundedText): number[] => tree.regions.flatMap(({ shape }) => [...coordinatesOf(shape)])
  const wanted = numbers(expected)
  numbers(actual).forEach((value, i) => expect(Math.abs(value - (wanted[i] ?? NaN))).toBeLessThan(1e-9))
}

export function describeDialectLaws(spec: DialectLawSpec): void {
  const { dialect, contexts, trees, quantize, canonical, noise, slowPatterns } = spec
  /** Some dialects only name regions: nothing is ever read as one. */
  const hasRegions = dialect.profile.kinds.length > 0

  describe(`laws of ${dialect.profile.id}`, () => {
    test('1: any text is read, and the positions of its parts tile it', () => {
      fc.assert(
        fc.property(fc.oneof(noise, fc.string({ unit: 'binary' })), contexts, (source, context) => {
          const { tree, diagnostics } = dialect.parse(source, context)
          expectTiling(tree.children, 0, source.length)
          for (const { position } of diagnostics) {
            expect(position?.start).toBeGreaterThanOrEqual(0)
            expect(position?.end).toBeLessThanOrEqual(source.length)
          }
        }),
        RUNS
      )
    })

    test.each(slowPatterns)('1: 200,000 characters of %j are read and written in linear time', (pattern) => {
      const source = pattern.repeat(Math.ceil(LONG / pattern.length))
      for (const mode of ['strict', 'lenient'] as const) {
        const context = { image: { width: 640, height: 480 }, mode }
        const parse = (): void => void dialect.parse(source, context)
        expect(leastMs(LONG_PARSE_LIMIT_MS, parse)).toBeLessThanOrEqual(LONG_PARSE_LIMIT_MS)
        const { tree } = dialect.parse(source, context)
        const print = (): void => {
          dialect.print(tree, context)
          dialect.print(groundedText([text(source)]), context)
        }
        expect(leastMs(LONG_LIMIT_MS, print)).toBeLessThanOrEqual(LONG_LIMIT_MS)
      }
    })

    test('2: what is printed is read back as the same tree, on the grid of the dialect', () => {
      fc.assert(
        fc.property(trees, contexts, (tree, context) => {
          const printed = dialect.print(tree, context)
          const actual = meaning(dialect.parse(printed.text, context).tree)
          // `trees` makes nothing but what `kinds` of the profile can spell.
          const regions = tree.regions.map((region) => ({
            ...region,
            shape: quantize(region.shape as SpelledShape, context)
          }))
          const expected = meaning({ ...tree, regions })
          expect(actual.children).toEqual(expected.children)
          expectCloseRegions(actual, expected)
        }),
        RUNS
      )
    })

    test('2: printing does not change its input', () => {
      fc.assert(
        fc.property(trees, contexts, (tree, context) => {
          const before = JSON.stringify(tree)
          dialect.print(tree, context)
          expect(JSON.stringify(tree)).toBe(before)
        }),
        FEWER_RUNS
      )
    })

    test.each(canonical)('3: %j is written as it was read', (source) => {
      for (const space of ['original', 'padded-square'] as const) {
        for (const image of [
          { width: 640, height: 480 },
          { width: 333, height: 500 },
          { width: 9, height: 9 }
        ]) {
          const context = { image, space }
          const printed = dialect.print(dialect.parse(source, context).tree, context)
          expect(printed).toEqual({ text: source, losses: [] })
        }
      }
    })

    test('3: reading and printing a second time changes nothing', () => {
      fc.assert(
        fc.property(noise, contexts, (source, context) => {
          const once = dialect.print(dialect.parse(source, context).tree, context).text
          expect(dialect.print(dialect.parse(once, context).tree, context).text).toBe(once)
        }),
        RUNS
      )
    })

    test('4: words never become a region, in either mode, wherever they are cut into nodes', () => {
      fc.assert(
        fc.property(fc.array(noise, { maxLength: 4 }), contexts, (parts, context) => {
          const words = parts.join('')
          const printed = dialect.print(groundedText(parts.map((part) => text(part))), context)
          expect(printed.text).toHaveLength(words.length)
          expect(printed.losses.length > 0).toBe(printed.text !== words)
          for (const mode of ['strict', 'lenient'] as const) {
            const { tree } = dialect.parse(printed.text, { ...context, mode })
            expect(tree.regions).toEqual([])
            expect(withoutPositions(tree.children)).toEqual(printed.text === '' ? [] : [text(printed.text)])
          }
        }),
        RUNS
      )
    })

    test('5: the grammar holds every answer that is printed', () => {
      const grammar = dialect.grammar()
      fc.assert(
        fc.property(spec.answers ?? trees, contexts, (tree, context) => {
          const printed = dialect.print(tree, context)
          if (printed.losses.length === 0) expect(printed.text).toSatisfy((text: string) => isInGrammar(grammar, text))
        }),
        FEWER_RUNS
      )
    })

    test('5: what the grammar holds is read without an error, and regions as regions', () => {
      const grammars = { answer: dialect.grammar({ form: 'answer' }), regions: dialect.grammar({ form: 'regions' }) }
      fc.assert(
        fc.property(
          fc.constantFrom('answer' as const, 'regions' as const),
          fc.noShrink(fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true }))),
          spec.grammarContexts ?? contexts,
          (form, numbers, context) => {
            const grammar = grammars[form]
            const source = sampleGrammar(grammar, () => numbers.next().value ?? 0)
            expect(isInGrammar(grammar, source)).toBe(true)
            const { tree, diagnostics } = dialect.parse(source, context)
            expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([])
            if (form === 'regions') expect(tree.regions.length > 0).toBe(hasRegions)
          }
        ),
        FEWER_RUNS
      )
    })

    test('6: the stream ends as the whole at any split, and keeps every region it has shown', () => {
      fc.assert(
        fc.property(noise, fc.array(fc.nat(60), { maxLength: 12 }), contexts, (source, cuts, context) => {
          const stream = dialect.stream(context)
          const places = [...new Set([0, ...cuts.filter((cut) => cut < source.length), source.length])].sort(
            (a, b) => a - b
          )
          let shown: ParseResult['tree']['regions'] = []
          places.slice(1).forEach((place, i) => {
            stream.push(source.slice(places[i], place))
            const { regions } = stream.snapshot().tree
            expect(regions.slice(0, shown.length)).toEqual(shown)
            shown = regions
          })
          const whole = dialect.parse(source, context)
          expect(stream.end()).toEqual(whole)
          expect(stream.end()).toEqual(whole)
          expect(whole.tree.regions.slice(0, shown.length)).toEqual(shown)
        }),
        RUNS
      )
    })

    test('6: a long answer with many regions, fed character by character, stays fast', () => {
      const source = canonical.join(' ').repeat(500)
      let regions = 0
      const feed = (): void => {
        const stream = dialect.stream({ image: { width: 640, height: 480 } })
        for (const character of source) stream.push(character)
        regions = stream.end().tree.regions.length
      }
      expect(leastMs(LONG_LIMIT_MS, feed)).toBeLessThanOrEqual(LONG_LIMIT_MS)
      if (hasRegions) expect(regions).toBeGreaterThan(400)
      else expect(regions).toBe(0)
    })

    test('6: fed character by character it is the same too', () => {
      fc.assert(
        fc.property(noise, contexts, (source, context) => {
          const stream = dialect.stream(context)
          for (const character of source) stream.push(character)
          expect(stream.end()).toEqual(dialect.parse(source, context))
        }),
        FEWER_RUNS
      )
    })
  })
}
