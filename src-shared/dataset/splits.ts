/**
 * @file Which images go to which split. By a hash of a seed and the group, so that neither the order of the images nor
 * the machine has a say; a group is never torn apart.
 */
import { AppError } from '../errors'

export interface SplitShare {
  readonly name: string
  /** Of the images; all shares are 1 together. */
  readonly share: number
}
export interface SplitMember {
  readonly id: string
  /** Members of one group stay together. */
  readonly group: string
}

/**
 * - `image`: copies of one image, by the hash of their bytes, stay together
 * - `folder`: all of a folder does
 * - `near-duplicate`: images that look alike do; every picture is looked at
 */
export type SplitBy = 'image' | 'folder' | 'near-duplicate'
export const SPLIT_BY = ['image', 'folder', 'near-duplicate'] as const satisfies readonly SplitBy[]

/** Which images go to which folder of an export. */
export interface ExportSplit {
  /** In the order of their folders; all shares are 1 together. */
  readonly shares: readonly SplitShare[]
  readonly seed: number
  readonly by: SplitBy
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/
const WHOLE = 1e-6

const refused = (text: string, reason: string): AppError =>
  new AppError('export/bad-split', `The split ${text} cannot be made: ${reason}.`, {
    nextStep: 'Give names and shares that are 1 together, as in train=0.8,val=0.2.'
  })

/** `train=0.8,val=0.2` or `train=80,val=20`; throws `export/bad-split`. */
export function parseSplits(text: string): readonly SplitShare[] {
  const said = JSON.stringify(text)
  const parts = text.split(',').map((part) => {
    const [name = '', share = '', ...rest] = part.split('=')
    if (!NAME.test(name.trim())) throw refused(said, `${JSON.stringify(name.trim())} is no name for a folder`)
    if (rest.length > 0 || !/^\d+(\.\d+)?$/.test(share.trim())) throw refused(said, `${name.trim()} has no share`)
    return { name: name.trim(), share: Number(share) }
  })
  return wholeShares(parts, said)
}

/** Shares of 1 or 100 together as shares of 1; throws `export/bad-split`. */
export function wholeShares(
  parts: readonly SplitShare[],
  said = parts.map(({ name, share }) => `${name}=${share}`).join(',')
): readonly SplitShare[] {
  const wrong = parts.find(({ name }) => !NAME.test(name))
  if (wrong !== undefined) throw refused(said, `${JSON.stringify(wrong.name)} is no name for a folder`)
  if (parts.length === 0) throw refused('of nothing', 'it has no shares')
  const names = new Set(parts.map(({ name }) => name.toLowerCase()))
  if (names.size < parts.length) throw refused(said, 'a name stands there twice')
  const total = parts.reduce((sum, { share }) => sum + share, 0)
  if (parts.some(({ share }) => !(share > 0))) throw refused(said, 'a share is 0')
  const unit = Math.abs(total - 100) < WHOLE * 100 ? 100 : 1
  if (!(Math.abs(total - unit) <= WHOLE * unit)) throw refused(said, `the shares are ${total} together`)
  return parts.map(({ name, share }) => ({ name, share: share / unit }))
}

/** 53 bits of two FNV-1a hashes. */
function orderOf(seed: number, group: string): number {
  const text = `${seed}\n${group}`
  let [high, low] = [0x811c9dc5, 0x1b873593]
  for (let i = 0; i < text.length; i++) {
    high = Math.imul(high ^ text.charCodeAt(i), 0x01000193)
    low = Math.imul(low ^ text.charCodeAt(text.length - 1 - i), 0x01000193)
  }
  // FNV leaves the last letter in the low bits; a round of mixing spreads it.
  const mixed = (value: number): number => {
    const folded = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
    return (folded ^ (folded >>> 13)) >>> 0
  }
  return (mixed(high) % 2 ** 21) * 2 ** 32 + mixed(low)
}

/**
 * Index of the split of each member, by id. Groups go one by one, in the order of their hash, to the split that lacks
 * most of its share; with groups of one every split has its share to within one image.
 */
export function assignSplits(
  members: readonly SplitMember[],
  shares: readonly SplitShare[],
  seed: number
): ReadonlyMap<string, number> {
  const groups = new Map<string, string[]>()
  for (const { id, group } of members) {
    const list = groups.get(group)
    if (list === undefined) groups.set(group, [id])
    else list.push(id)
  }
  const ordered = [...groups].map(([group, ids]) => ({ group, ids, order: orderOf(seed, group) }))
  ordered.sort((a, b) => a.order - b.order || (a.group < b.group ? -1 : 1))
  const lacking = shares.map(({ share }) => share * members.length)
  const splitOf = new Map<string, number>()
  for (const { ids } of ordered) {
    const most = lacking.reduce((best, value, i) => (value > (lacking[best] ?? -Infinity) ? i : best), 0)
    lacking[most] = (lacking[most] ?? 0) - ids.length
    for (const id of ids) splitOf.set(id, most)
  }
  return splitOf
}
