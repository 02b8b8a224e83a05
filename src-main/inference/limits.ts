/** @file Limits of the inference service, and the environment variables that change them. */
import { AppError } from '../../src-shared/errors'
import { DEFAULT_STOP_LIMITS } from './decode/stop-rules'
import type { StopLimits } from './decode/stop-rules'
import { PROVIDER_NAMES, defaultThreads } from './runtime'
import type { ProviderName } from './runtime'

export interface InferenceLimits {
  /** The host is ended after this long without a sign of life (B9). Loading a large model gets more, by its size. */
  readonly silenceMs: number
  /** The same for a host that was just started and has said nothing yet: nothing of the model runs in it. */
  readonly startMs: number
  /** A cancelled answer that has not ended by itself after this is ended with its process. */
  readonly cancelGraceMs: number
  /** Longest time one provider may take to be probed. */
  readonly probeMs: number
  readonly prefixCacheBytes: number
  /** Of features of pictures on disk; 0: none are kept there. */
  readonly featureCacheBytes: number
  readonly threads: number
  /** Tried first, whatever the probe says; empty: the probe decides. */
  readonly providers: readonly ProviderName[]
  readonly stop: StopLimits
}

const DEFAULT_SILENCE_MS = 30_000

type Environment = Readonly<Record<string, string | undefined>>

function wholeNumber(environment: Environment, name: string, fallback: number): number {
  const text = environment[name]
  if (text === undefined || text === '') return fallback
  if (!/^[1-9]\d{0,11}$/.test(text)) {
    throw new AppError('inference/bad-setting', `${name} is "${text}"; a whole number above 0 was expected.`, {
      nextStep: `Correct or remove the environment variable ${name}.`,
      data: { name }
    })
  }
  return Number(text)
}

export const isProviderName = (name: string): name is ProviderName =>
  (PROVIDER_NAMES as readonly string[]).includes(name)

/** Throws `inference/unknown-provider`. */
export function providerNames(names: readonly string[]): readonly ProviderName[] {
  const wrong = names.find((name) => !isProviderName(name))
  if (wrong !== undefined) {
    throw new AppError('inference/unknown-provider', `There is no execution provider "${wrong}".`, {
      nextStep: `Choose of ${PROVIDER_NAMES.join(', ')}.`,
      data: { provider: wrong }
    })
  }
  return names.filter(isProviderName)
}

/**
 * `EYRIE_TIMEOUT_MS` (silence), `EYRIE_MAX_ANSWER_MS`, `EYRIE_MAX_NEW_TOKENS`, `EYRIE_THREADS`,
 * `EYRIE_PREFIX_CACHE_MB`, `EYRIE_FEATURE_CACHE_MB` (on disk; 0 switches it off), `EYRIE_PROVIDERS` (comma separated). Throws `inference/bad-setting`.
 */
export function limitsFromEnvironment(environment: Environment = process.env): InferenceLimits {
  const providers = (environment['EYRIE_PROVIDERS'] ?? '').split(',').map((name) => name.trim())
  return {
    silenceMs: wholeNumber(environment, 'EYRIE_TIMEOUT_MS', DEFAULT_SILENCE_MS),
    startMs: Math.max(DEFAULT_SILENCE_MS, wholeNumber(environment, 'EYRIE_TIMEOUT_MS', DEFAULT_SILENCE_MS)),
    cancelGraceMs: 700,
    probeMs: 20_000,
    prefixCacheBytes: wholeNumber(environment, 'EYRIE_PREFIX_CACHE_MB', 256) * 1_000_000,
    featureCacheBytes:
      environment['EYRIE_FEATURE_CACHE_MB'] === '0'
        ? 0
        : wholeNumber(environment, 'EYRIE_FEATURE_CACHE_MB', 500) * 1_000_000,
    threads: wholeNumber(environment, 'EYRIE_THREADS', defaultThreads()),
    providers: providerNames(providers.filter((name) => name !== '')),
    stop: {
      ...DEFAULT_STOP_LIMITS,
      maxNewTokens: wholeNumber(environment, 'EYRIE_MAX_NEW_TOKENS', DEFAULT_STOP_LIMITS.maxNewTokens),
      maxAnswerMs: wholeNumber(environment, 'EYRIE_MAX_ANSWER_MS', DEFAULT_STOP_LIMITS.maxAnswerMs)
    }
  }
}
