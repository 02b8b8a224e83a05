/** @file Which of the files are ODVG: lines of JSON with a filename and detections, groundings or expressions. */
import { headText } from '../kit/head-text'
import { isObject, own } from '../kit/json-fields'
import { isNamed } from '../kit/small-json'
import { parseExactJson } from '../reading/exact-json'
import type { Recognition } from '../reading/reader'
import type { DataSource } from '../reading/source'

const HEAD_BYTES = 32 * 1024
const EXTENSIONS = ['jsonl', 'json', 'ndjson', 'odvg']
/** The largest vocabularies of detectors have some twenty thousand names. */
const MOST_MAP_BYTES = 4 * 1024 * 1024

export type OdvgForm = 'detection' | 'grounding'

const has = (text: string, key: string): boolean => new RegExp(`"${key}"\\s*:`).test(text)

/** What the first records hold; null: not ODVG. */
async function formsOf(source: DataSource, path: string): Promise<ReadonlySet<OdvgForm> | null> {
  const text = await headText(source, path, HEAD_BYTES)
  if (text === null || !/^\s*\{/.test(text) || !has(text, 'filename')) return null
  const isDetection = /"detection"\s*:\s*\{/.test(text) && has(text, 'instances')
  const isGrounding = (/"grounding"\s*:\s*\{/.test(text) && has(text, 'regions')) || /"referring"\s*:\s*\[/.test(text)
  if (!isDetection && !isGrounding) return null
  return new Set<OdvgForm>([
    ...(isDetection ? ['detection' as const] : []),
    ...(isGrounding ? ['grounding' as const] : [])
  ])
}

export interface OdvgFile {
  readonly path: string
  readonly forms: ReadonlySet<OdvgForm>
}

export async function odvgFiles(source: DataSource): Promise<readonly OdvgFile[]> {
  const found: OdvgFile[] = []
  for (const { path } of source.files) {
    if (!EXTENSIONS.some((extension) => isNamed(path, extension))) continue
    const forms = await formsOf(source, path)
    if (forms !== null) found.push({ path, forms })
  }
  return found
}

/** Files that are named as records of ODVG are and hold something else. */
export async function otherRecordFiles(source: DataSource, known: ReadonlySet<string>): Promise<readonly string[]> {
  return recordFiles(source, (text, path) => !known.has(path) && text.trim() !== '')
}

export async function emptyRecordFiles(source: DataSource): Promise<readonly string[]> {
  return recordFiles(source, (text) => text.trim() === '')
}

async function recordFiles(
  source: DataSource,
  isWanted: (head: string, path: string) => boolean
): Promise<readonly string[]> {
  const found: string[] = []
  for (const { path } of source.files) {
    if (!EXTENSIONS.some((extension) => isNamed(path, extension))) continue
    if (isWanted((await headText(source, path, HEAD_BYTES)) ?? '', path)) found.push(path)
  }
  return found
}

export interface LabelMap {
  readonly path: string
  /** In order of their indexes. */
  readonly names: ReadonlyMap<number, string>
}

/** `{"0": "person", …}`: keys are indexes, values names, no index twice; null otherwise. */
function mapFrom(value: unknown): ReadonlyMap<number, string> | null {
  if (!isObject(value)) return null
  const keys = Object.keys(value)
  if (keys.length === 0) return null
  const names = new Map<number, string>()
  for (const key of keys) {
    const name = own(value, key)
    if (!/^(0|[1-9]\d{0,8})$/.test(key) || typeof name !== 'string') return null
    names.set(Number(key), name)
  }
  return new Map([...names].sort(([a], [b]) => a - b))
}

const parentOf = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1)

/** Every file that is one, in order of paths. A damaged one is none: its file's classes are then told as missing. */
export async function labelMaps(source: DataSource): Promise<readonly LabelMap[]> {
  const maps: LabelMap[] = []
  for (const { path, sizeBytes } of source.files) {
    if (!isNamed(path, 'json') || sizeBytes > MOST_MAP_BYTES) continue
    const head = await headText(source, path, HEAD_BYTES)
    if (head === null || !/^\s*\{\s*"\d+"\s*:\s*"/.test(head)) continue
    const names = mapFrom(parseExactJson(path, await source.text(path, MOST_MAP_BYTES)))
    if (names !== null) maps.push({ path, names })
  }
  return maps
}

const sharedStart = (a: string, b: string): number => {
  let length = 0
  while (length < a.length && a[length] === b[length]) length++
  return length
}

/** The map of a file: in its own folder before others, then by the longest common beginning of their names. */
export function mapFor(path: string, maps: readonly LabelMap[]): LabelMap | null {
  const rank = (map: LabelMap): number =>
    (parentOf(map.path) === parentOf(path) ? 1e6 : 0) + sharedStart(map.path, path)
  return maps.reduce<LabelMap | null>((best, map) => (best === null || rank(map) > rank(best) ? map : best), null)
}

export async function recogniseOdvg(form: OdvgForm, source: DataSource): Promise<Recognition | null> {
  const files = await odvgFiles(source)
  const ours = files.filter(({ forms }) => forms.has(form))
  if (ours.length === 0) return null
  const isAll = ours.length === files.length
  const maps = form === 'detection' ? await labelMaps(source) : []
  return {
    // Whichever is taken reads both; the one that says more of the files comes first.
    score: isAll && (form === 'detection' || !ours.some(({ forms }) => forms.has('detection'))) ? 0.95 : 0.9,
    because:
      form === 'detection'
        ? 'lines of JSON with filename and detection instances, as Grounding DINO trains on'
        : 'lines of JSON with filename and a grounded caption, as Grounding DINO trains on',
    paths: [...files, ...maps].map(({ path }) => path)
  }
}
