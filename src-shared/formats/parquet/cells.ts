/** @file What stands in a cell of a Parquet table: as text for what tables say, as JSON for what records say. */
import { isObject, own } from '../kit/json-fields'
import { readExactJson } from '../reading/exact-json'

/** Texts in the order of `columns`; what is not there is ''. An image column that holds a path is that path. */
export const readCells = (row: Readonly<Record<string, unknown>>, columns: readonly string[]): readonly string[] =>
  columns.map((name) => textOf(row[name]))

function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return String(value)
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? '' : value.toISOString()
  if (isObject(value) && typeof own(value, 'path') === 'string') return own(value, 'path') as string
  return value === null || value === undefined ? '' : JSON.stringify(jsonOf(value))
}

const MOST_NESTED = 8

/** A value as JSON has it: integers that a number holds are numbers, others bigints; bytes and dates are null. */
export function jsonOf(value: unknown, depth = 0): unknown {
  if (depth > MOST_NESTED) return null
  if (typeof value === 'bigint') {
    const number = Number(value)
    return Number.isSafeInteger(number) ? number : depth === 0 ? value : String(value)
  }
  if (Array.isArray(value)) return value.map((each) => jsonOf(each, depth + 1))
  if (value instanceof Uint8Array || value instanceof Date || value === undefined) return null
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, jsonOf(each, depth + 1)]))
}

/** A list, also where it stands as JSON in a text. */
export function listIn(value: unknown): unknown {
  if (typeof value !== 'string') return jsonOf(value)
  const read = readExactJson(value)
  return read.fault === null ? read.value : value
}
