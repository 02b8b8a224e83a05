/** @file docs/formats/README.md, made from what the formats say of themselves. */
import type { Format, FormatInfo } from './format'
import type { FormatKeeps, FormatResolution } from './keeps'

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')
const row = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`
const yes = (value: boolean): string => (value ? 'yes' : '–')

const SAYS_LABELS: Readonly<Record<FormatKeeps['labels'], string>> = {
  none: '–',
  names: 'names',
  'in-order': 'names, in order'
}
const SAYS_WORDS: Readonly<Record<FormatKeeps['dialogues'], string>> = {
  none: '–',
  words: 'words only',
  grounded: 'words and regions'
}

export function sayResolution(resolution: FormatResolution): string {
  if (resolution === 'exact') return 'exact'
  if (resolution === 'dialect') return 'the dialect’s'
  if (typeof resolution === 'number') return `${resolution} px`
  return `${resolution.fraction} of the side`
}

function sayShapes({ shapes, otherShapes, outside }: FormatKeeps): string {
  const others = otherShapes === 'box' ? '; others as the box around them' : ''
  return shapes.join(', ') + others + (outside === 'clipped' ? '; cut at the border of the image' : '')
}

const sayRegions = ({ regions = 'all' }: FormatKeeps): string =>
  regions === 'all' ? 'all' : regions.map((rule) => rule.replace('-', ' ')).join(' or ')

function sayAttributes({ attributes }: FormatKeeps): string {
  if (attributes === true) return 'all'
  return attributes === false ? '–' : attributes.join(', ')
}

const SAYS_CAPTIONS: Readonly<Record<NonNullable<FormatKeeps['captions']>, string>> = {
  none: '–',
  words: 'words only',
  expressions: 'one phrase and its regions',
  grounded: 'words and regions'
}

function rowOf({ info, reader }: Format): string {
  const { id, name, fileName, layout, keeps } = info
  const file = `\`${fileName}${layout === 'folder' ? '/' : ''}\``
  const start = [`\`${id}\``, name, file, yes(reader !== undefined)]
  if (keeps === undefined) return row([...start, ...Array<string>(11).fill('')])
  return row([
    ...start,
    sayShapes(keeps),
    sayRegions(keeps),
    SAYS_LABELS[keeps.labels],
    yes(keeps.phrases),
    yes(keeps.states),
    yes(keeps.confidences),
    sayAttributes(keeps),
    SAYS_WORDS[keeps.dialogues],
    SAYS_CAPTIONS[keeps.captions ?? 'none'],
    yes(keeps.relations),
    sayResolution(keeps.resolution)
  ])
}

const limitsOf = ({ id, name, limits }: FormatInfo): readonly string[] => [
  `## ${name} (\`${id}\`)`,
  '',
  ...limits.map((limit) => `- ${limit}`),
  ''
]

export function formatsPage(formats: readonly Format[]): string {
  const columns = [
    'id',
    'name',
    'writes',
    'is read',
    'shapes that come back',
    'regions',
    'labels',
    'phrases',
    'states',
    'confidences',
    'attributes',
    'dialogues',
    'captions',
    'relations',
    'coordinates to'
  ]
  return [
    '# Formats',
    '',
    'Made from the code by `npm run docs`. What a column says comes back when a project is written and read again;',
    'a law of each format, and the certificate of every export. What does not come back is counted when it is written.',
    '',
    row(columns),
    row(columns.map(() => '---')),
    ...formats.map(rowOf),
    '',
    ...formats.flatMap(({ info }) => limitsOf(info))
  ].join('\n')
}
