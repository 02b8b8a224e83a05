/** @file Writing Pink's data: a line for each image. */
import { compareLabels } from '../../document/order'
import type { ImageDocument, LabelRecord } from '../../document/records'
import type { ExportChunk, ExportOptions, ExportRun, ExportSource } from '../format'
import { OWN_KEY, ownMarksOf, underOwnKey } from '../kit/own-marks'
import { boxedRegions, pixelCornersOf } from '../kit/region-boxes'
import type { BoxedRegion } from '../kit/region-boxes'
import { selectRegions } from '../selection'
import type { Selection } from '../selection'
import { Tally } from '../tally'

export const PINK_FILE = 'pink.jsonl'

export function writePink(source: ExportSource, options: ExportOptions): ExportRun {
  const tally = new Tally()
  return { chunks: encode(source, options, tally), summary: () => tally.summary() }
}

async function* encode(source: ExportSource, options: ExportOptions, tally: Tally): AsyncGenerator<ExportChunk> {
  const categories = new Map(
    source.labels.toSorted(compareLabels).map((label, i) => [label.id, { label, number: i + 1 }])
  )
  let images = 0
  for await (const document of source.documents()) {
    const selection = selectRegions(document, options, tally)
    if (selection === null) continue
    const boxed = [...boxedRegions(document, selection, tally, () => null).values()]
    tally.count('images')
    tally.count('records')
    tally.count('regions', boxed.length)
    tally.skip('dialogue', document.dialogues.length)
    tally.skip('relation', document.relations.length)
    yield {
      fileName: PINK_FILE,
      text: `${JSON.stringify(recordOf(document, selection, boxed, categories, images++))}\n`
    }
  }
}

type Categories = ReadonlyMap<string, { readonly label: LabelRecord; readonly number: number }>

function recordOf(
  { image }: ImageDocument,
  { size }: Selection,
  boxed: readonly BoxedRegion[],
  categories: Categories,
  id: number
): object {
  const anno = boxed.map(({ region, box }, i) => {
    const category = region.labelId === null ? undefined : categories.get(region.labelId)
    const name = category?.label.name ?? ''
    const bbox = pixelCornersOf(box, size)
    const marks = ownMarksOf(region, name, { label: name, phrase: spokenOf(region.phrase) })
    return {
      id: i,
      bbox,
      category_name: name,
      category_id: category?.number ?? 0,
      area: (bbox[2] - bbox[0]) * (bbox[3] - bbox[1]),
      iscrowd: 0,
      ignore: 0,
      // An empty mark too: that it has no class is meant.
      ...(name === '' ? { [OWN_KEY]: marks } : underOwnKey(marks))
    }
  })
  const pred = boxed.flatMap(({ region, box }, i) => {
    const caption = spokenOf(region.phrase)
    return caption === null ? [] : [{ object_id: i, caption, bbox: pixelCornersOf(box, size), format_error: 0 }]
  })
  return { id, image_id: image.relativePath, height: size.height, width: size.width, anno, pred }
}

/** What can be a caption. */
const spokenOf = (phrase: string | null): string | null => (phrase === null || phrase.trim() === '' ? null : phrase)
