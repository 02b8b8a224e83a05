/** @file One image's document as rules look at it: what is refused is gone, what is needed often is computed once. */
import { standIns } from '../document/one-object'
import type { ImageDocument, LabelId, LabelRecord, RegionRecord, TurnRecord } from '../document/records'
import { boundsOfShape } from '../geometry/shape'
import type { ImageSize, NormalizedBox } from '../geometry/space'
import type { RegionId } from '../grounded/nodes'
import { plainText } from '../grounded/plain-text'
import { visitNodes } from '../grounded/visit'
import type { NodePath } from '../grounded/visit'

export interface LinkedPhrase {
  readonly turn: TurnRecord
  readonly path: NodePath
  /** Trimmed. */
  readonly words: string
  readonly regionIds: readonly RegionId[]
  /** Those of `regionIds` that are there and not rejected. */
  readonly regions: readonly RegionRecord[]
  readonly isPredicate: boolean
}
export interface TextPiece {
  readonly turn: TurnRecord
  readonly path: NodePath
  readonly value: string
  readonly isInPhrase: boolean
}
export interface Exchange {
  readonly question: TurnRecord
  readonly answer: TurnRecord
}

export interface DocumentView {
  readonly document: ImageDocument
  readonly size: ImageSize | null
  /** Not rejected, in order. */
  readonly regions: readonly RegionRecord[]
  readonly phrases: readonly LinkedPhrase[]
  readonly texts: readonly TextPiece[]
  readonly exchanges: readonly Exchange[]
  /** Every region, rejected ones too. */
  readonly byId: ReadonlyMap<RegionId, RegionRecord>
  labelOf(region: RegionRecord): string | null
  boundsOf(region: RegionRecord): NormalizedBox
  /** The region that stands for its object: itself, unless it was made of another one, or another one of it. */
  objectOf(region: RegionRecord): RegionId
  /** Names of labels that regions of this image have, with those regions: one for each object. */
  readonly byLabel: ReadonlyMap<string, readonly RegionRecord[]>
}

/** Questions with the answers that come right after them, by dialogue. */
function exchangesOf(document: ImageDocument): readonly Exchange[] {
  return document.dialogues.flatMap(({ id }) => {
    const turns = document.turns.filter((turn) => turn.dialogueId === id).toSorted((a, b) => a.order - b.order)
    return turns.flatMap((answer, i): readonly Exchange[] => {
      const question = turns[i - 1]
      return answer.role === 'assistant' && question?.role === 'user' ? [{ question, answer }] : []
    })
  })
}

export function viewOf(document: ImageDocument, labels: readonly LabelRecord[]): DocumentView {
  const names = new Map<LabelId, string>(labels.map(({ id, name }) => [id, name]))
  const byId = new Map(document.regions.map((region) => [region.id, region]))
  const regions = document.regions.filter(({ state }) => state !== 'rejected')
  const bounds = new Map<RegionRecord, NormalizedBox>()
  const labelOf = ({ labelId }: RegionRecord): string | null => (labelId === null ? null : (names.get(labelId) ?? null))
  const byLabel = new Map<string, RegionRecord[]>()
  const standIn = standIns(regions)
  for (const region of regions) {
    const label = labelOf(region)
    if (label !== null && !standIn.has(region.id)) byLabel.set(label, [...(byLabel.get(label) ?? []), region])
  }
  const phrases: LinkedPhrase[] = []
  const texts: TextPiece[] = []
  for (const turn of document.turns) {
    const inPhrases: NodePath[] = []
    visitNodes(turn.children, (node, path) => {
      if (node.type === 'text') {
        const isInPhrase = inPhrases.some(
          (parent) => parent.length < path.length && parent.every((v, i) => v === path[i])
        )
        texts.push({ turn, path, value: node.value, isInPhrase })
      }
      if (node.type !== 'phrase') return
      inPhrases.push(path)
      const alive = node.regionIds.flatMap((id) => {
        const region = byId.get(id)
        return region === undefined || region.state === 'rejected' ? [] : [region]
      })
      phrases.push({
        turn,
        path,
        words: plainText(node.children).trim(),
        regionIds: node.regionIds,
        regions: alive,
        isPredicate: node.roles !== undefined
      })
    })
  }
  return {
    document,
    size: document.image.size,
    regions,
    phrases,
    texts,
    exchanges: exchangesOf(document),
    byId,
    labelOf,
    objectOf: ({ id }) => standIn.get(id) ?? id,
    boundsOf(region) {
      const known = bounds.get(region)
      if (known !== undefined) return known
      const box = boundsOfShape(region.shape)
      bounds.set(region, box)
      return box
    },
    byLabel
  }
}

export const centreOf = ([x0, y0, x1, y1]: NormalizedBox): { readonly x: number; readonly y: number } => ({
  x: (x0 + x1) / 2,
  y: (y0 + y1) / 2
})
