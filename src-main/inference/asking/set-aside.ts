/** @file Questions that ended the host twice are not asked again (B8): a batch goes on without them. */
import { createHash } from 'node:crypto'
import { AppError } from '../../../src-shared/errors'
import type { AskRequest } from '../../core/ports'

const KILLS_BEFORE_SET_ASIDE = 2
const MOST_KEPT = 1_000

const keyOf = ({ modelId, imagePath, messages }: AskRequest): string =>
  createHash('sha256')
    .update(JSON.stringify([modelId, imagePath, messages]))
    .digest('hex')

export interface SetAside {
  /** Throws `inference/set-aside`. */
  check(request: AskRequest): void
  has(request: AskRequest): boolean
  killed(request: AskRequest, reason: string): void
  answered(request: AskRequest): void
}

export function createSetAside(): SetAside {
  const kills = new Map<string, { count: number; reason: string }>()
  const deadly = (request: AskRequest) => {
    const kill = kills.get(keyOf(request))
    return kill === undefined || kill.count < KILLS_BEFORE_SET_ASIDE ? null : kill
  }
  return {
    has: (request) => deadly(request) !== null,
    check(request) {
      const kill = deadly(request)
      if (kill === null) return
      throw new AppError(
        'inference/set-aside',
        `This question ended the model's process ${kill.count} times (${kill.reason}) and is set aside.`,
        {
          nextStep: 'Change the question, choose another model, or restart the app to try it again.',
          data: { modelId: request.modelId, times: kill.count }
        }
      )
    },
    killed(request, reason) {
      const key = keyOf(request)
      kills.set(key, { count: (kills.get(key)?.count ?? 0) + 1, reason })
      const [oldest] = kills.keys()
      if (kills.size > MOST_KEPT && oldest !== undefined) kills.delete(oldest)
    },
    answered: (request) => void kills.delete(keyOf(request))
  }
}
