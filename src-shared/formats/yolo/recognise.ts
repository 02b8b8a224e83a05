/** @file Telling data sets of YOLO from others, and which of its tasks they are for. */
import { headText } from '../kit/head-text'
import { isNamed } from '../kit/small-json'
import type { Recognition } from '../reading/reader'
import type { DataSource } from '../reading/source'
import { findDataSet, isClassFile } from './classes'
import { headRows, isInLabels, labelFiles, listedImages } from './files'
import { isRowFault, readRow } from './rows'
import type { YoloTask } from './rows'
import { AppError } from '../../errors'

const HEAD_BYTES = 8 * 1024
const MOST_LOOKED_AT = 64
/** Opposite sides of a turned box are equal, also in fractions; written with five decimals. */
const SIDE_TOLERANCE = 5e-4

export async function recogniseYolo(task: YoloTask, source: DataSource): Promise<Recognition | null> {
  try {
    return await recognise(task, source)
  } catch (error) {
    if (!(error instanceof AppError) || !error.code.startsWith('import/')) throw error
    return inLabels(task, source)
  }
}

async function recognise(task: YoloTask, source: DataSource): Promise<Recognition | null> {
  const dataSet = await findDataSet(source)
  const listed = await listedImages(source, dataSet)
  const paths = await labelFiles(source, listed.files)
  if (paths.length === 0) return null
  const step = Math.max(1, Math.floor(paths.length / MOST_LOOKED_AT))
  let [rows, good, boxes, turned, outlines] = [0, 0, 0, 0, 0]
  for (let i = 0; i < paths.length; i += step) {
    const head = await headText(source, paths[i] ?? '', HEAD_BYTES)
    for (const line of headRows(head ?? '', (head ?? '').length < HEAD_BYTES)) {
      rows++
      const turnedRow = readRow(line, 'obb', null)
      // A box with a confidence is none of a turned one.
      const row = isRowFault(turnedRow) ? readRow(line, 'detect', null) : turnedRow
      if (isRowFault(row)) continue
      good++
      if (row.shape.type === 'box') boxes++
      else if (row.shape.type === 'quad' && isParallelogram(row.shape.points)) turned++
      else outlines++
    }
  }
  const isPose = dataSet.keypoints !== null
  if (rows > 0 && good < rows / 2 && !isPose) return dataSet.names === null ? null : inLabels(task, source)
  if (rows === 0 && dataSet.names === null) return null
  const certainty = dataSet.names === null ? 0.6 : 0.9
  const fit = fitOf(task, { isPose, boxes, turned, outlines })
  if (fit === 0) return null
  const descriptions = source.files.filter(
    ({ path }) => path === dataSet.file || isClassFile(path) || listed.files.has(path)
  )
  return {
    score: certainty * fit,
    because: `text files with rows of a class and numbers${dataSet.file === null ? '' : `, and ${dataSet.file}`}`,
    paths: [...descriptions.map(({ path }) => path), ...paths]
  }
}

/** Text files in their usual folder, of which nothing could be read: the reader says what is wrong with them. */
function inLabels(task: YoloTask, source: DataSource): Recognition | null {
  const paths = source.files.map(({ path }) => path).filter((path) => isInLabels(path) && isNamed(path, 'txt'))
  if (task !== 'detect' || paths.length === 0) return null
  return { score: 0.3, because: 'text files in a folder called labels', paths }
}

interface Kinds {
  readonly isPose: boolean
  readonly boxes: number
  readonly turned: number
  readonly outlines: number
}

/** 0..1; several tasks may read the same rows, one of them best. */
function fitOf(task: YoloTask, { isPose, boxes, turned, outlines }: Kinds): number {
  if (isPose || task === 'pose') return isPose && task === 'pose' ? 1 : 0
  const others = turned + outlines
  if (task === 'detect') return others === 0 ? 1 : boxes > others ? 0.8 : 0.5
  if (others === 0) return 0
  if (task === 'obb') return outlines === 0 ? 1 : 0.4
  return outlines > 0 ? 1 : 0.8
}

function isParallelogram(
  points: readonly (readonly [number, number])[] | readonly { readonly 0: number; readonly 1: number }[]
): boolean {
  const [a, b, c, d] = points
  if (a === undefined || b === undefined || c === undefined || d === undefined) return false
  return Math.abs(a[0] + c[0] - b[0] - d[0]) < SIDE_TOLERANCE && Math.abs(a[1] + c[1] - b[1] - d[1]) < SIDE_TOLERANCE
}
