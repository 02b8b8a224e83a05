import { expect, test } from 'vitest'
import { FORMATS } from '../../../src-shared/formats/registry'
import type { DataSource } from '../../../src-shared/formats/reading/source'
import { AppError } from '../../../src-shared/errors'
import { recognise } from './recognise'

const COCO = '{"images":[{"id":1,"file_name":"0.jpg","width":3,"height":4}],"annotations":[],"categories":[]}'

/** A folder of pictures with one list; `opened` has what was looked into. */
function folderOf(pictures: number, opened: string[]): DataSource {
  const open = (path: string): Uint8Array => {
    opened.push(path)
    return new TextEncoder().encode(path === 'list.json' ? COCO : 'picture')
  }
  const none = (): never => {
    throw new AppError('import/no-such-file', 'There is no such file.')
  }
  return {
    files: [
      { path: 'list.json', sizeBytes: COCO.length },
      ...Array.from({ length: pictures }, (_, i) => ({ path: `${i}.jpg`, sizeBytes: 7 }))
    ],
    head: async (path, maxBytes) => open(path).slice(0, maxBytes),
    range: async (path, start, end) => open(path).slice(start, end),
    text: async (path) => new TextDecoder().decode(open(path)),
    bytes: async (path) => open(path),
    lines: none,
    json: none,
    imageSize: async () => null
  }
}

test('no format looks into a picture to know the data set beside it', async () => {
  const opened: string[] = []
  const { format } = await recognise(folderOf(2_000, opened), FORMATS, null)
  expect(format.info.id).toBe('coco-json')
  expect(new Set(opened)).toEqual(new Set(['list.json']))
})
