/** @file What it means that the host went without an answer: a provider that failed, or something to tell a person. */
import { AppError } from '../../../src-shared/errors'
import type { AskJob } from './ask-job'
import type { HostGone } from './host-owner'
import type { ProviderName } from '../runtime'

export const wayItWent = ({ signal, code }: HostGone): string => signal ?? `exit code ${code}`

/** The provider it went on, or the first one it was to try. */
export const lastProvider = (job: AskJob, providers: readonly ProviderName[]): string =>
  job.provider ?? providers[0] ?? 'cpu'

/** A driver that takes the process with it, or never comes back, is a provider that failed (B10). null: it was something else. */
export function failedProvider(job: AskJob, gone: HostGone, providers: readonly ProviderName[]): string | null {
  const provider = lastProvider(job, providers)
  if (gone.why === 'ended' || provider === 'cpu') return null
  const how = gone.why === 'silence' ? 'it gave no sign of life' : `it ended the model's process (${wayItWent(gone)})`
  return `${provider} was given up: ${how}`
}

/** `silenceMs`: the longest that was allowed. */
export function goneError({ request, tokens }: AskJob, gone: HostGone, silenceMs: number): AppError {
  const data = { modelId: request.modelId, tokens, signal: gone.signal, exitCode: gone.code }
  if (gone.why === 'silence') {
    const seconds = Math.round(silenceMs / 100) / 10
    return new AppError('inference/timeout', `The model gave no sign of life for ${seconds} s and was ended.`, {
      nextStep: 'Ask again; if it stays, use a smaller model or image, or raise EYRIE_TIMEOUT_MS.',
      data
    })
  }
  const how = gone.why === 'nonsense' ? 'sent something that is no answer' : `ended unexpectedly (${wayItWent(gone)})`
  return new AppError('inference/crashed', `The model's process ${how}; labels and other images are not affected.`, {
    nextStep: 'Ask again: the model starts anew. If it happens again, choose another model or provider.',
    data
  })
}
