/**
 * @file `docs/dialects/<id>.md`, made from what the code knows: the profile, and a worked example that
 * is written and read while the page is made. Pure; `scripts/write-dialect-pages.mjs` writes the files.
 */
import { coordinatesOf } from '../geometry/shape'
import { normalizedFromPixel } from '../geometry/convert'
import { normalizedPoint, pixelBox } from '../geometry/space'
import type { GroundedShape } from '../geometry/region-shape'
import type { Dialect, DialectProfile, DialectSetting } from './dialect'
import { explainRegion } from './explain'
import { EXPLANATIONS } from './kit/issues'

const SPACES: Readonly<Record<DialectProfile['space'], string>> = {
  original: 'fractions of the upright original picture',
  'padded-square':
    'fractions of the square the picture is centred on (integer margins, the larger half right or below)',
  resized: 'pixels of the picture as the network sees it'
}
const KINDS: Readonly<Record<string, string>> = { 'coded-mask': 'mask (codes of the model)' }

const EXAMPLE_IMAGE = { width: 640, height: 480 }
const EXAMPLE_BOX = pixelBox(64, 48, 321, 240)

const code = (text: string): string => {
  const fence = text.includes('`') ? '``' : '`'
  return `${fence}${fence.length > 1 ? ' ' : ''}${text.replaceAll('\n', '⏎').replaceAll('\t', '⇥')}${fence.length > 1 ? ' ' : ''}${fence}`
}
const cell = (text: string): string => text.replaceAll('|', '\\|')
const px = (value: number): string => String(Number(value.toPrecision(4)))

function stepText({ step, space, kinds }: DialectProfile): string {
  if (kinds.length === 0) return 'none'
  if (space === 'resized') return step === 1 ? 'one pixel' : `${step} pixels`
  const parts = 1 / step
  return Math.abs(parts - Math.round(parts)) < 1e-6 ? `1/${Math.round(parts)}` : String(step)
}

function factRows(profile: DialectProfile): readonly (readonly [string, string])[] {
  const { id, space, kinds, order = 'xyxy', phraseMarks, stopTokens = [], worstErrorSteps = 0.5 } = profile
  return [
    ['id', code(id)],
    ['numbers are', kinds.length === 0 ? `not in the text; beside it, ${SPACES[space]}` : SPACES[space]],
    [
      'grid',
      kinds.length === 0
        ? 'none'
        : `${stepText(profile)}; a coordinate lands at most ${worstErrorSteps} of a step from where it was`
    ],
    ['regions', kinds.length === 0 ? 'none in the text' : kinds.map((kind) => KINDS[kind] ?? kind).join(', ')],
    ['order', order === 'yxyx' ? '**y before x**' : 'left, top, right, bottom'],
    ['phrases', phraseMarks === 'explicit' ? 'marked' : 'not marked: the words before a region, a guess'],
    ...(stopTokens.length === 0 ? [] : [['ends with', stopTokens.map(code).join(', ')] as const]),
    ['source', profile.source]
  ]
}

const settingRow = ({ id, default: initial, values, says }: DialectSetting): string =>
  `| ${code(id)} | ${values.map((value) => (value === initial ? `**${String(value)}**` : String(value))).join(', ')} | ${cell(says)} |`

function workedExample(dialect: Dialect): readonly string[] {
  const { kinds } = dialect.profile
  const box = normalizedFromPixel(EXAMPLE_BOX, EXAMPLE_IMAGE)
  const shape: GroundedShape | null = kinds.includes('box')
    ? { type: 'box', box }
    : kinds.includes('point')
      ? { type: 'point', point: normalizedPoint(box[0], box[1]) }
      : null
  if (shape === null) return []
  const context = { image: EXAMPLE_IMAGE, pixels: new Map([['region', [...EXAMPLE_BOX]]]) }
  const { text, readBack, cellPx, worstErrorPx } = explainRegion(dialect, shape, context)
  const back =
    readBack === null
      ? 'nothing'
      : coordinatesOf(readBack)
          .map((value, i) => px(value * (i % 2 === 0 ? EXAMPLE_IMAGE.width : EXAMPLE_IMAGE.height)))
          .join(', ')
  const given = shape.type === 'box' ? EXAMPLE_BOX.join(', ') : EXAMPLE_BOX.slice(0, 2).join(', ')
  return [
    '## A region on its way',
    '',
    `The ${shape.type} at ${given} px of a picture of ${EXAMPLE_IMAGE.width}×${EXAMPLE_IMAGE.height} is written`,
    '',
    ...text.split('\n').map((line) => `    ${line}`),
    '',
    `and read back as ${back} px. A cell of the grid is ${px(cellPx.width)} × ${px(cellPx.height)} px there; an edge moves by at most ${px(worstErrorPx.width)} px across and ${px(worstErrorPx.height)} px down.`,
    ''
  ]
}

const bullets = (title: string, items: readonly string[] | undefined): readonly string[] =>
  items === undefined || items.length === 0 ? [] : [`## ${title}`, '', ...items.map((item) => `- ${item}`), '']

export function dialectPage(dialect: Dialect): string {
  const { profile } = dialect
  const { page, settings = [], variants = {} } = profile
  if (page === undefined) throw new TypeError(`expected a page in the profile of ${profile.id}`)
  const lines = [
    `# ${profile.name}`,
    '',
    'Made from the code by `npm run docs`; change the profile, not this file.',
    '',
    '| | |',
    '|---|---|',
    ...factRows(profile).map(([name, value]) => `| ${name} | ${cell(value)} |`),
    '',
    '## What it looks like',
    '',
    ...page.examples.map(([source, says]) => `- ${code(source)}: ${says}`),
    '',
    ...workedExample(dialect),
    '## Writing and reading',
    '',
    `- Writes: ${page.writes}`,
    `- Reads: ${page.reads}`,
    `- Strict, as the official reader: ${page.strict}`,
    '- Lenient: the recoveries of [the list](README.md#lenient-reading), each with its code and place; a number is never guessed.',
    '',
    ...(settings.length === 0
      ? []
      : ['## Settings', '', '| setting | values (**default**) | what it changes |', '|---|---|---|']),
    ...settings.map(settingRow),
    ...(settings.length === 0 ? [] : ['']),
    ...(Object.keys(variants).length === 0
      ? []
      : [
          `Variants: ${Object.entries(variants)
            .map(
              ([name, values]) =>
                `${code(name)} (${Object.entries(values)
                  .map(([k, v]) => `${k} ${String(v)}`)
                  .join(', ')})`
            )
            .join('; ')}.`,
          ''
        ]),
    ...bullets('Easy to get wrong', page.notes),
    ...bullets('Not confirmed by any public source', page.unverified)
  ]
  return `${lines.join('\n').trimEnd()}\n`
}

/** `docs/dialects/README.md`: all dialects side by side, and what lenient reading does. */
export function dialectIndex(dialects: readonly Dialect[]): string {
  const rows = dialects.map(({ profile }) => {
    const { id, name, space, order = 'xyxy', kinds, page } = profile
    const [example] = page?.examples[0] ?? ['']
    return `| [${name}](${id}.md) | ${code(id)} | ${cell(code(example.length > 60 ? `${example.slice(0, 59)}…` : example))} | ${space} | ${stepText(profile)} | ${order} | ${kinds.join(', ') || 'none in the text'} |`
  })
  return [
    '# Dialects',
    '',
    'Made from the code by `npm run docs`. [How to add one](adding.md).',
    '',
    '| | id | text | space | grid | order | regions |',
    '|---|---|---|---|---|---|---|',
    ...rows,
    '',
    '## Lenient reading',
    '',
    'Strict reading is the official reader. Lenient reading recovers what can be recovered without guessing a number, and says so with the place in the text:',
    '',
    '| code | severity | what it says |',
    '|---|---|---|',
    ...Object.entries(EXPLANATIONS).map(([name, [severity, says]]) => `| ${code(name)} | ${severity} | ${says} |`),
    ''
  ].join('\n')
}
