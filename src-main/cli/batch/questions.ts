/** @file The questions of `eyrie batch`: a file of JSON lines, or the same prompts for every picture of a folder. */
import { readdir } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { z } from 'zod'
import type { RegionShape } from '../../../src-shared/geometry/region-shape'
import { parseBox, parsePoint } from '../region-arguments'
import { readLines } from '../json-lines'
import { usageError } from '../output'

// No code made from strings (J8).
z.config({ jitless: true })

export interface BatchQuestion {
  readonly id: string
  /** As it was written. */
  readonly image: string
  readonly imagePath: string
  readonly prompt: string
  /** What `@1`, `@2`, … stand for. */
  readonly regions: readonly RegionShape[]
}

const coordinates = z.union([
  z.tuple([z.number(), z.number(), z.number(), z.number()]),
  z.tuple([z.number(), z.number()])
])
const lineSchema = z.strictObject({
  id: z.union([z.string().min(1).max(500), z.number().int()]).transform(String),
  image: z.string().min(1).max(4_000),
  prompt: z.string().min(1).max(100_000),
  regions: z.array(coordinates).max(1_000).default([])
})

/** `image` of a line is relative to the file. Rejects with `file/missing`, `data/invalid`, `cli/usage`. */
export async function questionsOfFile(path: string): Promise<readonly BatchQuestion[]> {
  const lines = await readLines(resolve(path), lineSchema, {
    missing: 'Name a file with one question a line.',
    broken: 'A line is {"id", "image", "prompt"} and, where the prompt has @1, "regions": [[x0,y0,x1,y1], [x,y]].'
  })
  const folder = dirname(resolve(path))
  const seen = new Set<string>()
  return lines.map(({ id, image, prompt, regions }) => {
    if (seen.has(id))
      throw usageError(`${path} has two questions with the id ${id}.`, 'Give each line an id of its own.')
    seen.add(id)
    const shapes = regions.map((numbers) =>
      numbers.length === 4 ? parseBox(numbers.join()) : parsePoint(numbers.join())
    )
    return { id, image, imagePath: resolve(folder, image), prompt, regions: shapes }
  })
}

const PICTURE = /\.(?:jpe?g|png|webp|gif|bmp|tiff?|avif)$/i

/** Every picture below the folder, in order of name; ids are `path#number of the prompt`. Rejects with `cli/usage`. */
export async function questionsOfFolder(dir: string, prompts: readonly string[]): Promise<readonly BatchQuestion[]> {
  const root = resolve(dir)
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    const { code = 'unknown reason' } = error as NodeJS.ErrnoException
    throw usageError(`--images ${dir} cannot be read (${code}).`, 'Name a folder of pictures.')
  })
  const names = entries
    .filter((entry) => entry.isFile() && PICTURE.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split('\\').join('/'))
    .sort()
  if (names.length === 0) throw usageError(`--images ${dir} holds no picture.`, 'Name a folder of pictures.')
  return names.flatMap((image) =>
    prompts.map((prompt, at) => ({
      id: prompts.length === 1 ? image : `${image}#${at + 1}`,
      image,
      imagePath: join(root, image),
      prompt,
      regions: []
    }))
  )
}
