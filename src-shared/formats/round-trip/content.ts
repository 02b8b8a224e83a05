/**
 * @file What a project says, in one plain form that documents and a reader's items both become: the two sides of a
 * round trip. Labels are names, images are paths, and a region's key means something in its image only.
 */
import type {
  DialogueId,
  ImageDocument,
  LabelRecord,
  Origin,
  RegionRecord,
  RegionState,
  TurnRecord
} from '../../document/records'
import { compareLabels } from '../../document/order'
import type { AnnotationShape } from '../../geometry/region-shape'
import type { ImageSize } from '../../geometry/space'
import type { GroundedNode } from '../../grounded/nodes'
import type { Attributes, ImportIssue, ImportItem, ImportRegion } from '../reading/item'
import { selectCaptions, selectDialogues, selectRegions } from '../selection'
import { Tally } from '../tally'

export interface ContentRegion {
  readonly key: string
  readonly shape: AnnotationShape
  readonly label: string | null
  readonly phrase: string | null
  readonly state: RegionState
  readonly origin: Origin
  readonly confidence: number | null
  readonly attributes: Attributes
}
export interface ContentTurn {
  readonly role: 'user' | 'assistant'
  readonly children: readonly GroundedNode[]
}
export interface ContentDialogue {
  readonly title: string | null
  readonly turns: readonly ContentTurn[]
}
export interface ContentRelation {
  readonly subject: string
  readonly predicate: string
  readonly object: string
}
export interface ContentImage {
  /** Below the image folder. */
  readonly path: string
  /** Upright pixels; null where nobody knows. */
  readonly size: ImageSize | null
  readonly done: boolean
  readonly regions: readonly ContentRegion[]
  readonly dialogues: readonly ContentDialogue[]
  readonly relations: readonly ContentRelation[]
}
export interface ProjectContent {
  /** Class names in their order. */
  readonly labels: readonly string[]
  readonly images: readonly ContentImage[]
}

export const labelNames = (labels: readonly LabelRecord[]): readonly string[] =>
  labels.toSorted(compareLabels).map(({ name }) => name)

const NO_ATTRIBUTES: Attributes = {}
const attributesOf = (region: RegionRecord & { readonly attributes?: Attributes | null }): Attributes =>
  region.attributes ?? NO_ATTRIBUTES

/**
 * What of a document leaves in an export: no refused region, proposals only when asked for, whole exchanges only.
 * null: nothing of it can, because the image's size is not known.
 */
export function contentOfDocument(
  document: ImageDocument,
  nameOfLabel: ReadonlyMap<string, string>,
  options: { readonly includeProposals: boolean }
): ContentImage | null {
  const tally = new Tally()
  const selection = selectRegions(document, options, tally)
  if (selection === null) return null
  const turnsOf = new Map<DialogueId, readonly TurnRecord[]>()
  for (const { dialogue, exchanges } of selectDialogues(document, selection, tally))
    turnsOf.set(
      dialogue.id,
      exchanges.flatMap(({ question, answer }) => [question, answer])
    )
  for (const { dialogue, turn } of selectCaptions(document, selection, tally)) turnsOf.set(dialogue.id, [turn])
  return {
    path: document.image.relativePath,
    size: selection.size,
    done: document.review.done,
    regions: selection.regions.map((region) => ({
      key: region.id,
      shape: region.shape,
      label: region.labelId === null ? null : (nameOfLabel.get(region.labelId) ?? null),
      phrase: region.phrase,
      state: region.state,
      origin: region.provenance.origin,
      confidence: region.confidence,
      attributes: attributesOf(region)
    })),
    dialogues: document.dialogues.flatMap(({ id, title }) => {
      const turns = turnsOf.get(id)
      return turns === undefined ? [] : [{ title, turns: turns.map(({ role, children }) => ({ role, children })) }]
    }),
    relations: document.relations
      .filter(({ subject, object }) => selection.byId.has(subject) && selection.byId.has(object))
      .map(({ subject, predicate, object }) => ({ subject, predicate, object }))
  }
}

/** `path`: the project's image that is meant, as the importer finds it; null when there is none. */
export type FindImage = (reference: string) => { readonly path: string; readonly size: ImageSize | null } | null

interface Joining {
  reference: string | null
  size: ImageSize | null
  done: boolean
  readonly regions: ContentRegion[]
  readonly dialogues: ContentDialogue[]
  readonly relations: ContentRelation[]
}

const contentOfRegion = ({
  key,
  shape,
  label,
  phrase,
  state,
  origin,
  confidence,
  attributes
}: ImportRegion): ContentRegion => ({
  key,
  shape,
  label,
  phrase,
  state: state ?? 'accepted',
  origin: origin ?? 'import',
  confidence: confidence ?? null,
  attributes: attributes ?? NO_ATTRIBUTES
})

/** Puts a reader's items together by image, in memory. `wants` may narrow it to some images, by key. */
export class ContentJoin {
  readonly #labels = new Set<string>()
  readonly #images = new Map<string, Joining>()
  readonly issues: ImportIssue[] = []

  readonly wants: (imageKey: string) => boolean

  constructor(wants: (imageKey: string) => boolean = () => true) {
    this.wants = wants
  }

  add(items: readonly ImportItem[]): void {
    for (const item of items) this.#take(item)
  }

  #take(item: ImportItem): void {
    if (item.type === 'issue') {
      this.issues.push(item)
      return
    }
    if (item.type === 'label') {
      this.#labels.add(item.name)
      return
    }
    if (item.type === 'region' && item.label !== null) this.#labels.add(item.label)
    if (!this.wants(item.imageKey)) return
    const image = this.#image(item.imageKey)
    if (item.type === 'image') {
      image.reference = item.reference
      image.size = item.size
      image.done = item.done ?? false
    } else if (item.type === 'region') image.regions.push(contentOfRegion(item))
    else if (item.type === 'dialogue') {
      const turns = item.turns.map(({ role, children }) => ({ role, children }))
      image.dialogues.push({ title: item.title, turns })
    } else {
      const { subject, predicate, object } = item
      image.relations.push({ subject, predicate, object })
    }
  }

  #image(key: string): Joining {
    let image = this.#images.get(key)
    if (image === undefined) {
      image = { reference: null, size: null, done: false, regions: [], dialogues: [], relations: [] }
      this.#images.set(key, image)
    }
    return image
  }

  /** Items of images the stream never named, or that the project does not have, are under the path `?<key>`. */
  content(find: FindImage): ProjectContent {
    const images = new Map<string, Joining & { readonly path: string }>()
    for (const [key, image] of this.#images) {
      const found = image.reference === null ? null : find(image.reference)
      const path = found?.path ?? `?${image.reference ?? key}`
      const known = images.get(path)
      if (known === undefined) images.set(path, { ...image, path, size: image.size ?? found?.size ?? null })
      else {
        known.regions.push(...image.regions)
        known.dialogues.push(...image.dialogues)
        known.relations.push(...image.relations)
      }
    }
    return { labels: [...this.#labels], images: [...images.values()] }
  }
}
