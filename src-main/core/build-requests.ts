/** @file New training turns as a window asks for them: shown first, then written, told step by step, to be cancelled. */
import { RECIPES, needRecipe, withWeights } from '../../src-shared/builders/recipe'
import type { Recipe } from '../../src-shared/builders/recipe'
import { AppError } from '../../src-shared/errors'
import type { BuildRecipeInfo, BuildRequest, Params, Result } from '../../src-shared/ipc/contract'
import { previewBuild, ruleBuilder, writeBuild } from './builds'
import type { Builder } from './builds'
import { needDialect } from './models'
import type { Emit } from './ports'
import type { Sessions } from './session'
import { loadTaggers } from './taggers'

export interface BuildRequests {
  recipes(): readonly BuildRecipeInfo[]
  preview(params: Params<'build.preview'>): Promise<Result<'build.preview'>>
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

export function createBuildRequests(options: {
  readonly sessions: Sessions
  readonly emit: Emit
  readonly now: () => number
}): BuildRequests {
  const { sessions, emit, now } = options
  let running: { readonly requestId: string; readonly controller: AbortController; ended: Promise<unknown> } | null =
    null

  async function work(
    { requestId, request }: Params<'build.write'>,
    signal: AbortSignal
  ): Promise<Result<'build.write'>> {
    const session = sessions.need()
    const { store } = session
    const build = await builderOf(request)
    const { total } = await store.listImages({ filter: 'all', offset: 0, limit: 1 })
    let toldMs = -Infinity
    const onProgress = (done: number): void => {
      const nowMs = performance.now()
      if (nowMs - toldMs < TOLD_EVERY_MS) return
      toldMs = nowMs
      emit('build.progress', { requestId, done, total })
    }
    const told = {
      documents: (which: 'annotated' | 'all') => store.documents(which),
      listLabels: () => store.listLabels(),
      // Windows hear of each step as of any other edit.
      apply: (transaction: Parameters<typeof store.apply>[0]) => sessions.apply(session, transaction)
    }
    const result = await writeBuild(told, build, now(), { signal, onProgress })
    if (result.steps > 0 && !session.closed) emit('project.changed', { project: await sessions.info(session) })
    return result
  }

  return {
    recipes: () => RECIPES.map(({ id, says, weights }) => ({ id, says, weights })),
    async preview({ request, dialect, limit }) {
      const { store } = sessions.need()
      return previewBuild(store, await builderOf(request), needDialect(dialect), limit)
    },
    async write(params) {
      if (running !== null)
        throw new AppError('build/running', 'Turns are being built already.', { nextStep: 'Wait until that is done.' })
      const controller = new AbortController()
      const result = work(params, controller.signal)
      running = { requestId: params.requestId, controller, ended: result.catch(() => undefined) }
      return result.finally(() => {
        running = null
      })
    },
    cancel(requestId) {
      if (running?.requestId !== requestId) return false
      running.controller.abort()
      return true
    },
    async stop() {
      if (running === null) return
      running.controller.abort()
      await running.ended
    }
  }
}
