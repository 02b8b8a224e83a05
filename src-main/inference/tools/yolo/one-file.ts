/** @file A model that is one ONNX file, put into a folder of our layout: the graph, and a card of what the file says of itself. */
import { constants } from 'node:fs'
import { copyFile, lstat, mkdir, writeFile } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import { asFileError } from '../../../files/atomic-write'
import { deriveCard } from '../../repo/derive-card'
import { modelProblem } from '../../repo/problems'
import { sha256OfFile } from '../../repo/verify'
import { TOOL_DIALECT } from '../tool'
import { describeFile, YOLO } from './index'
import type { YoloTask } from './describe'

const CANNOT: Readonly<Record<YoloTask, readonly string[]>> = {
  detect: [],
  segment: ['holes in an outline, and parts but the largest'],
  pose: ['the points of a pose: its boxes only'],
  obb: []
}

export const isOneFile = (path: string): boolean => extname(path).toLowerCase() === '.onnx'

/**
 * A folder in `scratch`, which is there and empty, made of the file and named as it. Rejects with `model/not-a-file`,
 * `model/linked-file`, `model/corrupt-graph`, `model/unsupported-graph` or `file/…`.
 */
export async function folderOf(file: string, scratch: string): Promise<string> {
  const name = basename(file, extname(file))
  const stats = await lstat(file)
  if (!stats.isFile()) throw modelProblem('model/not-a-file', name, 'it is not a regular file')
  if (stats.nlink > 1) {
    throw modelProblem('model/linked-file', name, 'it is linked from another place too', {
      nextStep: 'Make a real copy of the file first, then add the copy.'
    })
  }
  const { task, names, licence } = await describeFile(file, name)
  if (names === null) {
    throw modelProblem('model/unsupported-graph', name, 'it does not say which classes it knows', {
      nextStep:
        'Export it with its names, or make a folder of onnx/model.onnx and an eyrie.json with "family": "yolo" and "classes".'
    })
  }
  // The name alone is read of this path: nothing lies below a file.
  const card = await deriveCard(join(file, name), {
    id: YOLO,
    dialect: TOOL_DIALECT,
    space: 'original',
    asks: ['Find all objects.', ...names.slice(0, 2).map((label) => `Where is the ${label}?`)],
    cannot: ['anything but its classes', 'words that single one out', ...CANNOT[task]]
  })
  const dir = join(scratch, card.id)
  const graph = join(dir, 'onnx', 'model.onnx')
  await asFileError(dir, () => mkdir(join(dir, 'onnx'), { recursive: true }))
  await asFileError(graph, () => copyFile(file, graph, constants.COPYFILE_EXCL))
  const files = [{ path: 'onnx/model.onnx', bytes: (await lstat(graph)).size, sha256: await sha256OfFile(graph) }]
  const own = { ...card, licence: licence.slice(0, 4_096), classes: names, tasks: [{ examples: card.tasks }], files }
  await writeFile(join(dir, 'eyrie.json'), `${JSON.stringify(own, null, 1)}\n`)
  return dir
}
