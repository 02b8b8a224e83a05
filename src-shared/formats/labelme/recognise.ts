/** @file Telling LabelMe's and X-AnyLabeling's files from others, by the keys near their beginning. */
import { isNamed } from '../kit/small-json'
import { headText } from '../kit/head-text'
import type { Recognition } from '../reading/reader'
import type { DataSource } from '../reading/source'
import type { LabelTool } from './tool'

const HEAD_BYTES = 32 * 1024
/** In a folder of a hundred thousand files, these tell what it is. */
const MOST_LOOKED_AT = 64

const KEYS = [
  'shapes',
  'imagePath',
  'imageData',
  'imageHeight',
  'imageWidth',
  'flags',
  'shape_type',
  'version'
] as const
const has = (text: string, key: string): boolean => new RegExp(`"${key}"\\s*:`).test(text)

/** Keys of both tools, and what only X-AnyLabeling writes. */
export function marksOf(text: string): { readonly isEither: boolean; readonly isLater: boolean } {
  const found = KEYS.filter((key) => has(text, key))
  const isEither =
    /^\s*\{/.test(text) &&
    found.length >= 3 &&
    (found.includes('shapes') || found.includes('imageData')) &&
    !/^\s*\{\s*"(info|images|annotations|categories)"/.test(text)
  const isLater =
    ['checked', 'kie_linking', 'difficult'].some((key) => has(text, key)) ||
    /"shape_type"\s*:\s*"(rotation|quadrilateral|cuboid)"/.test(text)
  return { isEither, isLater }
}

/** Evenly spread, the first and the last among them. */
function sample<T>(list: readonly T[], most: number): readonly T[] {
  if (list.length <= most) return list
  return Array.from({ length: most }, (_, i) => list[Math.floor((i * (list.length - 1)) / (most - 1))] as T)
}

export async function recogniseLabelTool(tool: LabelTool, source: DataSource): Promise<Recognition | null> {
  const candidates = source.files.filter(({ path }) => isNamed(path, 'json')).map(({ path }) => path)
  const others = new Set<string>()
  let [ours, later] = [0, 0]
  for (const path of sample(candidates, MOST_LOOKED_AT)) {
    const text = await headText(source, path, HEAD_BYTES)
    const marks = text === null ? null : marksOf(text)
    if (marks === null || !marks.isEither) others.add(path)
    else {
      ours++
      if (marks.isLater) later++
    }
  }
  if (ours === 0) return null
  const isLater = later > 0
  if (tool.id === 'x-anylabeling' && !isLater) return null
  const score = tool.id === 'labelme' && isLater ? 0.6 : 0.95
  const classes = source.files.filter(({ path }) => path.slice(path.lastIndexOf('/') + 1) === tool.classFile)
  return {
    score,
    because: isLater
      ? 'JSON files with shapes, imagePath and fields that X-AnyLabeling adds'
      : 'JSON files with shapes and imagePath, as LabelMe writes them',
    paths: [...classes.map(({ path }) => path), ...candidates.filter((path) => !others.has(path))]
  }
}
