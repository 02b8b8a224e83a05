/**
 * @file Our masks against those of xgrammar, which nobody here wrote: the same grammar and tokens, the same walk, the
 * same tokens allowed at every step. Where a form has no meaning there (several forbidden words), it is not compared.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { constants, runInThisContext } from 'node:vm'
import fc from 'fast-check'
import type * as Xgrammar from '@mlc-ai/web-xgrammar'
import { describe, expect, it } from 'vitest'
import { choice, integer, literal, optional, repeat, sequence, words } from '../../../src-shared/dialects/grammar'
import type { Grammar } from '../../../src-shared/dialects/grammar'
import { findDialect } from '../../../src-shared/dialects/registry'
import type { AnswerForm } from '../../../src-shared/prompts/answer-form'
import { ConstraintMaker } from './constrain'
import { grammarOfSchema } from './json-schema'
import { grammarOfForm } from './modes'
import { readVocabulary } from './vocabulary'
import type { TokenizerJson } from './vocabulary'

const RUNS = fc.readConfigureGlobal().numRuns ?? 100

/** The package says it is a module and is not one. */
function loadXgrammar(): typeof Xgrammar {
  const require = createRequire(import.meta.url)
  const path = require.resolve('@mlc-ai/web-xgrammar')
  const module = { exports: {} }
  const run = runInThisContext(
    `(function (module, exports, require, __filename, __dirname) {${readFileSync(path, 'utf8')}\n})`,
    {
      filename: path,
      importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER
    }
  ) as (...args: unknown[]) => void
  run(module, module.exports, require, path, dirname(path))
  return module.exports as typeof Xgrammar
}

const { GrammarCompiler, GrammarMatcher, Testings, TokenizerInfo } = loadXgrammar()

const json = JSON.parse(readFileSync('models/falconet/tokenizer.json', 'utf8')) as TokenizerJson
const END = '</s>'
const vocabulary = readVocabulary(json, () => true)

function spelled(): string[] {
  const tokens: string[] = []
  for (const [token, id] of Object.entries(json.model.vocab as Readonly<Record<string, number>>)) tokens[id] = token
  for (const { id, content } of json.added_tokens ?? []) tokens[id] = content
  return Array.from(tokens, (token, id) => token ?? `<none-${id}>`)
}
const tokens = spelled()
const endId = tokens.indexOf(END)

const quoted = (text: string): string => `"${text.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n')}"`
/**
 * Its language cannot forbid a string of several letters; those that dialects forbid are tested beside the automaton.
 * A letter outside ASCII that words may not hold is not compared either: it takes the low byte for it (U+3002 is U+0002).
 */
function withoutStrings(grammar: Grammar): Grammar {
  switch (grammar.type) {
    case 'words':
      return { ...grammar, without: grammar.without.filter((text) => [...text].length === 1) }
    case 'sequence':
      return { ...grammar, parts: grammar.parts.map(withoutStrings) }
    case 'choice':
      return { ...grammar, options: grammar.options.map(withoutStrings) }
    case 'repeat':
      return { ...grammar, body: withoutStrings(grammar.body) }
    default:
      return grammar
  }
}

function ebnfOf(grammar: Grammar): string {
  switch (grammar.type) {
    case 'literal':
      return quoted(grammar.text)
    case 'integer': {
      const { min, max, width = 0 } = grammar
      const all = Array.from({ length: max - min + 1 }, (_, i) => quoted(String(min + i).padStart(width, '0')))
      return `(${all.join(' | ')})`
    }
    case 'fraction':
      return `("0." ${'[0-9] '.repeat(grammar.decimals)} | "1." ${'"0" '.repeat(grammar.decimals)})`
    case 'words': {
      const letters = grammar.without.map((text) => `\\u${text.charCodeAt(0).toString(16).padStart(4, '0')}`)
      return `[^${letters.join('')}]+`
    }
    case 'sequence':
      return `(${grammar.parts.map(ebnfOf).join(' ')})`
    case 'choice':
      return `(${grammar.options.map(ebnfOf).join(' | ')})`
    case 'repeat': {
      const body = `(${ebnfOf(grammar.body)})`
      if (grammar.max === null) return `${`${body} `.repeat(grammar.min)}${body}*`
      return grammar.max === 0 ? '""' : `${body}{${grammar.min},${grammar.max}}`
    }
  }
}

const info = TokenizerInfo.createTokenizerInfo(tokens, 'byte_level', false, tokens.length, [endId])

/** xgrammar lets bytes pass that no text has (0xC0, 0xF5, half a surrogate pair); ours stays in UTF-8. */
function beginsText(bytes: readonly number[]): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(bytes), { stream: true })
    return true
  } catch {
    // The one difference that there may be.
    return false
  }
}

/** Walks both along the same choices and compares what may come at every step. */
async function compare(
  grammar: Grammar,
  compiled: Xgrammar.CompiledGrammar,
  choices: readonly number[]
): Promise<number> {
  const matcher = await GrammarMatcher.createGrammarMatcher(compiled)
  const ours = new ConstraintMaker({ grammar, vocabulary }).start()
  const said: number[] = []
  let steps = 0
  try {
    for (const choose of choices) {
      const rejected = new Set(
        await Testings.debugGetMaskedTokensFromBitmask(await matcher.getNextTokenBitmask(), tokens.length)
      )
      const theirs = tokens.flatMap((_, id) => (rejected.has(id) || id === endId ? [] : [id]))
      const allowed = [...(ours.allowed() ?? [])]
      const known = theirs.filter((id) => beginsText([...said, ...(vocabulary.bytesOf[id] ?? [0xff])]))
      const differing = (ids: readonly number[], others: readonly number[]): readonly (string | undefined)[] =>
        ids.filter((id) => !others.includes(id)).map((id) => tokens[id])
      expect({ ours: differing(allowed, known), theirs: differing(known, allowed) }).toEqual({ ours: [], theirs: [] })
      expect(ours.canEnd).toBe(!rejected.has(endId))
      steps++
      const next = allowed[choose % Math.max(1, allowed.length)]
      if (next === undefined) break
      ours.accept(next)
      said.push(...(vocabulary.bytesOf[next] ?? []))
      expect(matcher.acceptToken(next)).toBe(true)
    }
  } finally {
    matcher.dispose()
  }
  return steps
}

/** Steps compared over all walks. */
async function compareWalks(
  grammar: Grammar,
  compile: (compiler: Xgrammar.GrammarCompiler) => Promise<Xgrammar.CompiledGrammar>
): Promise<number> {
  const compiler = await GrammarCompiler.createGrammarCompiler(await info)
  const compiled = await compile(compiler)
  let steps = 0
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(1_000_000), { minLength: 20, maxLength: 40 }), async (choices) => {
      steps += await compare(grammar, compiled, choices)
    }),
    { numRuns: Math.max(3, Math.ceil(RUNS / 25)), includeErrorInReport: true }
  )
  compiled.dispose()
  compiler.dispose()
  return steps
}

const shikra = findDialect('shikra')
const form = (form: AnswerForm, namesBoxes = true): Grammar => {
  if (shikra === null) throw new Error('expected the dialect shikra')
  return withoutStrings(grammarOfForm(form, { dialect: shikra, namesBoxes, none: ['there is no {}.', '图中没有{}'] }))
}

describe('masks are those of xgrammar', () => {
  const grammars: readonly (readonly [string, Grammar])[] = [
    ['boxes only', form({ kind: 'boxes' }, false)],
    ['boxes that are named', form({ kind: 'boxes' })],
    ['phrases with boxes', form({ kind: 'phrases' })],
    [
      'labels, one the beginning of another',
      form({ kind: 'labels', labels: ['dog', 'dog house', '狗', '狗屋', '😀', '😁b'] })
    ],
    ['location tokens', repeat(sequence('<loc_', integer(0, 999), '>'), 4, 4)],
    ['numbers of a width', sequence('[', integer(7, 1_003, 4), optional(literal(' ')), ']')],
    ['words between marks', repeat(choice(sequence('<p>', words(['<', '\n']), '</p>'), integer(0, 12)), 1, 3)]
  ]
  it.each(grammars)('%s', async (_name, grammar) => {
    const steps = await compareWalks(grammar, (compiler) => compiler.compileGrammar(`root ::= ${ebnfOf(grammar)}`))
    expect(steps).toBeGreaterThan(20)
  })

  const schemas: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
    [
      'boxes with labels',
      {
        type: 'array',
        minItems: 1,
        items: {
          type: 'object',
          properties: {
            bbox_2d: { type: 'array', items: { type: 'integer', minimum: 0, maximum: 999 }, minItems: 4, maxItems: 4 },
            label: { enum: ['dog', 'cat', '狗'] }
          },
          required: ['bbox_2d', 'label']
        }
      }
    ],
    [
      'members that may be missing',
      {
        type: 'object',
        properties: { a: { type: 'boolean' }, b: { type: 'null' }, c: { const: 'x' }, d: { type: 'boolean' } },
        required: ['c']
      }
    ],
    [
      'nothing but members that may be missing',
      { type: 'object', properties: { a: { type: 'null' }, b: { type: 'boolean' } } }
    ],
    [
      'one of two',
      {
        anyOf: [{ type: 'array', items: { type: 'boolean' } }, { $ref: '#/$defs/no' }],
        $defs: { no: { type: 'null' } }
      }
    ]
  ]
  it.each(schemas)('JSON schema: %s', async (_name, schema) => {
    const steps = await compareWalks(grammarOfSchema(schema), (compiler) =>
      compiler.compileJSONSchema(JSON.stringify(schema), false, -1, [', ', ': '])
    )
    expect(steps).toBeGreaterThan(8)
  })
})
