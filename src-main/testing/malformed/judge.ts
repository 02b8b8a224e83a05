/** @file Whether what was read of damaged files is honest, given what the whole files say. */
import type { ImportReport, SkippedGroup } from '../../../src-shared/formats/reading/report'
import type { Ran } from './command'
import type { Expectation } from './damage'
import type { Reading, Said } from './reading'

const REPORT_KEYS = 'format because counts labels skipped doubts notes written'

/** Faults of a run of the command by itself, whatever the files. */
export function faultsOfRun({ code, out, err, report }: Ran): readonly string[] {
  const faults: string[] = []
  if (code !== 0 && code !== 1) faults.push(`exit code ${code}`)
  if (/^\s+at .+:\d+:\d+/m.test(err)) faults.push('a stack is printed')
  if (err.includes('something went wrong inside')) faults.push(`it fell over: ${err.split('\n')[0] ?? ''}`)
  if (code === 1 && (out !== '' || !err.startsWith('eyrie: '))) faults.push('a refusal that is none')
  if (code !== 0) return faults
  if (report === null || Object.keys(report).join(' ') !== REPORT_KEYS) return [...faults, 'no report is printed']
  if (isSilentNothing(report)) faults.push('nothing is read and nothing is said')
  for (const { code: issue, count, examples } of groupsOf(report)) {
    if (count < 1 || examples.length === 0) faults.push(`${issue} without an example`)
    for (const { file, record, message } of examples) {
      if (file === '' && record === null) faults.push(`${issue} says not where`)
      if (message === '' || /undefined(?! entity)|\[object|NaN of|function/.test(message))
        faults.push(`${issue} says ${message}`)
    }
  }
  return faults
}

const groupsOf = ({ skipped, doubts, notes }: ImportReport): readonly SkippedGroup[] => [
  ...skipped,
  ...doubts,
  ...notes
]

function isSilentNothing(report: ImportReport): boolean {
  const { counts } = report
  const found = counts.images + counts.labels + counts.dialogues + counts.relations
  return found + Object.keys(counts.regions).length === 0 && groupsOf(report).length === 0
}

export const codesOf = (report: ImportReport): ReadonlyMap<string, number> =>
  new Map(groupsOf(report).map(({ code, count }) => [code, count]))

const beyond = (after: ReadonlySet<string>, before: ReadonlySet<string>): readonly string[] =>
  [...after].filter((each) => !before.has(each))

/** Something is said that was not said of the whole files. */
export function isNamed(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): boolean {
  return [...after].some(([code, count]) => count > (before.get(code) ?? 0))
}

function isEqual(before: Said, after: Said): boolean {
  const parts = ['regions', 'dialogues', 'relations'] as const
  return parts.every((part) => before[part].size === after[part].size && beyond(after[part], before[part]).length === 0)
}

/** `named`: that something new is said, by the reader or by the command. */
export function faultsOfReading(
  before: Said,
  after: Reading,
  expectation: Expectation,
  named: boolean,
  byCommand: boolean
): readonly string[] {
  if (after.kind === 'crashed') return [`the reader fell over: ${after.why.slice(0, 400)}`]
  if (after.kind === 'refused') return after.message === '' ? ['a refusal without words'] : []
  const { said } = after
  const faults: string[] = []
  const there = (place: string): boolean => !place.startsWith('?')
  /** Another outline of the same bounds, or the box alone. */
  const isRest = (place: string): boolean =>
    before.bounds.has(place) || (named && before.bounds.has(said.around.get(place) ?? ''))
  if (expectation === 'same' || expectation === 'less' || expectation === 'fewer') {
    const invented = beyond(said.places, before.places).filter((place) => there(place) && !isRest(place))
    if (invented.length > 0) faults.push(`a place that is not in the files: ${invented[0] ?? ''}`)
    const others = beyond(said.regions, before.regions).filter((region) => there(region) && isOtherName(region, before))
    if (others.length > 0 && invented.length === 0) faults.push(`another name for a place: ${others[0] ?? ''}`)
    const words = beyond(said.dialogues, before.dialogues).filter(there)
    if (words.length > 0 && !named && expectation !== 'fewer')
      faults.push(`words that are not in the files: ${words[0] ?? ''}`)
    const relations = beyond(said.relations, before.relations).filter(there)
    if (relations.length > 0 && !named && expectation !== 'fewer')
      faults.push(`a relation that is not in the files: ${relations[0] ?? ''}`)
  }
  // An image that is not there is named by the command, which knows the images.
  const isElsewhere = [...said.regions, ...said.dialogues].some((each) => !there(each))
  // Nothing at all is what the command tells, whatever the format.
  const isNothing = said.regions.size + said.dialogues.size + said.labels.length === 0
  const mayBeQuiet =
    expectation === 'other' ||
    expectation === 'fewer' ||
    (expectation === 'sized' && !byCommand) ||
    (expectation !== 'named' && expectation !== 'sized' && isEqual(before, said)) ||
    ((isElsewhere || isNothing) && !byCommand)
  if (!mayBeQuiet && !named)
    faults.push(
      isEqual(before, said) ? 'read as if it were whole' : `it differs and nothing is said (${differing(before, said)})`
    )
  return faults
}

/** What a class is called whose name nobody knows, which is told. */
const PLACEHOLDER = /^class_\d+$/

/** A name that is gone is a loss, and is named; another name is wrong. */
function isOtherName(region: string, before: Said): boolean {
  const at = region.lastIndexOf(': [')
  const [label, phrase] = JSON.parse(region.slice(at + 2)) as readonly [string | null, string | null]
  const known = [...before.regions].filter((each) => each.startsWith(region.slice(0, at + 3)))
  // The box around an outline that could not be read.
  if (known.length === 0) return false
  return !known.some((each) => {
    const [l, p] = JSON.parse(each.slice(at + 2)) as readonly [string | null, string | null]
    return (label === null || label === l || PLACEHOLDER.test(label)) && (phrase === null || phrase === p)
  })
}

function differing(before: Said, after: Said): string {
  const parts = ['regions', 'dialogues', 'relations'] as const
  return parts
    .filter((part) => before[part].size !== after[part].size || beyond(after[part], before[part]).length > 0)
    .map((part) => `${before[part].size} ${part} became ${after[part].size}`)
    .join(', ')
}
