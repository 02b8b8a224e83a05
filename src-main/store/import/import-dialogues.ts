/** @file The dialogues of an import: keys of regions in their words become ids, and what the project has is not put there twice. */
import type { DialogueRecord, TurnRecord } from '../../../src-shared/document/records'
import type { ImportDialogue, ImportTurn } from '../../../src-shared/formats/reading/item'
import type { GroundedNode } from '../../../src-shared/grounded/nodes'
import { mapNodes, visitNodes } from '../../../src-shared/grounded/visit'
import { recordProblem } from '../record-check'
import type { FoundImage } from './import-images'
import type { ImportRegions, IntoProject } from './import-regions'

/** Every region its words name must have come before: one that has not is none. */
export class ImportDialogues {
  readonly counts = { dialogues: 0, turns: 0, duplicateDialogues: 0 }

  readonly #into: IntoProject
  readonly #regions: ImportRegions

  constructor(into: IntoProject, regions: ImportRegions) {
    this.#into = into
    this.#regions = regions
  }

  /** `image` null: the project has none for it. */
  add(item: ImportDialogue, image: FoundImage | null): void {
    const { writer, ids, known, findings, createdAtMs } = this.#into
    if (image === null) return findings.skipWithoutImage('dialogue', item.imageKey, item.title)
    const missing = new Set<string>()
    const idOf = (key: string): string | null => {
      const id = this.#regions.idOf(image, key)
      if (id === null) missing.add(key)
      return id
    }
    const { dialogue, turns, problem } = spokenRecords(item, {
      imageId: image.id,
      createdAtMs,
      newId: () => ids.make(),
      idOf
    })
    if (problem !== null) {
      const message = `The dialogue was left out: ${problem}.`
      return findings.skip('import/bad-dialogue', message, item.title ?? image.relativePath)
    }
    for (const key of missing) {
      const message = `Words of ${image.relativePath} name the region ${key}, which the file does not have; they stay words.`
      findings.doubt('import/dangling-region', message, key)
    }
    if (image.hadRecords && known.hasDialogue(image.seq, turns)) {
      this.counts.duplicateDialogues += 1
      return
    }
    this.counts.dialogues += 1
    this.counts.turns += turns.length
    if (writer === null) return
    const dialogueSeq = writer.dialogue(dialogue, image.seq)
    for (const turn of turns) writer.turn(turn, image.seq, dialogueSeq)
  }
}

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
function withIds(children: readonly GroundedNode[], idOf: (key: string) => string | null): readonly GroundedNode[] {
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

interface Spoken {
  readonly dialogue: DialogueRecord
  readonly turns: readonly TurnRecord[]
  /** What is wrong with one of them; null: nothing is. */
  readonly problem: string | null
}

/** The records of a dialogue and its turns, with ids in this order. */
function spokenRecords(
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
