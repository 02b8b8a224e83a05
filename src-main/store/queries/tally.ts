/**
 * @file Totals of the project, kept while records change so that no list has to count a million
 * rows. Differences are computed from the image row before and after; `check` compares with a count.
 */
import { prepared } from '../database'
import type { Database } from '../database'
import type { Row } from '../rows'

export interface Tally {
  readonly images: number
  readonly todo: number
  readonly done: number
  readonly with_proposals: number
  readonly problems: number
  readonly accepted: number
  readonly proposals: number
  readonly rejected: number
  readonly turns: number
}
export const tallyNames = [
  'images',
  'todo',
  'done',
  'with_proposals',
  'problems',
  'accepted',
  'proposals',
  'rejected',
  'turns'
] as const satisfies readonly (keyof Tally)[]

export function readTally(database: Database): Tally {
  return prepared(database, `SELECT ${tallyNames.join(', ')} FROM tally`).get() as Tally
}

/** What one image row adds to the totals. */
export function membershipOf(image: Row): Tally {
  const count = (name: string): number => Number(image[name] ?? 0)
  const ok = image['status'] === 'ok'
  return {
    images: 1,
    todo: ok && image['done'] === 0 ? 1 : 0,
    done: image['done'] === 1 ? 1 : 0,
    with_proposals: count('proposal_count') > 0 ? 1 : 0,
    problems: ok ? 0 : 1,
    accepted: count('accepted_count'),
    proposals: count('proposal_count'),
    rejected: count('rejected_count'),
    turns: count('turn_count')
  }
}

export function minus(after: Tally, before: Tally): Tally {
  return Object.fromEntries(tallyNames.map((name) => [name, after[name] - before[name]])) as unknown as Tally
}

export function addToTally(database: Database, difference: Tally): void {
  if (tallyNames.every((name) => difference[name] === 0)) return
  prepared(database, `UPDATE tally SET ${tallyNames.map((name) => `${name} = ${name} + :${name}`).join(', ')}`).run(
    difference
  )
}

/** Differences of many rows, written as one: the totals are one row, and each image of a folder would write it again. */
export class TallySum {
  readonly #sum = Object.fromEntries(tallyNames.map((name) => [name, 0])) as Record<keyof Tally, number>

  add(difference: Tally): void {
    for (const name of tallyNames) this.#sum[name] += difference[name]
  }

  write(database: Database): void {
    addToTally(database, this.#sum)
  }
}

/** The same totals counted from the records themselves, ignoring every derived column. */
export function countTally(database: Database): Tally {
  return database
    .prepare(
      `WITH done AS (SELECT image_seq FROM review WHERE done = 1)
       SELECT count(*) AS images,
         coalesce(sum(status = 'ok' AND seq NOT IN done), 0) AS todo,
         (SELECT count(*) FROM done) AS done,
         (SELECT count(DISTINCT image_seq) FROM region WHERE state = 'proposed') AS with_proposals,
         coalesce(sum(status <> 'ok'), 0) AS problems,
         (SELECT count(*) FROM region WHERE state IN ('accepted', 'corrected')) AS accepted,
         (SELECT count(*) FROM region WHERE state = 'proposed') AS proposals,
         (SELECT count(*) FROM region WHERE state = 'rejected') AS rejected,
         (SELECT count(*) FROM turn) AS turns
       FROM image`
    )
    .get() as Tally
}
