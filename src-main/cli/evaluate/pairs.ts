/** @file Truth and predictions of one task, line by line, each checked; lines belong together by their ids. */
import { resolve } from 'node:path'
import { z } from 'zod'
import { AppError } from '../../../src-shared/errors'
import { pixelBox } from '../../../src-shared/geometry/space'
import { pairById } from '../../../src-shared/metrics/pairing'
import type { Shown } from '../../../src-shared/metrics/report/tasks/shown'
import { readLines } from '../json-lines'

export interface Side {
  readonly file: string
  /** What a line holds, for people. */
  readonly fields: string
}

const NAMED_IDS = 5
const named = (ids: readonly string[]): string =>
  ids.slice(0, NAMED_IDS).join(', ') + (ids.length > NAMED_IDS ? `, … (${ids.length} in all)` : '')

const advice = ({ fields }: Side) => ({
  missing: 'Name a file of JSON objects, one a line.',
  broken: `A line holds ${fields}.`
})

/** Pairs of the two files. Rejects with `data/unpaired` when an id is missing, surplus or repeated. */
export async function readPairs<Truth extends { id: string }, Said extends { id: string }>(
  truth: Side & { schema: z.ZodType<Truth> },
  said: Side & { schema: z.ZodType<Said> }
): Promise<readonly (readonly [Truth, Said])[]> {
  const found = pairById(
    await readLines(resolve(truth.file), truth.schema, advice(truth)),
    await readLines(resolve(said.file), said.schema, advice(said))
  )
  const wrong = [
    found.repeated.length > 0 ? `ids that come twice: ${named(found.repeated)}` : '',
    found.missing.length > 0 ? `no prediction for ${named(found.missing)}` : '',
    found.surplus.length > 0 ? `no truth for ${named(found.surplus)}` : ''
  ].filter((line) => line !== '')
  if (wrong.length > 0) {
    throw new AppError('data/unpaired', `The two files do not belong together: ${wrong.join('; ')}.`, {
      nextStep: 'Every id needs one line in each file; an answer without a box or text is written as such.'
    })
  }
  if (found.pairs.length === 0) {
    throw new AppError('data/invalid', 'There is nothing to score: both files are empty.', {
      nextStep: 'Name files with at least one line each.'
    })
  }
  return found.pairs
}

export const id = z.union([z.string(), z.number()]).transform(String)
export const box = z
  .tuple([z.number(), z.number(), z.number(), z.number()])
  .transform((corners) => pixelBox(...corners))
export const boxes = z.array(box)

/** Fields of the truth that only a report needs. */
export const shownFields = { image: z.string().optional(), text: z.string().optional() }

export const shown = (line: {
  readonly id: string
  readonly image?: string | undefined
  readonly text?: string | undefined
}): Shown => ({
  id: line.id,
  image: line.image ?? null,
  asked: line.text ?? null
})
