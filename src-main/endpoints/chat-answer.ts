/**
 * @file What comes back, as text that grows: events of a stream, or one body of a server that does not stream. Every
 * field is looked at before it is believed; an event that makes no sense ends the answer as a partial one (I4).
 */
import { createParser } from 'eventsource-parser'
import { z } from 'zod'
import { AppError } from '../../src-shared/errors'
import type { ToldToken } from './token-rivals'

z.config({ jitless: true })

/** Letters of one event. A token with its neighbours and probabilities is a thousand. */
const LONGEST_EVENT = 1_000_000

const told = z.object({ token: z.string(), logprob: z.number() })
const tokens = z
  .object({ content: z.array(told.extend({ top_logprobs: z.array(told).nullish().catch(null) })).nullish() })
  .nullish()
const choice = z.object({
  delta: z.object({ content: z.string().nullish() }).nullish(),
  message: z.object({ content: z.string().nullish() }).nullish(),
  finish_reason: z.string().nullish(),
  logprobs: tokens.catch(null)
})
const completion = z.object({
  choices: z.array(choice).default([]),
  usage: z
    .object({ prompt_tokens: z.number().int().min(0).nullish(), completion_tokens: z.number().int().min(0).nullish() })
    .nullish()
    .catch(null),
  error: z.unknown().optional()
})

export interface ChatPiece {
  readonly text: string
  /** Empty when the server tells none. */
  readonly tokens: readonly ToldToken[]
}

export interface ChatEnd {
  /** null: it ended without saying why. */
  readonly finishReason: string | null
  readonly promptTokens: number | null
  readonly newTokens: number | null
}

const nonsense = (host: string, what: string, cause?: unknown): AppError =>
  new AppError('endpoint/bad-answer', `${host}: ${what}.`, {
    nextStep: 'See whether the address is that of an OpenAI-compatible server.',
    data: { host },
    ...(cause === undefined ? {} : { cause })
  })

/** Letters that a person can read; no control and no escape letters (H3). */
const readable = (text: string): string =>
  text
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, 300)

/** What a server says of its own error, in any of the shapes that are about; '' when nothing can be read. */
export function errorText(body: string): string {
  try {
    const value: unknown = JSON.parse(body)
    if (typeof value !== 'object' || value === null) return ''
    const { error, message, detail } = value as { error?: unknown; message?: unknown; detail?: unknown }
    const inner = typeof error === 'object' && error !== null ? (error as { message?: unknown }).message : error
    const found = [inner, message, detail].find((text) => typeof text === 'string')
    return typeof found === 'string' ? readable(found) : ''
  } catch {
    // No JSON: a page of some proxy. Its first letters are all there is.
    return readable(body.replace(/<[^>]*>/g, ' ')).slice(0, 120)
  }
}

/** Reads one answer. `push` and `end` throw `endpoint/bad-answer`. */
export class ChatReader {
  #finishReason: string | null = null
  #promptTokens: number | null = null
  #newTokens: number | null = null
  #isDone = false
  #isEnded = false
  #pieces: ChatPiece[] = []
  #fault: AppError | null = null
  #json = ''
  readonly #host: string
  readonly #isStream: boolean
  // Letters of several bytes may be split over chunks.
  readonly #decoder = new TextDecoder('utf-8')
  readonly #parser

  constructor(host: string, contentType: string) {
    this.#host = host
    this.#isStream = contentType !== 'application/json'
    this.#parser = createParser({
      maxBufferSize: LONGEST_EVENT,
      onEvent: ({ data }) => this.#event(data),
      onError: (error) => {
        if (error.type === 'max-buffer-size-exceeded')
          this.#fault ??= nonsense(host, 'one event of its answer is too long')
      }
    })
  }

  get isDone(): boolean {
    return this.#isDone
  }

  push(chunk: Uint8Array): readonly ChatPiece[] {
    const text = this.#decoder.decode(chunk, { stream: true })
    if (this.#isStream) {
      if (this.#fault === null) this.#parser.feed(text)
    } else this.#json += text
    return this.#taken()
  }

  /** After the last chunk. Called until it gives nothing. */
  end(): readonly ChatPiece[] {
    const rest = this.#decoder.decode()
    if (this.#isStream) {
      // A last event without its blank line is one all the same; `[DONE]` often is.
      if (!this.#isDone && this.#fault === null) this.#parser.feed(`${rest}\n\n`)
    } else if (!this.#isEnded) this.#event(this.#json + rest)
    this.#isEnded = true
    return this.#taken()
  }

  result(): ChatEnd {
    return { finishReason: this.#finishReason, promptTokens: this.#promptTokens, newTokens: this.#newTokens }
  }

  #taken(): readonly ChatPiece[] {
    // What came before a fault is given out first.
    if (this.#fault !== null && this.#pieces.length === 0) throw this.#fault
    const pieces = this.#pieces
    this.#pieces = []
    return pieces
  }

  #event(data: string): void {
    if (this.#isDone || this.#fault !== null) return
    if (data.trim() === '[DONE]') {
      this.#isDone = true
      return
    }
    let value: unknown
    try {
      value = JSON.parse(data)
    } catch (cause) {
      this.#fault = nonsense(this.#host, 'a part of its answer is no JSON', cause)
      return
    }
    const parsed = completion.safeParse(value)
    if (!parsed.success) this.#fault = nonsense(this.#host, 'a part of its answer is no chat completion')
    else if (parsed.data.error !== undefined && parsed.data.error !== null) {
      const said = errorText(data)
      this.#fault = nonsense(this.#host, `it says in the middle of the answer: ${said === '' ? 'an error' : said}`)
    } else this.#completion(parsed.data)
  }

  #completion({ choices, usage }: z.output<typeof completion>): void {
    this.#promptTokens = usage?.prompt_tokens ?? this.#promptTokens
    this.#newTokens = usage?.completion_tokens ?? this.#newTokens
    const [first] = choices
    if (first === undefined) return
    this.#finishReason = first.finish_reason ?? this.#finishReason
    const text = first.delta?.content ?? first.message?.content ?? ''
    const tokens = (first.logprobs?.content ?? []).map(({ token, logprob, top_logprobs: top }) => ({
      token,
      logprob,
      top: top ?? []
    }))
    if (text !== '' || tokens.length > 0) this.#pieces.push({ text, tokens })
    if (!this.#isStream) this.#isDone = true
  }
}
