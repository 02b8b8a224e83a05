import { describe, expect, test } from 'vitest'
import type { AskRequest } from '../../core/ports'
import type { AskJob } from './ask-job'
import { MOST_TOGETHER } from '../protocol'
import { QuestionQueue } from './question-queue'

const question = (requestId: string, more: Partial<AskRequest> = {}): AskRequest => ({
  requestId,
  modelId: 'm',
  imagePath: '/a.jpg',
  messages: [{ role: 'user', text: requestId }],
  ...more
})

/** The queue with these questions, and those that are answered with the first one. */
function asked(...requests: readonly AskRequest[]): {
  readonly queue: QuestionQueue
  readonly jobs: readonly AskJob[]
  readonly beside: (mayBeAsked?: (request: AskRequest) => boolean) => readonly string[]
} {
  const queue = new QuestionQueue()
  const jobs = requests.map((request) => queue.add(request, {}))
  const [first] = jobs
  const beside = (mayBeAsked: (request: AskRequest) => boolean = () => true): readonly string[] =>
    first === undefined ? [] : queue.beside(first, mayBeAsked).map(({ request }) => request.requestId)
  return { queue, jobs, beside }
}

describe('questions that are answered together', () => {
  test('are those right behind the first on the same picture, and none behind one that is not', () => {
    expect(asked(question('1'), question('2'), question('3')).beside()).toEqual(['2', '3'])
    const others: readonly Partial<AskRequest>[] = [
      { imagePath: '/b.jpg' },
      { modelId: 'n' },
      { providers: ['cpu'] },
      { nBest: 2 },
      { mask: { type: 'boxes' } as unknown as NonNullable<AskRequest['mask']> }
    ]
    for (const other of others) {
      expect(asked(question('1'), question('2'), question('3', other), question('4')).beside()).toEqual(['2'])
      expect(asked(question('1', other), question('2')).beside()).toEqual([])
    }
  })

  test('are no more than a command holds', () => {
    const many = Array.from({ length: MOST_TOGETHER + 5 }, (_, i) => question(`${i}`))
    expect(asked(...many).beside()).toHaveLength(MOST_TOGETHER - 1)
  })

  test('are not those before it, those that are settled, and those that must not be asked', () => {
    const { queue, jobs, beside } = asked(question('1'), question('2'), question('3'), question('4'))
    jobs[1]?.finishCancelled()
    expect(beside()).toEqual(['3', '4'])
    expect(beside(({ requestId }) => requestId !== '4')).toEqual(['3'])
    const [, , third] = jobs
    expect(third && queue.beside(third, () => true).map(({ request }) => request.requestId)).toEqual(['4'])
  })

  test('are none where that failed before', () => {
    const { jobs, beside } = asked(question('1'), question('2'), question('3'))
    const [first, , third] = jobs
    if (first === undefined || third === undefined) throw new Error('expected three questions')
    third.isAlone = true
    expect(beside()).toEqual(['2'])
    first.isAlone = true
    expect(beside()).toEqual([])
  })
})

test('an id is one question’s until that was removed', () => {
  const queue = new QuestionQueue()
  const job = queue.add(question('1'), {})
  expect(() => queue.add(question('1'), {})).toThrow('running already')
  expect(queue.find('1')).toBe(job)
  queue.remove(job)
  expect(queue.find('1')).toBeNull()
  expect(queue.add(question('1'), {})).not.toBe(job)
})

test('those that wait are the ones the host has not begun with', () => {
  const { queue, jobs } = asked(question('1'), question('2'))
  if (jobs[0] !== undefined) jobs[0].hostId = 7
  expect(queue.waiting().map(({ request }) => request.requestId)).toEqual(['2'])
})

test('work runs one after the other, and a failure is told to the one whose it is', async () => {
  const queue = new QuestionQueue()
  const steps: string[] = []
  const work = (name: string, fails = false) =>
    queue.inTurn(async () => {
      steps.push(`${name} begins`)
      await new Promise((resolve) => setImmediate(resolve))
      steps.push(`${name} ends`)
      if (fails) throw new Error(name)
      return name
    })
  const first = work('first', true)
  const second = work('second')
  await expect(first).rejects.toThrow('first')
  await queue.idle()
  expect(await second).toBe('second')
  expect(steps).toEqual(['first begins', 'first ends', 'second begins', 'second ends'])
})
