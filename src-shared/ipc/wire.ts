/**
 * @file Frames of the serve shell's WebSocket. One frame is one binary message:
 *
 *     u32 big-endian length of the header | header, UTF-8 JSON | attachments, raw bytes
 *     header = { "message": <JSON, null where bytes go>, "attachments": [{ "path": [...], "sizeBytes": n }] }
 *
 * A `Uint8Array` anywhere in a message travels raw, never as base64. Places are named by path
 * beside the message, not by a marker inside it, so no user data can look like an attachment.
 * Both ends check everything: a bad frame is an `AppError` (`wire/malformed`, `wire/too-large`).
 */
import { AppError } from '../errors'
import type { EventName, Events, Method } from './contract'
import { isEventName } from './channels'
import type { Reply } from './channels'

/** Both are in every runtime we use; this folder is compiled without DOM and Node types. */
declare const TextEncoder: new () => { encode(text: string): Uint8Array }
declare const TextDecoder: new (
  label: 'utf-8',
  options: { fatal: boolean; ignoreBOM: boolean }
) => {
  decode(bytes: Uint8Array): string
}

export interface WireLimits {
  readonly maxFrameBytes: number
  readonly maxAttachments: number
  readonly maxDepth: number
}
export const WIRE_LIMITS: WireLimits = { maxFrameBytes: 64 * 1024 * 1024, maxAttachments: 256, maxDepth: 64 }

export interface CallMessage {
  readonly type: 'call'
  /** Chosen by the window, unique while the call is open. */
  readonly id: number
  readonly method: Method
  readonly params: unknown
}
export interface ReplyMessage {
  readonly type: 'reply'
  readonly id: number
  readonly reply: Reply
}
export type EventMessage = {
  readonly [E in EventName]: { readonly type: 'event'; readonly event: E; readonly value: Events[E] }
}[EventName]

const LENGTH_BYTES = 4
type Path = readonly (string | number)[]
interface Attachment {
  readonly path: Path
  readonly bytes: Uint8Array
}

const malformed = (reason: string, cause?: unknown): AppError =>
  new AppError('wire/malformed', `A message between the window and the core could not be read: ${reason}.`, {
    nextStep: 'Reload the window; if it happens again, window and core are of different versions.',
    cause
  })
const tooLarge = (sizeBytes: number, limitBytes: number): AppError =>
  new AppError('wire/too-large', `A message of ${sizeBytes} bytes is over the limit of ${limitBytes} bytes.`, {
    nextStep: 'Send less at once.',
    data: { sizeBytes, limitBytes }
  })

/** Copies `value` with `null` in place of bytes; throws on what JSON would silently change. */
function takeAttachments(value: unknown, path: Path, found: Attachment[], limits: WireLimits): unknown {
  if (value instanceof Uint8Array) {
    found.push({ path, bytes: value })
    if (found.length > limits.maxAttachments) throw malformed(`more than ${limits.maxAttachments} attachments`)
    return null
  }
  if (typeof value === 'number' && !Number.isFinite(value)) throw malformed(`${value} at ${path.join('.')}`)
  if (typeof value !== 'object' || value === null) return value
  if (path.length >= limits.maxDepth) throw malformed(`nested deeper than ${limits.maxDepth}`)
  if (Array.isArray(value)) return value.map((item, i) => takeAttachments(item, [...path, i], found, limits))
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, takeAttachments(item, [...path, key], found, limits)])
  )
}

/** Bytes of one frame. Throws `wire/too-large` and, for values JSON cannot carry, `wire/malformed`. */
export function encodeFrame(message: unknown, limits: WireLimits = WIRE_LIMITS): Uint8Array {
  const attachments: Attachment[] = []
  const copy = takeAttachments(message, [], attachments, limits)
  const header = new TextEncoder().encode(
    JSON.stringify({
      message: copy,
      attachments: attachments.map(({ path, bytes }) => ({ path, sizeBytes: bytes.byteLength }))
    })
  )
  const sizeBytes = attachments.reduce((sum, { bytes }) => sum + bytes.byteLength, LENGTH_BYTES + header.byteLength)
  if (sizeBytes > limits.maxFrameBytes) throw tooLarge(sizeBytes, limits.maxFrameBytes)
  const frame = new Uint8Array(sizeBytes)
  new DataView(frame.buffer).setUint32(0, header.byteLength)
  frame.set(header, LENGTH_BYTES)
  let offset = LENGTH_BYTES + header.byteLength
  for (const { bytes } of attachments) {
    frame.set(bytes, offset)
    offset += bytes.byteLength
  }
  return frame
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function parseHeader(bytes: Uint8Array): Record<string, unknown> {
  let header: unknown
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes))
  } catch (cause) {
    throw malformed('the header is not JSON', cause)
  }
  if (!isObject(header) || !Object.hasOwn(header, 'message') || !Array.isArray(header.attachments)) {
    throw malformed('the header has no message or attachments')
  }
  return header
}

/** Depth of a JSON value, without recursion; stops at `limit + 1`. */
export function isDeeperThan(value: unknown, limit: number): boolean {
  let level: unknown[] = [value]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > limit) return true
    const next: unknown[] = []
    for (const item of level) {
      if (typeof item !== 'object' || item === null || item instanceof Uint8Array) continue
      for (const child of Object.values(item)) if (typeof child === 'object' && child !== null) next.push(child)
    }
    level = next
  }
  return false
}

/** Puts bytes at `path`, where the message must hold an own `null`. The path `[]` is the root itself. */
function placeAttachment(root: { message: unknown }, path: readonly unknown[], bytes: Uint8Array): void {
  let holder: Record<string, unknown> = root
  let key = 'message'
  for (const step of path) {
    const next = holder[key]
    const isIndex = Array.isArray(next) && Number.isInteger(step)
    if (typeof next !== 'object' || next === null || (!isIndex && (typeof step !== 'string' || Array.isArray(next)))) {
      throw malformed('an attachment belongs to no place in the message')
    }
    holder = next as Record<string, unknown>
    key = String(step)
    if (key === '__proto__' || !Object.hasOwn(holder, key)) {
      throw malformed('an attachment belongs to no place in the message')
    }
  }
  if (holder[key] !== null) throw malformed('the place of an attachment is taken')
  holder[key] = bytes
}

/**
 * The message of one frame. Attachments are views into `frame`, not copies. Throws `wire/malformed`
 * and `wire/too-large`; the caller closes the connection, it does not guess.
 */
export function decodeFrame(frame: Uint8Array, limits: WireLimits = WIRE_LIMITS): unknown {
  if (frame.byteLength > limits.maxFrameBytes) throw tooLarge(frame.byteLength, limits.maxFrameBytes)
  if (frame.byteLength < LENGTH_BYTES) throw malformed('it is shorter than its length field')
  const headerBytes = new DataView(frame.buffer, frame.byteOffset, frame.byteLength).getUint32(0)
  const attachmentsStart = LENGTH_BYTES + headerBytes
  if (attachmentsStart > frame.byteLength) throw malformed('the header is cut off')
  const header = parseHeader(frame.subarray(LENGTH_BYTES, attachmentsStart))
  if (isDeeperThan(header.message, limits.maxDepth)) throw malformed(`nested deeper than ${limits.maxDepth}`)
  const attachments = header.attachments as unknown[]
  if (attachments.length > limits.maxAttachments) throw malformed(`more than ${limits.maxAttachments} attachments`)
  const root = { message: header.message }
  let offset = attachmentsStart
  for (const attachment of attachments) {
    const { path, sizeBytes } = isObject(attachment) ? attachment : {}
    if (!Array.isArray(path) || typeof sizeBytes !== 'number' || !Number.isInteger(sizeBytes) || sizeBytes < 0) {
      throw malformed('an attachment has no path or size')
    }
    if (offset + sizeBytes > frame.byteLength) throw malformed('an attachment is cut off')
    placeAttachment(root, path, frame.subarray(offset, offset + sizeBytes))
    offset += sizeBytes
  }
  if (offset !== frame.byteLength) throw malformed(`${frame.byteLength - offset} bytes too many`)
  return root.message
}

const isCallId = (id: unknown): id is number => typeof id === 'number' && Number.isSafeInteger(id) && id >= 0

/** A call as it arrives: a window of another version may ask for a method that is not here. */
export type ReceivedCall = Omit<CallMessage, 'method'> & { readonly method: string }

/** What the core accepts. Whether the method exists and its params fit is answered, not decided here (schemas.ts). */
export function decodeCall(frame: Uint8Array, limits: WireLimits = WIRE_LIMITS): ReceivedCall {
  const message = decodeFrame(frame, limits)
  if (!isObject(message) || message.type !== 'call' || !isCallId(message.id)) throw malformed('it is not a call')
  if (typeof message.method !== 'string') throw malformed('it names no method')
  return { type: 'call', id: message.id, method: message.method, params: message.params }
}

/** What the window accepts. */
export function decodeFromCore(frame: Uint8Array, limits: WireLimits = WIRE_LIMITS): ReplyMessage | EventMessage {
  const message = decodeFrame(frame, limits)
  if (isObject(message) && message.type === 'reply' && isCallId(message.id)) {
    const { reply } = message
    if (isObject(reply) && (reply.ok === true || (reply.ok === false && isObject(reply.error)))) {
      return { type: 'reply', id: message.id, reply: reply as unknown as Reply }
    }
  }
  if (isObject(message) && message.type === 'event' && isEventName(message.event)) {
    return { type: 'event', event: message.event, value: message.value } as EventMessage
  }
  throw malformed('it is neither a reply nor an event')
}
