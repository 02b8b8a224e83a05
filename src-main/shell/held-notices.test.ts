import { expect, test } from 'vitest'
import type { Events } from '../../src-shared/ipc/contract'
import { holdNotices } from './held-notices'

const notice = (message: string): Events['notice'] => ({
  level: 'info',
  code: 'a/b',
  message,
  nextStep: null,
  data: {}
})

function noticesOf() {
  const sent: unknown[] = []
  const held = holdNotices(
    (event, value) => void sent.push(event === 'notice' ? (value as Events['notice']).message : event)
  )
  return { sent, held }
}

test('notices wait for the first window that speaks, and come in order', () => {
  const { sent, held } = noticesOf()
  held.emit('notice', notice('first'))
  held.emit('notice', notice('second'))
  held.emit('project.changed', { project: null })
  expect(sent).toEqual(['project.changed'])
  held.onCall()
  held.onCall()
  held.emit('notice', notice('third'))
  expect(sent).toEqual(['project.changed', 'first', 'second', 'third'])
})

test('after the last window left they wait again', () => {
  const { sent, held } = noticesOf()
  held.onCall()
  held.onNobody()
  held.emit('notice', notice('later'))
  expect(sent).toEqual([])
  held.onCall()
  expect(sent).toEqual(['later'])
})
