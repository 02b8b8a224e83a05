/** @file Positions of the tokens of a prompt, on one axis or on three (m-RoPE). */
import type { GridPositions } from './family'

/** Positions of some tokens, `[axes][tokens]`, and the position of the token behind them. */
export interface Positions {
  readonly axes: readonly Int32Array[]
  readonly next: number
}

/** Words take one position after another on every axis; the features of a picture with a grid share theirs. */
export function layPositions(
  ids: readonly number[],
  options: { readonly imageTokenId: number; readonly grid: GridPositions; readonly first: number }
): Positions {
  const { imageTokenId, grid, first } = options
  const axes = grid.offsets.map(() => new Int32Array(ids.length))
  let next = first
  for (let at = 0; at < ids.length; at++) {
    if (ids[at] !== imageTokenId) {
      for (const axis of axes) axis[at] = next
      next++
      continue
    }
    const features = grid.offsets[0]?.length ?? 0
    for (const [number, axis] of axes.entries()) {
      for (let feature = 0; feature < features; feature++)
        axis[at + feature] = next + (grid.offsets[number]?.[feature] ?? 0)
    }
    at += features - 1
    next += grid.span
  }
  return { axes, next }
}
