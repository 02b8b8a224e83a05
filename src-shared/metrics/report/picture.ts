/** @file A failure's image with the outlines of truth and answer on it. */
import { escaped, place, shortened } from './markup'
import type { Failure, Outline, Picture } from './report'

const MOST_OUTLINES = 60
const MOST_NAMES = 12
const MOST_POINTS = 2_000

function pathOf({ rings }: Outline): string {
  const points = rings.reduce((sum, ring) => sum + ring.length, 0)
  const step = Math.max(1, Math.ceil(points / MOST_POINTS))
  return rings
    .map((ring) => {
      const kept = ring.length <= 4 ? ring : ring.filter((_, i) => i % step === 0)
      return kept.length === 0 ? '' : `M${kept.map(([x, y]) => `${place(x)} ${place(y)}`).join('L')}Z`
    })
    .join('')
}

const isDrawable = ({ rings }: Outline): boolean =>
  rings.every((ring) => ring.every((point) => point.every(Number.isFinite)))

/** Pictures once in the page, however many failures show them. */
export const pictureSymbols = (pictures: ReadonlyMap<string, Picture>): string =>
  pictures.size === 0
    ? ''
    : `<svg class="pictures" aria-hidden="true">${[...pictures.values()]
        .map(
          ({ mime, base64, width, height }, i) =>
            `<symbol id="picture-${i}" viewBox="0 0 ${width} ${height}"><image href="data:${mime};base64,${base64}" width="${width}" height="${height}" preserveAspectRatio="none"/></symbol>`
        )
        .join('')}</svg>`

export function drawnFailure({ outlines, id }: Failure, { width, height }: Picture, index: number): string {
  const drawable = outlines.filter(isDrawable).slice(0, MOST_OUTLINES)
  const letters = Math.max(8, Math.round(Math.max(width, height) / 30))
  const area = (outline: Outline): string => (outline.rings.some((ring) => ring.length !== 4) ? ' area' : '')
  const shapes = drawable.map((outline) => {
    const path = pathOf(outline)
    return `<path class="outline halo" d="${path}"/><path class="outline ${outline.role}${area(outline)}" fill-rule="evenodd" d="${path}"/>`
  })
  const named = drawable.filter(({ name }) => name !== '').slice(0, MOST_NAMES)
  const names = named.map(({ name, rings, role }) => {
    const [xs, ys] = [rings.flat().map(([x]) => x), rings.flat().map(([, y]) => y)]
    const top = Math.min(...ys) - letters * 0.35
    const bottom = Math.max(...ys) + letters * 1.05
    const y = role === 'truth' ? (top < letters ? Math.min(...ys) + letters : top) : Math.min(height - 3, bottom)
    const x = Math.min(Math.max(0, Math.min(...xs)), width * 0.9)
    return `<text class="mark-name ${role}" x="${place(x)}" y="${place(y)}" font-size="${letters}" stroke-width="${place(letters / 5)}">${escaped(shortened(name, 28))}</text>`
  })
  return (
    `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(id)}">` +
    `<use href="#picture-${index}" width="${width}" height="${height}"/>${shapes.join('')}${names.join('')}</svg>`
  )
}
