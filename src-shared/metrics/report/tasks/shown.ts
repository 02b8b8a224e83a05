/** @file What of a sample a report may show beside its numbers. */
import type { Bars, Words } from '../report'

export interface Shown {
  readonly id: string
  /** As the truth names it; null: it names none. */
  readonly image: string | null
  /** What was asked; null: the truth does not say. */
  readonly asked: string | null
}

const MOST_ROWS = 20

/** A row of shares of each name, those with most samples first. */
export function shareRows(
  title: Words,
  series: Words,
  samples: readonly { readonly name: string; readonly isRight: boolean }[]
): readonly Bars[] {
  const counts = new Map<string, { all: number; right: number }>()
  for (const { name, isRight } of samples) {
    const count = counts.get(name) ?? { all: 0, right: 0 }
    counts.set(name, count)
    count.all++
    if (isRight) count.right++
  }
  const rows = [...counts].sort(([a, x], [b, y]) => y.all - x.all || (a < b ? -1 : 1))
  if (rows.length === 0) return []
  return [
    {
      kind: 'bars',
      title,
      series: [series],
      rows: rows.slice(0, MOST_ROWS).map(([name, { all, right }]) => ({ name, values: [right / all], count: all })),
      ...(rows.length > MOST_ROWS ? { more: rows.length - MOST_ROWS } : {})
    }
  ]
}
