import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readFiles } from '../kit/read-files'
import type { ReadFiles } from '../kit/read-files'
import { testDamagedFiles } from '../law-damage'
import { testFormatLaws } from '../law-kit'
import { memorySource } from '../reading/memory-source'
import { flickr30kEntities } from '.'
import { captionWords } from './law-captions'
import { readSentence } from './sentence'

testFormatLaws(flickr30kEntities, { captionWords })

const object = (names: readonly unknown[], inside: string): string =>
  `<object>${names.map((name) => `<name>${String(name)}</name>`).join('')}${inside}</object>`
const box = (x0: unknown, y0: unknown, x1: unknown, y1: unknown): string =>
  `<bndbox><xmin>${x0}</xmin><ymin>${y0}</ymin><xmax>${x1}</xmax><ymax>${y1}</ymax></bndbox>`
const xml = (...objects: readonly string[]): string =>
  `<annotation><filename>1000.jpg</filename><size><width>500</width><height>375</height><depth>3</depth></size>${objects.join('')}</annotation>`
const SENTENCE = '[/EN#1/other Two 猫 😀 mugs] stand on [/EN#2/scene a shelf] of [/EN#0/notvisual it] .\n'
const files = (sentences: string, annotations: string): Record<string, string> => ({
  'Sentences/1000.txt': sentences,
  'Annotations/1000.xml': annotations
})
const USUAL = files(
  SENTENCE + '[/EN#1/other/x Mugs] .\n',
  xml(
    object([1], box(11, 21, 110, 220)),
    object([1, 3], box(200, 21, 300, 220)),
    object([2], '<scene>1</scene><nobndbox>0</nobndbox>')
  )
)
testDamagedFiles(flickr30kEntities, [new Map(Object.entries(USUAL))])

const wordsOf = ({ items }: ReadFiles): readonly unknown[] =>
  items.flatMap((item) =>
    item.type === 'dialogue'
      ? item.turns.map(({ children }) =>
          children.map((node) =>
            node.type === 'phrase'
              ? [(node.children[0] as { value: string }).value, ...node.regionIds]
              : (node as { value: string }).value
          )
        )
      : []
  )

describe('reading', () => {
  test('phrases have the boxes of their chains; scenes and what cannot be seen have none', async () => {
    const read = await readFiles(flickr30kEntities, USUAL)
    expect(wordsOf(read)).toEqual([
      [['Two 猫 😀 mugs', 'o0', 'o1'], ' stand on ', ['a shelf'], ' of ', ['it'], ' .'],
      [['Mugs', 'o0', 'o1'], ' .']
    ])
    expect(read.regions.map(({ phrase: words, attributes }) => [words, attributes])).toEqual([
      ['Two 猫 😀 mugs', { entity: '1', entity_type: 'other' }],
      ['Two 猫 😀 mugs', { entity: '1 3', entity_type: 'other' }]
    ])
    expect(read.images).toMatchObject([{ reference: '1000.jpg', size: { width: 500, height: 375 } }])
  })

  test('corners count from 1, as the official reader takes them, and that is said once', async () => {
    const read = await readFiles(flickr30kEntities, USUAL)
    expect(read.regions[0]?.shape).toEqual({ type: 'box', box: [10 / 500, 20 / 375, 109 / 500, 219 / 375] })
    expect(read.said).toEqual(['note import/edges-from-one'])
    expect(read.issues.length).toBe(1)
  })

  test.each([
    ['a chain that no object has', '[/EN#9/other A dog] .', xml(), ['doubt import/no-such-entity']],
    ['a mark that is not closed', '[/EN#1/other A dog', xml(), ['doubt import/broken-mark']],
    ['a mark in a mark', '[/EN#1/other A [/EN#0/notvisual dog]] .', xml(), ['doubt import/broken-mark']],
    ['a mark without a number', '[/EN#x/other A dog] .', xml(), ['doubt import/broken-mark']],
    ['a mark without words', '[/EN#1/other ] .', xml(), ['doubt import/broken-mark']],
    ['brackets that are no mark', 'A [dog] .', xml(), []],
    ['an object without a name', '', xml(object([], box(1, 1, 5, 5))), ['skip import/bad-record']],
    ['an object without a box', '', xml(object([1], '')), ['doubt import/no-shape']],
    ['reversed corners', '', xml(object([1], box(9, 1, 5, 5))), ['skip import/reversed-corners']],
    ['a corner that is no number', '', xml(object([1], box('a', 1, 5, 5))), ['skip import/bad-box']],
    ['a corner that is missing', '', xml(object([1], '<bndbox><xmin>1</xmin></bndbox>')), ['skip import/bad-box']],
    [
      'a box and a flag',
      '',
      xml(object([1], `${box(1, 1, 5, 5)}<nobndbox>1</nobndbox>`)),
      ['note import/edges-from-one', 'doubt import/box-and-flag']
    ],
    [
      'a box outside',
      '',
      xml(object([1], box(400, 1, 600, 5))),
      ['note import/edges-from-one', 'doubt import/outside-image']
    ],
    ['no XML at all', 'A dog .', 'nothing', ['skip import/xml']],
    ['an undeclared entity', '', '<annotation><filename>&x;</filename></annotation>', ['skip import/xml']],
    ['another root', '', '<annotations/>', ['skip import/not-this-format']],
    ['no size, and no image', '', '<annotation><object><name>1</name></object></annotation>', ['skip import/no-size']]
  ])('%s', async (_, sentences, annotations, said) => {
    expect((await readFiles(flickr30kEntities, files(sentences, annotations))).said).toEqual(said)
  })

  test('captions without boxes are captions, and that is said; boxes without captions are regions', async () => {
    const words = await readFiles(flickr30kEntities, { 'Sentences/7.txt': '\ufeff[/EN#1/other A dog] .\r\n\r\nB .' })
    expect(wordsOf(words)).toEqual([[['A dog'], ' .'], ['B .']])
    expect(words.images).toMatchObject([{ reference: '7.jpg', size: null }])
    expect(words.said).toEqual(['doubt import/no-annotations'])
    const boxes = await readFiles(flickr30kEntities, {
      'Sentences/7.txt': 'A .',
      'Annotations/8.xml': xml(object([1], box(1, 1, 5, 5)))
    })
    expect(boxes.regions).toMatchObject([{ phrase: null, attributes: { entity: '1' } }])
  })

  test('one bad file leaves the others', async () => {
    const read = await readFiles(flickr30kEntities, {
      ...USUAL,
      'Sentences/2.txt': 'A .',
      'Annotations/2.xml': '<annotation>'
    })
    expect(read.regions.length).toBe(2)
    expect(read.issues).toMatchObject([
      { code: 'import/xml', file: 'Annotations/2.xml' },
      { code: 'import/edges-from-one', file: 'Annotations/1000.xml' }
    ])
  })

  test('it is recognised by its marks', async () => {
    const of = (map: Record<string, string>) =>
      flickr30kEntities.reader?.recognise(memorySource({ files: new Map(Object.entries(map)) }))
    expect(await of(USUAL)).toMatchObject({ score: 0.98, paths: ['Sentences/1000.txt', 'Annotations/1000.xml'] })
    expect(await of({ 'Annotations/1000.xml': xml() })).toBeNull()
    await expect(readFiles(flickr30kEntities, { 'a.txt': 'x' })).rejects.toMatchObject({
      code: 'import/not-this-format'
    })
  })
})

test('any line is read, and nothing of it is lost but its marks', () => {
  const piece = fc.constantFrom('[/EN#1/other ', '[/EN#', '[', ']', '/', ' ', 'mug', '猫', '😀', '[/EN#0/notvisual x]')
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
      const line = pieces.join('')
      const { text: words, phrases } = readSentence(line)
      const marks = phrases.reduce(
        (sum, { chain, types }) => sum + `[/EN#${chain}${types.map((type) => `/${type}`).join('')}]`.length,
        0
      )
      expect(words.length).toBeLessThanOrEqual(line.length - marks)
      for (const { start, end } of phrases) expect(0 <= start && start < end && end <= words.length).toBe(true)
      for (const letter of ['mug', '猫', '😀']) expect(words.split(letter).length).toBe(line.split(letter).length)
    }),
    { numRuns: 3000 }
  )
})
