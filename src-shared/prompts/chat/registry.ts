/** @file Every chat template. A new one is added to its family's file and here. */
import type { ChatTemplate } from './chat-template'
import * as chatml from './chatml'
import * as instruct from './instruct'
import * as regionFree from './region-free'
import * as sequence from './sequence'
import * as vicuna from './vicuna'

export const CHAT_TEMPLATES: readonly ChatTemplate[] = [
  ...Object.values(vicuna),
  ...Object.values(instruct),
  ...Object.values(chatml),
  ...Object.values(sequence),
  ...Object.values(regionFree)
].sort((a, b) => (a.id < b.id ? -1 : 1))

const byId = new Map(CHAT_TEMPLATES.map((template) => [template.id, template]))

/** null: no such template. */
export const findChatTemplate = (id: string): ChatTemplate | null => byId.get(id) ?? null
