import { describe, expect, test } from 'vitest'
import { maskFromBox } from '../../../geometry/mask'
import { pixelBox } from '../../../geometry/space'
import { scoreCaptions, sentenceCiderD } from '../../captions'
import { scoreDetection } from '../../detection'
import type { Detection, TrueObject } from '../../detection'
import { detectionDetail } from '../../detection-detail'
import { scoreGrec } from '../../generalized-rec'
import { scorePhraseGrounding } from '../../phrase-grounding'
import { scoreRec } from '../../rec'
import { scoreRelations } from '../../relations'
import type { TaskReport } from '../report'
import { reportCaptions, reportCounting, reportPointQa, reportPope } from './answers'
import { reportGrec, reportGrounding, reportRec } from './boxes'
import { reportDetection } from './detection'
import { reportGres } from './masks'
import { reportRelations } from './relations'

const of = (id: string) => ({ id, image: `${id}.jpg`, asked: null })
const ids = ({ failures }: TaskReport): readonly string[] => failures.map(({ id }) => id)
const reasons = ({ failures }: TaskReport): readonly string[] => failures.map(({ reason }) => reason.en)
const square = (x: number, side = 10) => pixelBox(x, 0, x + side, side)

describe('failures are the samples that the measure counts as wrong, the worst first', () => {
  test('rec', () => {
    const samples = [
      { ...of('right'), truth: square(0), predicted: square(1) },
      { ...of('near'), truth: square(0), predicted: square(4) },
      { ...of('far'), truth: square(0), predicted: square(50) },
      { ...of('tie'), truth: square(0), predicted: pixelBox(0, 0, 10, 5) },
      { ...of('none'), truth: square(0), predicted: null }
    ]
    const studio = reportRec(samples, 'studio')
    expect(ids(studio)).toEqual(['far', 'none', 'near'])
    expect(reasons(studio)).toEqual(['IoU 0.000', 'no box', 'IoU 0.429'])
    // The tie is wrong where the protocol says so.
    expect(ids(reportRec(samples, 'minigpt-v2'))).not.toContain('right')
    expect(ids(reportRec(samples, 'all-seeing'))).toContain('tie')
    for (const protocol of ['studio', 'torch', 'pink', 'all-seeing'] as const) {
      const { accuracy } = scoreRec(samples, protocol)
      expect(1 - reportRec(samples, protocol).failures.length / samples.length).toBeCloseTo(accuracy ?? NaN, 12)
    }
  })

  test('grounding', () => {
    const phrase = (id: string, ...said: readonly number[]) => ({
      ...of(id),
      ...{ truth: [square(0)], said: said.map((x) => square(x)), types: ['people'] }
    })
    const samples = [phrase('first', 0), phrase('third', 50, 60, 0), phrase('never', 50), phrase('none')]
    const report = reportGrounding(samples, 'any-box', scorePhraseGrounding(samples, 'any-box'))
    expect(ids(report)).toEqual(['none', 'never', 'third'])
    expect(reasons(report)).toEqual(['no box', 'never found; first box IoU 0.000', 'found at place 3'])
    const [bars] = report.charts
    expect(bars).toMatchObject({ kind: 'bars', rows: [{ name: 'all', values: [0.25, 0.5, 0.5], count: 4 }, {}] })
  })

  test('grec', () => {
    const samples = [
      { ...of('right'), truth: [square(0)], said: [square(0)] },
      { ...of('nothing'), truth: [], said: [] },
      { ...of('half'), truth: [square(0), square(20)], said: [square(0)] },
      { ...of('invented'), truth: [], said: [square(0)] }
    ]
    const report = reportGrec(samples)
    expect(reasons(report)).toEqual(['0 missed, 1 wrong', '1 missed, 0 wrong'])
    expect(1 - report.failures.length / samples.length).toBe(scoreGrec(samples).precisionAtF1)
  })

  test('gres: outlines of both masks, none for an empty one', () => {
    const size = { width: 40, height: 20 }
    const report = reportGres([
      { ...of('far'), truth: maskFromBox(square(0), size), said: maskFromBox(square(20), size) },
      { ...of('invented'), truth: maskFromBox(pixelBox(0, 0, 0, 0), size), said: maskFromBox(square(20), size) },
      { ...of('same'), truth: maskFromBox(square(0), size), said: maskFromBox(square(0), size) }
    ])
    expect(report.failures.map(({ id, outlines }) => [id, outlines.map(({ role }) => role)])).toEqual([
      ['far', ['truth', 'said']],
      ['invented', ['said']]
    ])
    expect(report.charts[1]).toMatchObject({
      cells: [
        [0, 1],
        [0, 2]
      ]
    })
  })

  test('pope: what was made up comes first', () => {
    const report = reportPope([
      { ...of('missed'), label: 'yes', answer: 'No.' },
      { ...of('fine'), label: 'yes', answer: 'Yes' },
      { ...of('made-up'), label: 'no', answer: 'Yes, there is.' }
    ])
    expect(ids(report)).toEqual(['made-up', 'missed'])
    expect(report.charts[0]).toMatchObject({
      cells: [
        [1, 1],
        [1, 0]
      ]
    })
  })

  test('counting', () => {
    const counted = (id: string, truth: number, said: number | null) => ({
      ...of(id),
      ...{ truth, said, answer: null, boxes: [] }
    })
    const report = reportCounting([counted('a', 3, 3), counted('b', 3, 4), counted('c', 2, 9), counted('d', 1, null)])
    expect(ids(report)).toEqual(['c', 'b', 'd'])
    expect(reasons(report)).toEqual(['7 too many', '1 too many', 'no number'])
    const matrix = report.charts[0]
    expect(matrix).toMatchObject({ kind: 'matrix', columns: ['0', '1', '2', '3', '4', '5', '6', '7', '8+', '–'] })
  })

  test('pointqa', () => {
    const asked = (id: string, truth: string, answer: string) => ({ ...of(id), truth, answer, box: square(0) })
    const report = reportPointQa([asked('a', 'Red', 'red.'), asked('b', 'red', 'blue')], 'normalized')
    expect(ids(report)).toEqual(['b'])
    expect(report.charts).toMatchObject([{ rows: [{ name: 'red', values: [0.5], count: 2 }] }])
  })

  test('captions: the worst quarter, none that says a reference', () => {
    const samples = ['a red dog', 'a cat', 'x y z', 'a bird'].map((caption, i) => ({
      ...of(`${i}`),
      ...{ caption, references: [i === 2 ? 'a white horse' : caption], box: null }
    }))
    const each = sentenceCiderD(samples)
    expect(each.reduce((sum, value) => sum + value, 0) / each.length).toBe(scoreCaptions(samples)?.ciderD)
    expect(ids(reportCaptions(samples, each, null))).toEqual(['2'])
    expect(reportCaptions(samples, each, [0.1, 0.2, 0.3, 0.4]).charts).toHaveLength(3)
  })

  test('relations', () => {
    const triple = (subject: string, predicate: string) => ({
      subject: { name: subject, box: square(0) },
      ...{ predicate, object: { name: 'tree', box: square(20) } }
    })
    const samples = [
      { ...of('half'), truth: [triple('dog', 'near'), triple('cat', 'On')], said: [triple('dog', 'near')] },
      { ...of('all'), truth: [triple('dog', 'near')], said: [triple('Dog', 'near')] }
    ]
    const report = reportRelations(samples)
    expect(ids(report)).toEqual(['half'])
    expect(report.failures[0]).toMatchObject({ truth: 'cat · On · tree', said: '–' })
    const { byPredicate } = scoreRelations(samples)
    expect(report.charts).toMatchObject([
      {
        rows: [
          { name: 'near', values: [byPredicate['near']?.recall] },
          { name: 'on', values: [byPredicate['on']?.recall] }
        ]
      }
    ])
  })
})

describe('detection', () => {
  const truth = (id: number, image: number, category: number, x: number): TrueObject => ({
    ...{ id, image, category, box: [x, 0, 10, 10], area: 100, isCrowd: false }
  })
  const found = (image: number, category: number, x: number, score: number): Detection => ({
    ...{ image, category, box: [x, 0, 10, 10], score }
  })
  const truths = [truth(1, 1, 1, 0), truth(2, 1, 1, 40), truth(3, 2, 2, 0), truth(4, 3, 2, 7)]
  const detections = [found(1, 1, 1, 0.9), found(1, 1, 80, 0.8), found(2, 2, 0, 0.7), found(3, 2, 9, 0.6)]

  test('the means of its classes and curves are the numbers of pycocotools', () => {
    const { ap, ap50, ap75 } = scoreDetection(truths, detections)
    const { categories, curves } = detectionDetail(truths, detections)
    const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
    expect(mean(categories.map((category) => category.ap))).toBeCloseTo(ap ?? NaN, 12)
    expect(mean(categories.map((category) => category.ap50))).toBeCloseTo(ap50 ?? NaN, 12)
    expect(curves.map(({ threshold, precisions }) => [threshold, mean(precisions)])).toEqual([
      [0.5, expect.closeTo(ap50 ?? NaN, 12)],
      [0.75, expect.closeTo(ap75 ?? NaN, 12)],
      [expect.closeTo(0.9, 12), expect.anything()]
    ])
  })

  test('images with misses and false alarms, by their names', () => {
    const names = { image: (id: number) => `${id}.png`, category: (id: number) => `class ${id}` }
    const report = reportDetection(truths, detections, names)
    expect(report.failures.map(({ image, reason }) => [image, reason.en])).toEqual([
      ['1.png', '1 missed, 1 false alarms']
    ])
    expect(report.failures[0]?.outlines.map(({ role, name }) => [role, name])).toEqual([
      ['truth', 'class 1'],
      ['said', 'class 1 0.80']
    ])
  })

  test('nothing found and nothing there is a report too', () => {
    const names = { image: () => null, category: String }
    expect(reportDetection([], [], names)).toEqual({
      charts: [{ ...reportDetection(truths, detections, names).charts[0], lines: [] }],
      failures: []
    })
  })
})
