/** @file New training turns as a window asks for them: shown first, then written, told step by step, to be cancelled. */
import { RECIPES, needRecipe, withWeights } from '../../src-shared/builders/recipe'
import type { Recipe } from '../../src-shared/builders/recipe'
import { AppError } from '../../src-shared/errors'
import type { BuildRecipeInfo, BuildRequest, Events, Params, Result } from '../../src-shared/ipc/contract'
import { previewBuild, ruleBuilder, writeBuild } from './builds'
import type { Builder } from './builds'
import { CONTEXT_RECIPE, CONTEXT_RECIPE_INFO, ModelBuilds } from './model-builds'
import type { AskedModel } from './model-builds'
import { needDialect } from './models'
import type { EndpointRoom, Emit } from './ports'
import { whenSeen } from './session'
import type { Session, Sessions } from './session'
import { loadTaggers } from './taggers'

export interface BuildRequests {
  recipes(): readonly BuildRecipeInfo[]
  preview(params: Params<'build.preview'>): Promise<Result<'build.preview'>>
  contexts(params: Params<'build.contexts'>): Promise<Result<'build.contexts'>>
  ask(params: Params<'build.ask'>): Promise<Result<'build.ask'>>
  write(params: Params<'build.write'>): Promise<Result<'build.write'>>
  cancel(requestId: string): boolean
  /** Ends what is going on and waits for it: a project is closed. */
  stop(): Promise<void>
}

const TOLD_EVERY_MS = 150

/** The libraries that know words take a moment to load; most recipes need none. */
const needsTagger = ({ weights }: Recipe): boolean =>
  (weights['chunked-caption'] ?? 0) > 0 || (weights['caption-expressions'] ?? 0) > 0

async function builderOf(request: BuildRequest): Promise<Builder> {
  const { recipe: id, without, seed, perImage, language, includeProposals, usesPoints } = request
  const recipe = withWeights(
    needRecipe(id),
    without.map((task) => `${task}=0`)
  )
  if (Object.values(recipe.weights).every((weight) => weight === 0))
    throw new AppError('build/no-tasks', 'No task is left to be made.', { nextStep: 'Choose at least one task.' })
  const taggers = needsTagger(recipe) ? { taggers: await loadTaggers() } : {}
  return ruleBuilder({ recipe, seed, perImage, language, includeProposals, usesPoints, ...taggers })
}

const cancelled = (): AppError =>
  new AppError('build/cancelled', 'The build was cancelled.', {
    nextStep: 'Nothing was written; answers that came are kept while the project is open.',
    data: { steps: 0 }
  })

export function createBuildRequests(options: {
  readonly sessions: Sessions
  readonly endpoints: Pick<EndpointRoom, 'complete'>
  readonly emit: Emit
  readonly now: () => number
}): BuildRequests {
  const { sessions, endpoints, emit, now } = options
  const models = new WeakMap<Session, ModelBuilds>()
  let running: { readonly requestId: string; readonly controller: AbortController; ended: Promise<unknown> } | null =
    null

  function modelsOf(session: Session): ModelBuilds {
    const known = models.get(session) ?? new ModelBuilds(endpoints)
    models.set(session, known)
    return known
  }

  /** Tells how far a build is, not too often, and the last step of a phase always. */
  function teller(requestId: string) {
    let toldMs = -Infinity
    return (phase: Events['build.progress']['phase'], done: number, total: number): void => {
      const nowMs = performance.now()
      if (done < total && nowMs - toldMs < TOLD_EVERY_MS) return
      toldMs = nowMs
      emit('build.progress', { requestId, phase, done, total })
    }
  }

  async function work(
    { requestId, request }: Params<'build.write'>,
    signal: AbortSignal
  ): Promise<Result<'build.write'>> {
    const session = sessions.need()
    const { store } = session
    const tell = teller(requestId)
    let asked: AskedModel | null = null
    if (request.recipe === CONTEXT_RECIPE) {
      const onProgress = (done: number, of: number): void => tell('asking', done, of)
      asked = await modelsOf(session).ask(store, request, null, { signal, onProgress })
    }
    const build = asked?.build ?? (await builderOf(request))
    const source = asked?.store ?? store
    const total = asked?.images ?? (await store.listImages({ filter: 'all', offset: 0, limit: 1 })).total
    const told = {
      documents: (which: 'annotated' | 'all') => source.documents(which),
      listLabels: () => store.listLabels(),
      // Windows hear of each step as of any other edit.
      apply: (transaction: Parameters<typeof store.apply>[0]) => sessions.apply(session, transaction)
    }
    const onProgress = (done: number): void => tell('building', done, total)
    const result = await writeBuild(told, build, now(), { signal, onProgress })
    if (result.steps > 0 && !session.closed) emit('project.changed', { project: await sessions.info(session) })
    return { ...result, asked: asked?.report() ?? null }
  }

  /** One at a time, to be cancelled by its id. */
  async function alone<T>(requestId: string, start: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if (running !== null)
      throw new AppError('build/running', 'Turns are being built already.', { nextStep: 'Wait until that is done.' })
    const controller = new AbortController()
    const result = whenSeen(sessions.need(), controller.signal).then(() => start(controller.signal))
    running = { requestId, controller, ended: result.catch(() => undefined) }
    return result.finally(() => {
      running = null
    })
  }

  return {
    recipes: () => [
      ...RECIPES.map(({ id, says, weights }) => ({ id, says, by: 'rule' as const, weights })),
      CONTEXT_RECIPE_INFO
    ],
    async preview({ request, dialect, limit }) {
      const { store } = sessions.need()
      return previewBuild(store, await builderOf(request), needDialect(dialect), limit)
    },
    async contexts({ request, limit }) {
      const session = sessions.need()
      return modelsOf(session).contexts(session.store, request, limit)
    },
    ask: ({ requestId, request, dialect, limit }) =>
      alone(requestId, async (signal) => {
        const session = sessions.need()
        const tell = teller(requestId)
        const onProgress = (done: number, total: number): void => tell('asking', done, total)
        return modelsOf(session).preview(session.store, request, needDialect(dialect), limit, { signal, onProgress })
      }),
    write: (params) => alone(params.requestId, (signal) => work(params, signal)),
    cancel(requestId) {
      if (running?.requestId !== requestId) return false
      running.controller.abort(cancelled())
      return true
    },
    async stop() {
      if (running === null) return
      running.controller.abort(cancelled())
      await running.ended
    }
  }
}
