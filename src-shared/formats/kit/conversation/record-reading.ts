/**
 * @file One record of training data on its way into the project: its image, its regions (those at one place are one
 * region), its turns, and what is wrong with it. Keys of regions begin with the number of the record, so that the
 * records of one image do not meet.
 */
import type { Dialect, DialectSpace } from '../../../dialects/dialect'
import type { Origin, RegionState } from '../../../document/records'
import { isDegenerate } from '../../../geometry/box'
import { pixelFromNormalized, pixelPointFromNormalized } from '../../../geometry/convert'
import type { AnnotationShape } from '../../../geometry/region-shape'
import { orderShape, regionShapeOf } from '../../../geometry/shape'
import type { ImageSize, PixelPoint } from '../../../geometry/space'
import { pixelPoint } from '../../../geometry/space'
import { raw } from '../../../grounded/build'
import type { GroundedNode } from '../../../grounded/nodes'
import { normalizeNodes, withoutPositions } from '../../../grounded/normalize'
import { plainText } from '../../../grounded/plain-text'
import { mapNodes, visitNodes } from '../../../grounded/visit'
import type { ImportIssue, ImportItem, ImportRegion, ImportTurn } from '../../reading/item'
import { boundsOf, placeOf } from '../../round-trip/place'
import { doubted, noted, skipped } from '../issue'
import { nameValue } from '../json-fields'
import type { Whereabouts } from '../issue'
import { PlaceDoubts } from '../place-doubts'
import { foreignMark } from './foreign-marks'

/** How the regions of a text are spelled; null: words are words. */
export interface TextSpelling {
  readonly dialect: Dialect
  readonly space?: DialectSpace
}

export interface RecordImage {
  /** As the file names it. */
  readonly reference: string
  /** Upright pixels: as the record states it, else of the image itself. */
  readonly size: ImageSize
  readonly stated: ImageSize | null
  /** The record states a size that no image has. */
  readonly hasBadSize?: boolean
}

export type RegionPatch = Partial<Pick<ImportRegion, 'label' | 'phrase' | 'state' | 'origin' | 'attributes'>>

export class RecordReading {
  readonly where: Whereabouts
  readonly image: RecordImage
  readonly issues: ImportIssue[] = []
  readonly #number: number
  readonly #doubts: PlaceDoubts
  readonly #regions: ImportRegion[] = []
  readonly #byPlace = new Map<string, string>()
  /** Regions whose phrase the file gives, or says that there is none. */
  readonly #phrased = new Set<string>()
  readonly #turns: ImportTurn[] = []
  readonly #dialogues: ImportItem[] = []

  /** `isSureOfUnits`: the file says what its numbers mean, so small ones are no reason to doubt. */
  constructor(where: Whereabouts, number: number, image: RecordImage, isSureOfUnits: boolean) {
    this.where = where
    this.#number = number
    this.image = image
    this.#doubts = new PlaceDoubts(image.size, where.file, isSureOfUnits)
    if (image.hasBadSize === true) this.issues.push(badSizeDoubt(where))
  }

  get size(): ImageSize {
    return this.image.size
  }
  get hasRegions(): boolean {
    return this.#regions.length > 0
  }

  skip(code: `import/${string}`, message: string): void {
    this.issues.push(skipped(this.where, code, message))
  }
  doubt(code: `import/${string}`, message: string): void {
    this.issues.push(doubted(this.where, code, message))
  }
  note(code: `import/${string}`, message: string): void {
    this.issues.push(noted(this.where, code, message))
  }

  /**
   * Key of the region at this place; a box's corners are put in order and that is said. null: it has no area or no
   * place, which is said too.
   */
  region(shape: AnnotationShape, patch: RegionPatch = {}): string | null {
    const ordered = orderShape(shape)
    if (!placeOf(ordered).every(Number.isFinite)) {
      this.skip('import/bad-region', 'A region has a coordinate that is no number; it is left out.')
      return null
    }
    const bounds = boundsOf(ordered)
    if (ordered.type !== 'point' && (bounds === null || (ordered.type === 'box' && isDegenerate(bounds)))) {
      this.skip('import/empty-box', `A ${ordered.type} has no area; it is left out, its words stay.`)
      return null
    }
    if (JSON.stringify(ordered) !== JSON.stringify(shape))
      this.doubt('import/reversed-corners', 'A box runs from right to left or upwards; its corners were put in order.')
    const place = JSON.stringify([ordered, patch])
    const known = this.#byPlace.get(place)
    if (known !== undefined) return known
    const key = `${this.#number}.${this.#regions.length}`
    this.#byPlace.set(place, key)
    if (patch.phrase !== undefined) this.#phrased.add(key)
    this.#doubts.see(`region ${this.#regions.length}`, this.#pixelsOf(ordered))
    this.#regions.push({
      type: 'region',
      imageKey: this.image.reference,
      key,
      shape: ordered,
      label: null,
      phrase: null,
      ...patch
    })
    return key
  }

  #pixelsOf(shape: AnnotationShape): readonly PixelPoint[] {
    if (shape.type === 'point') return [pixelPointFromNormalized(shape.point, this.size)]
    const bounds = boundsOf(shape)
    if (bounds === null) return []
    const [x0, y0, x1, y1] = pixelFromNormalized(bounds, this.size)
    return [pixelPoint(x0, y0), pixelPoint(x1, y1)]
  }

  /** Words and regions of a text; what does not parse stays in it as it was, with a note. */
  words(value: string, spelling: TextSpelling | null, patch: RegionPatch = {}): readonly GroundedNode[] {
    if (spelling === null) return value === '' ? [] : [{ type: 'text', value }]
    const { dialect, space } = spelling
    const { tree, diagnostics } = dialect.parse(value, { image: this.size, ...(space === undefined ? {} : { space }) })
    const said = diagnostics.filter(({ severity }) => severity !== 'info')
    const faults = said.length === 0 && hasRaw(tree.children) ? diagnostics : said
    if (faults.length > 0) {
      const more = faults.length === 1 ? '' : ` and ${faults.length - 1} more`
      const message = `As ${dialect.profile.name}: ${(faults[0]?.message ?? '').replace(/\.$/, '')}${more}. What was not understood stays as words.`
      this.note('import/text-not-read', message)
    }
    const foreign = foreignMark(tree.children)
    if (foreign !== null) {
      const message = `Its words hold ${nameValue(foreign)}, which may be a place in another dialect than ${dialect.profile.name}; it was read as words.`
      this.doubt('import/other-dialect', message)
    }
    const keys = new Map<string, string>()
    for (const { id, shape } of tree.regions) {
      const key = this.region(regionShapeOf(shape), patch)
      if (key !== null) keys.set(id, key)
    }
    const children = mapNodes(tree.children, (node): GroundedNode => {
      if (node.type !== 'phrase' && node.type !== 'mention') return node
      const regionIds = node.regionIds.flatMap((id) => keys.get(id) ?? [])
      const isLost = node.regionIds.length > 0 && regionIds.length === 0
      const { position } = node
      if (isLost && position !== undefined) return raw(value.slice(position.start, position.end), 'import/empty-box')
      if (node.type === 'phrase' && node.roles !== undefined && regionIds.length < node.regionIds.length)
        return { type: 'phrase', children: node.children, regionIds }
      return { ...node, regionIds }
    })
    return normalizeNodes(withoutPositions(children))
  }

  turn(role: ImportTurn['role'], children: readonly GroundedNode[], rawText: string | null, origin?: Origin): void {
    this.#turns.push({ role, children, rawText, ...(origin === undefined ? {} : { origin }) })
  }

  /** Ends a dialogue of the turns said since the last one; none, when there are none. */
  endDialogue(title: string | null): void {
    const turns = this.#turns.splice(0)
    if (turns.length > 0) this.#dialogues.push({ type: 'dialogue', imageKey: this.image.reference, title, turns })
  }

  items(): readonly ImportItem[] {
    const { reference, stated } = this.image
    const place = this.#doubts.issues().map((issue) => {
      const { record, line } = this.where
      const name = [record, issue.record].filter((part) => part !== undefined).join(', ')
      return { ...issue, ...(line === undefined ? {} : { line }), ...(name === '' ? {} : { record: name }) }
    })
    const named = this.#named()
    return [
      { type: 'image', imageKey: reference, reference, size: stated },
      ...this.#regions.map((region) =>
        this.#phrased.has(region.key) ? region : { ...region, phrase: named.get(region.key) ?? null }
      ),
      ...this.#dialogues,
      ...this.issues,
      ...place
    ]
  }

  /** The first phrase that names a region, and no other, is what it is called. */
  #named(): ReadonlyMap<string, string> {
    const names = new Map<string, string>()
    for (const dialogue of this.#dialogues) {
      if (dialogue.type !== 'dialogue') continue
      for (const { children } of dialogue.turns)
        visitNodes(children, (node) => {
          const [id, ...more] = node.type === 'phrase' ? node.regionIds : []
          if (node.type !== 'phrase' || id === undefined || more.length > 0 || names.has(id)) return
          const words = plainText(node.children).trim()
          if (words !== '') names.set(id, words)
        })
    }
    return names
  }
}

export const badSizeDoubt = (where: Whereabouts): ImportIssue =>
  doubted(
    where,
    'import/bad-size',
    'Its size should be whole pixels that an image can have; the image itself was asked.'
  )

function hasRaw(nodes: readonly GroundedNode[]): boolean {
  let found = false
  visitNodes(nodes, ({ type }) => void (found ||= type === 'raw'))
  return found
}

export const PROPOSED: { readonly state: RegionState; readonly origin: Origin } = { state: 'proposed', origin: 'model' }
