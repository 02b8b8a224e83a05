/**
 * @file A JSON schema as a grammar: texts as `json.dumps` of Python writes them (`", "` and `": "`), which is how
 * models were taught to, with properties in the order of the schema and none besides. What a regular grammar cannot
 * hold (a schema within itself, bounds of broken numbers, patterns) is refused by name, not passed over.
 */
import { AppError } from '../../../src-shared/errors'
import { choice, integer, literal, optional, repeat, sequence, words } from '../../../src-shared/dialects/grammar'
import type { Grammar } from '../../../src-shared/dialects/grammar'

type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject
interface JsonObject {
  readonly [key: string]: JsonValue
}

const MAX_DEPTH = 32
/** Digits of a whole number without bounds, and behind the point; a double holds no more. */
const MAX_DIGITS = 15
const MAX_WHOLE = 10 ** MAX_DIGITS - 1

/** Said about a value, not of it. */
const NOTES = new Set(
  '$schema $id $comment $defs definitions title description default examples deprecated readOnly writeOnly format'.split(
    ' '
  )
)
const KEYWORDS: Readonly<Record<string, readonly string[]>> = {
  object: ['properties', 'required', 'additionalProperties'],
  array: ['items', 'prefixItems', 'minItems', 'maxItems'],
  string: [],
  integer: ['minimum', 'maximum'],
  number: [],
  boolean: [],
  null: []
}

const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const refuse = (path: string, reason: string): AppError =>
  new AppError(
    'inference/cannot-constrain',
    `The JSON schema cannot be used: ${path === '' ? '' : `${path}: `}${reason}.`,
    {
      nextStep: 'Change the schema, or ask without a constraint.',
      data: { path }
    }
  )

/** As `json.dumps(value, ensure_ascii=False)` writes it. */
function dumped(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(dumped).join(', ')}]`
  if (!isObject(value)) return JSON.stringify(value)
  return `{${Object.entries(value)
    .map(([key, inner]) => `${JSON.stringify(key)}: ${dumped(inner)}`)
    .join(', ')}}`
}

const CONTROLS = Array.from({ length: 32 }, (_, code) => String.fromCharCode(code))
const hexDigit = choice(...Array.from('0123456789abcdefABCDEF', literal))
/** Without surrogates written as escapes: a half of one would be no text. */
const STRING: Grammar = sequence(
  '"',
  repeat(
    choice(
      words(['"', '\\', ...CONTROLS]),
      sequence('\\', choice(...Array.from('"\\/bfnrt', literal))),
      sequence('\\u', choice(...Array.from('0123456789abcefABCEF', literal)), hexDigit, hexDigit, hexDigit)
    )
  ),
  '"'
)
const digit = integer(0, 9)
const NUMBER: Grammar = sequence(
  optional(literal('-')),
  integer(0, MAX_WHOLE),
  optional(sequence('.', repeat(digit, 1, MAX_DIGITS)))
)

function wholeNumbers(min: number, max: number): Grammar {
  const below = min < 0 ? sequence('-', integer(Math.max(1, -max), Math.min(MAX_WHOLE, -min))) : null
  const above = max >= 0 ? integer(Math.max(0, min), Math.min(MAX_WHOLE, max)) : null
  if (below === null) return above ?? literal('')
  return above === null ? below : choice(below, above)
}

class Reader {
  private readonly root: JsonObject
  constructor(root: JsonObject) {
    this.root = root
  }

  read(schema: JsonValue | undefined, path: string, outer: readonly string[]): Grammar {
    if (outer.length > MAX_DEPTH) throw refuse(path, 'it is nested too deeply')
    if (!isObject(schema)) throw refuse(path, 'a schema is an object that says a type')
    const { $ref, const: constant, enum: values, anyOf, oneOf, type } = schema
    const only = (keyword: string): void => this.checkKeywords(schema, [keyword, 'type'], path)
    if (typeof $ref === 'string') {
      this.checkKeywords(schema, ['$ref'], path)
      if (outer.includes($ref)) throw refuse(path, `${$ref} is within itself`)
      return this.read(this.resolve($ref, path), $ref, [...outer, $ref])
    }
    if (constant !== undefined) {
      only('const')
      return literal(dumped(constant))
    }
    if (values !== undefined) {
      only('enum')
      if (!Array.isArray(values) || values.length === 0) throw refuse(path, '"enum" is no list of values')
      return choice(...(values as readonly JsonValue[]).map((value) => literal(dumped(value))))
    }
    const branches = anyOf ?? oneOf
    if (branches !== undefined) {
      this.checkKeywords(schema, [anyOf === undefined ? 'oneOf' : 'anyOf'], path)
      if (!Array.isArray(branches) || branches.length === 0) throw refuse(path, '"anyOf" is no list of schemas')
      return choice(
        ...(branches as readonly JsonValue[]).map((one, i) => this.read(one, `${path}/${i}`, [...outer, path]))
      )
    }
    if (Array.isArray(type)) {
      return choice(
        ...(type as readonly JsonValue[]).map((one) => this.ofType({ ...schema, type: one }, path, outer, false))
      )
    }
    return this.ofType(schema, path, outer, true)
  }

  private checkKeywords(schema: JsonObject, known: readonly string[], path: string): void {
    const unknown = Object.keys(schema).find((key) => !known.includes(key) && !NOTES.has(key))
    if (unknown !== undefined) throw refuse(path, `"${unknown}" cannot be held to`)
  }

  private resolve(ref: string, path: string): JsonValue | undefined {
    if (!ref.startsWith('#/')) throw refuse(path, `${ref} is not within the schema`)
    let at: JsonValue | undefined = this.root
    for (const part of ref.slice(2).split('/')) {
      const key = part.replaceAll('~1', '/').replaceAll('~0', '~')
      at = isObject(at) && Object.hasOwn(at, key) ? at[key] : undefined
    }
    if (at === undefined) throw refuse(path, `${ref} is not there`)
    return at
  }

  private ofType(schema: JsonObject, path: string, outer: readonly string[], isStrict: boolean): Grammar {
    const { type } = schema
    const keywords = typeof type === 'string' && Object.hasOwn(KEYWORDS, type) ? KEYWORDS[type] : undefined
    if (keywords === undefined) throw refuse(path, 'it says no type')
    // Of several types each has its own keywords; what none of them knows was found with the first.
    this.checkKeywords(schema, ['type', ...(isStrict ? keywords : Object.values(KEYWORDS).flat())], path)
    const inner = [...outer, path]
    switch (type) {
      case 'object':
        return this.object(schema, path, inner)
      case 'array':
        return this.array(schema, path, inner)
      case 'integer':
        return this.integer(schema, path)
      case 'string':
        return STRING
      case 'number':
        return NUMBER
      case 'boolean':
        return choice(literal('true'), literal('false'))
      default:
        return literal('null')
    }
  }

  private integer({ minimum = -MAX_WHOLE, maximum = MAX_WHOLE }: JsonObject, path: string): Grammar {
    if (typeof minimum !== 'number' || typeof maximum !== 'number') throw refuse(path, 'a bound is no number')
    const [min, max] = [Math.ceil(minimum), Math.floor(maximum)]
    if (min > max || max < -MAX_WHOLE || min > MAX_WHOLE) throw refuse(path, 'no whole number is between its bounds')
    return wholeNumbers(min, max)
  }

  private count(value: JsonValue | undefined, path: string): number | null {
    if (value === undefined) return null
    if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value
    throw refuse(path, 'a number of items is no whole number')
  }

  private array(
    { items, prefixItems = [], minItems, maxItems }: JsonObject,
    path: string,
    outer: readonly string[]
  ): Grammar {
    if (!Array.isArray(prefixItems)) throw refuse(path, '"prefixItems" is no list')
    const first = (prefixItems as readonly JsonValue[]).map((one, i) =>
      this.read(one, `${path}/prefixItems/${i}`, outer)
    )
    const min = this.count(minItems, path) ?? 0
    const max = this.count(maxItems, path)
    if (max !== null && max < min) throw refuse(path, '"maxItems" is below "minItems"')
    if (first.length > 0) {
      const isClosed = items === false || items === undefined
      if (!isClosed || (minItems !== undefined && min !== first.length) || (max !== null && max !== first.length)) {
        throw refuse(path, '"prefixItems" are held to as they are, without other items')
      }
      return sequence('[', ...first.flatMap((one, i) => (i === 0 ? [one] : [literal(', '), one])), ']')
    }
    if (items === undefined) throw refuse(path, 'an array says what its items are')
    if (max === 0) return literal('[]')
    const item = this.read(items, `${path}/items`, outer)
    const filled = sequence(item, repeat(sequence(', ', item), Math.max(0, min - 1), max === null ? null : max - 1))
    return sequence('[', min === 0 ? optional(filled) : filled, ']')
  }

  private object(schema: JsonObject, path: string, outer: readonly string[]): Grammar {
    const { properties = {}, required = [], additionalProperties = false } = schema
    if (!isObject(properties)) throw refuse(path, '"properties" is no object')
    if (!Array.isArray(required)) throw refuse(path, '"required" is no list')
    if (additionalProperties !== false) throw refuse(path, '"additionalProperties" cannot be held to')
    const missing = (required as readonly JsonValue[]).find(
      (key) => typeof key !== 'string' || !Object.hasOwn(properties, key)
    )
    if (missing !== undefined) throw refuse(path, `${JSON.stringify(missing)} is required and not described`)
    const members = Object.entries(properties).map(([key, value]) => ({
      isRequired: (required as readonly JsonValue[]).includes(key),
      grammar: sequence(`${JSON.stringify(key)}: `, this.read(value, `${path}/${key}`, outer))
    }))
    /** Members from `at` on, behind another one. */
    const behind = (at: number): Grammar =>
      sequence(
        ...members.slice(at).map(({ isRequired, grammar }) => {
          const own = sequence(', ', grammar)
          return isRequired ? own : optional(own)
        })
      )
    /** Any member up to the first required one may come first; without such a one, there may be none. */
    const firstRequired = members.findIndex(({ isRequired }) => isRequired)
    const beginnings = members
      .slice(0, firstRequired === -1 ? members.length : firstRequired + 1)
      .map(({ grammar }, at) => sequence(grammar, behind(at + 1)))
    const inside = choice(...(firstRequired === -1 ? [literal('')] : []), ...beginnings)
    return sequence('{', inside, '}')
  }
}

/** Throws `inference/cannot-constrain` naming the place in the schema. */
export function grammarOfSchema(schema: Readonly<Record<string, unknown>>): Grammar {
  const json = schema as JsonObject
  return new Reader(json).read(json, '', [])
}
