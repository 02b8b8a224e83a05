/** @file Ids of COCO files: whole numbers of any size or texts; `7` and `"7"` are one id, as some converters mix them. */
import { nameValue } from '../kit/json-fields'

export type CocoId = number | string

/** null for anything that is no id. Numbers stay numbers where nothing is lost, which is cheapest to look up. */
export function cocoId(value: unknown): CocoId | null {
  if (typeof value === 'number')
    return Number.isSafeInteger(value) ? value + 0 : Number.isFinite(value) ? String(value) : null
  if (typeof value === 'bigint') return String(value)
  if (typeof value !== 'string' || value === '') return null
  return /^(0|-?[1-9]\d{0,14})$/.test(value) ? Number(value) : value
}

export const nameId = (value: unknown): string => (typeof value === 'bigint' ? String(value) : nameValue(value))
