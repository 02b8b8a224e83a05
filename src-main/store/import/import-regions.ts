/**
 * @file The regions of an import, however they come: as items, as outlines whose points are in a block, or as many
 * outlines at once, which most regions of large files are. Each is checked, found again where the project has it,
 * counted and written; whoever names regions by their keys asks here which they are.
 */
import type { RegionRecord } from '../../../src-shared/document/records'
import type { ImportRegion } from '../../../src-shared/formats/reading/item'
import type { ImportOutlines } from '../../../src-shared/formats/reading/outlines'
import { boundsOfShape } from '../../../src-shared/geometry/shape'
import { normalizedBox } from '../../../src-shared/geometry/space'
import type { NormalizedBox } from '../../../src-shared/geometry/space'
import { boundsOfPoints } from '../point-shapes'
import { recordProblem } from '../record-check'
import type { BulkWriter } from './bulk-writer'
import type { ImportFindings } from './import-findings'
import type { ImportIds } from './import-ids'
import type { FoundImage, ImportImages } from './import-images'
import type { ImportLabels, KnownLabel } from './import-labels'
import type { KnownRecords } from './known-records'
import { outlineProblem, SIMPLE_RING, unpackedRegion } from './packed-items'
import type { PackedRegion } from './packed-items'
import { PlaceCounts } from './place-counts'
import { RegionKeys } from './region-keys'

/** What all records of an import go through. */
export interface IntoProject {
  /** null: a dry run. */
  readonly writer: BulkWriter | null
  readonly ids: ImportIds
  readonly known: KnownRecords
  readonly findings: ImportFindings
  readonly createdAtMs: number
}

export class ImportRegions {
  readonly places = new PlaceCounts()
  /** By type of shape. */
  readonly counts: Partial<Record<RegionRecord['shape']['type'], number>> = {}
  /** Those that the project had already. */
  duplicates = 0

  readonly #writer: BulkWriter | null
  readonly #ids: ImportIds
  readonly #known: KnownRecords
  readonly #findings: ImportFindings
  readonly #createdAtMs: number
  readonly #images: ImportImages
  readonly #labels: ImportLabels
  readonly #keys = new RegionKeys()

  constructor({ writer, ids, known, findings, createdAtMs }: IntoProject, images: ImportImages, labels: ImportLabels) {
    this.#writer = writer
    this.#ids = ids
    this.#known = known
    this.#findings = findings
    this.#createdAtMs = createdAtMs
    this.#images = images
    this.#labels = labels
  }

  /** null: the file has had no region of that key on this image so far. */
  idOf(image: FoundImage, key: string): string | null {
    const number = this.#keys.find(image.index, key)
    return number === null ? null : this.#ids.of(number)
  }

  /** `image` null: the project has none for it. */
  add(item: ImportRegion, image: FoundImage | null): void {
    if (image === null) return this.#findings.skipWithoutImage('region', item.imageKey, item.key)
    const { number, label, fields } = this.#fieldsOf(item, image)
    const region: RegionRecord = { ...fields, shape: item.shape }
    const problem = recordProblem('region', region)
    if (problem !== null) return this.#skip(problem, item.key)
    if (this.#isThere(number, item.key, () => region, image)) return
    const bounds = region.shape.type === 'box' ? region.shape.box : boundsOfShape(region.shape)
    this.#count(region.shape.type, bounds, image, item.key, label)
    this.#writer?.region(region, image.seq, label?.seq ?? null)
  }

  /** As `add`, without making lists of the points where nobody needs them. */
  addOutline(item: PackedRegion, points: Float64Array<ArrayBuffer>, image: FoundImage | null): void {
    if (image === null) return this.#findings.skipWithoutImage('region', item.imageKey, item.key)
    const { ringLengths, shapeType } = item
    const { number, label, fields } = this.#fieldsOf(item, image)
    const bounds = boundsOfPoints(points)
    const unpacked = (): RegionRecord => ({ ...fields, shape: unpackedRegion(item, points).shape })
    const problem = outlineProblem(item, bounds, fields, unpacked)
    if (problem !== null || bounds === null) return this.#skip(problem ?? 'it has no point', item.key)
    if (this.#isThere(number, item.key, unpacked, image)) return
    const { x0, y0, x1, y1 } = bounds
    this.#count(shapeType, normalizedBox(x0, y0, x1, y1), image, item.key, label)
    this.#writer?.outline(fields, { type: shapeType, ringLengths, points, bounds }, image.seq, label?.seq ?? null)
  }

  /** What `addOutline` does, for many that are nothing but outlines, of images that came before them. */
  addOutlines({ images, keys, labels, labelNames, ringCounts, ringLengths, points }: ImportOutlines): void {
    let ring = 0
    let end = 0
    for (let i = 0; i < images.length; i += 1) {
      const rings = ringCounts[i] ?? 0
      const lengths: number[] = []
      const start = end
      for (let last = ring + Math.max(1, rings); ring < last; ring += 1) {
        const length = ringLengths[ring] ?? 0
        lengths.push(length)
        end += length * 2
      }
      const [key, labelName] = [keys[i] ?? '', labelNames[labels[i] ?? -1] ?? null]
      const image = this.#images.numbered(images[i] ?? 0)
      if (typeof image === 'string') {
        this.#findings.skipWithoutImage('region', image, String(key))
        continue
      }
      const own = points.subarray(start, end)
      const type = rings === 0 ? 'polygon' : 'multipolygon'
      const bounds = boundsOfPoints(own)
      if (bounds === null || image.hadRecords || lengths.some((length) => length < SIMPLE_RING)) {
        const more = { imageKey: '', key: String(key), label: labelName, phrase: null }
        this.addOutline({ type: 'packed-region', shapeType: type, ringLengths: lengths, ...more }, own, image)
        continue
      }
      const label = this.#labelOf(labelName)
      const number = this.#ids.take()
      this.#remember(image, key, number)
      const { x0, y0, x1, y1 } = bounds
      this.#count(type, normalizedBox(x0, y0, x1, y1), image, key, label)
      this.#writer?.plainOutline(
        { id: this.#ids.of(number), image, label, createdAtMs: this.#createdAtMs },
        { type, ringLengths: lengths, points: own, bounds }
      )
    }
  }

  #labelOf(name: string | null): KnownLabel | null {
    return name === null || name === '' ? null : this.#labels.of(name)
  }

  /** Its number, and all of its record but its shape. */
  #fieldsOf(item: Omit<ImportRegion, 'type' | 'shape'>, image: FoundImage) {
    // A label that is new has the number before.
    const label = this.#labelOf(item.label)
    const number = this.#ids.take()
    const { attributes } = item
    const fields = {
      id: this.#ids.of(number),
      imageId: image.id,
      labelId: label?.id ?? null,
      phrase: item.phrase,
      state: item.state ?? 'accepted',
      original: null,
      confidence: item.confidence ?? null,
      provenance: { origin: item.origin ?? 'import' },
      createdAtMs: this.#createdAtMs,
      ...(attributes === undefined || isEmpty(attributes) ? {} : { attributes })
    }
    return { number, label, fields }
  }

  /** Remembers the key; whether the project has that region already, which `number` then is. */
  #isThere(number: number, key: string, region: () => RegionRecord, image: FoundImage): boolean {
    this.#remember(image, key, number)
    const same = image.hadRecords ? this.#known.sameRegion(image.seq, region()) : null
    if (same === null) return false
    this.#ids.meet(number, same)
    this.duplicates += 1
    return true
  }

  #remember(image: FoundImage, key: string | number, number: number): void {
    if (this.#keys.add(image.index, key, number)) return
    const message = `Two regions of ${image.relativePath} have the id ${key}; words that name it mean the first.`
    this.#findings.doubt('import/duplicate-key', message, String(key))
  }

  #count(
    type: RegionRecord['shape']['type'],
    bounds: NormalizedBox,
    image: FoundImage,
    key: string | number,
    label: KnownLabel | null
  ): void {
    this.places.see(type, bounds, image.size, key)
    if (label !== null) label.regions += 1
    this.counts[type] = (this.counts[type] ?? 0) + 1
  }

  #skip(problem: string, key: string): void {
    this.#findings.skip('import/bad-region', `The region was left out: ${problem}.`, key)
  }
}

function isEmpty(attributes: object): boolean {
  for (const name in attributes) if (Object.hasOwn(attributes, name)) return false
  return true
}
