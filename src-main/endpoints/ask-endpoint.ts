/**
 * @file One question to one server: sends it, reads the answer while it comes, and ends it by the rules every answer
 * ends by (H4). What came before a fault is kept and marked as partial (I4).
 */
import { AppError } from '../../src-shared/errors'
import type { AskAnswer, AskMessage, AskObserver, TokenRival } from '../core/ports'
import { ChatReader, errorText } from './chat-answer'
import type { ChatPiece } from './chat-answer'
import { chatBody } from './chat-body'
import type { Endpoint } from './config'
import { requestOver, textOf } from './request'
import type { HttpAnswer, RequestLimits } from './request'
import type { Held } from './structured'
import { rivalsOf } from './token-rivals'

export interface EndpointQuestion {
  readonly endpoint: Endpoint
  readonly baseUrl: string
  readonly messages: readonly AskMessage[]
  /** JPEG; null: a question without a picture. */
  readonly picture: Uint8Array | null
  readonly maxNewTokens: number
  readonly key: string | null
  /** See `ChatOptions`. */
  readonly otherTokens: number | null
  /** null: the answer is free. */
  readonly held: Held | null
  readonly signal: AbortSignal
  readonly limits?: Partial<RequestLimits>
}

const MOST_CHARACTERS = 100_000
const LONGEST_ERROR = 65_536

/** A server that said no, with what a retry needs to know. */
export class ServerRefusal extends AppError {
  readonly status: number
  /** As the header says, in milliseconds; null: it says nothing. */
  readonly retryAfterMs: number | null

  constructor(
    code: string,
    message: string,
    status: number,
    retryAfterMs: number | null,
    nextStep: string,
    host: string
  ) {
    super(code, message, { nextStep, data: { host, status } })
    this.status = status
    this.retryAfterMs = retryAfterMs
  }
}

const NEXT_STEPS: Readonly<Record<number, readonly [code: string, nextStep: string]>> = {
  401: ['key-refused', 'Set the key of this server in its environment variable and start the app again.'],
  403: ['key-refused', 'Set the key of this server in its environment variable and start the app again.'],
  404: ['not-there', 'Check the address (it usually ends in /v1) and the name of the model.'],
  413: ['too-large', 'Use a smaller image.'],
  429: ['busy', 'Wait a little, or lower how many questions are asked at once.']
}

/** Seconds or a date; null when it is neither. */
export function retryAfterMs(header: string | null, nowMs: number): number | null {
  if (header === null) return null
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * 1_000
  const date = Date.parse(header)
  return Number.isNaN(date) ? null : Math.max(0, date - nowMs)
}

export async function refusalOf(host: string, answer: HttpAnswer): Promise<ServerRefusal> {
  const { status } = answer
  const said = errorText(await textOf(answer, LONGEST_ERROR))
  const [code, nextStep] = NEXT_STEPS[status] ?? [
    status >= 500 ? 'server-error' : 'refused',
    status >= 500
      ? 'See what the server says of itself, and ask again.'
      : 'Check the model, and what the server can do.'
  ]
  const message = `${host} answered ${status}${said === '' ? '' : `: ${said.replace(/\.$/, '')}`}.`
  return new ServerRefusal(
    `endpoint/${code}`,
    message,
    status,
    retryAfterMs(answer.retryAfter, Date.now()),
    nextStep,
    host
  )
}

export const headersFor = (key: string | null): Readonly<Record<string, string>> => ({
  'content-type': 'application/json',
  accept: 'text/event-stream, application/json',
  'user-agent': 'eyrie',
  ...(key === null ? {} : { authorization: `Bearer ${key}` })
})

/** Tokens and their probabilities, as long as they spell the text; a server may leave some out or split letters. */
class Tokens {
  readonly texts: string[] = []
  readonly logProbs: number[] = []
  readonly rivals: (readonly TokenRival[])[] = []
  #isSound = true

  add({ text, tokens }: ChatPiece): void {
    if (tokens.length === 0) {
      if (text !== '') this.#isSound = false
      return
    }
    for (const told of tokens) {
      this.texts.push(told.token)
      this.logProbs.push(told.logprob)
      const rivals = rivalsOf(told)
      if (rivals !== undefined) this.rivals.push(rivals)
    }
  }

  of(text: string): Pick<AskAnswer, 'tokenTexts' | 'tokenLogProbs' | 'tokenRivals'> {
    const { texts: tokenTexts, logProbs: tokenLogProbs, rivals: tokenRivals } = this
    if (!this.#isSound || tokenTexts.join('') !== text) return { tokenTexts: [], tokenLogProbs: [] }
    return { tokenTexts, tokenLogProbs, ...(tokenRivals.length === tokenTexts.length ? { tokenRivals } : {}) }
  }
}

/**
 * Rejects with `ServerRefusal`, or with `endpoint/…` when nothing of an answer had come; after that every fault ends
 * the answer as a partial one, with a note of what happened.
 */
export async function askServer(question: EndpointQuestion, observer: AskObserver): Promise<AskAnswer> {
  const { endpoint, baseUrl, messages, picture, maxNewTokens, key, otherTokens, held, signal, limits } = question
  const started = performance.now()
  const { host } = new URL(baseUrl)
  observer.phase?.('prefill')
  const answer = await requestOver({
    url: `${baseUrl.replace(/\/+$/, '')}/chat/completions`,
    method: 'POST',
    headers: headersFor(key),
    body: chatBody(endpoint, messages, picture, { maxNewTokens, otherTokens, held: held?.fields ?? {} }),
    signal,
    ...(limits === undefined ? {} : { limits })
  })
  if (answer.status !== 200) throw await refusalOf(host, answer)

  const reader = new ChatReader(host, answer.contentType)
  const tokens = new Tokens()
  const notes: string[] = []
  let text = ''
  let firstAt: number | null = null
  const take = (pieces: readonly ChatPiece[]): void => {
    for (const piece of pieces) {
      firstAt ??= performance.now()
      tokens.add(piece)
      text += piece.text
      if (piece.text !== '') observer.text?.(text)
    }
  }
  let limit: AskAnswer['limit'] | null = null
  try {
    for await (const chunk of answer.body) {
      take(reader.push(chunk))
      if (text.length >= MOST_CHARACTERS) limit = 'characters'
      if (reader.isDone || limit !== null) break
    }
    // A fault may stand behind the last pieces.
    if (limit === null) for (let rest = reader.end(); rest.length > 0; rest = reader.end()) take(rest)
  } catch (error) {
    if (text === '' || !(error instanceof AppError)) throw error
    if (!signal.aborted) {
      limit = 'connection'
      notes.push(error.message)
    }
  }
  const ended = performance.now()
  const { finishReason, promptTokens, newTokens } = reader.result()
  const first = firstAt ?? ended
  if (finishReason === 'length') limit ??= 'tokens'
  // `[DONE]` without a reason ends well; no end at all is a connection that broke.
  else if (finishReason === null && !reader.isDone) limit ??= 'connection'
  const stop = signal.aborted ? 'cancelled' : limit === null ? 'end' : 'length'
  let said = text
  if (held !== null && stop === 'end') {
    const read = held.read(text.trim())
    notes.push(
      read === null
        ? `${host} was asked to hold the answer to its form (${held.by}), and did not.`
        : `${host} held the answer to its form (${held.by}).`
    )
    // What came stays as it came where it is of no form.
    if (read !== null && read !== text.trim()) said = read
  }
  const written = newTokens ?? (tokens.texts.length > 0 ? tokens.texts.length : null)
  return {
    text: said,
    stop,
    ...(stop === 'length' && limit !== null ? { limit } : {}),
    provider: host,
    providerNotes: notes,
    ...tokens.of(said),
    timings: {
      imageMs: 0,
      visionMs: 0,
      prefillMs: first - started,
      decodeMs: ended - first,
      totalMs: ended - started,
      ...(promptTokens === null ? {} : { promptTokens }),
      ...(written === null ? {} : { newTokens: written })
    }
  }
}
