/** @file The card of a tool's folder: the person's own `eyrie.json`, else what the folder itself tells. */
import { cardSchema } from '../repo/config'
import type { ModelCard } from '../repo/config'
import { deriveCard } from '../repo/derive-card'
import { parseAs, readObject } from '../repo/read-json'
import { TOOL_DIALECT } from './tool'

export interface ToolCardFacts {
  readonly id: string
  /** Of its kind, put behind the folder's name. */
  readonly kind: string
  readonly asks: readonly string[]
  readonly cannot: readonly string[]
  /** Where the folder names none. */
  readonly languages?: readonly string[]
  readonly classes?: readonly string[]
}

/** Rejects with `model/bad-config` for an `eyrie.json` that cannot be used. */
export async function toolCard(dir: string, facts: ToolCardFacts): Promise<ModelCard> {
  const own = await readObject(dir, 'eyrie.json', 'eyrie.json')
  if (own !== null) return parseAs('eyrie.json', 'eyrie.json', own, cardSchema)
  const { id, kind, asks, cannot, languages = [], classes } = facts
  const card = await deriveCard(dir, { id, dialect: TOOL_DIALECT, space: 'original', asks, cannot })
  return {
    ...card,
    name: `${card.name} (${kind})`,
    languages: card.languages.length === 0 ? [...languages] : card.languages,
    ...(classes === undefined ? {} : { classes: [...classes] })
  }
}
