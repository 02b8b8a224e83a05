/**
 * @file The arithmetic of one axis, shared by `convert.ts` and `view-transform`: the only place with a
 * factor. Product first, then the quotient, so that whole numbers stay exact as long as they can.
 */

/** From an axis of length `from` to one of length `to`. The same length keeps every bit. */
export const scaled = (value: number, from: number, to: number): number => (from === to ? value : (value * to) / from)
