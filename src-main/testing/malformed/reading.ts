/** @file What a reader makes of files, in a form in which two readings can be compared. */
import { recognise } from '../../core/import/recognise'
import { AppError } from '../../../src-shared/errors'
import type { FormatId } from '../../../src-shared/formats/format'
import { FORMATS } from '../../../src-shared/formats/registry'
import { ImageReferences } from '../../../src-shared/formats/reading/image-references'
import type { ImportItem } from '../../../src-shared/formats/reading/item'
import { memorySource } from '../../../src-shared/formats/reading/memory-source'
import { ContentJoin } from '../../../src-shared/formats/round-trip/content'
import type { ProjectContent } from '../../../src-shared/formats/round-trip/content'
import { kindOf, placeOf } from '../../../src-shared/formats/round-trip/place'
import { boundsOfMaskShape } from '../../../src-shared/geometry/mask-shape'
import type { AnnotationShape } from '../../../src-shared/geometry/region-shape'
import { normalizedBox } from '../../../src-shared/geometry/space'
import type { NormalizedBox } from '../../../src-shared/geometry/space'
import type { FileBytes } from './damage'
import { IMAGES } from './example'

export interface Said {
  /** `image shape`. */
  readonly places: ReadonlySet<string>
  /** The boxes around them: what is left of an outline that cannot be read. */
  readonly bounds: ReadonlySet<string>
  /** From a place to the box around it. */
  readonly around: ReadonlyMap<string, string>
  /** `image shape: label, phrase`. */
  readonly regions: ReadonlySet<string>
  /** Words with the places they mean. */
  readonly dialogues: ReadonlySet<string>
  readonly relations: ReadonlySet<string>
  readonly labels: readonly string[]
  /** Codes and how often. */
  readonly issues: ReadonlyMap<string, number>
}

export type Reading =
  | { readonly kind: 'read'; readonly format: FormatId; readonly said: Said }
  | { readonly kind: 'refused'; readonly code: string; readonly message: string }
  | { readonly kind: 'crashed'; readonly why: string }

const references = new ImageReferences(IMAGES.keys())
const find = (reference: string) => {
  const path = references.find(reference)
  return path === null ? null : { path, size: IMAGES.get(path) ?? null }
}

const rounded = (value: number): string => (Number.isNaN(value) ? '-' : value.toFixed(6))
const shapeText = (shape: AnnotationShape): string => `${kindOf(shape)} ${placeOf(shape).map(rounded).join(' ')}`

function saidOf(content: ProjectContent, issues: ReadonlyMap<string, number>): Said {
  const places = new Set<string>()
  const bounds = new Set<string>()
  const aroundPlace = new Map<string, string>()
  const regions = new Set<string>()
  const dialogues = new Set<string>()
  const relations = new Set<string>()
  for (const image of content.images) {
    const placeOfKey = new Map(image.regions.map(({ key, shape }) => [key, shapeText(shape)]))
    for (const { key, shape, label, phrase } of image.regions) {
      const around = boxAround(shape)
      const place = `${image.path} ${placeOfKey.get(key) ?? ''}`
      if (around !== null) {
        const box = `${image.path} ${shapeText({ type: 'box', box: around })}`
        bounds.add(box)
        aroundPlace.set(place, box)
      }
      places.add(place)
      regions.add(`${place}: ${JSON.stringify([label, phrase])}`)
    }
    const words = (value: unknown): unknown =>
      Array.isArray(value)
        ? value.map(words)
        : typeof value === 'object' && value !== null
          ? Object.fromEntries(
              Object.entries(value)
                .filter(([key]) => key !== 'position')
                .map(([key, each]) => [
                  key,
                  key === 'regionIds' ? (each as readonly string[]).map((id) => placeOfKey.get(id) ?? '?') : words(each)
                ])
            )
          : value
    for (const { title, turns } of image.dialogues)
      dialogues.add(`${image.path} ${title ?? ''} ${JSON.stringify(words(turns))}`)
    for (const { subject, predicate, object } of image.relations)
      relations.add(`${image.path} ${placeOfKey.get(subject) ?? '?'} ${predicate} ${placeOfKey.get(object) ?? '?'}`)
  }
  return { places, bounds, around: aroundPlace, regions, dialogues, relations, labels: content.labels, issues }
}

/** `wanted` null: by what is in the files. */
export async function read(files: ReadonlyMap<string, FileBytes>, wanted: FormatId | null): Promise<Reading> {
  const source = memorySource({ files, imageSizes: IMAGES })
  try {
    const { format } = await recognise(source, FORMATS, wanted)
    const join = new ContentJoin()
    const items: ImportItem[] = []
    for await (const batch of format.reader?.read(source, {}) ?? []) {
      join.add(batch)
      items.push(...batch)
    }
    const issues = new Map<string, number>()
    for (const item of items) if (item.type === 'issue') issues.set(item.code, (issues.get(item.code) ?? 0) + 1)
    return { kind: 'read', format: format.info.id, said: saidOf(join.content(find), issues) }
  } catch (error) {
    if (error instanceof AppError && error.code.startsWith('import/'))
      return { kind: 'refused', code: error.code, message: error.message }
    return { kind: 'crashed', why: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
}

/** null: an outline without a place. */
function boxAround(shape: AnnotationShape): NormalizedBox | null {
  if (shape.type === 'mask') return boundsOfMaskShape(shape)
  if (shape.type === 'keypoints' && shape.box !== null) return shape.box
  const numbers = placeOf(shape)
  const xs = numbers.filter((value, i) => i % 2 === 0 && !Number.isNaN(value))
  const ys = numbers.filter((value, i) => i % 2 === 1 && !Number.isNaN(value))
  return xs.length === 0 ? null : normalizedBox(Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys))
}
