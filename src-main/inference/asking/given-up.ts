/**
 * @file Providers that failed while a model ran on them: a batch falls back once, not at every question (B10). They are
 * tried again after the next start of the app.
 */
import type { ProviderName } from '../runtime'

export interface GivenUp {
  add(modelKey: string, provider: string | null): void
  /** Sentences of a host; those about a provider that was added are kept and said with every answer that goes without it. */
  note(modelKey: string, notes: readonly string[]): void
  /** What is left to try, the CPU at least, and why the others are not. */
  without(
    modelKey: string,
    providers: readonly ProviderName[]
  ): { readonly providers: readonly ProviderName[]; readonly notes: readonly string[] }
}

export function createGivenUp(): GivenUp {
  /** By model and provider; empty: it failed, and why is not known yet. */
  const failed = new Map<string, string>()
  const keyOf = (modelKey: string, provider: string): string => `${provider} ${modelKey}`
  return {
    add(modelKey, provider) {
      if (provider === null || provider === 'cpu' || failed.has(keyOf(modelKey, provider))) return
      failed.set(keyOf(modelKey, provider), '')
    },
    note(modelKey, notes) {
      for (const note of notes) {
        const [provider = ''] = note.split(' ')
        if (failed.get(keyOf(modelKey, provider)) === '') failed.set(keyOf(modelKey, provider), note)
      }
    },
    without(modelKey, providers) {
      const left = providers.filter((provider) => !failed.has(keyOf(modelKey, provider)))
      const notes = providers.flatMap((provider) => failed.get(keyOf(modelKey, provider)) || [])
      return { providers: left.length === 0 ? ['cpu'] : left, notes }
    }
  }
}
