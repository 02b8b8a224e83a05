import { describe, expect, test } from 'vitest'
import { normalizedBox } from '../../src-shared/geometry/space'
import { documentOf, region } from '../../src-shared/lint/testing'
import { askAll, contextRequests, modelBuilder } from './build-contexts'
import { writeBuild } from './builds'
import type { ProjectStore } from './ports'
import type { Transaction } from '../../src-shared/document/transaction'

const labels = [{ id: 'l-dog', name: 'dog', colour: '#4477aa', order: 0 }]
const document = documentOf([region('r1', 'dog', { type: 'box', box: normalizedBox(0.1, 0.2, 0.3, 0.4) })])

function fakeStore(): { readonly store: ProjectStore; readonly applied: Transaction[] } {
  const applied: Transaction[] = []
  const store = {
    listLabels: () => Promise.resolve(labels),
    async *documents() {
      yield await Promise.resolve(document)
    },
    apply: (transaction: Transaction) => Promise.resolve(void applied.push(transaction))
  }
  return { store: store as unknown as ProjectStore, applied }
}

describe('asking', () => {
  test('puts what a function answers into the project as a model’s, and names what it could not', async () => {
    const { store, applied } = fakeStore()
    const options = { language: 'auto' } as const
    const { answers, failed } = await askAll(
      contextRequests(store, options),
      ({ kind }) =>
        kind === 'detail'
          ? Promise.resolve('<ref>A dog</ref>[0.100, 0.200, 0.300, 0.400] sits.')
          : Promise.reject(new Error('busy')),
      { model: 'm-1' }
    )
    expect(failed).toEqual([
      { image: 'a.jpg', kind: 'conversation', code: 'build/not-answered', reason: 'busy' },
      { image: 'a.jpg', kind: 'reasoning', code: 'build/not-answered', reason: 'busy' }
    ])
    const { build, report } = modelBuilder(answers, options)
    expect(await writeBuild(store, build, 5)).toMatchObject({ dialogues: 1, turns: 2, steps: 1 })
    expect(report()).toEqual({ answers: 1, strangers: 0, used: 1, problems: {} })
    expect(applied[0]).toMatchObject({ origin: 'model', label: 'dialogue.build', imageId: null })
    const turns = applied[0]?.changes.flatMap(({ after }) => (after !== null && 'role' in after ? [after] : []))
    expect(turns?.map(({ provenance }) => provenance)).toEqual([
      { origin: 'model', modelId: 'm-1' },
      { origin: 'model', modelId: 'm-1' }
    ])
  })

  test('never asks more at once than it may, and stops when cancelled', async () => {
    const { store } = fakeStore()
    let [now, most] = [0, 0]
    const controller = new AbortController()
    const ask = async (): Promise<string> => {
      most = Math.max(most, ++now)
      await new Promise((done) => setTimeout(done, 5))
      now--
      return 'A dog.'
    }
    const options = { language: 'en' } as const
    await askAll(contextRequests(store, options), ask, { model: null, atOnce: 2 })
    expect(most).toBe(2)
    controller.abort(new Error('enough'))
    await expect(
      askAll(contextRequests(store, options), ask, { model: null, signal: controller.signal })
    ).rejects.toThrow('enough')
  })
})
