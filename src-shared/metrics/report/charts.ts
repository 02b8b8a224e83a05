/** @file Charts as SVG: classes for colours, so that they follow the page; no script, no style of their own. */
import { both, bothTexts, escaped, place, shortened } from './markup'
import type { Bars, Chart, Curves, Histogram, Matrix, Words } from './report'

const WIDTH = 460
const HEIGHT = 250
const LEFT = 46
const RIGHT = 14
const TOP = 12
const BOTTOM = 44
const SERIES = 6

interface Frame {
  readonly x: (share: number) => number
  readonly y: (share: number) => number
}
const frame: Frame = {
  x: (share) => LEFT + share * (WIDTH - LEFT - RIGHT),
  y: (share) => HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)
}

const figure = (title: Words, svg: string, height = HEIGHT, legend = '', after = ''): string =>
  `<figure class="chart"><figcaption>${both(title)}</figcaption>${legend}` +
  `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escaped(title.en)}">${svg}</svg>${after}</figure>`

const legendOf = (names: readonly Words[]): string =>
  names.length < 2
    ? ''
    : `<ul class="legend">${names.map((name, i) => `<li><i class="key s${i % SERIES}"></i>${both(name)}</li>`).join('')}</ul>`

/** Round steps: 1, 2, 2.5 or 5 times a power of ten, at most `most` of them. */
function stepFor(highest: number, most: number): number {
  const raw = highest / most
  const power = 10 ** Math.floor(Math.log10(raw))
  return ([1, 2, 2.5, 5, 10].find((step) => step * power >= raw) ?? 10) * power
}

function countAxis(highest: number): { readonly top: number; readonly ticks: readonly number[] } {
  const step = Math.max(1, stepFor(Math.max(1, highest), 4))
  const top = Math.max(step, Math.ceil(highest / step) * step)
  return { top, ticks: Array.from({ length: Math.round(top / step) + 1 }, (_, i) => i * step) }
}

const shown = (value: number): string =>
  Number.isInteger(value) ? value.toLocaleString('en-US') : String(Number(value.toPrecision(3)))

const grid = (ticks: readonly number[], top: number): string =>
  ticks
    .map((tick) => {
      const y = place(frame.y(tick / top))
      return (
        `<line class="${tick === 0 ? 'axis' : 'grid'}" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y}" y2="${y}"/>` +
        `<text class="tick end" x="${LEFT - 7}" y="${y}" dy="4">${shown(tick)}</text>`
      )
    })
    .join('')

const below = (ticks: readonly { readonly at: number; readonly text: string }[], axis: Words): string =>
  ticks
    .map(
      ({ at, text }) => `<text class="tick mid" x="${place(frame.x(at))}" y="${HEIGHT - BOTTOM + 17}">${text}</text>`
    )
    .join('') + bothTexts(axis, `class="label mid" x="${place(frame.x(0.5))}" y="${HEIGHT - 8}"`)

function histogram({ title, axis, from, to, counts, isWhole, threshold }: Histogram): string {
  const { top, ticks } = countAxis(Math.max(...counts))
  const valueAt = (share: number): number => from + share * (to - from)
  const bars = counts.map((count, i) => {
    const [x0, x1] = [frame.x(i / counts.length), frame.x((i + 1) / counts.length)]
    const y = frame.y(count / top)
    const range =
      isWhole === true
        ? shown(valueAt((i + 0.5) / counts.length))
        : `${shown(valueAt(i / counts.length))} – ${shown(valueAt((i + 1) / counts.length))}`
    const isBelow = threshold !== undefined && valueAt((i + 0.5) / counts.length) < threshold
    return (
      `<rect class="bar ${isBelow ? 'bad' : 's0'}" x="${place(x0 + 1)}" y="${place(y)}" width="${place(Math.max(1, x1 - x0 - 2))}"` +
      ` height="${place(frame.y(0) - y)}"><title>${range}: ${shown(count)}</title></rect>`
    )
  })
  const every = Math.max(1, Math.ceil(counts.length / 11))
  const steps =
    isWhole === true
      ? counts.flatMap((_, i) => (i % every === 0 ? [(i + 0.5) / counts.length] : []))
      : Array.from({ length: 6 }, (_, i) => i / 5)
  const line = threshold === undefined ? '' : place(frame.x((threshold - from) / (to - from)))
  return figure(
    title,
    grid(ticks, top) +
      bars.join('') +
      (line === '' ? '' : `<line class="threshold" x1="${line}" x2="${line}" y1="${TOP}" y2="${place(frame.y(0))}"/>`) +
      below(
        steps.map((at) => ({ at, text: shown(valueAt(at)) })),
        axis
      )
  )
}

function curves({ title, x, y, lines }: Curves): string {
  const quarters = [0, 0.25, 0.5, 0.75, 1]
  const drawn = lines.map(({ name, points }, i) => {
    const path = points.map(([px, py], at) => `${at === 0 ? 'M' : 'L'}${place(frame.x(px))} ${place(frame.y(py))}`)
    return `<path class="curve s${i % SERIES}" d="${path.join('')}"><title>${escaped(name.en)}</title></path>`
  })
  return figure(
    title,
    grid(quarters, 1) +
      drawn.join('') +
      below(
        quarters.map((at) => ({ at, text: shown(at) })),
        x
      ) +
      bothTexts(y, `class="label mid" transform="translate(11 ${place(frame.y(0.5))}) rotate(-90)"`),
    HEIGHT,
    legendOf(lines.map(({ name }) => name))
  )
}

const BAR = 13
const NAMES = 132

function bars({ title, series, rows, more = 0 }: Bars): string {
  const rowHeight = series.length * BAR + 9
  const height = TOP + rows.length * rowHeight + 24
  const x = (share: number): number => NAMES + share * (WIDTH - NAMES - 70)
  const ticks = [0, 0.25, 0.5, 0.75, 1]
    .map((tick) => {
      const at = place(x(tick))
      const bottom = height - 20
      return (
        `<line class="${tick === 0 ? 'axis' : 'grid'}" x1="${at}" x2="${at}" y1="${TOP - 4}" y2="${bottom}"/>` +
        `<text class="tick mid" x="${at}" y="${bottom + 15}">${shown(tick)}</text>`
      )
    })
    .join('')
  const drawn = rows.map(({ name, values, count }, i) => {
    const top = TOP + i * rowHeight
    const middle = top + (series.length * BAR) / 2
    const label: Words = typeof name === 'string' ? { en: name, zh: name } : name
    const short: Words = { en: shortened(label.en, 20), zh: shortened(label.zh, 20) }
    const each = values.map((value, s) =>
      value === null
        ? `<text class="tick" x="${place(x(0) + 4)}" y="${top + s * BAR + 10}">–</text>`
        : `<rect class="bar s${s % SERIES}" x="${place(x(0))}" y="${top + s * BAR + 1}" width="${place(Math.max(0, x(value) - x(0)))}" height="${BAR - 2}"/>` +
          `<text class="tick" x="${place(x(value) + 5)}" y="${top + s * BAR + 10}">${value.toFixed(3)}${s === 0 ? ` <tspan class="faint">n=${shown(count)}</tspan>` : ''}</text>`
    )
    return `<g><title>${escaped(label.en)}</title>${bothTexts(short, `class="tick end" x="${NAMES - 8}" y="${place(middle + 4)}"`)}${each.join('')}</g>`
  })
  const rest =
    more === 0
      ? ''
      : `<p class="faint">${both({ en: `${more} more rows are in the JSON.`, zh: `另有 ${more} 行，见 JSON。` })}</p>`
  return figure(title, ticks + drawn.join(''), height, legendOf(series), rest)
}

function matrix({ title, row, column, rows, columns, cells }: Matrix): string {
  const highest = Math.max(1, ...cells.flat())
  const left = 84
  const top = 44
  const cell = Math.min(64, (WIDTH - left - RIGHT) / columns.length)
  const cellHeight = Math.min(cell, 44)
  const height = top + rows.length * cellHeight + 10
  const text = cell < 30 ? 'tick mid small' : 'tick mid'
  const drawn = cells.flatMap((line, r) =>
    line.map((count, c) => {
      const [x, y] = [left + c * cell, top + r * cellHeight]
      const share = count / highest
      const isRight = rows[r] === columns[c]
      const number =
        count === 0
          ? ''
          : `<text class="${text}${share > 0.55 ? ' over' : ''}" x="${place(x + cell / 2)}" y="${place(y + cellHeight / 2 + 4)}">${shown(count)}</text>`
      return (
        `<g><rect class="cell ${isRight ? 'good' : 'bad'}" x="${place(x + 1)}" y="${place(y + 1)}" width="${place(cell - 2)}" height="${place(cellHeight - 2)}" fill-opacity="${count === 0 ? 0.04 : place(0.12 + 0.8 * share)}">` +
        `<title>${escaped(`${rows[r] ?? ''} → ${columns[c] ?? ''}`)}: ${shown(count)}</title></rect>${number}</g>`
      )
    })
  )
  const heads = columns.map(
    (name, c) =>
      `<text class="${text}" x="${place(left + (c + 0.5) * cell)}" y="${top - 8}">${escaped(shortened(name, 9))}</text>`
  )
  const sides = rows.map(
    (name, r) =>
      `<text class="tick end" x="${left - 8}" y="${place(top + (r + 0.5) * cellHeight + 4)}">${escaped(shortened(name, 9))}</text>`
  )
  return figure(
    title,
    bothTexts(column, `class="label" x="${left}" y="14"`) +
      bothTexts(row, `class="label end" x="${left - 8}" y="${top - 8}"`) +
      heads.join('') +
      sides.join('') +
      drawn.join(''),
    height
  )
}

export function chartSvg(chart: Chart): string {
  switch (chart.kind) {
    case 'histogram':
      return histogram(chart)
    case 'curves':
      return curves(chart)
    case 'bars':
      return bars(chart)
    case 'matrix':
      return matrix(chart)
  }
}
