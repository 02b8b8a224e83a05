import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { normalizedBox } from '../../geometry/space'
import type { ExportChunk, Format } from '../format'
import type { FormatKeeps } from '../keeps'
import { compare, contentOf, testFormatLaws } from '../law-kit'
import { projects, writeToMemory } from '../law-projects'
import type { LawProject } from '../law-projects'
import type { ImportItem } from '../reading/item'
import { Tally } from '../tally'
import type { ContentRegion, ProjectContent } from './content'
import { contentOfDocument, labelNames } from './content'
import { differences } from './differences'
import { pairUp } from './matching'

const everything: FormatKeeps = {
  shapes: ['box', 'point', 'quad', 'polygon', 'polyline', 'multipolygon', 'mask', 'keypoints'],
  labels: 'in-order',
  phrases: true,
  states: true,
  confidences: true,
  attributes: true,
  dialogues: 'grounded',
  relations: false,
  done: true,
  resolution: 'exact'
}

/** A format that writes down everything as it is: what the laws must find nothing in. */
const plain: Format = {
  info: {
    id: 'plain',
    name: 'Plain',
    fileName: 'plain.json',
    fileNames: ['plain.json'],
    limits: [],
    takesDialect: false,
    keeps: everything
  },
  encode(source, options) {
    const names = new Map(source.labels.map(({ id, name }) => [id, name]))
    async function* chunks(): AsyncGenerator<ExportChunk> {
      const images: unknown[] = []
      for await (const document of source.documents()) images.push(contentOfDocument(document, names, options))
      yield { fileName: 'plain.json', text: JSON.stringify({ labels: labelNames(source.labels), images }) }
    }
    return { chunks: chunks(), summary: () => new Tally().summary() }
  },
  reader: {
    recognise: async ({ files }) => ({ score: 1, because: 'test', paths: files.map(({ path }) => path) }),
    async *read(source) {
      const { labels, images } = JSON.parse(await source.text('plain.json')) as ProjectContent
      yield labels.map((name): ImportItem => ({ type: 'label', name }))
      for (const { path, size, done, regions, dialogues } of images) {
        const imageKey = path
        yield [{ type: 'image', imageKey, reference: path, size, done }]
        yield regions.map(({ confidence, ...region }): ImportItem => ({
          type: 'region',
          imageKey,
          ...region,
          ...(confidence === null ? {} : { confidence })
        }))
        for (const { title, turns } of dialogues)
          yield [{ type: 'dialogue', imageKey, title, turns: turns.map((turn) => ({ ...turn, rawText: null })) }]
      }
    }
  }
}

testFormatLaws(plain)

const box = (x0: number, y0: number, x1: number, y1: number): ContentRegion => ({
  key: `${x0} ${y0}`,
  shape: { type: 'box', box: normalizedBox(x0, y0, x1, y1) },
  label: 'cat',
  phrase: 'a cat',
  state: 'accepted',
  origin: 'human',
  confidence: 0.5,
  attributes: { occluded: true }
})
const content = (...regions: readonly ContentRegion[]): ProjectContent => ({
  labels: ['cat', 'dog'],
  images: [
    {
      path: 'a.jpg',
      size: { width: 100, height: 200 },
      done: false,
      regions,
      dialogues: [
        {
          title: null,
          turns: [
            { role: 'user', children: [{ type: 'text', value: 'Where?' }] },
            { role: 'assistant', children: [{ type: 'mention', regionIds: [regions[0]?.key ?? ''] }] }
          ]
        }
      ],
      relations: []
    }
  ]
})
const within = (px: number, keeps: Partial<FormatKeeps> = {}): Parameters<typeof differences>[2] => ({
  keeps: { ...everything, ...keeps },
  resolutionPx: () => ({ x: px, y: px })
})
const whole = content(box(0.1, 0.1, 0.5, 0.5), box(0.6, 0.6, 0.9, 0.9))
const [image] = whole.images
if (image === undefined) throw new Error('expected an image')
const withRegions = (...regions: readonly ContentRegion[]): ProjectContent => ({
  ...whole,
  images: [{ ...image, regions }]
})
const [first, second] = image.regions as [ContentRegion, ContentRegion]

describe('what came back', () => {
  test('equal in another order, and with other keys, is no difference', () => {
    const { found, largestErrorPx, counts } = differences(whole, withRegions(second, first), within(0.01))
    expect(found).toEqual({})
    expect(largestErrorPx).toBe(0)
    expect(counts.regions).toEqual({ out: 2, back: 2 })
  })

  test('moved is measured in pixels of its axis, and found beyond the resolution only', () => {
    const moved = box(0.1, 0.101, 0.5, 0.5)
    const after = withRegions({ ...moved, key: first.key }, second)
    expect(differences(whole, after, within(0.21))).toMatchObject({ found: {} })
    expect(differences(whole, after, within(0.21)).largestErrorPx).toBeCloseTo(0.2, 9)
    expect(differences(whole, after, within(0.19)).found).toMatchObject({
      'round-trip/region-missing': 1,
      'round-trip/region-extra': 1
    })
  })

  test.each<[string, ProjectContent, string]>([
    ['a region less', withRegions(first), 'region-missing'],
    ['a region more', withRegions(first, second, box(0, 0, 1, 1)), 'region-extra'],
    ['another label', withRegions(first, { ...second, label: 'dog' }), 'label'],
    ['no label', withRegions(first, { ...second, label: null }), 'label'],
    ['other words', withRegions(first, { ...second, phrase: 'cat' }), 'phrase'],
    ['another state', withRegions(first, { ...second, state: 'proposed' }), 'state'],
    ['no confidence', withRegions(first, { ...second, confidence: null }), 'confidence'],
    ['another attribute', withRegions(first, { ...second, attributes: {} }), 'attributes'],
    ['another shape', withRegions(first, { ...second, shape: { type: 'polygon', points: [] } }), 'region-missing'],
    ['another order of classes', { ...whole, labels: ['dog', 'cat'] }, 'class-order'],
    ['a class less', { ...whole, labels: ['cat'] }, 'class-order'],
    ['no image', { ...whole, images: [] }, 'image-missing'],
    ['another image', { ...whole, images: [image, { ...image, path: 'b.jpg' }] }, 'image-extra'],
    ['another size', { ...whole, images: [{ ...image, size: { width: 200, height: 100 } }] }, 'size'],
    ['a mark of done', { ...whole, images: [{ ...image, done: true }] }, 'done'],
    ['no dialogue', { ...whole, images: [{ ...image, dialogues: [] }] }, 'dialogue-count'],
    [
      'a turn about another region',
      {
        ...whole,
        images: [
          {
            ...image,
            dialogues: image.dialogues.map(({ title, turns }) => ({
              title,
              turns: turns.map(({ role, children }) => ({
                role,
                children: children.map((node) =>
                  node.type === 'mention' ? { ...node, regionIds: [second.key] } : node
                )
              }))
            }))
          }
        ]
      },
      'grounding'
    ],
    [
      'other words in a turn',
      {
        ...whole,
        images: [
          {
            ...image,
            dialogues: image.dialogues.map(({ title, turns }) => ({
              title,
              turns: turns.map(({ role, children }) => ({
                role,
                children: children.map((node) => (node.type === 'text' ? { ...node, value: 'Where' } : node))
              }))
            }))
          }
        ]
      },
      'words'
    ]
  ])('with %s is found', (_name, after, code) => {
    expect(Object.keys(differences(whole, after, within(0.01)).found)).toContain(`round-trip/${code}`)
  })

  test('without what the format never keeps is no difference, and that is counted', () => {
    const bare = withRegions(
      { ...first, label: null, phrase: null, state: 'proposed', confidence: null, attributes: {} },
      { ...second, label: null, phrase: null, confidence: null, attributes: {} }
    )
    const after = { labels: [], images: bare.images.map((one) => ({ ...one, dialogues: [] })) }
    const limits = within(0.01, {
      labels: 'none',
      phrases: false,
      states: false,
      confidences: false,
      attributes: false,
      dialogues: 'none'
    })
    expect(differences(whole, after, limits)).toMatchObject({ found: {}, notHeld: { dialogue: 1 } })
  })

  test('as boxes is what a format of boxes says of other shapes; left out is the other way', () => {
    const polygon: ContentRegion = {
      ...first,
      shape: {
        type: 'polygon',
        points: [
          [0.1, 0.1],
          [0.5, 0.1],
          [0.5, 0.5]
        ] as never
      }
    }
    const before = withRegions(polygon, second)
    const boxes = within(0.01, { shapes: ['box'], otherShapes: 'box' })
    expect(differences(before, whole, boxes).found).toEqual({})
    const none = differences(before, withRegions(second), within(0.01, { shapes: ['box'], dialogues: 'none' }))
    expect(none).toMatchObject({ found: {}, notHeld: { 'region-polygon': 1 } })
  })
})

test('as many pairs are made as there can be, whatever the order', () => {
  const near = (a: number, b: number): boolean => Math.abs(a - b) <= 1
  const numbers = fc.array(fc.integer({ min: 0, max: 8 }), { maxLength: 5 })
  const best = (a: readonly number[], b: readonly number[]): number => {
    const [head, ...rest] = a
    if (head === undefined) return 0
    const taken = b.map((value, i) => (near(head, value) ? 1 + best(rest, b.toSpliced(i, 1)) : 0))
    return Math.max(best(rest, b), ...taken)
  }
  fc.assert(
    fc.property(numbers, numbers, (a, b) => {
      const pairs = pairUp(a, b, near, (value) => value, 1)
      expect(pairs).toHaveLength(best(a, b))
      expect(new Set(pairs.map(([i]) => i)).size).toBe(pairs.length)
      expect(new Set(pairs.map(([, i]) => i)).size).toBe(pairs.length)
      for (const [i, k] of pairs) expect(near(a[i] ?? NaN, b[k] ?? NaN)).toBe(true)
    })
  )
})

describe('the laws', () => {
  const broken = (change: (project: LawProject) => LawProject): Format => ({
    ...plain,
    encode: (source, options) => {
      const project = change({ labels: source.labels, documents: [...(source.documents() as LawProject['documents'])] })
      return plain.encode({ labels: project.labels, documents: () => project.documents }, options)
    }
  })
  const lawHolds = async (format: Format): Promise<boolean> => {
    const details = await fc.check(
      fc.asyncProperty(projects(everything), async (project) => {
        const { files } = await writeToMemory(format, project)
        const { labels, images } = JSON.parse(files.get('plain.json') as string) as ProjectContent
        expect(compare(format, contentOf(project), { labels, images }).found).toEqual({})
      }),
      { numRuns: 100 }
    )
    return !details.failed
  }

  test.each<[string, (project: LawProject) => LawProject]>([
    [
      'drops one region of two',
      ({ labels, documents }) => ({
        labels,
        documents: documents.map((d) => ({ ...d, regions: d.regions.length > 1 ? d.regions.slice(1) : d.regions }))
      })
    ],
    [
      'moves classes by one',
      ({ labels, documents }) => ({
        labels: labels.map((label, i) => ({ ...label, order: (i + 1) % labels.length })),
        documents
      })
    ],
    [
      'rounds to hundredths',
      ({ labels, documents }) => ({
        labels,
        documents: documents.map((d) => ({
          ...d,
          regions: d.regions.map((region) =>
            region.shape.type === 'box'
              ? {
                  ...region,
                  shape: {
                    type: 'box' as const,
                    box: region.shape.box.map((v) => Math.round(v * 100) / 100) as never
                  }
                }
              : region
          )
        }))
      })
    ]
  ])('catch a writer that %s', async (_name, change) => {
    expect(await lawHolds(plain)).toBe(true)
    expect(await lawHolds(broken(change))).toBe(false)
  })
})
