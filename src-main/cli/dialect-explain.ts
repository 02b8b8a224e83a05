/** @file `eyrie dialect explain`: what a model will read of a region, and how far the text may move it. */
import { coordinatesOf } from '../../src-shared/geometry/shape'
import { explainRegion } from '../../src-shared/dialects/explain'
import { bad, choose, isFields, shapeOf } from './dialect'
import type { Fields } from './dialect'

/**
 * `{system, image, regions: [{kind, coords | pixels}]}`; the image is needed, since the answer is in
 * pixels of it. `coords` are fractions of the line's space, `readBack` is in pixels of the original.
 */
export function explainVector(vector: Fields): object {
  if (!isFields(vector['image'])) throw bad('it has no image ({"width": 640, "height": 480})')
  const given = vector['regions']
  if (!Array.isArray(given) || given.length === 0) throw bad('it has no regions')
  const choice = choose(vector)
  const { width, height } = choice.context.image
  const regions = (given as unknown[]).map((region) => {
    const { shape, pixels } = shapeOf(region, choice)
    const context = { ...choice.context, ...(pixels === null ? {} : { pixels: new Map([['region', pixels]]) }) }
    const { text, readBack, cellPx, worstErrorPx, losses } = explainRegion(choice.dialect, shape, context)
    const back = readBack === null ? null : coordinatesOf(readBack).map((v, i) => v * (i % 2 === 0 ? width : height))
    return { text, kind: readBack?.type ?? null, readBackPx: back, cellPx, worstErrorPx, losses }
  })
  const issues = choice.notes.length > 0 ? { issues: choice.notes } : {}
  return { id: vector['id'] ?? null, regions, ...issues }
}
