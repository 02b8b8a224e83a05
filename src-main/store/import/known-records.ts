/**
 * @file What an image had before the import: a region or a dialogue that is there already is not put there twice.
 * Only what the project had counts; two equal records of one file are both the file's.
 */
import type { RegionRecord, RelationRecord, TurnRecord } from '../../../src-shared/document/records'
import { coordinatesOf } from '../../../src-shared/geometry/shape'
import type { GroundedNode } from '../../../src-shared/grounded/nodes'
import { canonicalJson } from '../canonical-json'
import { prepared } from '../database'
import type { Database } from '../database'
import { selectRegions, selectRelations, selectTurns } from '../queries/records'
import { regionFromRow, relationFromRow, turnFromRow } from '../rows'
import type { Row } from '../rows'

/** Fractions of the image that are one place: a thousandth of a pixel of the largest images. */
const SAME_PLACE = 1e-8
/** Images whose records are remembered at a time; files name most images in one run. */
const MOST_IMAGES = 256

type RegionLike = Pick<RegionRecord, 'shape' | 'labelId' | 'phrase' | 'attributes'>
interface Known {
  readonly regions: readonly RegionRecord[]
  readonly dialogues: ReadonlySet<string>
  readonly relations: ReadonlySet<string>
}
type RelationLike = Pick<RelationRecord, 'subject' | 'predicate' | 'object'>

export class KnownRecords {
  readonly #database: Database
  readonly #prefix: string
  readonly #images = new Map<number, Known>()

  /** `prefix`: of the ids that this import makes. */
  constructor(database: Database, prefix: string) {
    this.#database = database
    this.#prefix = prefix
  }

  /** The id of the region that is the same place with the same label, words and attributes. */
  sameRegion(imageSeq: number, region: RegionLike): string | null {
    return this.#of(imageSeq).regions.find((known) => isSameRegion(known, region))?.id ?? null
  }

  hasDialogue(imageSeq: number, turns: readonly Pick<TurnRecord, 'role' | 'children'>[]): boolean {
    return this.#of(imageSeq).dialogues.has(dialogueKey(turns))
  }

  hasRelation(imageSeq: number, relation: RelationLike): boolean {
    return this.#of(imageSeq).relations.has(relationKey(relation))
  }

  #of(imageSeq: number): Known {
    const kept = this.#images.get(imageSeq)
    if (kept !== undefined) return kept
    const known = this.#read(imageSeq)
    const [oldest] = this.#images.keys()
    if (this.#images.size >= MOST_IMAGES && oldest !== undefined) this.#images.delete(oldest)
    this.#images.set(imageSeq, known)
    return known
  }

  /** A damaged row is like nothing. */
  #read(imageSeq: number): Known {
    const isOlder = ({ id }: { readonly id: string }): boolean => !id.startsWith(this.#prefix)
    const rows = (sql: string): readonly Row[] => prepared(this.#database, sql).all(imageSeq) as Row[]
    const regions = rows(`${selectRegions} WHERE region.image_seq = ?`).flatMap(
      (row) => regionFromRow(row).record ?? []
    )
    const turns = rows(`${selectTurns} WHERE turn.image_seq = ? ORDER BY turn.turn_order`).flatMap(
      (row) => turnFromRow(row).record ?? []
    )
    const byDialogue = new Map<string, TurnRecord[]>()
    for (const turn of turns.filter(isOlder)) {
      const others = byDialogue.get(turn.dialogueId)
      if (others === undefined) byDialogue.set(turn.dialogueId, [turn])
      else others.push(turn)
    }
    const relations = rows(`${selectRelations} WHERE relation.image_seq = ?`).flatMap(
      (row) => relationFromRow(row).record ?? []
    )
    return {
      regions: regions.filter(isOlder),
      dialogues: new Set([...byDialogue.values()].map(dialogueKey)),
      relations: new Set(relations.filter(isOlder).map(relationKey))
    }
  }
}

const relationKey = ({ subject, predicate, object }: RelationLike): string =>
  canonicalJson([subject, predicate, object])

const withoutPositions = (children: readonly GroundedNode[]): readonly unknown[] =>
  children.map((node) => ({
    ...node,
    position: undefined,
    ...('children' in node ? { children: withoutPositions(node.children) } : {})
  }))

const dialogueKey = (turns: readonly Pick<TurnRecord, 'role' | 'children'>[]): string =>
  canonicalJson(turns.map(({ role, children }) => [role, withoutPositions(children)]))

function isSameRegion(a: RegionLike, b: RegionLike): boolean {
  if (a.shape.type !== b.shape.type || a.labelId !== b.labelId || a.phrase !== b.phrase) return false
  if (canonicalJson(a.attributes ?? null) !== canonicalJson(b.attributes ?? null)) return false
  // Masks are their pixels, and visibilities are no places.
  if (a.shape.type === 'mask' || a.shape.type === 'keypoints') return canonicalJson(a.shape) === canonicalJson(b.shape)
  const [of, at] = [coordinatesOf(a.shape), coordinatesOf(b.shape)]
  return of.length === at.length && of.every((value, i) => Math.abs(value - (at[i] ?? NaN)) <= SAME_PLACE)
}
