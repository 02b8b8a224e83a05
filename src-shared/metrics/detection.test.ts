/** @file COCO mAP against pycocotools: fixtures/reference/make_detection.py. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { scoreDetection } from './detection'
import type { Detection, TrueObject } from './detection'

type Xywh = Detection['box']
interface Case {
  readonly name: string
  readonly truth: {
    readonly annotations: readonly {
      id: number
      image_id: number
      category_id: number
      bbox: Xywh
      area: number
      iscrowd: number
    }[]
  }
  readonly found: readonly { image_id: number; category_id: number; bbox: Xywh; score: number }[]
  readonly score: Readonly<Record<string, number | null>>
}

/** Means are summed in another order. */
const SUM_ORDER = 1e-12

const { cases } = JSON.parse(readFileSync(new URL('fixtures/reference/detection.json', import.meta.url), 'utf8')) as {
  cases: Case[]
}

const truthsOf = ({ truth }: Case): TrueObject[] =>
  truth.annotations.map(({ id, image_id: image, category_id: category, bbox: box, area, iscrowd }) => ({
    ...{ id, image, category, box, area, isCrowd: iscrowd === 1 }
  }))
const foundIn = ({ found }: Case): Detection[] =>
  found.map(({ image_id: image, category_id: category, bbox: box, score }) => ({ image, category, box, score }))

test.each(cases)('$name: the twelve numbers of pycocotools', (example) => {
  const { idZeroAnnotations, ...score } = scoreDetection(truthsOf(example), foundIn(example))
  expect(idZeroAnnotations).toBe(example.name === 'id 0' ? 1 : 0)
  expect(Object.keys(score)).toEqual(Object.keys(example.score))
  for (const [name, value] of Object.entries(example.score)) {
    const ours: number | null = (score as Readonly<Record<string, number | null>>)[name] ?? null
    if (value === null) expect(ours, name).toBeNull()
    else expect(Math.abs((ours ?? NaN) - value), `${name}: ${ours} against ${value}`).toBeLessThanOrEqual(SUM_ORDER)
  }
})

test('nothing to find has no scores', () => {
  expect(scoreDetection([], [])).toMatchObject({ ap: null, ar100: null, idZeroAnnotations: 0 })
})
