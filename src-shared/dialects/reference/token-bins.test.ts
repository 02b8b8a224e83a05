import { readFileSync } from 'node:fs'
import { describe, test } from 'vitest'
import { ofa } from '../ofa'
import { pix2seq } from '../pix2seq'
import { expectAgreement, pixelsOf, readRegions, sizeOf, written } from './agreement'
import type { Pair, ReferenceCase, ReferenceFile } from './agreement'

type Box = readonly number[]
type OfaWrite = ReferenceCase<
  { readonly image: Pair; readonly patch: number; readonly box: Box },
  { readonly text: string; readonly text_float32?: string }
>
type OfaRead = ReferenceCase<
  { readonly image: Pair; readonly patch: number; readonly text: string },
  { readonly found: readonly (readonly [label: string, box: Box])[] }
>
type BinsWrite = ReferenceCase<
  { readonly image: Pair; readonly box: Box },
  { readonly bins: readonly number[]; readonly bins_float32?: readonly number[] }
>
type BinRead = ReferenceCase<{ readonly bin: number }, { readonly fraction: number }>

const load = (name: string) =>
  JSON.parse(readFileSync(new URL(`../fixtures/reference/${name}.json`, import.meta.url), 'utf8')) as ReferenceFile<
    never,
    never
  >
const of = <Case>(file: ReferenceFile<never, never>, kind: string) =>
  file.cases.filter((one) => one.do === kind) as unknown as readonly Case[]
const settingsOf = (patch: number) => ({ settings: { 'patch-size': patch } })

describe('OFA and its released data set and scorer', () => {
  const file = load('ofa')
  const writes = of<OfaWrite>(file, 'write')
  const ours = ({ input: { image, patch, box } }: OfaWrite) =>
    written(ofa, [{ pixels: [box] }], { image: sizeOf(image), ...settingsOf(patch) })
  test('write the same text', () => {
    expectAgreement(writes, ours, ({ output: { text, text_float32 = text } }) => text_float32, {
      differences: [
        {
          says: 'The release works in float32, where a tie may fall on either side; ours rounds it to even.',
          count: 2,
          is: ({ output: { text } }, mine) => mine === text
        }
      ]
    })
  })
  test('write the same text where its code is run in double precision', () => {
    expectAgreement(writes, ours, ({ output }) => output.text, {
      differences: [
        {
          says: 'Its order of operations misses a tie by the last digit; ours, and its float32, hit it.',
          count: 3,
          is: ({ output: { text_float32 } }, mine) => mine === text_float32
        }
      ]
    })
  })
  test('read the same box', () => {
    expectAgreement(
      of<OfaRead>(file, 'read'),
      ({ input: { image, patch, text } }) =>
        readRegions(ofa, text, { image: sizeOf(image), ...settingsOf(patch) }).map(({ numbers }) =>
          pixelsOf(numbers, image)
        ),
      ({ output }) => output.found.map(([, box]) => box),
      { tolerance: 1e-6 }
    )
  })
})

describe('Pix2Seq and its quantisation', () => {
  const file = load('pix2seq')
  test('write the same bins, in double precision', () => {
    expectAgreement(
      of<BinsWrite>(file, 'write'),
      ({ input: { image, box } }) =>
        (written(pix2seq, [{ pixels: [box] }], { image: sizeOf(image) }).match(/\d+/g) ?? [])
          .slice(0, 4)
          .map((token) => Number(token) - 1000),
      ({ output }) => output.bins
    )
  })
  test('read a bin as the same fraction', () => {
    expectAgreement(
      of<BinRead>(file, 'read'),
      ({ input: { bin } }) => {
        const token = String(1000 + bin)
        const [found] = readRegions(pix2seq, `${token} ${token} ${token} ${token} 117`, {
          image: { width: 1, height: 1 }
        })
        return found?.numbers
      },
      ({ output: { fraction } }) => [fraction, fraction, fraction, fraction],
      // The reference divides in float32.
      { tolerance: 1e-7 }
    )
  })
})
