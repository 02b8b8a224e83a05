/** @file Draws regions on a copy of an image. Runs in the media host. Our own SVG, text escaped, nothing loaded from outside. */
import type { ImageSize } from '../../src-shared/geometry/space'
import { boundsOfShape } from '../../src-shared/geometry/shape'
import { markupText } from '../../src-shared/markup'
import type { OverlayMark } from '../core/ports'
import { figureOf } from './overlay-figure'

/** Characters XML cannot hold are left out. */
const escapeText = (text: string): string =>
  // eslint-disable-next-line no-control-regex -- control characters are what it is about
  markupText(text.replace(/[\u0000-\u001f\u007f\ufffe\uffff]|\p{Surrogate}/gu, ''))

const LONGEST_CAPTION = 60

/** `size`: upright image in pixels. Lines and letters grow with it, so that a large picture stays readable. */
export function overlaySvg(size: ImageSize, marks: readonly OverlayMark[]): string {
  const { width, height } = size
  const line = Math.max(2, Math.round(Math.max(width, height) / 400))
  const letters = Math.max(12, line * 7)
  const shapes = marks.map(({ shape, colour, isDashed, caption }) => {
    const [left, top] = shape.type === 'box' ? shape.box : boundsOfShape(shape)
    const [x0, y0] = [left * width, top * height]
    const dash = isDashed ? ` stroke-dasharray="${line * 4} ${line * 2}"` : ''
    const figure = (stroke: string, extra: number, dash: string): string =>
      figureOf(shape, size, { stroke, strokeWidth: line + extra, fill: colour, radius: line * 3, dash })
    const words = escapeText(caption.slice(0, LONGEST_CAPTION))
    const textY = y0 - letters < 0 ? y0 + letters + line : y0 - line * 2
    const text =
      words === ''
        ? ''
        : `<text x="${Math.max(0, x0) + line}" y="${textY}" font-family="sans-serif" font-size="${letters}" font-weight="bold" fill="${colour}" stroke="#fff" stroke-width="${letters / 5}" paint-order="stroke">${words}</text>`
    return figure('#fff', line, '') + figure(colour, 0, dash) + text
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${shapes.join('')}</svg>`
}
