/** @file Report of gRefCOCO with masks. */
import { intersectionArea, maskArea, polygonsOfMask } from '../../../geometry/mask'
import type { Mask } from '../../../geometry/mask'
import type { GresSample } from '../../generalized-rec'
import { binned, words, worstFirst } from '../report'
import type { Failure, Outline, TaskReport } from '../report'
import type { Shown } from './shown'

const outlineOf = (role: Outline['role'], mask: Mask): readonly Outline[] =>
  maskArea(mask) === 0
    ? []
    : [
        {
          role,
          name: '',
          rings: polygonsOfMask(mask).flatMap((rings) => rings.map((ring) => ring.map(([x, y]) => [x, y] as const)))
        }
      ]

/** Below it a mask is shown as a failure; the measures themselves have no threshold. */
const SHOWN_BELOW = 0.5

export function reportGres(samples: readonly (Shown & GresSample)[]): TaskReport {
  const judged = samples.map((sample) => {
    const [wanted, given] = [maskArea(sample.truth), maskArea(sample.said)]
    const common = intersectionArea(sample.truth, sample.said)
    const union = wanted + given - common
    return { sample, wanted, given, iou: union === 0 ? 1 : common / union }
  })
  const failures = judged
    .filter(({ iou }) => iou < SHOWN_BELOW)
    .map(({ sample, wanted, given, iou }): Failure => {
      const reason =
        wanted === 0
          ? words('said something of nothing', '无目标却作答')
          : given === 0
            ? words('said nothing', '没有作答')
            : words(`IoU ${iou.toFixed(3)}`, `IoU ${iou.toFixed(3)}`)
      const { id, image, asked, truth, said } = sample
      const outlines = [...outlineOf('truth', truth), ...outlineOf('said', said)]
      return { id, image, asked, reason, truth: null, said: null, outlines, score: iou }
    })
  const withTarget = judged.filter(({ wanted }) => wanted > 0)
  return {
    charts: [
      {
        kind: 'histogram',
        title: words('Overlap, where something is meant', '重叠（有目标的样本）'),
        axis: words('IoU', 'IoU'),
        ...{
          from: 0,
          to: 1,
          counts: binned(
            withTarget.map(({ iou }) => iou),
            0,
            1,
            20
          )
        }
      },
      {
        kind: 'matrix',
        title: words('Is something meant, and was something said', '是否有目标与是否作答'),
        row: words('truth', '真值'),
        column: words('answer', '回答'),
        ...{ rows: ['0', '1'], columns: ['0', '1'] },
        cells: [false, true].map((isMeant) =>
          [false, true].map(
            (isSaid) => judged.filter(({ wanted, given }) => wanted > 0 === isMeant && given > 0 === isSaid).length
          )
        )
      }
    ],
    failures: worstFirst(failures)
  }
}
