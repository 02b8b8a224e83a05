/** @file The turns of a training record, in the spellings of roles and keys that are in use. */
import { isObject, nameValue, own } from '../json-fields'
import type { JsonObject } from '../json-fields'

export interface Message {
  readonly role: 'user' | 'assistant' | 'system'
  readonly content: unknown
  /** All its fields, for what a format adds. */
  readonly fields: JsonObject
}
export interface BadMessages {
  readonly code: `import/${string}`
  readonly message: string
}

const ROLES: ReadonlyMap<unknown, Message['role']> = new Map<unknown, Message['role']>([
  ['human', 'user'],
  ['user', 'user'],
  ['gpt', 'assistant'],
  ['assistant', 'assistant'],
  ['bot', 'assistant'],
  ['system', 'system'],
  // What OpenAI calls it since its reasoning models.
  ['developer', 'system']
])
const TOOL_ROLES = new Set<unknown>([
  ...['tool', 'tool_call', 'tool_response', 'function', 'function_call', 'observation']
])

/** `{ from, value }` and `{ role, content }`, mixed or not. */
export function messagesOf(value: unknown): readonly Message[] | BadMessages {
  if (!Array.isArray(value))
    return { code: 'import/bad-turns', message: `Its turns should be a list, not ${nameValue(value)}.` }
  if (value.length === 0) return { code: 'import/no-turns', message: 'It has no turns.' }
  const messages: Message[] = []
  for (const [i, fields] of value.entries()) {
    if (!isObject(fields))
      return { code: 'import/bad-turns', message: `Turn ${i + 1} should be an object, not ${nameValue(fields)}.` }
    const name = own(fields, 'from') ?? own(fields, 'role')
    const role = ROLES.get(name)
    if (role === undefined) {
      const isTool = TOOL_ROLES.has(name)
      const reason = isTool ? 'which Eyrie has no place for' : 'which is no role'
      return {
        code: isTool ? 'import/tool-turn' : 'import/bad-role',
        message: `Turn ${i + 1} is by ${nameValue(name)}, ${reason}.`
      }
    }
    messages.push({ role, content: own(fields, 'value') ?? own(fields, 'content'), fields })
  }
  return messages
}

export const isBad = (messages: readonly Message[] | BadMessages): messages is BadMessages => 'code' in messages

/** Whether people and models speak in turn, a person first, a model last. */
export const isInTurn = (roles: readonly Message['role'][]): boolean =>
  roles.length % 2 === 0 && roles.every((role, i) => role === (i % 2 === 0 ? 'user' : 'assistant'))
