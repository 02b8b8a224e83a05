/**
 * @file Whether an export may stand: every difference between what went out and what came back must have been said by
 * the writer, as something skipped or as a loss. One that was not is a silent drop.
 */
import type { ExportSummary } from '../format'
import type { RoundTrip } from './differences'

/** Never said by any loss: a wrong class, a wrong picture, a wrong mark of a person. */
const NEVER = ['class-order', 'label', 'image-extra', 'size', 'done', 'state', 'confidence']
const NOT_REGIONS = /^(image|dialogue|caption|turn|question|answer|relation|phrase-extent)/
/** Chosen by the person and not by the format: these regions were never to go out. */
const CHOSEN = /^region-(rejected|proposed)$/

export interface Verdict {
  /** Differences that nothing paid for, by code; empty: the export is certified. */
  readonly silent: Readonly<Record<string, number>>
  /** Differences that the writer said, by code. */
  readonly said: Readonly<Record<string, number>>
}

const sum = (counts: readonly number[]): number => counts.reduce((all, count) => all + count, 0)

export function judge(roundTrip: RoundTrip, { skipped, losses }: Pick<ExportSummary, 'skipped' | 'losses'>): Verdict {
  const silent: Record<string, number> = {}
  const said: Record<string, number> = {}
  const put = (code: string, total: number, unpaid: number): void => {
    if (unpaid > 0) silent[code] = unpaid
    if (total > unpaid) said[code] = total - unpaid
  }
  const lossCount = sum(losses.map(({ count }) => count))
  let [lossBudget, wordBudget] = [lossCount, lossCount]
  const skippedRegions = skipped.filter(({ reason }) => !NOT_REGIONS.test(reason) && !CHOSEN.test(reason))
  const skippedWords = skipped.filter(({ reason }) => NOT_REGIONS.test(reason) && !reason.startsWith('image'))
  const notHeld = Object.entries(roundTrip.notHeld)
  const notHeldRegions = sum(notHeld.filter(([reason]) => !NOT_REGIONS.test(reason)).map(([, count]) => count))
  const regionBudget = sum(skippedRegions.map(({ count }) => count))
  // What a format does not hold has to be counted when it is left out, like anything else.
  const uncounted = notHeldRegions - regionBudget
  if (uncounted > 0) silent['round-trip/region-not-counted'] = uncounted
  // An image without a size never was among those compared.
  const skippedImages = skipped.filter(({ reason }) => reason.startsWith('image') && reason !== 'image-without-size')
  const notHeldImages = sum(notHeld.filter(([reason]) => reason.startsWith('image')).map(([, count]) => count))
  let imagesLeft = Math.max(0, sum(skippedImages.map(({ count }) => count)) - notHeldImages)
  let [regionsLeft, wordsLeft] = [Math.max(0, -uncounted), sum(skippedWords.map(({ count }) => count))]

  for (const [code, total] of Object.entries(roundTrip.found)) {
    const name = code.replace(/^round-trip\//, '')
    if (NEVER.includes(name)) {
      put(code, total, total)
      continue
    }
    let unpaid = total
    const pay = (budget: number): number => {
      const paid = Math.min(unpaid, budget)
      unpaid -= paid
      return budget - paid
    }
    if (name === 'image-missing') {
      imagesLeft = pay(imagesLeft)
      put(code, total, unpaid)
      continue
    }
    if (name === 'region-missing') regionsLeft = pay(regionsLeft)
    else if (name !== 'region-extra') wordsLeft = pay(wordsLeft)
    // Words lose the places of regions that were left out and counted.
    if (name === 'grounding') pay(Math.max(0, regionBudget - notHeldRegions))
    // A changed region is one that is missing and one that is more: one loss pays for both.
    if (name === 'region-extra') pay(lossCount)
    // A region takes with it the word that it is, or the place of words: one loss pays for both as well.
    else if (name === 'words' || name === 'grounding') wordBudget = pay(wordBudget)
    else lossBudget = pay(lossBudget)
    put(code, total, unpaid)
  }
  return { silent, said }
}
