/** @file Words of an import: region keys of a file become ids of regions. */
import type { DialogueRecord, TurnRecord } from '../../../src-shared/document/records'
import type { ImportDialogue, ImportTurn } from '../../../src-shared/formats/reading/item'
import type { GroundedNode } from '../../../src-shared/grounded/nodes'
import { mapNodes, visitNodes } from '../../../src-shared/grounded/visit'
import { recordProblem } from '../record-check'

export function keysIn(turns: readonly ImportTurn[]): ReadonlySet<string> {
  const keys = new Set<string>()
  for (const { children } of turns) {
    visitNodes(children, (node) => {
      if ('regionIds' in node) for (const key of node.regionIds) keys.add(key)
    })
  }
  return keys
}

/** Keys without a region leave the tree: words stay words, and a mention of nothing goes. */
export function withIds(
  children: readonly GroundedNode[],
  idOf: (key: string) => string | null
): readonly GroundedNode[] {
  return mapNodes(children, (node) => {
    if (!('regionIds' in node)) return node
    const ids = node.regionIds.map(idOf)
    const kept = ids.filter((id) => id !== null)
    if (node.type === 'mention') return kept.length === 0 && ids.length > 0 ? [] : { ...node, regionIds: kept }
    const { roles } = node
    return {
      ...node,
      regionIds: kept,
      ...(roles === undefined ? {} : { roles: roles.filter((_, i) => ids[i] !== null) })
    }
  })
}

export interface Spoken {
  readonly dialogue: DialogueRecord
  readonly turns: readonly TurnRecord[]
  /** What is wrong with one of them; null: nothing is. */
  readonly problem: string | null
}

/** The records of a dialogue and its turns, with ids in this order. */
export function spokenRecords(
  item: ImportDialogue,
  to: {
    readonly imageId: string
    readonly createdAtMs: number
    readonly newId: () => string
    readonly idOf: (key: string) => string | null
  }
): Spoken {
  const common = { imageId: to.imageId, createdAtMs: to.createdAtMs }
  const dialogue: DialogueRecord = { ...common, id: to.newId(), title: item.title }
  const turns = item.turns.map((turn, order): TurnRecord => ({
    ...common,
    id: to.newId(),
    dialogueId: dialogue.id,
    order,
    role: turn.role,
    children: withIds(turn.children, to.idOf),
    rawText: turn.rawText,
    status: 'complete',
    statusReason: null,
    provenance: { origin: turn.origin ?? 'import' },
    timings: null
  }))
  const problem =
    recordProblem('dialogue', dialogue) ??
    turns.map((turn) => recordProblem('turn', turn)).find((found) => found !== null) ??
    null
  return { dialogue, turns, problem }
}
