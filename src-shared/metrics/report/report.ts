/**
 * @file What a report of an evaluation holds: measures, charts and failures, in words of both languages. Data only;
 * page.ts writes it as one HTML file. Coordinates are pixels of the upright image.
 */

/** A text in both languages of the report. */
export interface Words {
  readonly en: string
  readonly zh: string
}

export interface Histogram {
  readonly kind: 'histogram'
  readonly title: Words
  readonly axis: Words
  readonly from: number
  readonly to: number
  /** Of bins of equal width; the last one holds `to` too. */
  readonly counts: readonly number[]
  /** Values are whole and bins go around them: each bin is called by its middle. */
  readonly isWhole?: true
  /** A value that decides, drawn as a line. */
  readonly threshold?: number
}
/** In the unit square. */
export interface Curves {
  readonly kind: 'curves'
  readonly title: Words
  readonly x: Words
  readonly y: Words
  readonly lines: readonly {
    readonly name: Words
    readonly points: readonly (readonly [x: number, y: number])[]
  }[]
}
export interface Bars {
  readonly kind: 'bars'
  readonly title: Words
  readonly series: readonly Words[]
  readonly rows: readonly {
    readonly name: string | Words
    /** Of each series, 0 to 1; null: not measured. */
    readonly values: readonly (number | null)[]
    readonly count: number
  }[]
  /** Rows that were left out, since there are too many to read. */
  readonly more?: number
}
export interface Matrix {
  readonly kind: 'matrix'
  readonly title: Words
  readonly row: Words
  readonly column: Words
  readonly rows: readonly string[]
  readonly columns: readonly string[]
  /** By row, then column. */
  readonly cells: readonly (readonly number[])[]
}
export type Chart = Histogram | Curves | Bars | Matrix

export interface Outline {
  readonly role: 'truth' | 'said'
  readonly rings: readonly (readonly (readonly [x: number, y: number])[])[]
  readonly name: string
}

export interface Failure {
  readonly id: string
  /** As the truth names it; null: it names none. */
  readonly image: string | null
  /** What was asked. */
  readonly asked: string | null
  readonly reason: Words
  /** In words or numbers; null where the outlines say it. */
  readonly truth: string | null
  readonly said: string | null
  readonly outlines: readonly Outline[]
  /** How good it is; the report begins with the worst. */
  readonly score: number
}

export interface TaskReport {
  readonly charts: readonly Chart[]
  /** Worst first. */
  readonly failures: readonly Failure[]
}

export interface NotMeasured {
  readonly measure: string
  readonly reason: Words
}

/** Of one image that failures show, upright. */
export interface Picture {
  readonly mime: 'image/webp'
  readonly base64: string
  /** Of the image itself, in pixels; the outlines are on it. */
  readonly width: number
  readonly height: number
}

export interface EvaluationReport extends TaskReport {
  readonly task: string
  readonly about: Words
  readonly protocol: string
  readonly samples: number
  /** Measures by group. */
  readonly groups: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly notMeasured: readonly NotMeasured[]
  /** Where the numbers come from. */
  readonly files: readonly { readonly role: Words; readonly name: string; readonly sha256: string }[]
  readonly version: string
  /** How many failures there are; `failures` holds those that are shown. */
  readonly failed: number
  /** By the name the failures give. */
  readonly pictures: ReadonlyMap<string, Picture>
  /** Why pictures of failures are not there, if some are not. */
  readonly missingPictures: readonly { readonly reason: Words; readonly count: number }[]
}

export const words = (en: string, zh: string): Words => ({ en, zh })

/** Bins of equal width; values outside go to the outermost ones, what is no number is left out. */
export function binned(values: Iterable<number>, from: number, to: number, bins: number): readonly number[] {
  const counts = Array.from({ length: bins }, () => 0)
  for (const value of values) {
    if (Number.isNaN(value)) continue
    const bin = Math.min(bins - 1, Math.max(0, Math.floor(((value - from) / (to - from)) * bins)))
    counts[bin] = (counts[bin] ?? 0) + 1
  }
  return counts
}

/** Worst first; of equals, in the order of the file. */
export const worstFirst = (failures: readonly Failure[]): readonly Failure[] =>
  failures.toSorted((a, b) => a.score - b.score)

type Corners = readonly [number, number, number, number]
export const boxOutline = (role: Outline['role'], [x0, y0, x1, y1]: Corners, name = ''): Outline => ({
  role,
  name,
  rings: [
    [
      [x0, y0],
      [x1, y0],
      [x1, y1],
      [x0, y1]
    ]
  ]
})
