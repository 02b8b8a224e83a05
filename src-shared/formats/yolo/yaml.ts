/**
 * @file YAML of data sets (E7). Only texts, lists and maps are read: `no`, `1.0` and `~` as class names stay what they
 * are. Tags mean nothing, aliases are few, keys are keys whatever they are called, nothing is run.
 */
import { LineCounter, parseDocument } from 'yaml'
import { AppError } from '../../errors'

export type YamlValue = string | null | readonly YamlValue[] | ReadonlyMap<string, YamlValue>

const MOST_ALIASES = 20
/** Nine thousand classes have less; the parser takes seconds for as much that is damaged. */
const MOST_LETTERS = 256 * 1024

/** Throws `import/yaml` with line and column, `import/too-large`. */
export function parseYaml(file: string, text: string): YamlValue {
  if (text.length > MOST_LETTERS)
    throw new AppError(
      'import/too-large',
      `${file} has ${text.length} letters; at most ${MOST_LETTERS} are read as YAML.`,
      {
        nextStep: 'Check that it is the file you mean.',
        data: { file }
      }
    )
  const lines = new LineCounter()
  const refuse = (at: number, reason: string): AppError => {
    const { line, col: column } = lines.linePos(at)
    return new AppError('import/yaml', `${file}, line ${line}, column ${column}: ${reason}.`, {
      nextStep: 'Correct the file at this place.',
      data: { file, line, column }
    })
  }
  const deep = tooDeepAt(text)
  if (deep !== null) throw refuse(0, `near letter ${deep + 1} it is nested deeper than any data set is`)
  const document = parseDocument(text, {
    schema: 'failsafe',
    lineCounter: lines,
    prettyErrors: false,
    logLevel: 'silent'
  })
  const [error] = document.errors
  if (error !== undefined) throw refuse(error.pos[0], error.message.replace(/\.$/, ''))
  try {
    return plain(document.toJS({ mapAsMap: true, maxAliasCount: MOST_ALIASES }))
  } catch (cause) {
    throw refuse(0, (cause as Error).message.replace(/\.$/, ''))
  }
}

const MAX_DEPTH = 32

/** The parser takes quadratic time for nesting, so what is far beyond `MAX_DEPTH` never gets there. */
const HOPELESS_DEPTH = 500
const OPENERS_IN_A_ROW = /(?:[-?:][ \t]+){500}/

/** Brackets are counted wherever they stand, in texts too: a name of 500 open ones is none either. */
function tooDeepAt(text: string): number | null {
  let depth = 0
  for (const { 0: bracket, index } of text.matchAll(/[[\]{}]/g)) {
    depth = bracket === '[' || bracket === '{' ? depth + 1 : Math.max(0, depth - 1)
    if (depth > HOPELESS_DEPTH) return index
  }
  return OPENERS_IN_A_ROW.exec(text)?.index ?? null
}

function plain(value: unknown, depth = 0): YamlValue {
  if (depth > MAX_DEPTH) throw new Error(`it is nested deeper than ${MAX_DEPTH} levels`)
  if (Array.isArray(value)) return value.map((each) => plain(each, depth + 1))
  if (value instanceof Map)
    return new Map([...value].map(([key, each]) => [keyOf(key), plain(each, depth + 1)] as const))
  if (typeof value === 'string' && HALF.test(value)) throw new Error('half of a pair of \\u escapes stands alone')
  return typeof value === 'string' ? value : null
}
const HALF = /\p{Surrogate}/u
const keyOf = (key: unknown): string => (typeof key === 'string' ? key : '')

const UNPRINTABLE = /(?!\n)\p{Cc}|[\ufeff\ufffe\uffff\u2028\u2029]|\p{Cs}/gu

/** A text in double quotes that every YAML reader takes for a text. */
export const yamlText = (text: string): string =>
  JSON.stringify(text).replace(UNPRINTABLE, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`)
