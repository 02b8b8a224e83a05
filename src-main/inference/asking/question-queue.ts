/**
 * @file The questions that were asked, in their order, and the one turn that all work of the host takes. A question is
 * here from asking until it is settled; work runs one after the other, and what fails costs nobody else their turn.
 */
import { AppError } from '../../../src-shared/errors'
import type { AskObserver, AskRequest } from '../../core/ports'
import { AskJob } from './ask-job'
import { MOST_TOGETHER } from '../protocol'

/** Forms and places of its own are told for one question at a time. */
const isPlain = ({ nBest = 1, mask }: AskRequest): boolean => nBest === 1 && mask === undefined
/** Equal for questions that one look at one picture answers. */
const lookOf = ({ modelId, imagePath, providers = [] }: AskRequest): string =>
  JSON.stringify([modelId, imagePath, providers])

export class QuestionQueue {
  readonly #jobs = new Map<string, AskJob>()
  #turn: Promise<unknown> = Promise.resolve()

  /** Throws `inference/duplicate-request`: an id is one question's until that is settled. */
  add(request: AskRequest, observer: AskObserver): AskJob {
    const { requestId } = request
    if (this.#jobs.has(requestId)) {
      throw new AppError('inference/duplicate-request', `A question with the id ${requestId} is running already.`, {
        nextStep: 'Wait for its answer or cancel it.',
        data: { requestId }
      })
    }
    const job = new AskJob(request, observer)
    this.#jobs.set(requestId, job)
    return job
  }

  /** It was settled. */
  remove({ request }: AskJob): void {
    this.#jobs.delete(request.requestId)
  }

  find(requestId: string): AskJob | null {
    return this.#jobs.get(requestId) ?? null
  }

  /** Those that the host has not begun with. */
  waiting(): readonly AskJob[] {
    return [...this.#jobs.values()].filter(({ hostId }) => hostId === null)
  }

  /** Those right behind `job` that can be answered with it: the order of answers stays. */
  beside(job: AskJob, mayBeAsked: (request: AskRequest) => boolean): readonly AskJob[] {
    if (job.isAlone || !isPlain(job.request)) return []
    const beside: AskJob[] = []
    let isBehind = false
    for (const other of this.#jobs.values()) {
      if (other === job) isBehind = true
      else if (isBehind && !other.isSettled) {
        const { request } = other
        const fits = isPlain(request) && lookOf(request) === lookOf(job.request) && !other.isAlone
        if (!fits || !mayBeAsked(request) || beside.length === MOST_TOGETHER - 1) break
        beside.push(other)
      }
    }
    return beside
  }

  /** Runs after everything that was given before it; a failure is its own. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work)
    this.#turn = result.catch(() => undefined)
    return result
  }

  /** Resolves when nothing runs or waits that was given until now. */
  async idle(): Promise<void> {
    await this.#turn
  }
}
