import { describe, expect, it } from 'vitest'
import { AppError } from '../../../src-shared/errors'
import type { Committed, Transaction } from '../../../src-shared/document/transaction'
import type { RegionRecord } from '../../../src-shared/document/records'
import { normalizedBox } from '../../../src-shared/geometry/space'
import { SaveQueue } from './save-queue'
import type { SaveState } from './save-queue'

/** A change of one region, which it makes or finds. */
const change = (regionId: string, made: boolean, labelId: string | null = null): Transaction['changes'][number] => ({
  kind: 'region',
  id: regionId,
  before: made ? null : record(regionId, null),
  after: record(regionId, labelId)
})
const record = (id: string, labelId: string | null): RegionRecord => ({
  id,
  imageId: 'a',
  shape: { type: 'box', box: normalizedBox(0, 0, 1, 1) },
  labelId,
  phrase: null,
  state: 'accepted',
  original: null,
  confidence: null,
  provenance: { origin: 'human' },
  createdAtMs: 0
})
const newLabel = (id: string): Transaction['changes'][number] => ({
  kind: 'label',
  id,
  before: null,
  after: { id, name: id, colour: '#ff0000', order: 0 }
})

const transaction = (id: string, imageId: string | null = 'a', ...changes: Transaction['changes']): Transaction => ({
  id,
  imageId,
  label: 'region.create',
  origin: 'human',
  changes,
  createdAtMs: 0
})

function fixture(): {
  queue: SaveQueue
  sent: string[]
  states: SaveState['kind'][]
  dropped: string[]
  refused: string[]
  answer: (outcome: 'ok' | AppError) => Promise<void>
} {
  const sent: string[] = []
  const states: SaveState['kind'][] = []
  const dropped: string[] = []
  const refused: string[] = []
  let settle: ((outcome: 'ok' | AppError) => void) | null = null
  const queue = new SaveQueue({
    send: (next) =>
      new Promise<Committed>((resolve, reject) => {
        sent.push(next.id)
        settle = (outcome) =>
          outcome === 'ok' ? resolve({ seq: sent.length, kind: 'edit', transaction: next }) : reject(outcome)
      }),
    onState: ({ kind }) => states.push(kind),
    onCommitted: () => undefined,
    onConflict: (lost) => dropped.push(...lost.map(({ id }) => id)),
    onRefused: (lost) => refused.push(...lost.map(({ id }) => id))
  })
  const answer = async (outcome: 'ok' | AppError): Promise<void> => {
    settle?.(outcome)
    await new Promise((resolve) => setTimeout(resolve))
  }
  return { queue, sent, states, dropped, refused, answer }
}

describe('SaveQueue', () => {
  it('says saved only after the store answered', async () => {
    const { queue, states, answer } = fixture()
    queue.push(transaction('1'))
    expect(queue.state).toEqual({ kind: 'saving', count: 1 })
    await answer('ok')
    expect(queue.state).toEqual({ kind: 'saved' })
    expect(states).toEqual(['saving', 'saved'])
  })

  it('sends edits one by one in the order they were made', async () => {
    const { queue, sent, answer } = fixture()
    queue.push(transaction('1'))
    queue.push(transaction('2'))
    expect(sent).toEqual(['1'])
    await answer('ok')
    expect(sent).toEqual(['1', '2'])
    await answer('ok')
    expect(await queue.flush()).toBe(true)
  })

  it('keeps every edit and the reason when the disk refuses, and sends the same ids again', async () => {
    const { queue, sent, answer } = fixture()
    queue.push(transaction('1'))
    await answer(new AppError('store/full', 'The disk is full.', { nextStep: 'Free some space.' }))
    queue.push(transaction('2'))
    expect(queue.state).toMatchObject({
      kind: 'failed',
      count: 2,
      error: { message: 'The disk is full.', nextStep: 'Free some space.' }
    })
    expect(await queue.flush()).toBe(false)
    queue.retry()
    await answer('ok')
    await answer('ok')
    expect(sent).toEqual(['1', '1', '2'])
    expect(queue.state).toEqual({ kind: 'saved' })
  })

  it('drops the edits made on top of a conflicting one, nothing else, and names them', async () => {
    const { queue, dropped, sent, answer } = fixture()
    queue.push(transaction('1', 'a', change('region', false)))
    queue.push(transaction('2', 'a', change('region', false)))
    queue.push(transaction('3', 'a', change('other', false)))
    await answer(new AppError('store/conflict', 'changed elsewhere'))
    expect(dropped).toEqual(['1', '2'])
    expect(sent).toEqual(['1', '3'])
    await answer('ok')
    expect(queue.state).toEqual({ kind: 'saved' })
  })

  for (const code of ['ipc/invalid-params', 'store/invalid-transaction', 'store/dangling-reference']) {
    it(`gives up an edit that is refused for good (${code}), with what builds on it, and saves the others`, async () => {
      const { queue, dropped, refused, sent, answer } = fixture()
      queue.push(transaction('label', null, newLabel('dog')))
      queue.push(transaction('uses it', 'a', change('region', true, 'dog')))
      queue.push(transaction('moves that', 'a', change('region', false)))
      queue.push(transaction('another', 'a', change('other', true)))
      await answer(new AppError(code, 'refused'))
      expect(refused).toEqual(['label', 'uses it', 'moves that'])
      expect(dropped).toEqual([])
      expect(sent).toEqual(['label', 'another'])
      await answer('ok')
      expect(queue.state).toEqual({ kind: 'saved' })
    })
  }

  it('gives back what was given up', async () => {
    const { queue, answer } = fixture()
    queue.push(transaction('1'))
    await answer(new AppError('store/full', 'full'))
    expect(queue.discard().map(({ id }) => id)).toEqual(['1'])
    expect(queue.state).toEqual({ kind: 'saved' })
  })
})
