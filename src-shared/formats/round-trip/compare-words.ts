/** @file Dialogues and relations of one image, before and after. Regions are compared by their place, not by their id. */
import { counted } from '../../counted'
import { normalizeNodes, withoutPositions } from '../../grounded/normalize'
import type { GroundedNode, RegionId } from '../../grounded/nodes'
import { plainText } from '../../grounded/plain-text'
import type { ImageSize } from '../../geometry/space'
import type { FormatKeeps } from '../keeps'
import type { ContentImage, ContentRegion } from './content'
import type { DifferenceDetails } from './differences'
import { distanceBetween } from './place'
import type { Distance } from './place'

export interface WordsOptions {
  readonly keeps: FormatKeeps
  readonly reach: Distance
  readonly size: ImageSize
  readonly say: (code: string, message: string, details?: DifferenceDetails) => void
  /** Something the format does not hold. */
  readonly leave: (reason: string) => void
}

type Regions = ReadonlyMap<RegionId, ContentRegion>
const byKey = (image: ContentImage): Regions => new Map(image.regions.map((region) => [region.key, region]))

export function compareWords(before: ContentImage, after: ContentImage, options: WordsOptions): void {
  const { keeps, say } = options
  const { path } = before
  const [mine, theirs] = [byKey(before), byKey(after)]
  const isSamePlace = (a: RegionId, b: RegionId): boolean => {
    const [left, right] = [mine.get(a), theirs.get(b)]
    if (left === undefined || right === undefined) return false
    const { x, y } = distanceBetween(left.shape, right.shape, options.size)
    return x <= options.reach.x && y <= options.reach.y
  }
  if (keeps.dialogues !== 'none' || (keeps.captions ?? 'none') !== 'none') {
    if (before.dialogues.length !== after.dialogues.length)
      say(
        'dialogue-count',
        `${path} had ${counted(before.dialogues.length, 'dialogue')} and has ${after.dialogues.length}.`
      )
    before.dialogues.forEach(({ turns }, i) => {
      const others = after.dialogues[i]?.turns ?? []
      if (after.dialogues[i] !== undefined && others.length !== turns.length)
        say('turn-count', `Dialogue ${i + 1} of ${path} had ${counted(turns.length, 'turn')} and has ${others.length}.`)
      turns.forEach(({ role, children }, k) => {
        const other = others[k]
        if (other === undefined) return
        const place = `turn ${k + 1} of dialogue ${i + 1} of ${path}`
        if (other.role !== role) say('role', `The ${place} was the ${role}'s and is the ${other.role}'s.`)
        const reason = differenceOfTrees(normal(children), normal(other.children), isSamePlace)
        if (reason === null) return
        if (keeps.phraseExtents === false && areSameButExtents(children, other.children, isSamePlace))
          return options.leave('phrase-extent')
        const [was, now] = [short(children), short(other.children)]
        say(reason, `The ${place} was “${was}” and is “${now}”.`, {
          was: JSON.stringify(was),
          now: JSON.stringify(now)
        })
      })
    })
  }
  if (!keeps.relations) return
  if (before.relations.length !== after.relations.length)
    say(
      'relation-count',
      `${path} had ${counted(before.relations.length, 'relation')} and has ${after.relations.length}.`
    )
  before.relations.forEach(({ subject, predicate, object }, i) => {
    const other = after.relations[i]
    if (other === undefined) return
    const isSame =
      predicate === other.predicate && isSamePlace(subject, other.subject) && isSamePlace(object, other.object)
    if (!isSame)
      say('relation', `Relation ${i + 1} of ${path} was “${predicate}” and is another: “${other.predicate}”.`)
  })
}

const normal = (nodes: readonly GroundedNode[]): readonly GroundedNode[] => normalizeNodes(withoutPositions(nodes))
const short = (nodes: readonly GroundedNode[]): string => plainText(nodes).slice(0, 80)

interface PlacedWords {
  words: string
  /** Where regions stand among the words: after so many of their characters. */
  readonly at: { readonly offset: number; readonly ids: readonly RegionId[] }[]
}

function placedWords(nodes: readonly GroundedNode[], placed: PlacedWords = { words: '', at: [] }): PlacedWords {
  for (const node of nodes) {
    if (node.type === 'text' || node.type === 'raw') placed.words += node.value
    if (node.type === 'phrase') placedWords(node.children, placed)
    if ((node.type === 'phrase' || node.type === 'mention') && node.regionIds.length > 0)
      placed.at.push({ offset: placed.words.length, ids: node.regionIds })
  }
  return placed
}

/** The same words with the same regions behind the same ones, whatever phrases they were taken for. */
function areSameButExtents(
  before: readonly GroundedNode[],
  after: readonly GroundedNode[],
  isSamePlace: (a: RegionId, b: RegionId) => boolean
): boolean {
  const [mine, theirs] = [placedWords(before), placedWords(after)]
  return (
    mine.words === theirs.words &&
    mine.at.length === theirs.at.length &&
    mine.at.every(({ offset, ids }, i) => {
      const other = theirs.at[i]
      return other?.offset === offset && areSamePlaces(ids, other.ids, false, isSamePlace)
    })
  )
}

/** The regions of a phrase are a set, but where each has a role. */
function areSamePlaces(
  before: readonly RegionId[],
  after: readonly RegionId[],
  isOrdered: boolean,
  isSamePlace: (a: RegionId, b: RegionId) => boolean
): boolean {
  if (before.length !== after.length) return false
  if (before.every((id, k) => isSamePlace(id, after[k] ?? ''))) return true
  if (isOrdered) return false
  const left = [...after]
  return before.every((id) => {
    const at = left.findIndex((other) => isSamePlace(id, other))
    if (at !== -1) left.splice(at, 1)
    return at !== -1
  })
}

/** null: the same words, and each grounded in the same places. */
function differenceOfTrees(
  before: readonly GroundedNode[],
  after: readonly GroundedNode[],
  isSamePlace: (a: RegionId, b: RegionId) => boolean
): 'words' | 'grounding' | null {
  if (plainText(before) !== plainText(after)) return 'words'
  if (before.length !== after.length) return 'grounding'
  for (let i = 0; i < before.length; i++) {
    const [a, b] = [before[i], after[i]]
    if (a === undefined || b === undefined || a.type !== b.type) return 'grounding'
    if (a.type === 'text' || a.type === 'raw') {
      if (a.value !== (b as typeof a).value) return 'words'
      continue
    }
    const ids = (b as typeof a).regionIds
    const isOrdered = a.type === 'phrase' && a.roles !== undefined
    if (!areSamePlaces(a.regionIds, ids, isOrdered, isSamePlace)) return 'grounding'
    if (a.type !== 'phrase' || b.type !== 'phrase') continue
    if (JSON.stringify(a.roles) !== JSON.stringify(b.roles)) return 'grounding'
    const inside = differenceOfTrees(a.children, b.children, isSamePlace)
    if (inside !== null) return inside
  }
  return null
}
