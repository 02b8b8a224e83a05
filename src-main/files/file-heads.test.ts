import { expect, test } from 'vitest'
import { FileHeads } from './file-heads'

/** Heads of files whose bytes all are their own number; `opened` counts. */
function headsOf(sizes: Readonly<Record<string, number>>) {
  const opened: string[] = []
  const broken = new Set<string>()
  const files = Object.entries(sizes).map(([path, sizeBytes]) => ({ path, sizeBytes }))
  const heads = new FileHeads(files, async (path, maxBytes) => {
    opened.push(path)
    if (broken.has(path)) throw new Error(`cannot read ${path}`)
    const place = files.findIndex((file) => file.path === path)
    return new Uint8Array(Math.min(maxBytes, sizes[path] ?? 0)).fill(place)
  })
  return { heads, opened, broken }
}
const many = (count: number, ending: string, sizeBytes: number): Record<string, number> =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`${i}.${ending}`, sizeBytes]))

test('a file is opened once, however many ask for how much of it, and each has bytes of its own', async () => {
  const { heads, opened } = headsOf({ 'a.json': 100, 'b.json': 0 })
  const first = await heads.head('a.json', 10)
  first.fill(9)
  expect(await heads.head('a.json', 4)).toEqual(new Uint8Array(4))
  expect(await heads.head('a.json', 1000)).toEqual(new Uint8Array(100))
  expect(await heads.head('b.json', 10)).toEqual(new Uint8Array(0))
  expect(opened).toEqual(['a.json', 'b.json'])
})

test('files of a kind that are asked for one after the other are opened ahead, others are not', async () => {
  const { heads, opened } = headsOf({ ...many(40, 'json', 5), 'x.jpg': 5, ...many(3, 'txt', 5) })
  await heads.head('0.json', 4)
  expect(opened).toEqual(['0.json'])
  await heads.head('1.json', 4)
  expect(opened.toSorted((a, b) => Number.parseInt(a) - Number.parseInt(b))).toEqual(
    Array.from({ length: 18 }, (_, i) => `${i}.json`)
  )
  for (let i = 2; i < 40; i += 1) expect((await heads.head(`${i}.json`, 4))[0]).toBe(i)
  expect(opened).toHaveLength(40)
})

test('more than is kept of a file is read each time, and what cannot be read is tried again', async () => {
  const { heads, opened, broken } = headsOf({ 'large.json': 1 << 20, 'gone.json': 5 })
  expect(await heads.head('large.json', 1 << 20)).toHaveLength(1 << 20)
  expect(await heads.head('large.json', 1 << 16)).toHaveLength(1 << 16)
  expect(await heads.head('large.json', 1 << 20)).toHaveLength(1 << 20)
  expect(opened).toEqual(['large.json', 'large.json', 'large.json'])
  broken.add('gone.json')
  await expect(heads.head('gone.json', 5)).rejects.toThrow('cannot read gone.json')
  broken.clear()
  expect(await heads.head('gone.json', 5)).toHaveLength(5)
  await expect(heads.head('never-listed.json', 5)).resolves.toHaveLength(0)
})

test('no more than a bound is kept of all files, and nothing once it is forgotten', async () => {
  const count = 96 * 16 + 1
  const { heads, opened } = headsOf(many(count, 'json', 1 << 16))
  for (let round = 0; round < 2; round += 1) for (let i = 0; i < count; i += 1) await heads.head(`${i}.json`, 1 << 16)
  expect(opened).toHaveLength(count + 1)
  heads.forget()
  await heads.head('0.json', 4)
  expect(opened).toHaveLength(count + 2)
})
