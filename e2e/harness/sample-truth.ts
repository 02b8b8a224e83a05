/** @file What is really in the pictures of the sample project, as it was drawn. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Box } from '../pages/studio-page'
import { ROOT } from './places'

interface TrueObject {
  readonly name: string
  /** Fractions of the upright image. */
  readonly box: Box
}
interface TruePicture {
  readonly fileName: string
  readonly objects: readonly TrueObject[]
}

const truth = JSON.parse(readFileSync(join(ROOT, 'samples/first-flight/truth.json'), 'utf8')) as Record<
  string,
  Omit<TruePicture, 'fileName'>
>

/** Pictures in which some objects are the only ones of their name, with those objects. */
export function picturesWithSingleObjects(): readonly TruePicture[] {
  return Object.entries(truth).flatMap(([fileName, { objects }]) => {
    const single = objects.filter(({ name }) => objects.filter((other) => other.name === name).length === 1)
    return single.length >= 2 ? [{ fileName, objects: single }] : []
  })
}
