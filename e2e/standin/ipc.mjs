/** ipcMain, and how values cross: a structured clone, then JSON with bytes as base64. */
import { deserialize, serialize } from 'node:v8'
import { strict } from './strict.mjs'

export const handlers = new Map()

export const ipcMain = strict('ipcMain', {
  handle(channel, handler) {
    if (handlers.has(channel)) throw new Error(`Attempted to register a second handler for '${channel}'`)
    handlers.set(channel, handler)
  },
  removeHandler: (channel) => handlers.delete(channel)
})

const toJson = (_key, value) => {
  if (value instanceof Uint8Array)
    return { $bytes: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64') }
  return value === undefined ? { $undefined: true } : value
}
const fromJson = (value) => {
  if (typeof value !== 'object' || value === null) return value
  if (typeof value.$bytes === 'string') return new Uint8Array(Buffer.from(value.$bytes, 'base64'))
  if (value.$undefined) return undefined
  if (Array.isArray(value)) return value.map(fromJson)
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fromJson(item)]))
}
export const pack = (value) => JSON.stringify(deserialize(serialize(value)), toJson)
export const unpack = (text) => fromJson(JSON.parse(text))
