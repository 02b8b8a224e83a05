/** @file What a task of `eyrie evaluate` is, and how one over two files of lines is made. */
import type { z } from 'zod'
import type { NotMeasured, TaskReport, Words } from '../../../src-shared/metrics/report/report'
import { readPairs } from './pairs'

export interface TaskOptions {
  readonly pred: string
  readonly truth: string
  readonly protocol: string
  /** Of METEOR 1.5; null: not given. */
  readonly meteorJar: string | null
}

/** Measures by group; tasks without groups have the group `all`. */
export type Scores = Readonly<Record<string, object>>

export interface Judged {
  readonly groups: Scores
  readonly notMeasured?: readonly NotMeasured[]
  /** Made only when a report is asked for. */
  readonly report: () => TaskReport
}

export interface FileTask {
  readonly name: string
  readonly about: Words
  /** The first is the default. */
  readonly protocols: readonly string[]
  /** `json`: one COCO document instead of a JSON object a line. */
  readonly format?: 'json'
  readonly truthFields: string
  readonly predictionFields: string
  readonly takesMeteor?: true
  readonly score: (options: TaskOptions) => Promise<Judged & { readonly samples: number }>
}

/** Reads both files and scores the pairs. */
export const task = <Truth extends { id: string }, Said extends { id: string }>(
  fields: Pick<FileTask, 'name' | 'about' | 'protocols' | 'truthFields' | 'predictionFields' | 'takesMeteor'>,
  truth: (protocol: string) => z.ZodType<Truth>,
  said: (protocol: string) => z.ZodType<Said>,
  judge: (
    pairs: readonly (readonly [Truth, Said])[],
    protocol: string,
    options: TaskOptions
  ) => Judged | Promise<Judged>
): FileTask => ({
  ...fields,
  async score(options) {
    const { pred, truth: truthFile, protocol } = options
    const pairs = await readPairs(
      { file: truthFile, fields: fields.truthFields, schema: truth(protocol) },
      { file: pred, fields: fields.predictionFields, schema: said(protocol) }
    )
    return { samples: pairs.length, ...(await judge(pairs, protocol, options)) }
  }
})
