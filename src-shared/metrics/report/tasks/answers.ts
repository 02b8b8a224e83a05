/** @file Reports of tasks that are answered in words and numbers: POPE, counting, questions about points, captions. */
import type { PixelBox } from '../../../geometry/space'
import type { CaptionSample } from '../../captions'
import type { CountingSample } from '../../counting'
import { isRightPointAnswer, normalizedAnswer } from '../../point-qa'
import type { PointQaProtocol, PointQaSample } from '../../point-qa'
import { popeAnswer } from '../../pope'
import type { PopeSample } from '../../pope'
import { binned, boxOutline, words, worstFirst } from '../report'
import type { Chart, Failure, Histogram, Outline, TaskReport } from '../report'
import { numberMatrix } from './boxes'
import { shareRows } from './shown'
import type { Shown } from './shown'

/** A box that the question is about. */
const about = (box: PixelBox | null): readonly Outline[] => (box === null ? [] : [boxOutline('truth', box)])

export function reportPope(samples: readonly (Shown & PopeSample)[]): TaskReport {
  const judged = samples.map((sample) => ({ ...sample, said: popeAnswer(sample.answer) }))
  const names = ['yes', 'no'] as const
  const failures = judged
    .filter(({ label, said }) => label !== said)
    .map(({ id, image, asked, label, said, answer }): Failure => {
      // Saying that something is there which is not: what POPE is about comes first.
      const reason = said === 'yes' ? words('said yes of nothing', '无中生有') : words('did not see it', '没有看到')
      return { id, image, asked, reason, truth: label, said: answer, outlines: [], score: said === 'yes' ? 0 : 1 }
    })
  return {
    charts: [
      {
        kind: 'matrix',
        title: words('What is there, and what was said', '真值与回答'),
        row: words('truth', '真值'),
        column: words('answer', '回答'),
        rows: names,
        columns: names,
        cells: names.map((truth) =>
          names.map((answer) => judged.filter(({ label, said }) => label === truth && said === answer).length)
        )
      }
    ],
    failures: worstFirst(failures)
  }
}

const MOST_OFF = 10

export function reportCounting(
  samples: readonly (Shown & CountingSample & { readonly answer: string | null; readonly boxes: readonly PixelBox[] })[]
): TaskReport {
  const failures = samples
    .filter(({ truth, said }) => truth !== said)
    .map(({ id, image, asked, truth, said, answer, boxes }): Failure => {
      const reason =
        said === null
          ? words('no number', '没有数字')
          : words(
              `${Math.abs(said - truth)} ${said > truth ? 'too many' : 'too few'}`,
              `${said > truth ? '多' : '少'} ${Math.abs(said - truth)} 个`
            )
      return {
        ...{ id, image, asked, reason, truth: String(truth), said: answer ?? (said === null ? null : String(said)) },
        outlines: boxes.map((box) => boxOutline('said', box)),
        score: -Math.abs((said ?? 0) - truth)
      }
    })
  const off = samples.flatMap(({ truth, said }) => (said === null ? [] : [said - truth]))
  const width = Math.min(MOST_OFF, Math.max(1, ...off.map(Math.abs)))
  const charts: readonly Chart[] = [
    numberMatrix(samples),
    {
      kind: 'histogram',
      title: words('How far off', '偏差'),
      axis: words('answer − truth', '回答 − 真值'),
      ...{
        isWhole: true,
        from: -width - 0.5,
        to: width + 0.5,
        counts: binned(off, -width - 0.5, width + 0.5, 2 * width + 1)
      }
    }
  ]
  return { charts, failures: worstFirst(failures) }
}

export function reportPointQa(
  samples: readonly (Shown & PointQaSample & { readonly box: PixelBox | null })[],
  protocol: PointQaProtocol
): TaskReport {
  const judged = samples.map((sample) => ({ ...sample, isRight: isRightPointAnswer(sample, protocol) }))
  const failures = judged
    .filter(({ isRight }) => !isRight)
    .map(({ id, image, asked, truth, answer, box }): Failure => ({
      ...{ id, image, asked, reason: words('another answer', '答案不同'), truth, said: answer },
      ...{ outlines: about(box), score: 0 }
    }))
  return {
    charts: shareRows(
      words('Accuracy by true answer', '按真实答案的准确率'),
      words('accuracy', '准确率'),
      judged.map(({ truth, isRight }) => ({ name: normalizedAnswer(truth), isRight }))
    ),
    failures
  }
}

/** Captions below it are listed as failures; there is no threshold that anybody agrees on. */
const WORST_SHARE = 0.25

/** `ciderD` and `meteor`: of each sample, in their order; null where not measured. */
export function reportCaptions(
  samples: readonly (Shown & CaptionSample & { readonly box: PixelBox | null })[],
  ciderD: readonly number[],
  meteor: readonly number[] | null
): TaskReport {
  const scores = meteor ?? ciderD
  const name = meteor === null ? 'CIDEr-D' : 'METEOR'
  const listed = samples
    .map(({ id, image, asked, caption, references, box }, i): Failure => {
      const score = scores[i] ?? 0
      const reason = words(`${name} ${score.toFixed(3)}`, `${name} ${score.toFixed(3)}`)
      return { id, image, asked, reason, truth: references.join('\n'), said: caption, outlines: about(box), score }
    })
    .filter(({ truth, said }) => !(truth ?? '').split('\n').includes(said ?? ''))
  const highest = Math.max(1, ...ciderD)
  return {
    charts: [
      {
        kind: 'histogram',
        title: words('CIDEr-D of each caption', '每条描述的 CIDEr-D'),
        axis: words('CIDEr-D', 'CIDEr-D'),
        ...{ from: 0, to: highest, counts: binned(ciderD, 0, highest, 20) }
      },
      ...(meteor === null
        ? []
        : [
            {
              kind: 'histogram' as const,
              title: words('METEOR of each caption', '每条描述的 METEOR'),
              axis: words('METEOR', 'METEOR'),
              ...{ from: 0, to: 1, counts: binned(meteor, 0, 1, 20) }
            }
          ]),
      {
        kind: 'histogram',
        title: words('Length of the captions', '描述的长度'),
        axis: words('words', '词数'),
        ...lengths(samples.map(({ caption }) => caption.split(/\s+/u).filter((word) => word !== '').length))
      }
    ],
    failures: worstFirst(listed).slice(0, Math.ceil(samples.length * WORST_SHARE))
  }
}

const MOST_WORDS = 40

/** A bin for each length; the last one holds longer ones too. */
function lengths(counts: readonly number[]): Pick<Histogram, 'isWhole' | 'from' | 'to' | 'counts'> {
  const to = Math.min(MOST_WORDS, Math.max(4, ...counts)) + 0.5
  return { isWhole: true, from: -0.5, to, counts: binned(counts, -0.5, to, to + 0.5) }
}
