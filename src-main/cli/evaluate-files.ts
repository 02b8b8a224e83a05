/** @file `eyrie evaluate TASK --pred F --truth F`: scores predictions against the truth; no model is asked. */
import { resolve } from 'node:path'
import { z } from 'zod'
import { AppError } from '../../src-shared/errors'
import { maskFromCompressed, maskFromCounts } from '../../src-shared/geometry/mask'
import type { Mask } from '../../src-shared/geometry/mask'
import { pixelBox } from '../../src-shared/geometry/space'
import { scoreCaptions } from '../../src-shared/metrics/captions'
import { firstInteger, scoreCounting } from '../../src-shared/metrics/counting'
import { scoreGrec, scoreGres } from '../../src-shared/metrics/generalized-rec'
import type { GresSample } from '../../src-shared/metrics/generalized-rec'
import { pairById } from '../../src-shared/metrics/pairing'
import { GROUNDING_PROTOCOLS, scorePhraseGrounding } from '../../src-shared/metrics/phrase-grounding'
import { POINT_QA_PROTOCOLS, scorePointQa } from '../../src-shared/metrics/point-qa'
import { scorePope } from '../../src-shared/metrics/pope'
import { REC_PROTOCOLS, scoreRec } from '../../src-shared/metrics/rec'
import { scoreRelations } from '../../src-shared/metrics/relations'
import { scoreDetectionFiles } from './evaluate-detection'
import { readLines } from './json-lines'
import { printJson, printTable } from './output'
import type { Streams } from './output'

export interface EvaluateFilesOptions {
  readonly pred: string
  readonly truth: string
  readonly protocol: string
  readonly json: boolean
}

/** Measures by group; tasks without groups have the group `all`. */
type Scores = Readonly<Record<string, object>>

interface Side {
  readonly file: string
  /** What a line holds, for people. */
  readonly fields: string
}

export interface FileTask {
  readonly name: string
  readonly about: string
  /** The first is the default. */
  readonly protocols: readonly string[]
  /** `json`: one COCO document instead of a JSON object a line. */
  readonly format?: 'json'
  readonly truthFields: string
  readonly predictionFields: string
  readonly score: (options: EvaluateFilesOptions) => Promise<{ samples: number; groups: Scores }>
}

const NAMED_IDS = 5
const named = (ids: readonly string[]): string =>
  ids.slice(0, NAMED_IDS).join(', ') + (ids.length > NAMED_IDS ? `, … (${ids.length} in all)` : '')

const advice = ({ fields }: Side) => ({
  missing: 'Name a file of JSON objects, one a line.',
  broken: `A line holds ${fields}.`
})

/** Pairs of the two files. Rejects with `data/unpaired` when an id is missing, surplus or repeated. */
async function readPairs<Truth extends { id: string }, Said extends { id: string }>(
  truth: Side & { schema: z.ZodType<Truth> },
  said: Side & { schema: z.ZodType<Said> }
): Promise<readonly (readonly [Truth, Said])[]> {
  const found = pairById(
    await readLines(resolve(truth.file), truth.schema, advice(truth)),
    await readLines(resolve(said.file), said.schema, advice(said))
  )
  const wrong = [
    found.repeated.length > 0 ? `ids that come twice: ${named(found.repeated)}` : '',
    found.missing.length > 0 ? `no prediction for ${named(found.missing)}` : '',
    found.surplus.length > 0 ? `no truth for ${named(found.surplus)}` : ''
  ].filter((line) => line !== '')
  if (wrong.length > 0) {
    throw new AppError('data/unpaired', `The two files do not belong together: ${wrong.join('; ')}.`, {
      nextStep: 'Every id needs one line in each file; an answer without a box or text is written as such.'
    })
  }
  if (found.pairs.length === 0) {
    throw new AppError('data/invalid', 'There is nothing to score: both files are empty.', {
      nextStep: 'Name files with at least one line each.'
    })
  }
  return found.pairs
}

const id = z.union([z.string(), z.number()]).transform(String)
const box = z.tuple([z.number(), z.number(), z.number(), z.number()]).transform((corners) => pixelBox(...corners))
const boxes = z.array(box)
const count = z.number().int().nonnegative()
const size = z.number().int().positive()
const end = z.object({ name: z.string(), box })
const triples = z.array(z.object({ subject: end, predicate: z.string(), object: end }))

/** COCO's run lengths as a mask; a line whose counts do not fill its size is refused with the reason. */
const mask = z
  .object({ size: z.tuple([size, size]), counts: z.union([z.string(), z.array(count)]) })
  .transform(({ size: [height, width], counts }, context): Mask => {
    const read =
      typeof counts === 'string'
        ? maskFromCompressed(counts, { width, height })
        : maskFromCounts(counts, { width, height })
    if (read.mask !== null) return read.mask
    context.addIssue({ code: 'custom', message: read.diagnostic.message })
    return z.NEVER
  })

function sameSize(id: string, truth: Mask, said: Mask): GresSample {
  if (truth.size.width === said.size.width && truth.size.height === said.size.height) return { truth, said }
  throw new AppError('data/invalid', `The masks of ${id} have different sizes.`, {
    nextStep: 'Give the prediction on the pixel grid of the truth.'
  })
}

/** Reads both files and scores the pairs. */
const task = <
  Truth extends { id: string },
  Said extends { id: string },
  Fields extends Pick<FileTask, 'name' | 'about' | 'protocols' | 'truthFields' | 'predictionFields'>
>(
  fields: Fields,
  truth: (protocol: string) => z.ZodType<Truth>,
  said: (protocol: string) => z.ZodType<Said>,
  groups: (pairs: readonly (readonly [Truth, Said])[], protocol: string) => Scores
): FileTask => ({
  ...fields,
  async score({ pred, truth: truthFile, protocol }) {
    const pairs = await readPairs(
      { file: truthFile, fields: fields.truthFields, schema: truth(protocol) },
      { file: pred, fields: fields.predictionFields, schema: said(protocol) }
    )
    return { samples: pairs.length, groups: groups(pairs, protocol) }
  }
})

/** The protocol of that name; commander has refused every other name by then. */
const oneOf = <Name extends string>(names: readonly Name[], protocol: string): Name => {
  const found = names.find((name) => name === protocol)
  if (found === undefined) throw new RangeError(`no protocol ${protocol}`)
  return found
}

export const FILE_TASKS: readonly FileTask[] = [
  task(
    {
      name: 'rec',
      about: 'referring expression comprehension: accuracy at IoU 0.5 and 0.75, mean IoU',
      protocols: REC_PROTOCOLS,
      truthFields: '{id, box: [x0, y0, x1, y1]} in pixels; for shikra also width and height of the image',
      predictionFields: '{id, box: [x0, y0, x1, y1] | null}'
    },
    (protocol) =>
      protocol === 'shikra'
        ? z.object({ id, box, width: size, height: size })
        : z.object({ id, box, width: size.optional(), height: size.optional() }),
    () => z.object({ id, box: box.nullable() }),
    (pairs, protocol) => ({
      all: scoreRec(
        pairs.map(([{ box: truth, width, height }, { box: predicted }]) =>
          width === undefined || height === undefined
            ? { truth, predicted }
            : { truth, predicted, image: { width, height } }
        ),
        oneOf(REC_PROTOCOLS, protocol)
      )
    })
  ),
  task(
    {
      name: 'grounding',
      about: 'phrase grounding: Recall@1, 5, 10 and with all boxes, by type of phrase',
      protocols: GROUNDING_PROTOCOLS,
      truthFields: '{id, boxes: [[x0, y0, x1, y1], …], types?: ["people", …]}, a line a phrase, at least one box',
      predictionFields: '{id, boxes: [[x0, y0, x1, y1], …]}, best first, [] when there is none'
    },
    () => z.object({ id, boxes: boxes.min(1), types: z.array(z.string()).default([]) }),
    () => z.object({ id, boxes }),
    (pairs, protocol) =>
      scorePhraseGrounding(
        pairs.map(([truth, said]) => ({ truth: truth.boxes, said: said.boxes, types: truth.types })),
        oneOf(GROUNDING_PROTOCOLS, protocol)
      )
  ),
  task(
    {
      name: 'pope',
      about: 'POPE, object hallucination: accuracy, precision, recall, F1, yes ratio',
      protocols: ['official'],
      truthFields: '{id, label: "yes" | "no"}',
      predictionFields: '{id, answer}'
    },
    () => z.object({ id, label: z.enum(['yes', 'no']) }),
    () => z.object({ id, answer: z.string() }),
    (pairs) => ({ all: scorePope(pairs.map(([{ label }, { answer }]) => ({ label, answer }))) })
  ),
  task(
    {
      name: 'counting',
      about: 'counting: exact, at most one off, mean absolute and root mean square error',
      protocols: ['first-integer', 'count', 'boxes'],
      truthFields: '{id, count}',
      predictionFields: '{id, answer} for first-integer, {id, count: number | null} for count, {id, boxes} for boxes'
    },
    () => z.object({ id, count }),
    (protocol) => {
      if (protocol === 'count')
        return z.object({ id, count: count.nullable() }).transform((line) => ({ id: line.id, said: line.count }))
      if (protocol === 'boxes')
        return z.object({ id, boxes }).transform((line) => ({ id: line.id, said: line.boxes.length }))
      return z
        .object({ id, answer: z.string() })
        .transform((line) => ({ id: line.id, said: firstInteger(line.answer) }))
    },
    (pairs) => ({ all: scoreCounting(pairs.map(([truth, { said }]) => ({ truth: truth.count, said }))) })
  ),
  task(
    {
      name: 'pointqa',
      about: 'questions about a point or region: share of right answers',
      protocols: POINT_QA_PROTOCOLS,
      truthFields: '{id, answer}',
      predictionFields: '{id, answer}'
    },
    () => z.object({ id, answer: z.string() }),
    () => z.object({ id, answer: z.string() }),
    (pairs, protocol) => ({
      all: scorePointQa(
        pairs.map(([truth, said]) => ({ truth: truth.answer, answer: said.answer })),
        oneOf(POINT_QA_PROTOCOLS, protocol)
      )
    })
  ),
  task(
    {
      name: 'reg',
      about: 'region captions: BLEU-1 to BLEU-4 and CIDEr-D of pycocoevalcap; METEOR is not computed',
      protocols: ['tokenized'],
      truthFields: '{id, references: [text, …]}, at least one, tokenised: lower case, words apart by spaces',
      predictionFields: '{id, caption}, tokenised in the same way'
    },
    () => z.object({ id, references: z.array(z.string()).min(1) }),
    () => z.object({ id, caption: z.string() }),
    (pairs) => ({
      all: scoreCaptions(pairs.map(([{ references }, { caption }]) => ({ references, caption }))) ?? {}
    })
  ),
  task(
    {
      name: 'grec',
      about: 'expressions that mean any number of things (gRefCOCO, boxes): Precision@(F1=1), N-acc, T-acc',
      protocols: ['iou-0.5'],
      truthFields: '{id, boxes: [[x0, y0, x1, y1], …]}, [] when nothing is meant',
      predictionFields: '{id, boxes: [[x0, y0, x1, y1], …]}, [] when nothing was said'
    },
    () => z.object({ id, boxes }),
    () => z.object({ id, boxes }),
    (pairs) => ({ all: scoreGrec(pairs.map(([truth, said]) => ({ truth: truth.boxes, said: said.boxes }))) })
  ),
  task(
    {
      name: 'gres',
      about: 'the same with masks (gRefCOCO): gIoU, cIoU, N-acc, T-acc, Pr@0.7 to 0.9',
      protocols: ['official'],
      truthFields: '{id, mask: {size: [height, width], counts}}, COCO run lengths, compressed or a list',
      predictionFields: '{id, mask} of the same size'
    },
    () => z.object({ id, mask }),
    () => z.object({ id, mask }),
    (pairs) => ({ all: scoreGres(pairs.map(([truth, said]) => sameSize(truth.id, truth.mask, said.mask))) })
  ),
  task(
    {
      name: 'relation',
      about: 'relation triples: recall, mean recall over predicates, precision',
      protocols: ['all-seeing'],
      truthFields: '{id, triples: [{subject: {name, box}, predicate, object: {name, box}}, …]}',
      predictionFields: '{id, triples} in the order said'
    },
    () => z.object({ id, triples }),
    () => z.object({ id, triples }),
    (pairs) => {
      const { byPredicate, ...all } = scoreRelations(
        pairs.map(([truth, said]) => ({ truth: truth.triples, said: said.triples }))
      )
      return { all, ...byPredicate }
    }
  ),
  {
    name: 'detection',
    about: 'boxes with scores: the twelve COCO numbers (AP, AR) of pycocotools',
    protocols: ['coco'],
    format: 'json',
    truthFields: 'a COCO instances file, with area for every annotation',
    predictionFields: 'a COCO results file: [{image_id, category_id, bbox: [x, y, width, height], score}, …]',
    score: scoreDetectionFiles
  }
]

const shown = (value: unknown): string => {
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : value.toFixed(4)
  return Array.isArray(value) ? value.join(', ') || '-' : String(value ?? '-')
}

/** Rejects with `file/missing`, `data/invalid`, `data/unpaired`. */
export async function evaluateFiles(
  fileTask: FileTask,
  options: EvaluateFilesOptions,
  streams: Streams
): Promise<void> {
  const { samples, groups } = await fileTask.score(options)
  if (options.json) {
    printJson(streams, { task: fileTask.name, protocol: options.protocol, samples, groups })
    return
  }
  const columns = Object.entries(groups)
  const measures = Object.keys(columns[0]?.[1] ?? {})
  printTable(streams, [
    [`${fileTask.name} (${options.protocol})`, ...columns.map(([name]) => name)],
    ...measures.map((measure) => [
      measure,
      ...columns.map(([, scores]) => shown((scores as Readonly<Record<string, unknown>>)[measure]))
    ])
  ])
}
