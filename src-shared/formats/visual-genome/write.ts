/**
 * @file Writing Visual Genome. Regions with a phrase are region descriptions, others are objects; a relationship has ends
 * of either kind, told by `object_id` or `region_id`. Boxes are whole pixels, as all of Visual Genome's are.
 */
import type { ImageDocument } from '../../document/records'
import type { NormalizedBox } from '../../geometry/space'
import { OWN_KEY, ownMarksOf } from '../kit/own-marks'
import { boxedRegions, pixelCornersOf } from '../kit/region-boxes'
import type { BoxedRegion } from '../kit/region-boxes'
import { wholeSide } from '../kit/whole-pixels'
import type { ExportChunk, ExportOptions, ExportRun, ExportSource } from '../format'
import { selectRegions } from '../selection'
import type { Selection } from '../selection'
import { Tally } from '../tally'

export const IMAGES_FILE = 'image_data.json'
export const REGIONS_FILE = 'region_descriptions.json'
export const OBJECTS_FILE = 'objects.json'
export const RELATIONSHIPS_FILE = 'relationships.json'
export const GENOME_FILES = [REGIONS_FILE, IMAGES_FILE, OBJECTS_FILE, RELATIONSHIPS_FILE]

export function writeGenome(source: ExportSource, options: ExportOptions): ExportRun {
  const tally = new Tally()
  return { chunks: encode(source, options, tally), summary: () => tally.summary() }
}

async function* encode(source: ExportSource, options: ExportOptions, tally: Tally): AsyncGenerator<ExportChunk> {
  const nameOf = new Map(source.labels.map(({ id, name }) => [id, name]))
  const writer = new GenomeWriter(nameOf, tally)
  for await (const document of source.documents()) {
    const selection = selectRegions(document, options, tally)
    if (selection === null) continue
    tally.skip('dialogue', document.dialogues.length)
    yield* writer.image(document, selection)
  }
  for (const fileName of GENOME_FILES) yield { fileName, text: writer.images === 0 ? '[]\n' : '\n]\n' }
}

class GenomeWriter {
  images = 0
  #regions = 0
  #objects = 0
  #relationships = 0

  readonly nameOf: ReadonlyMap<string, string>
  readonly tally: Tally

  constructor(nameOf: ReadonlyMap<string, string>, tally: Tally) {
    this.nameOf = nameOf
    this.tally = tally
  }

  *image(document: ImageDocument, selection: Selection): Generator<ExportChunk> {
    this.images++
    const image_id = this.images
    const boxed = boxedRegions(document, selection, this.tally, () => null)
    const ends = new Map<string, object>()
    const [regions, objects]: [object[], object[]] = [[], []]
    for (const entry of boxed.values()) {
      const { region } = entry
      const isDescription = (region.phrase ?? '').trim() !== ''
      const record = isDescription ? this.#region(entry, selection, image_id) : this.#object(entry, selection)
      ;(isDescription ? regions : objects).push(record)
      ends.set(region.id, record)
    }
    const relationships = document.relations.flatMap(({ subject, predicate, object }) => {
      const [from, to] = [ends.get(subject), ends.get(object)]
      if (from === undefined || to === undefined) {
        this.tally.skip('relation-without-region')
        return []
      }
      return [{ relationship_id: ++this.#relationships, predicate, synsets: [], subject: from, object: to }]
    })
    this.tally.count('images')
    this.tally.count('regions', boxed.size)
    this.tally.count('records', boxed.size + relationships.length)
    const { width, height } = selection.size
    const name = document.image.relativePath
    const start = this.images === 1 ? '[\n' : ',\n'
    const line = (fileName: string, record: object): ExportChunk => ({ fileName, text: start + JSON.stringify(record) })
    yield line(IMAGES_FILE, { image_id, file_name: name, url: null, width, height, coco_id: null, flickr_id: null })
    yield line(REGIONS_FILE, { image_id, id: image_id, regions })
    yield line(OBJECTS_FILE, { image_id, objects })
    yield line(RELATIONSHIPS_FILE, { image_id, relationships })
  }

  #label({ region }: BoxedRegion): string | null {
    return region.labelId === null ? null : (this.nameOf.get(region.labelId) ?? null)
  }

  #region(entry: BoxedRegion, selection: Selection, image_id: number): object {
    const [x, y, width, height] = wholeBox(entry.box, selection)
    const phrase = entry.region.phrase ?? ''
    const marks = ownMarksOf(entry.region, this.#label(entry), { phrase })
    return { region_id: ++this.#regions, image_id, x, y, width, height, phrase, synsets: [], [OWN_KEY]: marks }
  }

  #object(entry: BoxedRegion, selection: Selection): object {
    const [x, y, w, h] = wholeBox(entry.box, selection)
    const label = this.#label(entry)
    const marks = ownMarksOf(entry.region, label, { label })
    const names = label === null ? [] : [label]
    return { object_id: ++this.#objects, x, y, w, h, names, synsets: [], [OWN_KEY]: marks }
  }
}

function wholeBox(box: NormalizedBox, { size }: Selection): readonly [number, number, number, number] {
  const [x0, y0, x1, y1] = pixelCornersOf(box, size)
  const [left, right] = wholeSide(x0, x1)
  const [top, bottom] = wholeSide(y0, y1)
  return [left, top, right - left, bottom - top]
}
