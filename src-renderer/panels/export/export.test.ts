import { describe, expect, it } from 'vitest'
import { FORMATS } from '../../../src-shared/formats/registry'
import type { ExportCertificate } from '../../../src-shared/formats/round-trip/certificate'
import type { ExportFormatInfo } from '../../../src-shared/ipc/contract'
import { sumUp } from './certificates'
import { FIRST_CHOICE, iouRange, percentTotal, readChoice, splitOf, splitProblem } from './export-choice'
import type { ExportChoice } from './export-choice'
import { groupOf, grouped, matches } from './format-groups'

const formats: readonly ExportFormatInfo[] = FORMATS.map(({ info, reader }) => ({
  ...info,
  takesCorrections: info.takesCorrections ?? false,
  keeps: reader === undefined ? null : (info.keeps ?? null)
}))
const groupOfId = (id: string): string | undefined => formats.filter((one) => one.id === id).map(groupOf)[0]
const shares = (...list: readonly (readonly [string, string])[]): ExportChoice => ({
  ...FIRST_CHOICE,
  isSplit: true,
  shares: list.map(([name, percent]) => ({ name, percent }))
})

describe('formats', () => {
  it.each([
    ['shikra-jsonl', 'dialogues'],
    ['ms-swift', 'dialogues'],
    ['corrections-ms-swift', 'corrections'],
    ['coco-json', 'regions'],
    ['yolo-detect', 'regions'],
    ['label-studio', 'regions'],
    ['odvg-grounding', 'grounding'],
    ['refcoco', 'grounding'],
    ['coco-captions', 'captions']
  ])('%s stands among %s', (id, group) => expect(groupOfId(id)).toBe(group))

  it('stand in one group each, and none is missing', () => {
    const listed = grouped(formats).flatMap((one) => one.formats.map(({ id }) => id))
    expect(listed.toSorted()).toEqual(formats.map(({ id }) => id).toSorted())
  })

  it('are found by words of their name, file or id, in any order and case', () => {
    const found = (query: string): string[] => formats.filter((one) => matches(one, query)).map(({ id }) => id)
    expect(found('JSON coco')).toContain('coco-json')
    expect(found('qwen2-vl.jsonl')).toEqual(['qwen2-vl-json'])
    expect(found('  ')).toHaveLength(formats.length)
    expect(found('coco parquet')).toEqual([])
  })
})

describe('splits', () => {
  it('are shares of 1, as typed in percent', () => {
    const choice = shares(['train', '79.9'], ['val', '20.1'])
    expect(splitProblem(choice)).toBeNull()
    expect(splitOf(choice)?.shares).toEqual([
      { name: 'train', share: 0.799 },
      { name: 'val', share: 0.201 }
    ])
    expect(splitOf({ ...choice, isSplit: false })).toBeNull()
  })
  it.each([
    ['name', shares(['train/1', '100'])],
    ['twice', shares(['Train', '50'], ['train', '50'])],
    ['share', shares(['train', '100'], ['val', '0'])],
    ['share', shares(['train', '100'], ['val', ''])],
    ['total', shares(['train', '80'], ['val', '10'])],
    ['seed', { ...shares(['train', '100']), seed: '1.5' }],
    ['seed', { ...shares(['train', '100']), seed: '-1' }]
  ] as const)('say what is wrong: %s', (problem, choice) => expect(splitProblem(choice)).toBe(problem))
  it('count a share that is no number as nothing', () =>
    expect(percentTotal(shares(['a', '80'], ['b', 'x'], ['c', '10.5']).shares)).toBe(90.5))
})

describe('sizes of corrections', () => {
  const range = (minIou: string, maxIou: string) => iouRange({ ...FIRST_CHOICE, minIou, maxIou })
  it('are two numbers from 0 to 1 in order', () => {
    expect(range('0', '0.5')).toEqual({ minIou: 0, maxIou: 0.5 })
    expect([range('0.6', '0.5'), range('0', '1.1'), range('', '1'), range('-0.1', '1')]).toEqual([
      null,
      null,
      null,
      null
    ])
  })
})

describe('what was chosen last', () => {
  it('comes back, but for the leave to replace files', () => {
    const choice: ExportChoice = {
      ...shares(['train', '70'], ['test', '30']),
      formats: ['coco-json'],
      dialect: 'qwen3-vl',
      space: 'padded-square',
      overwrite: true,
      splitBy: 'folder',
      maxIou: '0.5'
    }
    expect(readChoice(JSON.stringify(choice))).toEqual({ ...choice, overwrite: false })
  })
  it.each([null, '', '{', 'null', '[]', '7', '{"formats":7,"shares":[1],"splitBy":"moon","space":"x","seed":3}'])(
    'that is damaged (%s) is as at first',
    (text) => expect(readChoice(text)).toEqual(FIRST_CHOICE)
  )
})

describe('certificates of one format', () => {
  const tallied = (out: number, back: number) => ({ out, back })
  const counts = (out: number, back = out) => ({
    images: tallied(out, back),
    regions: tallied(out, back),
    labels: tallied(1, 1),
    dialogues: tallied(0, 0),
    turns: tallied(0, 0),
    relations: tallied(0, 0)
  })
  const certificate = (patch: Partial<ExportCertificate>): ExportCertificate => ({
    format: 'coco-json',
    split: 'train',
    isCertified: true,
    counts: counts(3),
    largestErrorPx: 0.25,
    notHeld: {},
    said: {},
    differences: [],
    ...patch
  })
  it('are a row for each split, with reasons added up and the largest error of all', () => {
    const message = 'A polygon of a.jpg did not come back.'
    const difference = { code: 'round-trip/region-missing', message, image: 'a.jpg' }
    const sum = sumUp([
      certificate({ notHeld: { 'region-point': 2, 'image-without-content': 7 } }),
      certificate({
        split: 'val',
        largestErrorPx: 0.5,
        notHeld: { 'region-point': 1 },
        said: { 'round-trip/region-missing': 1 },
        differences: [difference]
      })
    ])
    expect(sum?.rows.map(({ split }) => split)).toEqual(['train', 'val'])
    expect(sum?.largestErrorPx).toBe(0.5)
    expect(sum?.notHeld).toEqual([{ code: 'region-point', count: 3, examples: [] }])
    expect(sum?.said).toEqual([{ code: 'round-trip/region-missing', count: 1, examples: [message] }])
  })
  it('have no error where no region came back, and are nothing where nothing was compared', () => {
    expect(sumUp([certificate({ counts: counts(0), largestErrorPx: 0 })])?.largestErrorPx).toBeNull()
    expect(sumUp([certificate({ isCertified: false, counts: null, largestErrorPx: null })])).toBeNull()
  })
})
