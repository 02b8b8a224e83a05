/**
 * @file A report as one HTML file that needs nothing else: no script, no address, pictures inside. Its own policy
 * forbids it to load anything. Language and theme are chosen in the page; both languages are in it.
 */
import { chartSvg } from './charts'
import { both, escaped, place } from './markup'
import { interval, measureOf, valueText } from './measures'
import { drawnFailure, pictureSymbols } from './picture'
import { words } from './report'
import type { EvaluationReport, Failure, Words } from './report'
import { REPORT_STYLE } from './style'

export interface PageOptions {
  /** sha256 of `REPORT_STYLE` in base64: the one style that the page's policy allows. */
  readonly styleHash: string
  /** Shown first. */
  readonly language: 'en' | 'zh-CN'
}

const choice = (name: string, id: string, label: Words, isChosen: boolean): string =>
  `<input type="radio" name="${name}" id="${id}"${isChosen ? ' checked=""' : ''}/><label for="${id}">${both(label)}</label>`

const choices = (language: PageOptions['language']): string =>
  `<form class="choices" autocomplete="off"><fieldset><legend>Language / 语言</legend>${choice('language', 'en', words('English', 'English'), language === 'en')}${choice('language', 'zh', words('中文', '中文'), language !== 'en')}</fieldset>` +
  `<fieldset><legend>Theme / 主题</legend>${choice('theme', 'auto', words('Auto', '自动'), true)}${choice('theme', 'light', words('Light', '浅色'), false)}${choice('theme', 'dark', words('Dark', '深色'), false)}</fieldset></form>`

type Scores = Readonly<Record<string, unknown>>

function meter(value: number, range: readonly [number, number] | null): string {
  const at = (share: number): string => place(share * 200)
  const spread =
    range === null
      ? ''
      : `<rect class="range" x="${at(range[0])}" y="4" width="${at(range[1] - range[0])}" height="2"/>`
  return `<svg class="meter" viewBox="0 0 200 10" preserveAspectRatio="none" aria-hidden="true"><rect class="track" width="200" height="10" rx="3"/><rect class="value" width="${at(value)}" height="10" rx="3"/>${spread}</svg>`
}

function tile(key: string, scores: Scores): string {
  const { name, of, isNoShare } = measureOf(key)
  const value = scores[key]
  const n = of === undefined ? undefined : scores[of]
  const range = typeof value === 'number' && typeof n === 'number' && n > 0 ? interval(value, n) : null
  const isShare = typeof value === 'number' && isNoShare !== true && value >= 0 && value <= 1
  const text = isShare ? `${(value * 100).toFixed(2)}%` : valueText(value)
  const percent = (share: number): string => (share * 100).toFixed(1)
  const small =
    range === null
      ? ''
      : `<small>${both(words(`95 % interval ${percent(range[0])} – ${percent(range[1])} %`, `95% 置信区间 ${percent(range[0])} – ${percent(range[1])}%`))}</small>`
  return `<div class="tile"><span class="faint">${both(name)}</span><b>${escaped(text)}</b>${isShare ? meter(value, range) : ''}${small}</div>`
}

function tiles(report: EvaluationReport): string {
  const [scores] = Object.values(report.groups)
  if (scores === undefined) return ''
  const keys = Object.keys(scores).filter((key) => measureOf(key).main !== undefined)
  const main = keys.toSorted((a, b) => (measureOf(a).main ?? 0) - (measureOf(b).main ?? 0)).slice(0, 5)
  if (main.length === 0) return ''
  return `<section class="tiles">${main.map((key) => tile(key, scores)).join('')}</section>`
}

const MOST_GROUPS = 12
/** A longer table comes after the charts. */
const SHORT_TABLE = 16

const measuresIn = (groups: readonly Scores[]): readonly string[] => [...new Set(groups.flatMap(Object.keys))]

function table({ groups, notMeasured }: EvaluationReport): string {
  const columns = Object.entries(groups).slice(0, MOST_GROUPS)
  const without = new Set(notMeasured.map(({ measure }) => measure))
  const keys = measuresIn(columns.map(([, scores]) => scores)).filter((key) => !without.has(key))
  const rows = keys.map(
    (key) =>
      `<tr><td>${both(measureOf(key).name)}</td>${columns.map(([, scores]) => `<td>${escaped(valueText(scores[key]))}</td>`).join('')}</tr>`
  )
  const missing = notMeasured.map(
    ({ measure, reason }) =>
      `<tr><td>${both(measureOf(measure).name)}</td><td colspan="${columns.length}">${both(words(`not measured: ${reason.en}`, `未测量：${reason.zh}`))}</td></tr>`
  )
  const more = Object.keys(groups).length - columns.length
  const note =
    more > 0
      ? `<p class="faint">${both(words(`${more} more groups are in the JSON.`, `另有 ${more} 组，见 JSON。`))}</p>`
      : ''
  return (
    `<div class="table"><table><thead><tr><th>${both(words('measure', '指标'))}</th>${columns.map(([name]) => `<th>${escaped(name)}</th>`).join('')}</tr></thead>` +
    `<tbody>${rows.join('')}${missing.join('')}</tbody></table></div>${note}`
  )
}

const MOST_WORDS = 600

function failureCard(
  failure: Failure,
  places: ReadonlyMap<string, number>,
  pictures: EvaluationReport['pictures']
): string {
  const { id, image, asked, reason, truth, said } = failure
  const picture = image === null ? undefined : pictures.get(image)
  const drawn =
    picture === undefined || image === null
      ? image === null
        ? ''
        : `<div class="no-picture">${both(words('no picture', '无图片'))}</div>`
      : drawnFailure(failure, picture, places.get(image) ?? 0)
  const line = (name: Words, text: string | null): string =>
    text === null ? '' : `<dt>${both(name)}</dt><dd>${escaped(text.slice(0, MOST_WORDS))}</dd>`
  const lines = line(words('truth', '真值'), truth) + line(words('answer', '回答'), said)
  return (
    `<article class="failure">${drawn}<div class="about"><span class="reason">${both(reason)}</span>` +
    (asked === null ? '' : `<p class="asked">${escaped(asked.slice(0, MOST_WORDS))}</p>`) +
    (lines === '' ? '' : `<dl>${lines}</dl>`) +
    `<p class="id">${escaped(image === null || image === id ? id : `${id} · ${image}`)}</p></div></article>`
  )
}

const sample = (role: 'truth' | 'said', name: Words): string =>
  `<span><svg viewBox="0 0 26 14" aria-hidden="true"><path class="outline ${role}" d="M2 2H24V12H2Z"/></svg>${both(name)}</span>`

function failures(report: EvaluationReport): string {
  const { failures: shown, failed, pictures, missingPictures } = report
  const title = words(
    `Failures, worst first (${shown.length} of ${failed})`,
    `错误样本，最差的在前（${failed} 个中的 ${shown.length} 个）`
  )
  if (failed === 0) return `<h2>${both(words('No failures', '没有错误样本'))}</h2>`
  const places = new Map([...pictures.keys()].map((name, i) => [name, i]))
  const marks = shown.some(({ outlines }) => outlines.length > 0)
    ? `<p class="marks">${sample('truth', words('truth', '真值'))}${sample('said', words('answer', '回答'))}</p>`
    : ''
  const missing = missingPictures.map(
    ({ reason, count }) => `<p class="faint">${both(words(`${count} × ${reason.en}`, `${count} × ${reason.zh}`))}</p>`
  )
  return `<h2>${both(title)}</h2>${marks}${missing.join('')}<section class="failures">${shown.map((failure) => failureCard(failure, places, pictures)).join('')}</section>`
}

const policy = (styleHash: string): string =>
  `default-src 'none'; img-src data:; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'`

/** Whole and in UTF-8. The same report gives the same bytes. */
export function reportPage(report: EvaluationReport, { styleHash, language }: PageOptions): string {
  const { task, about, protocol, samples, charts, files, version } = report
  const head =
    `<meta charset="utf-8"/><meta http-equiv="Content-Security-Policy" content="${policy(styleHash)}"/>` +
    `<meta name="viewport" content="width=device-width,initial-scale=1"/><meta name="referrer" content="no-referrer"/>` +
    `<title>${escaped(`${task} · ${protocol}`)}</title><style>${REPORT_STYLE}</style>`
  const count = samples.toLocaleString('en-US')
  const told = `<p>${both(about)}</p><p class="faint">${both(words(`protocol ${protocol} · ${count} samples`, `协议 ${protocol} · ${count} 个样本`))}</p>`
  const origin = files
    .map(({ role, name, sha256 }) => `<p>${both(role)}: ${escaped(name)} <code>sha256 ${escaped(sha256)}</code></p>`)
    .join('')
  const measures = `<h2>${both(words('Measures', '指标'))}</h2>${table(report)}`
  const drawn =
    charts.length === 0
      ? ''
      : `<h2>${both(words('Charts', '图表'))}</h2><section class="charts">${charts.map(chartSvg).join('')}</section>`
  const isShort = measuresIn(Object.values(report.groups)).length <= SHORT_TABLE
  return (
    `<!DOCTYPE html>\n<html lang="${language}"><head>${head}</head><body><main>` +
    `<header><div><h1>${escaped(task)}</h1>${told}</div>${choices(language)}</header>` +
    tiles(report) +
    (isShort ? measures + drawn : drawn + measures) +
    failures(report) +
    `<footer>${origin}<p>Eyrie ${escaped(version)}</p></footer></main>${pictureSymbols(report.pictures)}</body></html>\n`
  )
}
