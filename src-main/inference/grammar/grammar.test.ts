import { readFileSync } from 'node:fs'
import { Tokenizer } from '@huggingface/tokenizers'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DIALECTS } from '../../../src-shared/dialects/registry'
import { integer, isInGrammar, sampleGrammar, sequence } from '../../../src-shared/dialects/grammar'
import type { Grammar } from '../../../src-shared/dialects/grammar'
import { shikra } from '../../../src-shared/dialects/shikra'
import type { Constraint } from '../decode/constraint'
import { Automaton } from './automaton'
import { ConstraintMaker } from './constrain'
import { grammarOfForm } from './modes'
import type { FormHabits } from './modes'
import type { AnswerForm } from '../../../src-shared/prompts/answer-form'
import { createVocabulary, readVocabulary } from './vocabulary'
import type { TokenizerJson, Vocabulary } from './vocabulary'

const RUNS = fc.readConfigureGlobal().numRuns ?? 100
const utf8 = new TextEncoder()
const json = JSON.parse(readFileSync('models/falconet/tokenizer.json', 'utf8')) as TokenizerJson
const tokenizer = new Tokenizer(json, {})
const encode = (text: string): readonly number[] => tokenizer.encode(text, { add_special_tokens: false }).ids
const falconet = readVocabulary(json, () => true)

const accepts = (automaton: Automaton, text: string): boolean => {
  let state: ReturnType<Automaton['step']> = automaton.start()
  for (const byte of utf8.encode(text)) state = state === null ? null : automaton.step(state, byte)
  return state?.canEnd ?? false
}
const say = (constraint: Constraint, ids: readonly number[]): Constraint => {
  for (const id of ids) {
    expect(constraint.allowed()).toContain(id)
    constraint.accept(id)
  }
  return constraint
}
const NONE = ['there is no {}.', 'there is no such thing here.', '图中没有{}。']
const make = (form: AnswerForm, habits: Partial<FormHabits> = {}): ConstraintMaker =>
  new ConstraintMaker({
    grammar: grammarOfForm(form, { dialect: shikra, namesBoxes: false, none: NONE, ...habits }),
    vocabulary: falconet,
    encode
  })
const textOf = (ids: readonly number[], vocabulary: Vocabulary = falconet): string =>
  new TextDecoder().decode(Uint8Array.from(ids.flatMap((id) => [...(vocabulary.bytesOf[id] ?? [])])))

/** A choice of allowed tokens that `random` makes, to an end. */
function randomAnswer(maker: ConstraintMaker, random: () => number): string {
  const constraint = maker.start()
  const ids: number[] = []
  for (;;) {
    const allowed = constraint.allowed() ?? []
    if (constraint.canEnd && (allowed.length === 0 || random() < 0.5)) return textOf(ids)
    const id = allowed[Math.floor(random() * allowed.length)] ?? 0
    constraint.accept(id)
    ids.push(id)
    if (ids.length > 400) return ''
  }
}

describe('automaton', () => {
  for (const dialect of DIALECTS) {
    for (const form of ['answer', 'regions'] as const) {
      it(`${dialect.profile.id}, ${form}: holds the texts of the grammar, and judges cut and mixed ones as the pattern does`, () => {
        const grammar = dialect.grammar({ form })
        const automaton = new Automaton(grammar)
        // The pattern backtracks without bound where words may follow words.
        const longest = JSON.stringify(grammar).includes('"words"') ? 8 : 300
        fc.assert(
          fc.property(fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })), (numbers) => {
            const random = (): number => numbers.next().value as number
            const text = sampleGrammar(grammar, random)
            expect(accepts(automaton, text)).toBe(true)
            if (text.length > longest) return
            const cut = Math.floor(random() * (text.length + 1))
            const other = text.slice(0, cut) + text.slice(Math.min(text.length, cut + 1 + Math.floor(random() * 3)))
            if (!/[\uD800-\uDFFF]/.test(other)) expect(accepts(automaton, other)).toBe(isInGrammar(grammar, other))
          }),
          { numRuns: Math.ceil(RUNS / 5) }
        )
      })
    }
  }

  it('does not let two runs of words spell what neither may say', () => {
    const grammar: Grammar = { type: 'repeat', body: { type: 'words', without: ['</s>', 'ab'] }, min: 0, max: null }
    const automaton = new Automaton(grammar)
    expect(['x</s>', '<', '</s', '图a', 'ab', 'aab', 'aa', 'ba'].map((text) => accepts(automaton, text))).toEqual([
      false,
      true,
      true,
      true,
      false,
      false,
      true,
      true
    ])
  })

  it('holds a whole number range exactly', () => {
    fc.assert(
      fc.property(fc.nat(1_200), fc.nat(1_200), fc.constantFrom(undefined, 4), (a, b, width) => {
        const [min, max] = [Math.min(a, b), Math.max(a, b)]
        const automaton = new Automaton({ type: 'integer', min, max, ...(width === undefined ? {} : { width }) })
        for (const value of [min - 1, min, Math.floor((min + max) / 2), max, max + 1, 0, 1_200]) {
          if (value < 0) continue
          expect(accepts(automaton, String(value).padStart(width ?? 0, '0'))).toBe(value >= min && value <= max)
        }
      }),
      { numRuns: 50 }
    )
  })
})

describe('masks', () => {
  it('equal a try of every token, on small vocabularies and any grammar', () => {
    const piece = fc.constantFrom('a', 'b', 'ab', '[', ']', '0', '.', '0.', '图', ' ', '</s>', '</', 's>', '1')
    const tokens = fc.uniqueArray(
      fc.array(piece, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('')),
      {
        minLength: 4,
        maxLength: 24
      }
    )
    const { grammar } = fc.letrec<{ grammar: Grammar }>((tie) => ({
      grammar: fc.oneof(
        { maxDepth: 3 },
        piece.map((text): Grammar => ({ type: 'literal', text })),
        fc.subarray(['[', '</s>', 'ab'], { minLength: 1 }).map((without): Grammar => ({ type: 'words', without })),
        fc.constant<Grammar>({ type: 'fraction', decimals: 2 }),
        fc.array(tie('grammar'), { minLength: 1, maxLength: 3 }).map((parts): Grammar => ({ type: 'sequence', parts })),
        fc
          .array(tie('grammar'), { minLength: 1, maxLength: 3 })
          .map((options): Grammar => ({ type: 'choice', options })),
        tie('grammar').map((body): Grammar => ({ type: 'repeat', body, min: 0, max: null }))
      )
    }))
    fc.assert(
      fc.property(tokens, grammar, fc.array(fc.nat(), { maxLength: 6 }), (texts, rules, choices) => {
        // Every single byte is a token, as in the vocabularies of models.
        const bytes = Array.from({ length: 256 }, (_, byte) => Uint8Array.of(byte))
        const vocabulary = createVocabulary([...bytes, ...texts.map((text) => utf8.encode(text))])
        const maker = new ConstraintMaker({ grammar: rules, vocabulary })
        let state = maker.automaton.start()
        for (const choice of choices) {
          const tried = vocabulary.bytesOf.flatMap((_, id) => (maker.after(state, id) === null ? [] : [id]))
          expect([...maker.mask(state)]).toEqual(tried)
          if (tried.length === 0) break
          state = maker.after(state, tried[choice % tried.length] ?? 0) ?? state
        }
      }),
      { numRuns: RUNS * 2 }
    )
  })
})

describe('constrained answers of Falconet', () => {
  it('boxes only: any choice of allowed tokens is read strictly, as regions alone', () => {
    const maker = make({ kind: 'boxes' })
    fc.assert(
      fc.property(fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })), (numbers) => {
        const text = randomAnswer(maker, () => numbers.next().value as number).trimStart()
        const { tree, diagnostics } = shikra.parse(text, { image: { width: 640, height: 480 } })
        expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([])
        const isNone = text.startsWith('there is no') || text.startsWith('图中没有')
        if (text !== '' && !isNone) expect(tree.regions.length).toBeGreaterThan(0)
      }),
      { numRuns: RUNS }
    )
  })

  it('says a box in the tokenizer’s own split, and what must come is forced in it', () => {
    const ids = encode(' [0.168,0.062,0.391,0.238]')
    const constraint = say(make({ kind: 'boxes' }).start(), ids)
    expect(constraint.canEnd).toBe(true)
    const third = ids.length - 1
    expect(say(make({ kind: 'boxes' }).start(), ids.slice(0, third)).forced()).toEqual([])
    const inside = say(make({ kind: 'boxes' }).start(), encode(' [0.168,0.062'))
    expect(inside.forced()).toEqual([])
    expect(() => inside.accept(encode('x')[0] ?? 0)).toThrow('allows')
  })

  it('lets "none" be said where it is listed, and forces what is left of it', () => {
    const constraint = make({ kind: 'boxes' }, { none: ['there is no such thing', '没有'] }).start()
    const ids = encode(' there is no such thing')
    say(constraint, ids.slice(0, 1))
    expect(constraint.forced()).toEqual(ids.slice(1))
    say(constraint, ids.slice(1))
    expect([constraint.canEnd, [...(constraint.allowed() ?? [])], constraint.forced()]).toEqual([true, [], []])
    say(make({ kind: 'boxes' }, { none: ['没有'] }).start(), encode('没有'))
  })

  it('says any words where the text of the card leaves them open, and ends where the text does', () => {
    for (const text of [' there is no red zebra.', '图中没有斑马。', ' there is no such thing here.']) {
      const constraint = say(make({ kind: 'boxes' }).start(), encode(text))
      expect([constraint.canEnd, (constraint.allowed() ?? []).length], text).toEqual([true, 0])
    }
    const open = say(make({ kind: 'boxes' }).start(), encode(' there is no zebra'))
    expect(open.canEnd).toBe(false)
    expect(open.allowed()).not.toContain(encode('[')[0])
    expect(make({ kind: 'boxes' }).start().canEnd).toBe(false)
  })

  it('a model whose card gives no text for it says none by saying nothing', () => {
    const constraint = make({ kind: 'boxes' }, { none: [] }).start()
    expect([constraint.canEnd, constraint.forced()]).toEqual([true, []])
    expect(say(constraint, encode(' [')).canEnd).toBe(false)
  })

  it('one of these labels: a label that begins another may end there or go on', () => {
    const maker = make({ kind: 'labels', labels: ['dog', 'dog house', 'cat', '狗', '😀a', '😁b'] })
    const dog = say(maker.start(), encode('dog'))
    expect(dog.canEnd).toBe(true)
    const fork = dog.fork()
    expect(say(dog, encode('dog house').slice(encode('dog').length)).canEnd).toBe(true)
    expect([fork.canEnd, (fork.allowed() ?? []).length > 0]).toEqual([true, true])
    const random = (() => {
      let seed = 7
      return (): number => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647
    })()
    for (let i = 0; i < 50; i++) {
      expect(['dog', 'dog house', 'cat', '狗', '😀a', '😁b', '']).toContain(randomAnswer(maker, random).trimStart())
    }
    expect(() => make({ kind: 'labels', labels: [' '] })).toThrow('no label')
  })

  it('forces nothing that the tokenizer joins to what may follow', () => {
    const ids = encode('the dog [0.100,0.200,0.300,0.400]')
    const constraint = make({ kind: 'boxes' }, { namesBoxes: true }).start()
    for (const [place, id] of ids.entries()) {
      const forced = constraint.forced()
      expect(forced).toEqual(ids.slice(place, place + forced.length))
      constraint.accept(id)
    }
    const json = new ConstraintMaker({
      grammar: sequence('{"box": [', integer(0, 9), ']}'),
      vocabulary: falconet,
      encode
    })
    const run = json.start().forced()
    expect(run.length).toBeGreaterThan(3)
    expect(encode('{"box": [7]}').slice(0, run.length)).toEqual(run)
  })

  it('boxes only, named: words may come before the region, never behind it', () => {
    const ids = encode('the dog [0.100,0.200,0.300,0.400]')
    const constraint = say(make({ kind: 'boxes' }, { namesBoxes: true }).start(), ids)
    expect([constraint.canEnd, (constraint.allowed() ?? []).length]).toEqual([true, 0])
    const unnamed = make({ kind: 'boxes' }).start()
    expect(unnamed.allowed()).not.toContain(encode('dog')[0])
  })

  it('phrases with boxes: words, then their region', () => {
    const maker = make({ kind: 'phrases' })
    const constraint = say(maker.start(), encode(' the dog'))
    expect(constraint.canEnd).toBe(false)
    expect(say(constraint, encode(' the dog [0.100,0.200,0.300,0.400]').slice(encode(' the dog').length)).canEnd).toBe(
      true
    )
  })
})

describe('forms in every dialect', () => {
  for (const dialect of DIALECTS) {
    it(`${dialect.profile.id}: boxes and phrases are read without an error, or refused where no region is written`, () => {
      const pictured = { image: { width: 640, height: 480 }, resized: { width: 644, height: 476 } }
      fc.assert(
        fc.property(
          fc.constantFrom<AnswerForm>({ kind: 'boxes' }, { kind: 'phrases' }),
          fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })),
          (form, numbers) => {
            const context = { dialect, namesBoxes: true, none: [] }
            if (dialect.profile.kinds.length === 0) {
              expect(() => grammarOfForm(form, context)).toThrow('writes no regions')
              return
            }
            const grammar = grammarOfForm(form, context)
            const text = sampleGrammar(grammar, () => numbers.next().value as number).trimStart()
            const { diagnostics } = dialect.parse(text, pictured)
            expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([])
          }
        ),
        { numRuns: Math.ceil(RUNS / 5), includeErrorInReport: true }
      )
    })
  }
})

describe('vocabulary', () => {
  it('spells SentencePiece: the mark is a space, bytes are bytes, special tokens are not said', () => {
    const { bytesOf } = readVocabulary(
      {
        model: { type: 'BPE', vocab: { '<s>': 0, '<0xE5>': 1, '▁dog': 2, '▁': 3, 图: 4 } },
        decoder: { type: 'Sequence', decoders: [{ type: 'Replace' }, { type: 'ByteFallback' }, { type: 'Fuse' }] },
        added_tokens: [
          { id: 0, content: '<s>', special: true },
          { id: 5, content: '<loc_1>', special: false }
        ]
      },
      () => true
    )
    expect(bytesOf.map((bytes) => (bytes === undefined ? null : [...bytes]))).toEqual([
      null,
      [0xe5],
      [...utf8.encode(' dog')],
      [0x20],
      [...utf8.encode('图')],
      [...utf8.encode('<loc_1>')]
    ])
  })
  it('refuses a tokenizer whose spelling is not known', () => {
    expect(() => readVocabulary({ model: { vocab: {} }, decoder: { type: 'WordPiece' } }, () => true)).toThrow(
      'cannot be constrained'
    )
  })
})
