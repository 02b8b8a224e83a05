import { expect, test } from 'vitest'
import type { ImportRegion } from '../../../src-shared/formats/reading/item'
import { normalizedBox, normalizedPoint } from '../../../src-shared/geometry/space'
import { Repeats } from './repeats'

const region = (patch: Partial<ImportRegion> = {}): ImportRegion => ({
  type: 'region',
  imageKey: 'a',
  key: '1',
  shape: { type: 'box', box: normalizedBox(0, 0, 0.5, 0.5) },
  label: 'cup',
  phrase: null,
  ...patch
})

test('a region that stands twice is told, in one batch or in two', () => {
  const repeats = new Repeats()
  expect(repeats.see([region(), region({ key: '2' }), region({ imageKey: 'b' })])).toMatchObject([
    { severity: 'doubt', code: 'import/same-region', record: '2' }
  ])
  expect(repeats.see([region({ key: '3' })])).toHaveLength(1)
})

test.each<[what: string, patch: Partial<ImportRegion>]>([
  ['image', { imageKey: 'b' }],
  ['place', { shape: { type: 'box', box: normalizedBox(0, 0, 0.5, 0.6) } }],
  ['class', { label: 'mug' }],
  ['words', { phrase: 'the left cup' }],
  ['attributes', { attributes: { occluded: true } }],
  ['state', { state: 'proposed' }]
])('another %s is another region', (_, patch) => {
  expect(new Repeats().see([region(), region(patch)])).toEqual([])
})

test('keypoints that nobody labelled differ by their boxes', () => {
  const unlabelled = (x: number): ImportRegion =>
    region({
      shape: {
        type: 'keypoints',
        points: [{ point: normalizedPoint(0, 0), visibility: 0 }],
        box: normalizedBox(x, 0, 0.5, 0.5)
      }
    })
  expect(new Repeats().see([unlabelled(0), unlabelled(0.1)])).toEqual([])
  expect(new Repeats().see([unlabelled(0), unlabelled(0)])).toHaveLength(1)
})

test('boxes of words are not looked at', () => {
  expect(new Repeats().see([region({ label: null }), region({ label: null })])).toEqual([])
})

test('only the images that were named last are remembered', () => {
  const repeats = new Repeats()
  repeats.see([region()])
  for (let i = 0; i < 300; i++) repeats.see([region({ imageKey: `other ${i}` })])
  expect(repeats.see([region()])).toEqual([])
})
