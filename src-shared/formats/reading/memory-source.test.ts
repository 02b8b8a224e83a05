import { describe, expect, test } from 'vitest'
import { ImageReferences, lastNameOf, plainReference } from './image-references'
import { memorySource } from './memory-source'
import type { DataSource, SourceLine } from './source'

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values)
const one = (content: string | Uint8Array): DataSource => memorySource({ files: new Map([['a', content]]) })
async function linesOf(source: DataSource): Promise<readonly SourceLine[]> {
  const all: SourceLine[] = []
  for await (const batch of source.lines('a')) all.push(...batch)
  return all
}

test('files come in the order people expect, with their sizes in bytes', () => {
  const files = new Map<string, string>([
    ['b10.txt', 'é'],
    ['b2.txt', ''],
    ['A1.txt', 'x']
  ])
  expect(memorySource({ files }).files).toEqual([
    { path: 'A1.txt', sizeBytes: 1 },
    { path: 'b2.txt', sizeBytes: 0 },
    { path: 'b10.txt', sizeBytes: 2 }
  ])
})

describe('text', () => {
  test.each([
    ['UTF-8', 'é猫', 'é猫'],
    ['UTF-8 with a mark', bytes(0xef, 0xbb, 0xbf, 0xc3, 0xa9), 'é'],
    ['UTF-16 LE with a mark', bytes(0xff, 0xfe, 0x2b, 0x73), '猫'],
    ['UTF-16 BE with a mark', bytes(0xfe, 0xff, 0x73, 0x2b), '猫'],
    ['UTF-16 LE without a mark', bytes(0x7b, 0, 0x7d, 0), '{}'],
    ['UTF-16 BE without a mark', bytes(0, 0x7b, 0, 0x7d), '{}'],
    [
      'XML that declares Latin-1',
      Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?><a>\xe9</a>', 'latin1'),
      '<?xml version="1.0" encoding="ISO-8859-1"?><a>é</a>'
    ],
    ['a mark inside', 'a\uFEFFb', 'a\uFEFFb']
  ])('is read from %s', async (_name, content, expected) => {
    expect(await one(content).text('a')).toBe(expected)
  })

  test.each([
    ['a byte that is not UTF-8', bytes(0x61, 0xe9, 0x62)],
    ['half a letter at the end', bytes(0x61, 0xc3)],
    ['an overlong letter', bytes(0xc0, 0xaf)],
    ['half a surrogate in UTF-16', bytes(0xff, 0xfe, 0x00, 0xd8, 0x61, 0x00)],
    ['UTF-32', bytes(0xff, 0xfe, 0, 0, 0x61, 0, 0, 0)],
    ['a zero byte', bytes(0x61, 0x62, 0x63, 0, 0x64)],
    ['zeros at its end', bytes(0x61, 0x62, 0x63, 0x0a, 0, 0, 0, 0)],
    ['XML in an encoding nobody knows', '<?xml version="1.0" encoding="klingon"?><a/>']
  ])('is refused for %s, never with a made-up letter', async (_name, content) => {
    await expect(one(content).text('a')).rejects.toMatchObject({ code: 'import/encoding' })
    await expect(linesOf(one(content))).rejects.toMatchObject({ code: 'import/encoding' })
  })

  test('is refused above the cap and for a file that is not there', async () => {
    await expect(one('12345').text('a', 4)).rejects.toMatchObject({ code: 'import/too-large' })
    await expect(one('12345').bytes('a', 4)).rejects.toMatchObject({ code: 'import/too-large' })
    await expect(one('').text('b')).rejects.toMatchObject({ code: 'import/no-such-file' })
    expect(await one('12345').text('a', 5)).toBe('12345')
    expect(await one('12345').head('a', 2)).toEqual(bytes(0x31, 0x32))
  })
})

test('CRLF, CR and LF end a line; blank lines count; the last needs no end', async () => {
  const expected = ['a', 'b', '', 'c', 'd'].map((text, i) => ({ number: i + 1, text }))
  expect(await linesOf(one('a\r\nb\r\rc\nd'))).toEqual(expected)
  expect(await linesOf(one('a\nb\n\nc\r\nd\r\n'))).toEqual(expected)
  expect(await linesOf(one(''))).toEqual([])
  expect(await linesOf(one('\n'))).toEqual([{ number: 1, text: '' }])
})

describe('a reference to an image', () => {
  const known = new ImageReferences(
    ['images/a.jpg', 'images/deep/b.jpg', 'c.jpg', 'x/same.jpg', 'y/same.jpg', '100%.jpg', '%2e%2e/d.jpg'],
    ['images']
  )
  test.each([
    ['images/a.jpg', '', 'images/a.jpg'],
    ['./images/a.jpg', '', 'images/a.jpg'],
    ['images\\a.jpg', '', 'images/a.jpg'],
    ['a.jpg', 'images/list.json', 'images/a.jpg'],
    ['../images/a.jpg', 'labels/a.txt', 'images/a.jpg'],
    ['deep/b.jpg', '', 'images/deep/b.jpg'],
    ['elsewhere/c.jpg', '', 'c.jpg'],
    ['/data/set/c.jpg', '', 'c.jpg'],
    ['C:\\data\\c.jpg', '', 'c.jpg'],
    ['https://host.invalid/x/c.jpg?size=1', '', 'c.jpg'],
    ['file:///etc/c.jpg', '', 'c.jpg'],
    ['x/same.jpg', '', 'x/same.jpg'],
    ['100%.jpg', '', '100%.jpg'],
    ['%2e%2e/d.jpg', '', '%2e%2e/d.jpg'],
    ['same.jpg', '', null],
    ['z/same.jpg', '', null],
    ['A.jpg', '', null],
    ['', '', null],
    ['..', '', null],
    ['c.jpg\0', '', null],
    ['../../etc/passwd', 'labels/a.txt', null]
  ])('%j in %j is %j', (reference, annotation, expected) => {
    expect(known.find(reference, annotation)).toBe(expected)
  })

  test('a letter and its mark are the sign of both, in either place', () => {
    const [composed, apart] = ['\u00e9t\u00e9.jpg', 'e\u0301te\u0301.jpg']
    for (const [there, asked] of [
      [composed, apart],
      [apart, composed]
    ] as const) {
      const images = new ImageReferences([`x/${there}`, 'b.jpg'])
      expect([images.find(asked), images.find(`x/${asked}`), images.find(there)]).toEqual(Array(3).fill(`x/${there}`))
    }
    const both = new ImageReferences([composed, apart])
    expect([both.find(composed), both.find(apart)]).toEqual([composed, apart])
  })

  test.each([
    ['x/c.jpg', 'x/c.png'],
    ['c.jpg', null],
    ['y/c.jpg', 'y/c.JPG'],
    ['d.jpg', 'x/d.png'],
    ['elsewhere/d.jpg', 'x/d.png'],
    ['e.jpg', null],
    ['z.jpg', undefined]
  ])('whatever its extension is, %j is %j', (reference, expected) => {
    const images = new ImageReferences(['x/c.png', 'y/c.JPG', 'x/d.png', 'e.png', 'e.jpeg'])
    expect(images.findStem(reference)).toBe(expected)
    expect(images.findStem(reference.replace('.jpg', ''), (name) => name)).toBe(expected)
  })

  test.each([
    '/etc/passwd',
    '\\\\host\\share\\a',
    'C:/a',
    'c:a',
    'http://a/b',
    'file:a',
    '../a',
    'a/../../b',
    'a\0',
    ''
  ])('%j is no path below a folder', (reference) => {
    expect(plainReference(reference)).toBeNull()
  })

  test('percent signs are letters', () => {
    expect(plainReference('%2e%2e/a')).toBe('%2e%2e/a')
    expect(lastNameOf('https://host.invalid/a%2Fb.jpg#top')).toBe('a%2Fb.jpg')
  })

  test('sizes come from the images that are known, none from those that are not', async () => {
    const imageSizes = new Map([['images/a.jpg', { width: 3, height: 2 }]])
    const source = memorySource({ files: new Map(), imageSizes })
    expect(await source.imageSize('a.jpg')).toEqual({ width: 3, height: 2 })
    expect(await source.imageSize('b.jpg')).toBeNull()
  })
})
