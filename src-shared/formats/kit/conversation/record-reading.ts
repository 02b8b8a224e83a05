/**
 * @file One record of training data on its way into the project: its image, its regions (those at one place are one
 * region), its turns, and what is wrong with it. Keys of regions begin with the number of the record, so that the
 * records of one image do not meet.
 */
import type { Diagnostic, SourceRange } from '../../../errors'
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
import { unreadParts } from './unread-parts'

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
  /** How often the record names it: as often as its texts may call for it. */
  readonly timesNamed?: number
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
    if (JSON.stringify(ordered) !== JSON.stringify(shape)) this.doubt('import/reversed-corners', REVERSED)
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
    this.#sayFaults(dialect.profile.name, tree.children, diagnostics)
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
    const unread = new Set<string>()
    const children = mapNodes(tree.children, (node): GroundedNode => {
      if (node.type !== 'phrase' && node.type !== 'mention') return node
      const regionIds = node.regionIds.flatMap((id) => keys.get(id) ?? [])
      const isLost = node.regionIds.length > 0 && regionIds.length === 0
      const { position } = node
      if (position !== undefined) {
        const said = node.type === 'phrase' ? plainText(node.children).trim() : ''
        for (const part of unreadParts(value.slice(position.start, position.end), said)) unread.add(part)
      }
      if (isLost && position !== undefined) return raw(value.slice(position.start, position.end), 'import/empty-box')
      if (node.type === 'phrase' && node.roles !== undefined && regionIds.length < node.regionIds.length)
        return { type: 'phrase', children: node.children, regionIds }
      return { ...node, regionIds }
    })
    if (unread.size > 0)
      this.note('import/other-fields', `Of its regions, these are not kept: ${[...unread].join(', ')}.`)
    if (HALF_CHARACTER.test(plainText(children)))
      this.doubt('import/half-character', 'Its words hold half of a character (a lone surrogate), which becomes “�”.')
    return normalizeNodes(withoutPositions(children))
  }

  /** What was not read, and what was read though something is wrong with it. */
  #sayFaults(dialect: string, nodes: readonly GroundedNode[], diagnostics: readonly Diagnostic[]): void {
    const { raw: unread, read } = rangesOf(nodes)
    const said = diagnostics.filter(({ severity }) => severity !== 'info')
    const isIn = (ranges: readonly SourceRange[], { position }: Diagnostic): boolean =>
      position !== undefined && ranges.some(({ start, end }) => start < position.end && position.start < end)
    const isUnread = (diagnostic: Diagnostic): boolean => isIn(unread, diagnostic) || !isIn(read, diagnostic)
    const faults = said.length === 0 && unread.length > 0 ? diagnostics : said.filter(isUnread)
    const tell = ([first, ...more]: readonly Diagnostic[]): string =>
      `As ${dialect}: ${(first?.message ?? '').replace(/\.$/, '')}${more.length === 0 ? '' : ` and ${more.length} more`}.`
    if (faults.length > 0) this.note('import/text-not-read', `${tell(faults)} What was not understood stays as words.`)
    const mended = said.filter((diagnostic) => !isUnread(diagnostic))
    if (mended.some(({ code }) => code === 'dialect/reversed')) this.doubt('import/reversed-corners', REVERSED)
    // What has no area or lies outside is said where the region is seen.
    const others = mended.filter(({ code }) => code !== 'dialect/reversed' && code !== 'dialect/degenerate')
    if (others.length > 0) this.doubt('import/text-mended', `${tell(others)} It was read all the same.`)
  }

  /** For formats whose places stand beside the words: what looks like one in the words is doubted. */
  doubtPlacesInWords(): void {
    const phrases = this.#regions.flatMap(({ phrase }) =>
      phrase === null ? [] : [{ type: 'text', value: phrase } as const]
    )
    const turns = this.#dialogues.flatMap((item) => (item.type === 'dialogue' ? item.turns : []))
    const mark = foreignMark([...phrases, ...turns.flatMap(({ children }) => children)])
    if (mark !== null)
      this.doubt(
        'import/other-dialect',
        `Its words hold ${nameValue(mark)}, which may be a place; it was read as words.`
      )
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

const REVERSED = 'A box runs from right to left or upwards; its corners were put in order.'
const HALF_CHARACTER = /\p{Cs}/u

/** Where in the source nothing was understood, and where regions were read. */
function rangesOf(nodes: readonly GroundedNode[]): Readonly<Record<'raw' | 'read', readonly SourceRange[]>> {
  const found = { raw: [] as SourceRange[], read: [] as SourceRange[] }
  visitNodes(nodes, (node) => {
    if (node.type === 'raw') found.raw.push(node.position ?? { start: 0, end: Infinity })
    if ((node.type === 'phrase' || node.type === 'mention') && node.regionIds.length > 0 && node.position !== undefined)
      found.read.push(node.position)
  })
  return found
}

export const PROPOSED: { readonly state: RegionState; readonly origin: Origin } = { state: 'proposed', origin: 'model' }
