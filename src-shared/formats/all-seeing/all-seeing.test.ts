import { describe, expect, test } from 'vitest'
import { asmV2 } from '../../dialects/asmv2'
import { readFiles } from '../kit/read-files'
import { testDamagedFiles } from '../law-damage'
import { testFormatLaws } from '../law-kit'
import { memorySource } from '../reading/memory-source'
import { allSeeing } from '.'

const SIZE = { width: 640, height: 480 }
const images = new Map([['a.jpg', SIZE]])
const record = (answer: string): object => ({
  id: 'r1',
  image: 'a.jpg',
  conversations: [
    { from: 'human', value: '<image>\nDescribe the relations.' },
    { from: 'gpt', value: answer }
  ]
})
const DRIVING =
  'A <ref>bus</ref><box>[[290, 260, 835, 781]]</box> is <pred>driving on</pred><box>[[290, 260, 835, 781]]</box><box>[[0, 583, 984, 800]]</box> .'
const file = (...records: readonly object[]): Record<string, string> => ({ 'a.json': JSON.stringify(records) })

testFormatLaws(allSeeing, { export: { dialect: asmV2 } })
testDamagedFiles(allSeeing, [new Map(Object.entries(file(record(DRIVING))))], images)

const relationsOf = async (answer: string): Promise<readonly string[]> => {
  const { items, regions } = await readFiles(allSeeing, file(record(answer)), { imageSizes: images })
  const numberOf = (key: string): number => regions.findIndex((region) => region.key === key)
  return items.flatMap((item) =>
    item.type === 'relation' ? [`${numberOf(item.subject)} ${item.predicate} ${numberOf(item.object)}`] : []
  )
}

describe('reading', () => {
  test('boxes are thousandths of the padded square, and a predicate is a relation', async () => {
    const { regions, said } = await readFiles(allSeeing, file(record(DRIVING)), { imageSizes: images })
    expect(said).toEqual(['doubt import/which-size'])
    const [bus] = regions
    const box = bus?.shape.type === 'box' ? bus.shape.box : []
    // The square is 640 pixels; the picture begins 80 below its top.
    expect(box.map((side, i) => Math.round(side * (i % 2 === 0 ? 640 : 480)))).toEqual(
      [290, 260, 835, 781].map((side, i) => Math.round((side / 999) * 640 - (i % 2 === 0 ? 0 : 80)))
    )
    const said1 = await relationsOf(DRIVING)
    expect(said1.map((relation) => relation.replace(/\d+/g, '#'))).toEqual(['# driving on #'])
  })

  test.each([
    [
      'one subject of two objects',
      '<box>[[1, 300, 200, 400]]</box><box>[[300, 300, 400, 400], [500, 300, 600, 400]]</box>',
      2
    ],
    [
      'two and two',
      '<box>[[1, 300, 200, 400], [210, 300, 290, 400]]</box><box>[[300, 300, 400, 400], [500, 300, 600, 400]]</box>',
      2
    ],
    [
      'two and three',
      '<box>[[1, 300, 200, 400], [210, 300, 290, 400]]</box><box>[[300, 300, 400, 400], [500, 300, 600, 400], [700, 300, 800, 400]]</box>',
      0
    ],
    ['half of it', '<box>[[1, 300, 200, 400]]</box>', 0]
  ])('a predicate of %s', async (_, boxes, count) => {
    expect((await relationsOf(`It is <pred>near</pred>${boxes} .`)).length).toBe(count)
  })

  test('a relation that is said twice is one', async () => {
    expect((await relationsOf(`${DRIVING} ${DRIVING}`)).length).toBe(1)
  })

  test('it is told from LLaVA by its marks', async () => {
    const of = (files: Record<string, string>) =>
      allSeeing.reader?.recognise(memorySource({ files: new Map(Object.entries(files)) }))
    expect(await of(file(record('yes'), record(DRIVING)))).toMatchObject({ score: 0.9 })
    expect(await of(file(record('a mug [0.1, 0.2, 0.3, 0.4]')))).toMatchObject({ score: 0.3 })
    expect(await of({ 'a.json': '[{"caption": "a"}]' })).toBeNull()
  })
})
