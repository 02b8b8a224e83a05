import { describe, expect, test } from 'vitest'
import { memorySource } from '../reading/memory-source'
import type { DataSource } from '../reading/source'
import { readCoco } from './read'
import { lastSection } from './last-section'

const CATEGORIES = [
  { id: 1, name: 'cup' },
  { id: 2, name: '猫 "x" \\' }
]
const top = {
  images: [{ id: 1, file_name: 'a.jpg', width: 640, height: 480 }],
  annotations: [{ id: 1, image_id: 1, category_id: 2, bbox: [1, 2, 3, 4], note: '"categories":[{"id":9}]}' }],
  categories: CATEGORIES
}
const text = JSON.stringify(top)
const sourceOf = (content: string | Uint8Array): DataSource => memorySource({ files: new Map([['a.json', content]]) })
const find = (content: string | Uint8Array): Promise<readonly unknown[] | null> =>
  lastSection(sourceOf(content), 'a.json', 'categories')
const utf16 = (of: string): Uint8Array =>
  new Uint8Array(Uint16Array.from(`\ufeff${of}`, (letter) => letter.charCodeAt(0)).buffer)

describe('a section at the end of a file', () => {
  test.each([
    ['as it is', text],
    ['in many lines', `${JSON.stringify(top, null, 2)}\r\n`],
    ['before others', JSON.stringify({ ...top, info: { categories: 1 }, licenses: [{ id: 1 }] })],
    ['with its name in a text after it', JSON.stringify({ ...top, info: { about: '"categories":[{"id":9}]}' } })],
    ['after three megabytes', `{"annotations":[${'{"id":1},'.repeat(350_000)}{"id":2}],${text.slice(1)}`]
  ])('is found: %s', async (_, content) => {
    expect(await find(content)).toEqual(CATEGORIES)
  })

  test.each([
    ['in UTF-16', utf16(text)],
    ['cut off', text.slice(0, -1)],
    ['deeper', JSON.stringify({ images: [], more: { categories: CATEGORIES } })],
    ['in a text', JSON.stringify({ images: [], about: '{"categories":[{"id":1}]}' })],
    ['of no objects', JSON.stringify({ images: [], categories: [1, 2] })],
    ['a list', JSON.stringify([{ categories: CATEGORIES }])],
    ['not there', '{}'],
    ['empty', '']
  ])('is not taken for one: %s', async (_, content) => {
    expect(await find(content)).toBeNull()
  })

  test('nothing is passed over to find it, and the classes are those of the file', async () => {
    const source = sourceOf(text)
    let readings = 0
    const counted: DataSource = {
      ...source,
      json: (...how) => {
        readings++
        return source.json(...how)
      }
    }
    const labels: (string | null)[] = []
    for await (const batch of readCoco(counted))
      for (const item of batch) if (item.type === 'region') labels.push(item.label)
    expect([labels, readings]).toEqual([['猫 "x" \\'], 1])
  })
})
