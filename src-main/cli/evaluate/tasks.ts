/** @file The tasks of `eyrie evaluate`: what their files hold, how they are scored, and what a report shows of them. */
import { z } from 'zod'
import { AppError } from '../../../src-shared/errors'
import { maskFromCompressed, maskFromCounts } from '../../../src-shared/geometry/mask'
import type { Mask } from '../../../src-shared/geometry/mask'
import type { PixelBox } from '../../../src-shared/geometry/space'
import { scoreCounting, firstInteger } from '../../../src-shared/metrics/counting'
import { scoreGrec, scoreGres } from '../../../src-shared/metrics/generalized-rec'
import type { GresSample } from '../../../src-shared/metrics/generalized-rec'
import { GROUNDING_PROTOCOLS, scorePhraseGrounding } from '../../../src-shared/metrics/phrase-grounding'
import { POINT_QA_PROTOCOLS, scorePointQa } from '../../../src-shared/metrics/point-qa'
import { scorePope } from '../../../src-shared/metrics/pope'
import { REC_PROTOCOLS, scoreRec } from '../../../src-shared/metrics/rec'
import { scoreRelations } from '../../../src-shared/metrics/relations'
import { words } from '../../../src-shared/metrics/report/report'
import { reportCounting, reportPointQa, reportPope } from '../../../src-shared/metrics/report/tasks/answers'
import { reportGrec, reportGrounding, reportRec } from '../../../src-shared/metrics/report/tasks/boxes'
import { reportGres } from '../../../src-shared/metrics/report/tasks/masks'
import { reportRelations } from '../../../src-shared/metrics/report/tasks/relations'
import { captionTask } from './captions'
import { scoreDetectionFiles } from './detection'
import { box, boxes, id, shown, shownFields } from './pairs'
import { task } from './task'
import type { FileTask } from './task'

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

/** What an answer comes to, and what a report shows of it. */
interface CountingAnswer {
  readonly id: string
  readonly said: number | null
  readonly answer: string | null
  readonly boxes: readonly PixelBox[]
}

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
      about: words(
        'referring expression comprehension: accuracy at IoU 0.5 and 0.75, mean IoU',
        '指代表达理解：IoU 0.5 与 0.75 的准确率，平均 IoU'
      ),
      protocols: REC_PROTOCOLS,
      truthFields: '{id, box: [x0, y0, x1, y1]} in pixels; for shikra also width and height of the image',
      predictionFields: '{id, box: [x0, y0, x1, y1] | null}'
    },
    (protocol) =>
      protocol === 'shikra'
        ? z.object({ id, box, width: size, height: size, ...shownFields })
        : z.object({ id, box, width: size.optional(), height: size.optional(), ...shownFields }),
    () => z.object({ id, box: box.nullable() }),
    (pairs, name) => {
      const protocol = oneOf(REC_PROTOCOLS, name)
      const samples = pairs.map(([line, { box: predicted }]) => ({
        ...shown(line),
        ...{ truth: line.box, predicted },
        ...(line.width === undefined || line.height === undefined
          ? {}
          : { size: { width: line.width, height: line.height } })
      }))
      return { groups: { all: scoreRec(samples, protocol) }, report: () => reportRec(samples, protocol) }
    }
  ),
  task(
    {
      name: 'grounding',
      about: words(
        'phrase grounding: Recall@1, 5, 10 and with all boxes, by type of phrase',
        '短语定位：Recall@1、5、10 与全部框，按短语类型'
      ),
      protocols: GROUNDING_PROTOCOLS,
      truthFields: '{id, boxes: [[x0, y0, x1, y1], …], types?: ["people", …]}, a line a phrase, at least one box',
      predictionFields: '{id, boxes: [[x0, y0, x1, y1], …]}, best first, [] when there is none'
    },
    () => z.object({ id, boxes: boxes.min(1), types: z.array(z.string()).default([]), ...shownFields }),
    () => z.object({ id, boxes }),
    (pairs, name) => {
      const protocol = oneOf(GROUNDING_PROTOCOLS, name)
      const samples = pairs.map(([truth, said]) => ({
        ...shown(truth),
        ...{ truth: truth.boxes, said: said.boxes, types: truth.types }
      }))
      const groups = scorePhraseGrounding(samples, protocol)
      return { groups, report: () => reportGrounding(samples, protocol, groups) }
    }
  ),
  task(
    {
      name: 'pope',
      about: words(
        'POPE, object hallucination: accuracy, precision, recall, F1, yes ratio',
        'POPE，物体幻觉：准确率、精确率、召回率、F1、回答“是”的比例'
      ),
      protocols: ['official'],
      truthFields: '{id, label: "yes" | "no"}',
      predictionFields: '{id, answer}'
    },
    () => z.object({ id, label: z.enum(['yes', 'no']), ...shownFields }),
    () => z.object({ id, answer: z.string() }),
    (pairs) => {
      const samples = pairs.map(([line, { answer }]) => ({ ...shown(line), label: line.label, answer }))
      return { groups: { all: scorePope(samples) }, report: () => reportPope(samples) }
    }
  ),
  task(
    {
      name: 'counting',
      about: words(
        'counting: exact, at most one off, mean absolute and root mean square error',
        '计数：完全正确、误差不超过一、平均绝对误差与均方根误差'
      ),
      protocols: ['first-integer', 'count', 'boxes'],
      truthFields: '{id, count}',
      predictionFields: '{id, answer} for first-integer, {id, count: number | null} for count, {id, boxes} for boxes'
    },
    () => z.object({ id, count, ...shownFields }),
    (protocol): z.ZodType<CountingAnswer> => {
      const none = { answer: null, boxes: [] }
      if (protocol === 'count')
        return z
          .object({ id, count: count.nullable() })
          .transform((line) => ({ ...none, id: line.id, said: line.count }))
      if (protocol === 'boxes')
        return z
          .object({ id, boxes })
          .transform((line) => ({ ...none, id: line.id, said: line.boxes.length, boxes: line.boxes }))
      return z
        .object({ id, answer: z.string() })
        .transform((line) => ({ ...none, id: line.id, said: firstInteger(line.answer), answer: line.answer }))
    },
    (pairs) => {
      const samples = pairs.map(([truth, { said, answer, boxes }]) => ({
        ...shown(truth),
        ...{ truth: truth.count, said, answer, boxes }
      }))
      return { groups: { all: scoreCounting(samples) }, report: () => reportCounting(samples) }
    }
  ),
  task(
    {
      name: 'pointqa',
      about: words('questions about a point or region: share of right answers', '关于点或区域的问答：正确回答的比例'),
      protocols: POINT_QA_PROTOCOLS,
      truthFields: '{id, answer}',
      predictionFields: '{id, answer}'
    },
    () => z.object({ id, answer: z.string(), box: box.optional(), ...shownFields }),
    () => z.object({ id, answer: z.string() }),
    (pairs, name) => {
      const protocol = oneOf(POINT_QA_PROTOCOLS, name)
      const samples = pairs.map(([truth, said]) => ({
        ...shown(truth),
        ...{ truth: truth.answer, answer: said.answer, box: truth.box ?? null }
      }))
      return { groups: { all: scorePointQa(samples, protocol) }, report: () => reportPointQa(samples, protocol) }
    }
  ),
  captionTask,
  task(
    {
      name: 'grec',
      about: words(
        'expressions that mean any number of things (gRefCOCO, boxes): Precision@(F1=1), N-acc, T-acc',
        '指代任意数量目标的表达（gRefCOCO，框）：Precision@(F1=1)、N-acc、T-acc'
      ),
      protocols: ['iou-0.5'],
      truthFields: '{id, boxes: [[x0, y0, x1, y1], …]}, [] when nothing is meant',
      predictionFields: '{id, boxes: [[x0, y0, x1, y1], …]}, [] when nothing was said'
    },
    () => z.object({ id, boxes, ...shownFields }),
    () => z.object({ id, boxes }),
    (pairs) => {
      const samples = pairs.map(([truth, said]) => ({ ...shown(truth), truth: truth.boxes, said: said.boxes }))
      return { groups: { all: scoreGrec(samples) }, report: () => reportGrec(samples) }
    }
  ),
  task(
    {
      name: 'gres',
      about: words(
        'the same with masks (gRefCOCO): gIoU, cIoU, N-acc, T-acc, Pr@0.7 to 0.9',
        '同上，使用掩码（gRefCOCO）：gIoU、cIoU、N-acc、T-acc、Pr@0.7 至 0.9'
      ),
      protocols: ['official'],
      truthFields: '{id, mask: {size: [height, width], counts}}, COCO run lengths, compressed or a list',
      predictionFields: '{id, mask} of the same size'
    },
    () => z.object({ id, mask, ...shownFields }),
    () => z.object({ id, mask }),
    (pairs) => {
      const samples = pairs.map(([truth, said]) => ({
        ...shown(truth),
        ...sameSize(truth.id, truth.mask, said.mask)
      }))
      return { groups: { all: scoreGres(samples) }, report: () => reportGres(samples) }
    }
  ),
  task(
    {
      name: 'relation',
      about: words(
        'relation triples: recall, mean recall over predicates, precision',
        '关系三元组：召回率、各谓词平均召回率、精确率'
      ),
      protocols: ['all-seeing'],
      truthFields: '{id, triples: [{subject: {name, box}, predicate, object: {name, box}}, …]}',
      predictionFields: '{id, triples} in the order said'
    },
    () => z.object({ id, triples, ...shownFields }),
    () => z.object({ id, triples }),
    (pairs) => {
      const samples = pairs.map(([truth, said]) => ({ ...shown(truth), truth: truth.triples, said: said.triples }))
      const { byPredicate, ...all } = scoreRelations(samples)
      return { groups: { all, ...byPredicate }, report: () => reportRelations(samples) }
    }
  ),
  {
    name: 'detection',
    about: words(
      'boxes with scores: the twelve COCO numbers (AP, AR) of pycocotools',
      '带分数的框：pycocotools 的十二个 COCO 指标（AP、AR）'
    ),
    protocols: ['coco'],
    format: 'json',
    truthFields: 'a COCO instances file, with area for every annotation',
    predictionFields: 'a COCO results file: [{image_id, category_id, bbox: [x, y, width, height], score}, …]',
    score: scoreDetectionFiles
  }
]
