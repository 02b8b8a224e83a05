/**
 * @file The model servers as the app asks them: consent first (I1), then a place at one of the servers, the picture,
 * and few, slow retries for what may pass (I2). A question is sent again only while nothing of its answer has come.
 */
import { AppError } from '../../src-shared/errors'
import type { DialectSettings } from '../../src-shared/dialects/dialect'
import { findDialect } from '../../src-shared/dialects/registry'
import type { ModelSummary } from '../../src-shared/ipc/contract'
import type { AnswerForm } from '../../src-shared/prompts/answer-form'
import type { AskAnswer, AskMessage, AskObserver, AskRequest, MediaService } from '../core/ports'
import { ServerRefusal, askServer, headersFor, refusalOf } from './ask-endpoint'
import { hostsOf, isAllowed } from './config'
import type { Endpoint } from './config'
import { requestOver, textOf } from './request'
import type { RequestLimits } from './request'
import { formsOf } from '../inference/grammar/modes'
import { ServerPool } from './server-pool'
import { holdTo, serverKind } from './structured'
import type { Held, ServerKind } from './structured'

export interface EndpointServiceOptions {
  readonly list: () => Promise<readonly Endpoint[]>
  readonly media: Pick<MediaService, 'forSending'>
  /** Where keys are; default `process.env`. */
  readonly environment?: Readonly<Record<string, string | undefined>>
  readonly limits?: Partial<RequestLimits>
  /** Milliseconds before the second try; doubles. */
  readonly firstPauseMs?: number
}

export interface ServerCheck {
  readonly url: string
  readonly works: boolean
  /** What it said, or why it did not. */
  readonly detail: string
  /** Names of its models, as far as it tells. */
  readonly models: readonly string[]
}

export interface EndpointService {
  models(): Promise<readonly ModelSummary[]>
  has(modelId: string): Promise<boolean>
  /** Rejects with `endpoint/…`. */
  ask(request: AskRequest, observer?: AskObserver): Promise<AskAnswer>
  /** Words without a picture, for building data. Rejects with `endpoint/…`. */
  complete(modelId: string, messages: readonly AskMessage[], signal?: AbortSignal): Promise<AskAnswer>
  /** True when the request was known. */
  cancel(requestId: string): boolean
  /** Asks each allowed server which models it has. Sends nothing else. */
  check(modelId: string): Promise<readonly ServerCheck[]>
  close(): void
}

const MOST_TRIES = 4
/** A server may ask for a break; longer than this is not waited for. */
const LONGEST_RETRY_AFTER_MS = 30_000
const LONGEST_LIST = 1_000_000

const notAllowed = (endpoint: Endpoint): AppError => {
  const hosts = hostsOf(endpoint).filter((host) => !endpoint.allowedHosts.includes(host))
  return new AppError(
    'endpoint/not-allowed',
    `Nothing was sent: images and questions have never been sent to ${hosts.join(', ')} from here.`,
    {
      nextStep: `If they may leave this computer for that host, allow it: eyrie endpoints allow ${endpoint.id}`,
      data: { modelId: endpoint.id, hosts: hosts.join(', ') }
    }
  )
}

const summaryOf = (endpoint: Endpoint): ModelSummary => {
  const problem = isAllowed(endpoint) ? null : notAllowed(endpoint)
  return {
    id: endpoint.id,
    name: endpoint.name,
    revision: endpoint.model,
    licence: '',
    dialect: endpoint.dialect,
    space: endpoint.space,
    examples: [],
    cannot: [],
    languages: [],
    classes: [],
    forms: formsOf(endpoint.dialect),
    sizeBytes: 0,
    state: problem === null ? 'ready' : 'broken',
    problem:
      problem === null ? null : { code: problem.code, message: problem.message, nextStep: problem.nextStep ?? '' },
    endpoint: { hosts: hostsOf(endpoint), isAllowed: problem === null }
  }
}

/** Answers that may be different a little later. */
const mayPass = (error: unknown): boolean =>
  error instanceof ServerRefusal
    ? error.status === 429 || error.status >= 500
    : error instanceof AppError && (error.code === 'endpoint/unreachable' || error.code === 'endpoint/timeout')

/** It took the question and went silent: asking it again has it work on both, and the person wait as long once more. */
const isStalled = (error: unknown): boolean => error instanceof AppError && error.code === 'endpoint/timeout'

const saysNoLogProbs = (error: unknown): boolean =>
  error instanceof ServerRefusal && (error.status === 400 || error.status === 422) && /logprob/i.test(error.message)

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason as Error)
    const timer = setTimeout(resolve, ms)
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer)
        reject(signal.reason as Error)
      },
      { once: true }
    )
  })
}

interface Wanted {
  readonly maxNewTokens: number
  readonly form?: AnswerForm
  readonly settings?: DialectSettings
}

/** Other tokens that are asked for at each place, most first: servers have limits of their own, or tell nothing. */
const OTHER_TOKENS: readonly (number | null)[] = [20, 5, 0, null]

const takenBack = (): AppError => new AppError('inference/cancelled', 'The question was taken back.')

export function createEndpointService(options: EndpointServiceOptions): EndpointService {
  const { list, media, limits, firstPauseMs = 500 } = options
  const environment = options.environment ?? process.env
  const pools = new Map<string, { readonly rules: string; readonly pool: ServerPool }>()
  /** How much of probabilities servers were seen to refuse to tell, as a place in `OTHER_TOKENS`. */
  const refusedLogProbs = new Map<string, number>()
  const kinds = new Map<string, Promise<ServerKind>>()
  const running = new Map<string, AbortController>()

  function poolOf(endpoint: Endpoint): ServerPool {
    const { id, baseUrls, atOnce, requestsPerMinute } = endpoint
    const rules = JSON.stringify([baseUrls, atOnce, requestsPerMinute])
    const known = pools.get(id)
    if (known?.rules === rules) return known.pool
    const pool = new ServerPool(baseUrls, { atOnce, requestsPerMinute, firstBreakMs: firstPauseMs * 2 })
    pools.set(id, { rules, pool })
    return pool
  }

  async function find(modelId: string): Promise<Endpoint> {
    const endpoint = (await list()).find(({ id }) => id === modelId)
    if (endpoint !== undefined) return endpoint
    throw new AppError('endpoint/unknown', `There is no server ${modelId}.`, {
      nextStep: 'See eyrie endpoints list.',
      data: { modelId }
    })
  }

  function keyOf({ keyVariable, name }: Endpoint): string | null {
    if (keyVariable === null) return null
    const key = environment[keyVariable]
    if (key !== undefined && /^[\x21-\x7e]+$/.test(key)) return key
    throw new AppError(
      'endpoint/no-key',
      `${name} needs a key, and ${keyVariable} ${key === undefined ? 'is not set' : 'holds none'}.`,
      {
        nextStep: `Set the environment variable ${keyVariable} and start the app again.`,
        data: { variable: keyVariable }
      }
    )
  }

  async function askWithRetries(
    endpoint: Endpoint,
    messages: readonly AskMessage[],
    picture: Uint8Array | null,
    { maxNewTokens, form, settings }: Wanted,
    signal: AbortSignal,
    observer: AskObserver
  ): Promise<AskAnswer> {
    const pool = poolOf(endpoint)
    const key = keyOf(endpoint)
    let avoid: string | null = null
    for (let tried = 1; ; tried++) {
      observer.phase?.('queued')
      const lease = await pool.lease(signal, avoid)
      const told = refusedLogProbs.get(lease.url) ?? 0
      const otherTokens = OTHER_TOKENS[told] ?? null
      try {
        const held = form === undefined ? null : await heldBy(endpoint, lease.url, form, settings)
        const common = { endpoint, baseUrl: lease.url, messages, picture, key, signal }
        const question = { ...common, maxNewTokens, otherTokens, held }
        const answer = await askServer({ ...question, ...(limits === undefined ? {} : { limits }) }, observer)
        lease.release({ failedForMs: null })
        return answer
      } catch (error) {
        if (signal.aborted) {
          lease.release({ failedForMs: null })
          throw takenBack()
        }
        if (otherTokens !== null && saysNoLogProbs(error)) {
          refusedLogProbs.set(lease.url, told + 1)
          lease.release({ failedForMs: null })
          continue
        }
        const asked = error instanceof ServerRefusal ? (error.retryAfterMs ?? 0) : 0
        lease.release({ failedForMs: mayPass(error) ? asked : null })
        if (!mayPass(error) || tried >= MOST_TRIES || asked > LONGEST_RETRY_AFTER_MS) throw error
        if (isStalled(error) && tried >= endpoint.baseUrls.length) throw error
        avoid = lease.url
        // With another server to go to there is nothing to wait for.
        const isAlone = pool.state().every(({ awayMs }) => awayMs > 0)
        if (isAlone) await pause(Math.max(asked, firstPauseMs * 2 ** (tried - 1)), signal)
      }
    }
  }

  /** Runs `work` so that it can be taken back by its id. */
  async function cancellable<T>(
    id: string | null,
    outer: AbortSignal | undefined,
    work: (signal: AbortSignal) => Promise<T>
  ): Promise<T> {
    const controller = new AbortController()
    const end = (): void => controller.abort(takenBack())
    if (outer?.aborted === true) end()
    outer?.addEventListener('abort', end, { once: true })
    if (id !== null) running.set(id, controller)
    try {
      return await work(controller.signal)
    } finally {
      outer?.removeEventListener('abort', end)
      if (id !== null) running.delete(id)
    }
  }

  async function allowed(modelId: string): Promise<Endpoint> {
    const endpoint = await find(modelId)
    if (!isAllowed(endpoint)) throw notAllowed(endpoint)
    return endpoint
  }

  /** What kind of server answers at `baseUrl`; asked once, again only where it could not be asked. */
  function kindAt(endpoint: Endpoint, baseUrl: string): Promise<ServerKind> {
    const known = kinds.get(baseUrl)
    if (known !== undefined) return known
    const asked = requestOver({
      url: `${baseUrl.replace(/\/+$/, '')}/models`,
      method: 'GET',
      headers: headersFor(keyOf(endpoint)),
      limits: { ...limits, totalMs: 15_000 }
    }).then(async (answer) => {
      const listed = answer.status === 200 ? modelList(await textOf(answer, LONGEST_LIST)) : null
      return serverKind((listed ?? []).map(({ owner }) => owner))
    })
    kinds.set(baseUrl, asked)
    asked.catch(() => kinds.delete(baseUrl))
    return asked
  }

  async function heldBy(
    endpoint: Endpoint,
    baseUrl: string,
    form: AnswerForm,
    settings?: DialectSettings
  ): Promise<Held> {
    const dialect = findDialect(endpoint.dialect)
    if (dialect === null) {
      throw new AppError('dialect/unknown', `There is no dialect ${endpoint.dialect}.`, {
        nextStep: 'Give the server one of eyrie dialect list.',
        data: { dialect: endpoint.dialect }
      })
    }
    const { host } = new URL(baseUrl)
    return holdTo(form, await kindAt(endpoint, baseUrl), { host, dialect, ...(settings && { settings }) })
  }

  async function checkOne(endpoint: Endpoint, baseUrl: string): Promise<ServerCheck> {
    const { host } = new URL(baseUrl)
    const none = { url: baseUrl, works: false, models: [] }
    if (!endpoint.allowedHosts.includes(host)) return { ...none, detail: `Sending to ${host} is not allowed yet.` }
    try {
      const url = `${baseUrl.replace(/\/+$/, '')}/models`
      const answer = await requestOver({
        url,
        method: 'GET',
        headers: headersFor(keyOf(endpoint)),
        limits: { ...limits, totalMs: 15_000 }
      })
      if (answer.status !== 200) throw await refusalOf(host, answer)
      const listed = modelList(await textOf(answer, LONGEST_LIST))
      const models = listed?.map(({ id }) => id) ?? null
      if (models === null) return { ...none, detail: `${host} answers, but not with a list of models.` }
      const isThere = models.length === 0 || models.includes(endpoint.model)
      const detail = isThere ? `${host} answers.` : `${host} answers, and has no model ${endpoint.model}.`
      return { url: baseUrl, works: isThere, detail, models }
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      return { ...none, detail: error.message }
    }
  }

  return {
    models: async () => (await list()).map(summaryOf),
    has: async (modelId) => (await list()).some(({ id }) => id === modelId),
    ask: (request, observer = {}) =>
      cancellable(request.requestId, undefined, async (signal) => {
        const endpoint = await allowed(request.modelId)
        observer.phase?.('reading-image')
        const picture = await media.forSending(request.imagePath)
        const { maxNewTokens = endpoint.maxNewTokens, form, settings } = request
        const wanted = { maxNewTokens, ...(form && { form }), ...(settings && { settings }) }
        return askWithRetries(endpoint, request.messages, picture, wanted, signal, observer)
      }),
    complete: (modelId, messages, outer) =>
      cancellable(null, outer, async (signal) => {
        const endpoint = await allowed(modelId)
        return askWithRetries(endpoint, messages, null, { maxNewTokens: endpoint.maxNewTokens }, signal, {})
      }),
    cancel(requestId) {
      const controller = running.get(requestId)
      controller?.abort(takenBack())
      return controller !== undefined
    },
    async check(modelId) {
      const endpoint = await find(modelId)
      return Promise.all(endpoint.baseUrls.map((url) => checkOne(endpoint, url)))
    },
    close() {
      for (const controller of running.values()) controller.abort(takenBack())
    }
  }
}

/** null: it is no list of models. */
function modelList(body: string): readonly { readonly id: string; readonly owner: string }[] | null {
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch {
    // Said by the caller as what it is: no list.
    return null
  }
  const data = typeof value === 'object' && value !== null ? (value as { data?: unknown }).data : undefined
  if (!Array.isArray(data)) return null
  return data.flatMap((entry: unknown) => {
    const { id, owned_by: owner } = (typeof entry === 'object' && entry !== null ? entry : {}) as {
      id?: unknown
      owned_by?: unknown
    }
    return typeof id === 'string' ? [{ id, owner: typeof owner === 'string' ? owner : '' }] : []
  })
}
