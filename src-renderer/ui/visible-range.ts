/** First and last row a list must draw: what is on screen and `margin` rows around it. Pure. */
export function visibleRange(
  scrollTop: number,
  viewHeight: number,
  rowHeight: number,
  rowCount: number,
  margin = 4
): readonly [first: number, last: number] {
  if (rowCount === 0) return [0, -1]
  const first = Math.max(0, Math.floor(scrollTop / rowHeight) - margin)
  const last = Math.min(rowCount - 1, Math.ceil((scrollTop + viewHeight) / rowHeight) + margin)
  return [Math.min(first, rowCount - 1), last]
}

/** Where to scroll so that a row is wholly in view; null when it is already. */
export function scrollToShow(row: number, scrollTop: number, viewHeight: number, rowHeight: number): number | null {
  const top = row * rowHeight
  const bottom = top + rowHeight
  if (top < scrollTop) return top
  if (bottom > scrollTop + viewHeight) return bottom - viewHeight
  return null
}
