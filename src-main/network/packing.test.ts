import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import { AppError } from '../../src-shared/errors'
import { isReadable, packingOf } from './packing'

const refuse = (packing: string): AppError => new AppError('model-store/bad-answer', packing)

function answerOf(statusCode: number, headers: IncomingMessage['headers']): IncomingMessage {
  return Object.assign(new IncomingMessage(new Socket()), { statusCode, headers })
}

describe('an answer', () => {
  test.each([
    [{}, null],
    [{ 'content-encoding': '' }, null],
    [{ 'content-encoding': 'identity' }, null],
    [{ 'content-encoding': ' Identity' }, null],
    [{ 'content-encoding': 'identity, identity' }, null],
    [{ 'transfer-encoding': 'chunked' }, null],
    [{ 'content-encoding': 'GZIP' }, 'gzip'],
    [{ 'content-encoding': 'identity, br' }, 'br'],
    [{ 'content-encoding': 'deflate, gzip' }, 'deflate, gzip'],
    [{ 'transfer-encoding': 'gzip, chunked' }, 'gzip'],
    [{ 'content-encoding': 'zstd', 'transfer-encoding': 'chunked' }, 'zstd'],
    [{ 'content-encoding': 'none of them' }, 'none of them']
  ])('with %j is packed as %j', (headers, packing) => {
    expect(packingOf(headers)).toBe(packing)
  })

  test('that brings a file packed is refused and ended', () => {
    for (const status of [200, 206]) {
      const answer = answerOf(status, { 'content-encoding': 'gzip' })
      expect(() => isReadable(answer, refuse)).toThrow('gzip')
      expect(answer.destroyed).toBe(true)
    }
  })

  test('that says no in packed words says no; it is ended, its words are left', () => {
    for (const status of [302, 404, 429, 503]) {
      const answer = answerOf(status, { 'content-encoding': 'gzip' })
      expect(isReadable(answer, refuse)).toBe(false)
      expect(answer.destroyed).toBe(true)
    }
  })

  test('that is not packed is read, whatever its status', () => {
    for (const status of [200, 404]) {
      const answer = answerOf(status, { 'content-encoding': 'identity' })
      expect(isReadable(answer, refuse)).toBe(true)
      expect(answer.destroyed).toBe(false)
    }
  })
})
