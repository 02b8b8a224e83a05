/**
 * @file What a YOLO export says of itself: classes, task, the size it was exported for. Values are Python's own
 * spelling of lists and dictionaries (`{0: 'person', 1: "fisherman's friend"}`), which is no JSON.
 * Source of keys and values: the documentation of the ONNX export of ultralytics; models of YOLOv5 have `names` and `stride`.
 */
import type { ImageSize } from '../../../../src-shared/geometry/space'

export type YoloTask = 'detect' | 'segment' | 'pose' | 'obb'

export interface YoloDescription {
  readonly task: YoloTask
  /** By class number; null where the file does not say. */
  readonly names: readonly string[] | null
  /** null: the graph's own input says, or nobody does. */
  readonly size: ImageSize | null
  readonly keypoints: { readonly count: number; readonly values: number } | null
  /** null: the file does not say whether rows are final boxes. */
  readonly isFinal: boolean | null
  readonly licence: string
}

export class BadDescription extends Error {}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' }

/** A quoted text of Python from `at` on; its value and the place behind it. */
function readText(source: string, at: number): readonly [string, number] {
  const quote = source[at]
  if (quote !== "'" && quote !== '"') throw new BadDescription(`a quote was expected at ${at}`)
  let value = ''
  for (let place = at + 1; place < source.length; place++) {
    const letter = source[place] ?? ''
    if (letter === quote) return [value, place + 1]
    if (letter !== '\\') {
      value += letter
      continue
    }
    const next = source[++place] ?? ''
    const [, code] = /^(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4}))/.exec(source.slice(place))?.filter(Boolean) ?? []
    if (code !== undefined) {
      value += String.fromCharCode(Number.parseInt(code, 16))
      place += code.length
    } else value += ESCAPES[next] ?? next
  }
  throw new BadDescription('a text does not end')
}

const MAX_CLASSES = 100_000

/** `{0: 'cat', 1: 'dog'}` or `['cat', 'dog']`. Throws `BadDescription`. */
export function readNames(source: string): readonly string[] {
  const text = source.trim()
  const isList = text.startsWith('[')
  if (!isList && !text.startsWith('{')) throw new BadDescription('names are neither a dictionary nor a list')
  const names: string[] = []
  let at = 1
  const skip = (letters: RegExp): void => {
    while (letters.test(text[at] ?? '')) at++
  }
  for (;;) {
    skip(/[\s,]/)
    if (text[at] === (isList ? ']' : '}')) break
    let number = names.length
    if (!isList) {
      const key = /^(\d{1,6})\s*:\s*/.exec(text.slice(at, at + 40))
      if (key === null) throw new BadDescription(`a class number was expected at ${at}`)
      number = Number(key[1])
      at += key[0].length
    }
    if (number >= MAX_CLASSES) throw new BadDescription(`the class number ${number} is too large`)
    const [name, behind] = readText(text, at)
    if (names[number] !== undefined) throw new BadDescription(`the class ${number} comes twice`)
    names[number] = name
    at = behind
  }
  if (text.slice(at + 1).trim() !== '') throw new BadDescription('something follows the names')
  return Array.from(names, (name, number) => name ?? `class ${number}`)
}

const TASKS: ReadonlySet<string> = new Set<YoloTask>(['detect', 'segment', 'pose', 'obb'])

const wholes = (source: string | undefined): readonly number[] | null => {
  const match = /^\s*[[(]\s*(\d{1,5})\s*,\s*(\d{1,5})\s*[\])]\s*$/.exec(source ?? '')
  return match === null ? null : [Number(match[1]), Number(match[2])]
}

/** Throws `BadDescription` for what is there and cannot be read. */
export function describe(metadata: ReadonlyMap<string, string>): YoloDescription {
  const task = metadata.get('task') ?? 'detect'
  if (!TASKS.has(task)) throw new BadDescription(`models for the task "${task}" find no places`)
  const names = metadata.get('names')
  const shape = metadata.get('imgsz')
  const size = wholes(shape)
  if (shape !== undefined && size === null) throw new BadDescription(`imgsz is "${shape}"`)
  const keypoints = wholes(metadata.get('kpt_shape'))
  const final = metadata.get('end2end')
  return {
    task: task as YoloTask,
    names: names === undefined ? null : readNames(names),
    // Height first, as everywhere in that library.
    size: size === null ? null : { width: size[1] ?? 0, height: size[0] ?? 0 },
    keypoints: keypoints === null ? null : { count: keypoints[0] ?? 0, values: keypoints[1] ?? 0 },
    isFinal: final === undefined ? null : final === 'True',
    licence: metadata.get('license') ?? ''
  }
}
