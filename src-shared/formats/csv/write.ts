/** @file Writing CSV: a row for each box, one for an image without any. Columns: layout.ts. Cells: cells.ts. */
import type { ExportChunk, ExportOptions, ExportRun, ExportSource } from '../format'
import { attributesOfRegion } from '../kit/region'
import { boxOfRegion, pixelCornersOf } from '../kit/region-boxes'
import { selectRegions } from '../selection'
import { Tally } from '../tally'
import { isDangerous, neutralised } from './cells'
import { csvCell } from './table'

export const CSV_FILE = 'boxes.csv'
const HEAD = 'filename,width,height,class,xmin,ymin,xmax,ymax,phrase,confidence,state,origin,attributes,eyrie\r\n'

export function writeCsv(source: ExportSource, options: ExportOptions): ExportRun {
  const tally = new Tally()
  return { chunks: encode(source, options, tally), summary: () => tally.summary() }
}

async function* encode(source: ExportSource, options: ExportOptions, tally: Tally): AsyncGenerator<ExportChunk> {
  const nameOf = new Map(source.labels.map(({ id, name }) => [id, name]))
  const chunk = (text: string): ExportChunk => ({ fileName: CSV_FILE, text })
  yield chunk(HEAD)
  for await (const document of source.documents()) {
    const selection = selectRegions(document, options, tally)
    if (selection === null) continue
    const { size } = selection
    const { image } = document
    let hasNeutralised = false
    const words = (text: string): string => {
      if (isDangerous(text)) hasNeutralised = true
      return csvCell(neutralised(text))
    }
    const start = [words(image.relativePath), size.width, size.height]
    const rows = selection.regions.flatMap((region) => {
      const box = boxOfRegion(region, document, tally)
      if (box === null) return []
      const attributes = attributesOfRegion(region)
      tally.count('regions')
      tally.count('records')
      return [
        [
          ...start,
          words((region.labelId === null ? undefined : nameOf.get(region.labelId)) ?? ''),
          ...pixelCornersOf(box, size),
          words(region.phrase ?? ''),
          region.confidence ?? '',
          region.state,
          region.provenance.origin,
          Object.keys(attributes).length === 0 ? '' : csvCell(JSON.stringify(attributes)),
          1
        ]
      ]
    })
    tally.count('images')
    tally.skip('dialogue', document.dialogues.length)
    if (hasNeutralised) {
      const message =
        "Cells that a spreadsheet would run (=, +, -, @ at their beginning) got a ' before them; reading the file again takes it away."
      tally.lose({ code: 'format/neutralised', message, path: [] }, image)
    }
    const all = rows.length > 0 ? rows : [[...start, ...Array<string>(10).fill(''), 1]]
    yield chunk(all.map((cells) => `${cells.join(',')}\r\n`).join(''))
  }
}
