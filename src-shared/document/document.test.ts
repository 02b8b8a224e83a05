import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { normalizedBox, normalizedPoint } from '../geometry/space'
import type { RegionShape } from '../geometry/region-shape'
import { mention, phrase, text } from '../grounded/build'
import type { GroundedNode } from '../grounded/nodes'
import { plainText } from '../grounded/plain-text'
import { regionIdsOf, visitNodes } from '../grounded/visit'
import { applyToDocument, applyToLabels } from './apply'
import { invertChanges, invertTransaction } from './invert'
import { createLabel, findLabel, setReview } from './project-edits'
import {
  acceptProposal,
  correctProposal,
  createRegionTransaction,
  deleteRegion,
  rejectProposal,
  updateRegion
} from './region-edits'
import { isSameJson } from './same'
import { linkPhrase, unlinkPhrase } from './turn-edits'
import type { ImageDocument, RegionRecord, TurnRecord } from './records'
import { dialogueRecord, documentRecord, imageRecord, regionRecord, turnRecord } from './testing'
import type { Transaction } from './transaction'

const context = { transactionId: 'x1', nowMs: 1000 }
const box = (x0: number, y0: number, x1: number, y1: number): RegionShape => ({
  type: 'box',
  box: normalizedBox(x0, y0, x1, y1)
})
const region = (id: string, patch: Partial<RegionRecord> = {}): RegionRecord =>
  regionRecord(id, { shape: box(0.1, 0.1, 0.4, 0.4), ...patch })
const proposal = (id: string): RegionRecord =>
  region(id, { state: 'proposed', confidence: 0.5, phrase: 'the dog', provenance: { origin: 'model', modelId: 'm' } })
const turn = (id: string, order: number, children: readonly GroundedNode[]): TurnRecord =>
  turnRecord(order, children, { id, rawText: 'as the model read it', provenance: { origin: 'human' } })
const documentOf = (regions: readonly RegionRecord[] = [], turns: readonly TurnRecord[] = []): ImageDocument =>
  documentRecord({
    image: imageRecord({ size: { width: 100, height: 50 } }),
    regions,
    dialogues: [dialogueRecord()],
    turns
  })
const applied = (document: ImageDocument, transaction: Transaction | null): ImageDocument => {
  if (transaction === null) return document
  const result = applyToDocument(document, transaction)
  if (!result.ok) throw new Error(JSON.stringify(result.conflicts))
  return result.value
}
const only = (document: ImageDocument): RegionRecord => {
  const [first] = document.regions
  if (first === undefined || document.regions.length !== 1) throw new Error('expected one region')
  return first
}

describe('applying', () => {
  test('a change whose before is not what is there is a conflict with both sides, and nothing is applied', () => {
    const document = documentOf([region('r1'), region('r2')])
    const stale = region('r1', { phrase: 'old' })
    const changes = [
      { kind: 'region', id: 'r2', before: region('r2'), after: null },
      { kind: 'region', id: 'r1', before: stale, after: null },
      { kind: 'region', id: 'r3', before: region('r3'), after: null }
    ] as const
    expect(applyToDocument(document, { imageId: 'i1', changes })).toEqual({
      ok: false,
      conflicts: [
        { kind: 'region', id: 'r1', expected: stale, actual: region('r1') },
        { kind: 'region', id: 'r3', expected: region('r3'), actual: null }
      ]
    })
  })

  test('creating what exists is a conflict', () => {
    const changes = [{ kind: 'region', id: 'r1', before: null, after: region('r1') }] as const
    expect(applyToDocument(documentOf([region('r1')]), { imageId: 'i1', changes }).ok).toBe(false)
  })

  test('a transaction of another image leaves the document as it is', () => {
    const document = documentOf([region('r1')])
    const changes = [{ kind: 'region', id: 'r9', before: region('r9'), after: null }] as const
    expect(applyToDocument(document, { imageId: 'i2', changes })).toEqual({ ok: true, value: document })
  })

  test('before may have its keys in another order', () => {
    const { id, ...rest } = region('r1')
    const changes = [{ kind: 'region', id: 'r1', before: { ...rest, id }, after: null }] as const
    expect(applyToDocument(documentOf([region('r1')]), { imageId: 'i1', changes }).ok).toBe(true)
  })

  test('a region that comes back stands where it stood', () => {
    const regions = ['a', 'b', 'c'].map((id, i) => region(id, { createdAtMs: i }))
    const document = documentOf(regions)
    const removal = deleteRegion(document, ['b'], context)
    if (removal === null) throw new Error('expected a transaction')
    const back = applied(applied(document, removal), invertTransaction(removal, { id: 'x2', createdAtMs: 5 }))
    expect(back).toEqual(document)
  })
})

test('sameness ignores key order and undefined, and nothing else', () => {
  expect(isSameJson({ a: 1, b: [1, { c: null }] }, { b: [1, { c: null }], a: 1 })).toBe(true)
  expect(isSameJson({ a: 1, b: undefined }, { a: 1 })).toBe(true)
  for (const [a, b] of [
    [{ a: 1 }, { a: 2 }],
    [{ a: 1 }, { a: 1, b: 2 }],
    [{ a: null }, {}],
    [[], {}],
    [null, {}],
    [
      [1, 2],
      [2, 1]
    ],
    [{ toString: 1 }, {}],
    ['1', 1]
  ]) {
    expect(isSameJson(a, b)).toBe(false)
    expect(isSameJson(b, a)).toBe(false)
  }
  fc.assert(fc.property(fc.jsonValue(), (value) => isSameJson(value, JSON.parse(JSON.stringify(value)))))
})

describe('regions', () => {
  test('a drawn region is accepted and human', () => {
    const made = createRegionTransaction(documentOf(), { id: 'r1', shape: box(0, 0, 1, 1), labelId: 'l1' }, context)
    expect(made).toMatchObject({ id: 'x1', label: 'region.create', origin: 'human', imageId: 'i1', createdAtMs: 1000 })
    expect(only(applied(documentOf(), made))).toEqual(
      region('r1', { shape: box(0, 0, 1, 1), labelId: 'l1', createdAtMs: 1000 })
    )
  })

  test('moving a proposal corrects it, and the first original stays through every later move', () => {
    let document = documentOf([proposal('r1')])
    document = applied(document, updateRegion(document, 'r1', { shape: box(0.2, 0.2, 0.5, 0.5) }, context))
    expect(only(document)).toMatchObject({ state: 'corrected', original: proposal('r1').shape })
    document = applied(document, correctProposal(document, 'r1', box(0.3, 0.3, 0.6, 0.6), context))
    expect(only(document)).toMatchObject({
      state: 'corrected',
      original: proposal('r1').shape,
      shape: box(0.3, 0.3, 0.6, 0.6)
    })
  })

  test('an accepted proposal that is moved later is corrected too', () => {
    let document = documentOf([proposal('r1')])
    document = applied(document, acceptProposal(document, ['r1'], context))
    expect(only(document)).toMatchObject({ state: 'accepted', original: null })
    document = applied(document, updateRegion(document, 'r1', { shape: box(0, 0, 1, 1) }, context))
    expect(only(document)).toMatchObject({ state: 'corrected', original: proposal('r1').shape })
  })

  test('a human region that is moved stays accepted and has no original', () => {
    const document = documentOf([region('r1')])
    expect(only(applied(document, updateRegion(document, 'r1', { shape: box(0, 0, 1, 1) }, context)))).toMatchObject({
      state: 'accepted',
      original: null
    })
    expect(correctProposal(document, 'r1', box(0, 0, 1, 1), context)).toBeNull()
    expect(rejectProposal(document, ['r1'], context)).toBeNull()
  })

  test('naming a proposal does not accept it', () => {
    const document = documentOf([proposal('r1')])
    expect(only(applied(document, updateRegion(document, 'r1', { labelId: 'l1' }, context))).state).toBe('proposed')
  })

  test('a refused correction comes back as a correction', () => {
    let document = documentOf([proposal('r1')])
    document = applied(document, correctProposal(document, 'r1', box(0, 0, 1, 1), context))
    document = applied(document, rejectProposal(document, ['r1'], context))
    expect(only(document).state).toBe('rejected')
    document = applied(document, acceptProposal(document, ['r1'], context))
    expect(only(document)).toMatchObject({ state: 'corrected', original: proposal('r1').shape })
  })

  test('what changes nothing is no transaction', () => {
    const document = documentOf([region('r1')])
    expect(updateRegion(document, 'r1', { shape: region('r1').shape }, context)).toBeNull()
    expect(updateRegion(document, 'gone', { labelId: 'l1' }, context)).toBeNull()
    expect(acceptProposal(document, ['r1', 'gone'], context)).toBeNull()
    expect(deleteRegion(document, ['gone'], context)).toBeNull()
  })

  test('deleting a region keeps every word and leaves no id behind', () => {
    const turns = [
      turn('t1', 0, [text('What is '), mention('r1'), text('?')]),
      turn('t2', 1, [phrase('two dogs', ['r1', 'r2']), text(' and '), phrase('a cat', ['r1'])]),
      turn('t3', 2, [phrase([text('a '), mention(['r2', 'r1'])], ['r2'])])
    ]
    const document = documentOf([proposal('r1'), region('r2')], turns)
    const removal = deleteRegion(document, ['r1'], context)
    const after = applied(document, removal)
    expect(removal?.changes.map(({ id }) => id)).toEqual(['r1', 't1', 't2', 't3'])
    expect(after.turns.map(({ children }) => children)).toEqual([
      [text('What is the dog?')],
      [phrase('two dogs', ['r2']), text(' and '), phrase('a cat', [])],
      [phrase([text('a '), mention(['r2'])], ['r2'])]
    ])
    expect(after.turns.map(({ rawText }) => rawText)).toEqual(turns.map(({ rawText }) => rawText))
    if (removal !== null)
      expect(applied(after, { ...removal, changes: invertChanges(removal.changes) })).toEqual(document)
  })

  test('the caller chooses the words for a region without a phrase', () => {
    const document = documentOf([region('r1'), region('r2')], [turn('t1', 0, [mention(['r1', 'r2'])])])
    const after = applied(
      document,
      deleteRegion(document, ['r1', 'r2'], context, ({ id }) => `<${id}>`)
    )
    expect(after.turns[0]?.children).toEqual([text('<r1>')])
  })
})

describe('links', () => {
  const document = documentOf(
    [region('r1'), region('r2')],
    [turn('t1', 0, [text('the red 🐕 and the cat', { start: 0, end: 22 }), phrase('a mat', ['r2']), mention('r1')])]
  )
  const childrenAfter = (transaction: Transaction | null) => applied(document, transaction).turns[0]?.children

  test('words of a text node become a phrase; a cut emoji is taken whole', () => {
    const target = { turnId: 't1', path: [0], range: { start: 4, end: 9 } }
    expect(childrenAfter(linkPhrase(document, target, ['r1', 'r1'], context))).toEqual([
      text('the '),
      phrase('red 🐕', ['r1']),
      text(' and the cat'),
      phrase('a mat', ['r2']),
      mention('r1')
    ])
  })

  test('a phrase and a mention gain regions once', () => {
    expect(childrenAfter(linkPhrase(document, { turnId: 't1', path: [1] }, ['r1', 'r2'], context))?.[1]).toEqual(
      phrase('a mat', ['r2', 'r1'])
    )
    expect(linkPhrase(document, { turnId: 't1', path: [2] }, ['r1'], context)).toBeNull()
  })

  test.each([
    ['a turn that is gone', { turnId: 'gone', path: [0], range: { start: 0, end: 3 } }, ['r1']],
    ['a path that leads nowhere', { turnId: 't1', path: [9] }, ['r1']],
    ['text without a range', { turnId: 't1', path: [0] }, ['r1']],
    ['an empty range', { turnId: 't1', path: [0], range: { start: 3, end: 3 } }, ['r1']],
    ['a range of spaces', { turnId: 't1', path: [0], range: { start: 3, end: 4 } }, ['r1']],
    ['a region that is gone', { turnId: 't1', path: [1] }, ['gone']]
  ])('cannot link %s', (_name, target, ids) => {
    expect(linkPhrase(document, target, ids, context)).toBeNull()
  })

  test('a phrase that loses its last region is words again', () => {
    expect(childrenAfter(unlinkPhrase(document, { turnId: 't1', path: [1] }, 'all', context))).toEqual([
      text('the red 🐕 and the cata mat'),
      mention('r1')
    ])
    expect(unlinkPhrase(document, { turnId: 't1', path: [1] }, ['r1'], context)).toBeNull()
    expect(unlinkPhrase(document, { turnId: 't1', path: [2] }, 'all', context)).toBeNull()
  })
})

describe('labels and review', () => {
  test('a label comes last in order, and a taken name makes none', () => {
    const labels = [{ id: 'l1', name: 'Dog', colour: '#000000', order: 4 }]
    const made = createLabel(labels, { id: 'l2', name: ' cat ', colour: '#ffffff' }, context)
    expect(made?.imageId).toBeNull()
    if (made === null) throw new Error('expected a transaction')
    expect(applyToLabels(labels, made)).toEqual({
      ok: true,
      value: [...labels, { id: 'l2', name: 'cat', colour: '#ffffff', order: 5 }]
    })
    expect(applyToLabels([], { changes: invertChanges(made.changes) }).ok).toBe(false)
    expect(createLabel(labels, { id: 'l3', name: 'dog ', colour: '#ffffff' }, context)).toBeNull()
    expect(createLabel(labels, { id: 'l3', name: '  ', colour: '#ffffff' }, context)).toBeNull()
    expect(findLabel(labels, 'DOG')?.id).toBe('l1')
  })

  test('done can be set and taken back', () => {
    const document = documentOf()
    const done = applied(document, setReview(document, true, context))
    expect(done.review.done).toBe(true)
    expect(setReview(done, true, context)).toBeNull()
    expect(applied(done, setReview(done, false, context))).toEqual(document)
  })
})

/** A second, naive model of the same commands: records in a plain object, no transactions. */
type Command =
  | { type: 'create'; id: string; x: number }
  | { type: 'delete'; id: string }
  | { type: 'move'; id: string; x: number }
  | { type: 'accept' | 'reject'; id: string }
  | { type: 'link'; id: string; start: number; end: number }
  | { type: 'unlink'; node: number }
  | { type: 'done'; done: boolean }
const commandIds = fc.constantFrom('r1', 'r2', 'r3', 'r4')
const commands: fc.Arbitrary<Command> = fc.oneof(
  fc.record({ type: fc.constant('create' as const), id: commandIds, x: fc.nat(9) }),
  fc.record({ type: fc.constant('delete' as const), id: commandIds }),
  fc.record({ type: fc.constant('move' as const), id: commandIds, x: fc.nat(9) }),
  fc.record({ type: fc.constantFrom('accept' as const, 'reject' as const), id: commandIds }),
  fc.record({ type: fc.constant('link' as const), id: commandIds, start: fc.nat(12), end: fc.nat(12) }),
  fc.record({ type: fc.constant('unlink' as const), node: fc.nat(4) }),
  fc.record({ type: fc.constant('done' as const), done: fc.boolean() })
)

function build(document: ImageDocument, command: Command, step: number): Transaction | null {
  const at = { transactionId: `x${step}`, nowMs: 1000 + (step % 3) }
  const shape = 'x' in command ? { type: 'point' as const, point: normalizedPoint(command.x / 10, 0.5) } : null
  switch (command.type) {
    case 'create':
      if (shape === null || document.regions.some(({ id }) => id === command.id)) return null
      return createRegionTransaction(document, { id: command.id, shape, provenance: { origin: 'model' } }, at)
    case 'delete':
      return deleteRegion(document, [command.id], at)
    case 'move':
      return shape === null ? null : updateRegion(document, command.id, { shape }, at)
    case 'accept':
      return acceptProposal(document, [command.id], at)
    case 'reject':
      return rejectProposal(document, [command.id], at)
    case 'link':
      return linkPhrase(document, { turnId: 't1', path: [0], range: command }, [command.id], at)
    case 'unlink':
      return unlinkPhrase(document, { turnId: 't1', path: [command.node] }, 'all', at)
    case 'done':
      return setReview(document, command.done, at)
  }
}

const start = documentOf([], [turn('t1', 0, [text('a dog and a cat')])])

test('any sequence of commands, taken back in reverse order, is the start again; redone, the end again', () => {
  fc.assert(
    fc.property(fc.array(commands, { maxLength: 25 }), (sequence) => {
      const done: Transaction[] = []
      const end = sequence.reduce((document, command, step) => {
        const transaction = build(document, command, step)
        if (transaction !== null) done.push(transaction)
        return applied(document, transaction)
      }, start)
      const undone = done.reduceRight((document, transaction) => {
        return applied(document, invertTransaction(transaction, { id: `u${transaction.id}`, createdAtMs: 0 }))
      }, end)
      expect(undone).toEqual(start)
      expect(done.reduce(applied, start)).toEqual(end)
    }),
    { numRuns: 1000 }
  )
})

test('commands agree with a model that keeps plain facts, and no words ever point at nothing', () => {
  fc.assert(
    fc.property(fc.array(commands, { maxLength: 25 }), (sequence) => {
      const facts = new Map<string, { x: number; first: number; state: string }>()
      let done = false
      let document = start
      sequence.forEach((command, step) => {
        document = applied(document, build(document, command, step))
        const fact = 'id' in command ? facts.get(command.id) : undefined
        if (command.type === 'create' && fact === undefined) {
          facts.set(command.id, { x: command.x, first: command.x, state: 'accepted' })
        } else if (command.type === 'delete') facts.delete(command.id)
        else if (command.type === 'move' && fact !== undefined && fact.x !== command.x) {
          fact.x = command.x
          fact.state = 'corrected'
          corrected.add(fact)
        } else if (command.type === 'reject' && fact !== undefined) fact.state = 'rejected'
        else if (command.type === 'accept' && fact !== undefined)
          fact.state = corrected.has(fact) ? 'corrected' : 'accepted'
        else if (command.type === 'done') done = command.done
      })
      const actual = document.regions.map(({ id, shape, state, original }) => ({
        id,
        x: xOf(shape),
        state,
        first: xOf(original ?? shape)
      }))
      const expected = [...facts].map(([id, fact]) => ({
        id,
        x: fact.x,
        state: fact.state,
        first: corrected.has(fact) ? fact.first : fact.x
      }))
      const sort = <T extends { id: string }>(list: T[]): T[] => list.sort((a, b) => a.id.localeCompare(b.id))
      expect(sort(actual)).toEqual(sort(expected))
      expect(document.review.done).toBe(done)
      const children = document.turns[0]?.children ?? []
      expect(plainText(children)).toBe('a dog and a cat')
      for (const id of regionIdsOf(children)) expect(facts.has(id)).toBe(true)
      visitNodes(children, (node) => expect(node).not.toHaveProperty('position'))
    }),
    { numRuns: 1000 }
  )
})
const corrected = new WeakSet<object>()
const xOf = (shape: RegionShape): number => (shape.type === 'point' ? Math.round(shape.point[0] * 10) : NaN)
