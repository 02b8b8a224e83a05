import { describe, expect, it } from 'vitest'
import { FORMATS } from '../../src-shared/formats/registry'
import { coreSentence, coreWords } from './core-words'

const told = { code: 'store/full', message: 'The disk of harbour.eyrie is full.', nextStep: 'Free some space.' }

describe('words of the core', () => {
  it('stay as they are in English', () => {
    expect(coreWords('en', told)).toEqual({ message: told.message, detail: null, nextStep: told.nextStep })
  })

  it('are said in Chinese by code, and keep the names and reasons as detail', () => {
    const words = coreWords('zh-CN', told)
    expect(words).toMatchObject({ message: expect.stringContaining('磁盘已满'), detail: told.message })
    expect(words.nextStep).toMatch(/[\u4e00-\u9fff]/)
  })

  it('are never lost when there is no translation', () => {
    expect(coreWords('zh-CN', { code: 'new/code', message: 'Something new.', nextStep: 'Do it.' })).toEqual({
      message: 'Something new.',
      detail: null,
      nextStep: 'Do it.'
    })
  })

  it('know every refusal of an edit, a file and a request in Chinese', () => {
    const codes = [
      ...['file/disk-full', 'file/exists', 'file/no-folder', 'file/not-writable', 'file/write-failed'],
      ...['files/not-found', 'files/scan-cancelled', 'image/outside-root', 'inference/set-aside'],
      ...['project/images-replaced', 'project/kept-elsewhere', 'project/entries-skipped', 'project/switched'],
      ...[
        'model/unsafe-reference',
        'model-store/unreachable',
        'model-store/no-disk',
        'model-store/licence',
        'store/dangling-reference',
        'store/invalid-transaction'
      ],
      ...['store/empty-file', 'store/not-found', 'store/not-readable', 'store/no-wal'],
      ...['endpoint/not-allowed', 'endpoint/no-key', 'endpoint/unreachable', 'endpoint/bad-answer', 'endpoint/busy'],
      ...['ipc/invalid-params', 'ipc/too-many-calls', 'ipc/unknown-method', 'ipc/foreign-sender']
    ]
    const silent = codes.filter((code) => coreWords('zh-CN', { code, message: '-', nextStep: null }).detail === null)
    expect(silent).toEqual([])
  })

  it('name the limits of every export format in Chinese', () => {
    const missing = FORMATS.flatMap(({ info }) => info.limits).filter((limit) => coreSentence('zh-CN', limit) === limit)
    expect(missing).toEqual([])
  })
})
