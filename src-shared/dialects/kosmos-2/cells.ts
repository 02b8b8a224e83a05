/** @file Boxes as two cells of a grid. The numbers of a box are column, row, column, row. */
import type { DialectProfile } from '../dialect'
import { fractionsOf, shapeFromFractions, spaceOf } from '../kit/coordinates'
import type { Codec } from '../kit/coordinates'
import { CELLS } from './profile'

/** Arithmetic between spaces must not move an edge over the line it lies on. */
const NUDGE = 1e-9

const inGrid = (cell: number): number => Math.min(Math.max(cell, 0), CELLS - 1)

/**
 * The largest number that a lenient reader keeps. Its centre is the lower border: an index below the
 * grid is read as a box that ends there.
 */
export const LAST_CENTRE = CELLS - 0.5

/** A side without length ends before the cell it begins in, and gets that cell; a reversed one stays reversed. */
function cellsOfAxis(from: number, to: number): readonly [first: number, last: number] {
  const [first, last] = [inGrid(Math.floor(from * CELLS + NUDGE)), inGrid(Math.ceil(to * CELLS - 1 - NUDGE))]
  return [first, from <= to ? Math.max(first, last) : last]
}

export const cellCodec = (profile: DialectProfile): Codec => ({
  write(shape, context) {
    const fractions = fractionsOf(shape, spaceOf(profile, context), context)
    const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = fractions
    const [left, right] = cellsOfAxis(x0, x1)
    const [top, bottom] = cellsOfAxis(y0, y1)
    return {
      numbers: [left, top, right, bottom],
      isClamped: fractions.some((value) => value < -NUDGE || value > 1 + NUDGE)
    }
  },
  read(kind, [left = NaN, top = NaN, right = NaN, bottom = NaN], context) {
    const isWhole = left === right || top === bottom
    const [near, far] = isWhole ? [0, 1] : [0.5, 0.5]
    const most = context.mode === 'lenient' ? 1 : Infinity
    const fractions = [left + near, top + near, right + far, bottom + far].map((cell) => Math.min(cell / CELLS, most))
    return shapeFromFractions(kind, fractions, spaceOf(profile, context), context)
  }
})
