/**
 * @file Turns by a language model, as a window builds them: what it would be sent, a few answers to look at, all of
 * them to be written. Answers are kept while a project is open, so that nothing is asked, or paid for, twice.
 */
import type { AskedReport, ContextExample, PreviewDialogue } from '../../src-shared/builders/report'
import { CONTEXT_KINDS } from '../../src-shared/builders/context/request'
import type { ContextRequest } from '../../src-shared/builders/context/request'
import type { Dialect } from '../../src-shared/dialects/dialect'
import { AppError } from '../../src-shared/errors'
import type { BuildRecipeInfo, BuildRequest } from '../../src-shared/ipc/contract'
import { askAll, contextRequests, drawImages, modelBuilder } from './build-contexts'
import type { Asked, ContextOptions, ModelAnswer } from './build-contexts'
import { previewBuild } from './builds'
import type { Builder } from './builds'
import type { EndpointRoom, ProjectStore } from './ports'

/** Its recipe: images as captions, labels and boxes. */
export const CONTEXT_RECIPE = 'llava'

export const CONTEXT_RECIPE_INFO: BuildRecipeInfo = {
  id: CONTEXT_RECIPE,
  says: 'Conversations, descriptions and reasoning by a language model that is told captions, labels and boxes, and no image; what the boxes contradict is left out.',
  by: 'model',
  weights: Object.fromEntries(CONTEXT_KINDS.map((kind) => [kind, 1]))
}

/** A million characters are some thousand answers; the oldest are forgotten first. */
const MOST_KEPT_CHARACTERS = 50_000_000

/** Answers of servers by server and request. */
class KeptAnswers {
  readonly #answers = new Map<string, string>()
  #characters = 0

  find(endpoint: string, { id }: ContextRequest): string | null {
    return this.#answers.get(`${endpoint} ${id}`) ?? null
  }
  keep(endpoint: string, { id }: ContextRequest, text: string): void {
    this.#answers.set(`${endpoint} ${id}`, text)
    this.#characters += text.length
    for (const [oldest, words] of this.#answers) {
      if (this.#characters <= MOST_KEPT_CHARACTERS) return
      this.#answers.delete(oldest)
      this.#characters -= words.length
    }
  }
}

type Store = Pick<ProjectStore, 'documents' | 'listLabels'>

export interface ModelBuildWatch {
  readonly signal: AbortSignal
  /** Requests that were answered, of how many. */
  readonly onProgress: (done: number, total: number) => void
}

/** What was asked, and what becomes of it once `build` has gone over all images. */
export interface AskedModel {
  readonly build: Builder
  /** Only the images that were asked about. */
  readonly store: Store
  /** How many they are. */
  readonly images: number
  report(): AskedReport
}

function optionsOf({ language, includeProposals, without }: BuildRequest): ContextOptions {
  const kinds = CONTEXT_KINDS.filter((kind) => !without.includes(kind))
  if (kinds.length > 0) return { language, includeProposals, kinds }
  throw new AppError('build/no-tasks', 'No task is left to be made.', { nextStep: 'Choose at least one task.' })
}

async function drawn(store: Store, request: BuildRequest, signal?: AbortSignal): Promise<ContextOptions> {
  const options = optionsOf(request)
  const most = request.model?.mostImages ?? null
  if (most === null) return options
  const lot = { seed: request.seed, most, ...(signal === undefined ? {} : { signal }) }
  return { ...options, images: await drawImages(store, options, lot) }
}

const onlyOf = (store: Store, ids: ReadonlySet<string>): Store => ({
  listLabels: () => store.listLabels(),
  async *documents(which) {
    for await (const document of store.documents(which)) if (ids.has(document.image.id)) yield document
  }
})

function failures(failed: Asked['failed']): AskedReport['failed'] {
  const counts = new Map<string, { readonly code: string; readonly reason: string; count: number }>()
  for (const { code, reason } of failed) {
    const known = counts.get(`${code} ${reason}`) ?? { code, reason, count: 0 }
    counts.set(`${code} ${reason}`, known)
    known.count++
  }
  return [...counts.values()]
}

export class ModelBuilds {
  readonly #endpoints: Pick<EndpointRoom, 'complete'>
  readonly #kept = new KeptAnswers()

  constructor(endpoints: Pick<EndpointRoom, 'complete'>) {
    this.#endpoints = endpoints
  }

  /** Nothing is sent. */
  async contexts(
    store: Store,
    request: BuildRequest,
    limit: number
  ): Promise<{ readonly requests: number; readonly images: number; readonly examples: readonly ContextExample[] }> {
    const examples: ContextExample[] = []
    const images = new Set<string>()
    let requests = 0
    for await (const { imageId, image, kind, system, user } of contextRequests(store, await drawn(store, request))) {
      requests++
      images.add(imageId)
      if (examples.length < limit) examples.push({ image, task: kind, system, user })
    }
    return { requests, images: images.size, examples }
  }

  /** `limit` requests, or all. Rejects with `build/cancelled`, `build/no-endpoint`, `endpoint/…`. */
  async ask(
    store: Store,
    request: BuildRequest,
    limit: number | null,
    { signal, onProgress }: ModelBuildWatch
  ): Promise<AskedModel> {
    const endpoint = request.model?.endpoint
    if (endpoint === undefined)
      throw new AppError('build/no-endpoint', 'No model server was chosen.', { nextStep: 'Choose one, or add one.' })
    const options = await drawn(store, request, signal)
    const requests: ContextRequest[] = []
    for await (const one of contextRequests(store, options)) {
      signal.throwIfAborted()
      requests.push(one)
      if (requests.length === limit) break
    }
    let [known, done] = [0, 0]
    const answerTo = async (one: ContextRequest): Promise<string> => {
      const kept = this.#kept.find(endpoint, one)
      if (kept !== null) {
        known++
        return kept
      }
      const messages = [{ role: 'user' as const, text: `${one.system}\n\n${one.user}` }]
      const { text } = await this.#endpoints.complete(endpoint, messages, signal)
      this.#kept.keep(endpoint, one, text)
      return text
    }
    const each = async (one: ContextRequest): Promise<string> => {
      try {
        return await answerTo(one)
      } finally {
        onProgress(++done, requests.length)
      }
    }
    onProgress(0, requests.length)
    const asked = await askAll(listed(requests), each, { model: endpoint, signal })
    return this.#become(store, options, requests, asked, () => known)
  }

  #become(
    store: Store,
    options: ContextOptions,
    requests: readonly ContextRequest[],
    { answers, failed }: Asked,
    known: () => number
  ): AskedModel {
    const { build, report } = modelBuilder(answers as ReadonlyMap<string, ModelAnswer>, options)
    const ids = new Set(requests.map(({ imageId }) => imageId))
    return {
      build,
      store: onlyOf(store, ids),
      images: ids.size,
      report() {
        const { used, problems } = report()
        return {
          requests: requests.length,
          known: known(),
          answered: answers.size,
          used,
          failed: failures(failed),
          problems
        }
      }
    }
  }

  async preview(
    store: Store,
    request: BuildRequest,
    dialect: Dialect,
    limit: number,
    watch: ModelBuildWatch
  ): Promise<{ readonly dialogues: readonly PreviewDialogue[]; readonly asked: AskedReport }> {
    const asked = await this.ask(store, request, limit, watch)
    const dialogues = await previewBuild(asked.store, asked.build, dialect, limit)
    return { dialogues, asked: asked.report() }
  }
}

async function* listed<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items
}
