/** @file Writing Flickr30k Entities: a file of captions and a file of boxes for each image. */
import type { ImageDocument } from '../../document/records'
import type { NormalizedBox } from '../../geometry/space'
import { FileNames } from '../kit/file-names'
import { attributesOfRegion } from '../kit/region'
import { boxedRegions, pixelCornersOf } from '../kit/region-boxes'
import type { BoxedRegion } from '../kit/region-boxes'
import { wholeSide } from '../kit/whole-pixels'
import { captionsToWrite, losePhrases } from '../kit/write-captions'
import type { CaptionToWrite } from '../kit/write-captions'
import { withoutForbidden, xmlText } from '../kit/xml'
import type { ExportChunk, ExportOptions, ExportRun, ExportSource } from '../format'
import { selectRegions } from '../selection'
import type { Selection } from '../selection'
import { Tally } from '../tally'
import { OWN_SOURCE } from './annotation'
import { markedPhrase, withoutBrackets } from './sentence'

export const FLICKR_FOLDER = 'flickr30k-entities'

export function writeFlickr30k(source: ExportSource, options: ExportOptions): ExportRun {
  const tally = new Tally()
  return { chunks: encode(source, options, tally), summary: () => tally.summary() }
}

async function* encode(source: ExportSource, options: ExportOptions, tally: Tally): AsyncGenerator<ExportChunk> {
  const names = new FileNames()
  for await (const document of source.documents()) {
    const selection = selectRegions(document, options, tally)
    if (selection === null) continue
    const { path } = names.take(document.image.relativePath, 'txt')
    const stem = path.slice(0, -'.txt'.length)
    tally.skip('relation', document.relations.length)
    const captions = captionsToWrite(document, selection, tally)
    const boxed = boxedRegions(document, selection, tally, () => null)
    const writer = new ImageWriter(document, selection, boxed, tally)
    const lines = captions.map((caption) => {
      if (caption.spans.some(({ regionIds }) => regionIds.length > 0))
        losePhrases(withRegions(caption), boxed, document, tally)
      return `${writer.line(caption)}\n`
    })
    tally.count('images')
    tally.count('records')
    tally.count('regions', boxed.size)
    tally.count('dialogues', captions.length)
    tally.count('turns', captions.length)
    // A file without a character is not made, and the reader looks for both files of an image.
    yield { fileName: `${FLICKR_FOLDER}/Sentences/${stem}.txt`, text: lines.length === 0 ? '\n' : lines.join('') }
    yield { fileName: `${FLICKR_FOLDER}/Annotations/${stem}.xml`, text: writer.xml() }
  }
}

/** A phrase that never had a region keeps that here. */
const withRegions = (caption: CaptionToWrite): CaptionToWrite => ({
  ...caption,
  spans: caption.spans.filter(({ regionIds }) => regionIds.length > 0)
})

const NOT_VISUAL = 'notvisual'

/** Chains from 1: what is named together is one chain, and a region is in as many as name it. */
class ImageWriter {
  readonly #chains = new Map<string, number>()
  readonly #chainsOf = new Map<string, number[]>()

  readonly document: ImageDocument
  readonly selection: Selection
  readonly boxed: ReadonlyMap<string, BoxedRegion>
  readonly tally: Tally

  constructor(document: ImageDocument, selection: Selection, boxed: ReadonlyMap<string, BoxedRegion>, tally: Tally) {
    this.document = document
    this.selection = selection
    this.boxed = boxed
    this.tally = tally
  }

  #chain(ids: readonly string[]): number {
    const key = ids.join('\n')
    const known = this.#chains.get(key)
    if (known !== undefined) return known
    const chain = this.#chains.size + 1
    this.#chains.set(key, chain)
    for (const id of ids) this.#chainsOf.set(id, [...(this.#chainsOf.get(id) ?? []), chain])
    return chain
  }

  /** Outer phrases only: marks do not lie in each other. */
  line({ text, spans }: CaptionToWrite): string {
    let line = ''
    let at = 0
    for (const { start, end, regionIds } of spans) {
      if (start < at) {
        this.#lose('format/nested-phrase', 'A phrase inside a phrase was written as words of the outer one.')
        continue
      }
      const ids = [...new Set(regionIds)]
        .flatMap((id) => this.boxed.get(id) ?? [])
        .sort((a, b) => a.index - b.index)
        .map(({ region }) => region.id)
      line += this.#clean(text.slice(at, start))
      const chain = ids.length === 0 ? 0 : this.#chain(ids)
      line += markedPhrase(
        chain,
        ids.length === 0 ? NOT_VISUAL : this.#typeOf(ids),
        this.#clean(text.slice(start, end))
      )
      at = end
    }
    return line + this.#clean(text.slice(at))
  }

  #typeOf(ids: readonly string[]): string {
    for (const id of ids) {
      const region = this.boxed.get(id)?.region
      const type = region === undefined ? null : attributesOfRegion(region)['entity_type']
      if (typeof type === 'string' && /^[a-z]+$/.test(type)) return type
    }
    return 'other'
  }

  #clean(words: string): string {
    const clean = withoutBrackets(words)
    if (clean !== words)
      this.#lose(
        'format/brackets',
        'Square brackets and line breaks in captions were written as round ones and spaces.'
      )
    return clean
  }

  #lose(code: string, message: string): void {
    this.tally.lose({ code, message, path: [] }, this.document.image)
  }

  /** After all lines, which name the chains. */
  xml(): string {
    const { width, height } = this.selection.size
    const filename = xmlText(withoutForbidden(this.document.image.relativePath))
    const objects = [...this.boxed.values()].map(({ region, box }) => {
      const chains = this.#chainsOf.get(region.id) ?? [this.#chain([region.id])]
      const names = chains.map((chain) => `    <name>${chain}</name>\n`).join('')
      const [x0, y0, x1, y1] = this.#wholePixels(box)
      return `  <object>\n${names}    <bndbox>\n      <xmin>${x0 + 1}</xmin>\n      <ymin>${y0 + 1}</ymin>\n      <xmax>${x1 + 1}</xmax>\n      <ymax>${y1 + 1}</ymax>\n    </bndbox>\n  </object>\n`
    })
    return `<annotation>\n  <filename>${filename}</filename>\n  <source>\n    <database>${OWN_SOURCE}</database>\n  </source>\n  <size>\n    <width>${width}</width>\n    <height>${height}</height>\n    <depth>3</depth>\n  </size>\n${objects.join('')}</annotation>\n`
  }

  /** The official reader wants whole numbers; a box keeps a pixel at least. */
  #wholePixels(box: NormalizedBox): readonly [number, number, number, number] {
    const [x0, y0, x1, y1] = pixelCornersOf(box, this.selection.size)
    const [left, right] = wholeSide(x0, x1)
    const [top, bottom] = wholeSide(y0, y1)
    return [left, top, right, bottom]
  }
}
