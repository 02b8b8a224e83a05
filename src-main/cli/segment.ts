/** @file `eyrie segment`: the mask of one object of one image, from a box around it or points on it. */
import { randomUUID } from 'node:crypto'
import { resolve } from 'node:path'
import { InvalidArgumentError, Option } from 'commander'
import type { Command } from 'commander'
import { AppError } from '../../src-shared/errors'
import { maskArea } from '../../src-shared/geometry/mask'
import { boundsOfMaskShape, maskOfShape } from '../../src-shared/geometry/mask-shape'
import type { RegionShape } from '../../src-shared/geometry/region-shape'
import { boundsOfShape } from '../../src-shared/geometry/shape'
import { MOST_POINTS } from '../../src-shared/prompts/mask-prompt'
import type { MaskPrompt } from '../../src-shared/prompts/mask-prompt'
import { chooseMasker, makeMasks } from '../core/masks'
import type { ShapedMask } from '../core/masks'
import { overlayPath } from './ask'
import { MASK_COLOUR, givenMarks } from './overlay-marks'
import { note, printJson, printTable, progressLine, usageError } from './output'
import type { Streams } from './output'
import { parseBox, parsePoint } from './region-arguments'
import type { CliRooms } from './rooms'

interface SegmentFlags {
  readonly model?: string
  readonly provider?: string
  readonly overlay?: string
  readonly json?: boolean
}

interface Shown {
  readonly shape: RegionShape
  readonly isInside: boolean
}

/** Throws `cli/usage`. */
export function maskPromptOf(shown: readonly Shown[]): MaskPrompt {
  const boxes = shown.flatMap(({ shape }) => (shape.type === 'box' ? [boundsOfShape(shape)] : []))
  const points = shown.flatMap(({ shape, isInside }) =>
    shape.type === 'point' ? [{ point: shape.point, isInside }] : []
  )
  const example = 'For example: --box 0.1,0.2,0.5,0.6, or --point 0.4,0.3'
  if (boxes.length > 1) throw usageError('One mask has one box.', 'Run the command once for each object.')
  if (points.length > MOST_POINTS) throw usageError(`At most ${MOST_POINTS} points show one object.`, example)
  if (boxes.length === 0 && !points.some(({ isInside }) => isInside)) {
    throw usageError('A box around the object or a point on it is needed.', example)
  }
  return { points, box: boxes[0] ?? null }
}

interface ToldMask {
  readonly predictedIou: number
  readonly areaPx: number
  readonly box: readonly number[]
  readonly segmentation: { readonly size: readonly [height: number, width: number]; readonly counts: string }
}

function toldMask({ shape, predictedIou }: ShapedMask): ToldMask {
  const mask = maskOfShape(shape)
  const bounds = boundsOfMaskShape(shape)
  return {
    predictedIou,
    areaPx: mask === null ? 0 : maskArea(mask),
    box: bounds === null ? [] : [...bounds],
    segmentation: { size: [shape.size.height, shape.size.width], counts: shape.counts }
  }
}

/** Resolves to whether it was not stopped. Rejects with `image/...`, `model/...`, `inference/...`, `cli/usage`. */
async function segment(
  image: string,
  shown: readonly Shown[],
  flags: SegmentFlags,
  cli: CliRooms,
  streams: Streams
): Promise<boolean> {
  const prompt = maskPromptOf(shown)
  const overlay = flags.overlay === undefined ? null : await overlayPath(flags.overlay, image)
  const { inference, media } = cli.rooms()
  const imagePath = resolve(image)
  await media.facts(imagePath)
  const model = await chooseMasker(inference, flags.model ?? null)
  const requestId = randomUUID()
  const progress = progressLine(streams)
  const stop = (): void => {
    // Whether the host heard it or not, the answer ends within a second.
    inference.cancel(requestId).catch(() => undefined)
  }
  process.once('SIGINT', stop)
  const { provider } = flags
  const { masks, isCancelled, notes, timings, ...ran } = await makeMasks(
    { requestId, model, imagePath, prompt, ...(provider === undefined ? {} : { providers: [provider] }) },
    inference,
    { phase: (phase) => progress.show(`${phase} …`) }
  ).finally(() => {
    process.off('SIGINT', stop)
    progress.end()
  })
  for (const message of notes) note(streams, `eyrie: ${message}`)
  const [best] = masks
  if (overlay !== null && best !== undefined) {
    const caption = `${Math.round(best.predictedIou * 100)}%`
    const mark = { shape: best.shape, colour: MASK_COLOUR, isDashed: false, caption }
    await media.drawOverlay(imagePath, [...givenMarks(shown.map(({ shape }) => shape)), mark], overlay)
    note(streams, `eyrie: drew ${overlay}`)
  }
  if (flags.json === true) printJson(streams, { masks: masks.map(toldMask), model: model.id, ...ran, timings })
  else {
    printTable(
      streams,
      masks
        .map(toldMask)
        .map(({ predictedIou, areaPx, box }) => [
          `${Math.round(predictedIou * 100)}%`,
          `${areaPx} px`,
          box.map((value) => value.toFixed(4)).join(',')
        ])
    )
  }
  return !isCancelled
}

export function addSegmentCommand(
  program: Command,
  cli: CliRooms,
  streams: Streams,
  finish: (outcome: Promise<boolean | void>) => Promise<void>
): void {
  const shown: Shown[] = []
  const collect =
    (parse: (value: string) => RegionShape, isInside: boolean) =>
    (value: string): void => {
      try {
        shown.push({ shape: parse(value), isInside })
      } catch (error) {
        if (error instanceof AppError) throw new InvalidArgumentError(`${error.message} ${error.nextStep ?? ''}`)
        throw error
      }
    }
  program
    .command('segment')
    .description('make the mask of one object of an image, from a box around it or points on it (SAM, SAM 2)')
    .argument('<image>', 'image file')
    .option('--box <x0,y0,x1,y1>', 'the box, as fractions 0..1 of the upright image', collect(parseBox, true))
    .option('--point <x,y>', 'a point on the object, as fractions 0..1 (repeatable)', collect(parsePoint, true))
    .option('--not-point <x,y>', 'a point that is not on the object (repeatable)', collect(parsePoint, false))
    .option('--model <id>', 'model to ask; default: the first that makes masks')
    .option('--provider <name>', 'execution provider to prefer; the answer says which one ran')
    .option('--overlay <out.png>', 'draw the first mask and what was given on a copy of the image')
    .addOption(new Option('--json', 'print the result as JSON'))
    .addHelpText(
      'after',
      `
JSON: {masks: [{predictedIou, areaPx, box, segmentation}], model, provider, timings}, the surest first
  predictedIou  overlap with the truth as the model expects it; not calibrated
  box           around the mask: x0,y0,x1,y1 as fractions of the upright image
  segmentation  {size: [height, width], counts}: COCO's compressed run lengths of the upright image

Example: eyrie segment street.jpg --box 0.1,0.2,0.4,0.9 --not-point 0.12,0.3 --json`
    )
    .action((image: string, flags: SegmentFlags) => finish(segment(image, shown, flags, cli, streams)))
}
