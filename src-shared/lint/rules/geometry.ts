/** @file Shapes by themselves and beside each other. */
import { clampPointToImage, clampToImage, isOrdered, orderCorners } from '../../geometry/box'
import { intersectionOverUnion } from '../../geometry/iou'
import type { RegionShape } from '../../geometry/region-shape'
import type { NormalizedBox, NormalizedPoint } from '../../geometry/space'
import type { RegionRecord } from '../../document/records'
import { said } from '../finding'
import type { Found } from '../finding'
import type { DocumentView } from '../view'
import type { LintRule } from './rule'

/** Rounding of a format's coordinates puts edges this far outside; nobody drew that. */
const EDGE = 0.0005
const SAME_PLACE = 0.95
const WHOLE_IMAGE = 0.995
/** A side in pixels below which no model of the field sees a thing: the smallest COCO boxes are larger. */
const TINY_PX = 3

const hasArea = ({ type }: RegionShape): boolean => type !== 'point' && type !== 'polyline'

function inside(shape: RegionShape): RegionShape | null {
  switch (shape.type) {
    case 'box':
      return { type: 'box', box: clampToImage(shape.box) }
    case 'point':
      return { type: 'point', point: clampPointToImage(shape.point) }
    case 'polygon':
    case 'polyline':
      return { ...shape, points: shape.points.map(clampPointToImage) }
    default:
      return null
  }
}

const outside: LintRule = {
  id: 'region-outside-image',
  severity: 'warning',
  title: { en: 'Outside the image', 'zh-CN': '超出图像' },
  fixes: ['delete-region', 'replace-shape'],
  *check({ regions, boundsOf }) {
    for (const region of regions) {
      const [x0, y0, x1, y1] = boundsOf(region)
      if (x0 >= -EDGE && y0 >= -EDGE && x1 <= 1 + EDGE && y1 <= 1 + EDGE) continue
      const isGone = x1 <= 0 || y1 <= 0 || x0 >= 1 || y0 >= 1
      const shape = isGone ? null : inside(region.shape)
      yield {
        message: isGone
          ? said('The region lies wholly outside the image.', '区域完全在图像之外。')
          : said('The region reaches outside the image.', '区域超出了图像。'),
        regionIds: [region.id],
        ...(isGone
          ? { fix: { kind: 'delete-region', regionId: region.id } as const }
          : shape === null
            ? {}
            : { fix: { kind: 'replace-shape', regionId: region.id, shape } as const })
      }
    }
  }
}

const reversed: LintRule = {
  id: 'region-reversed-corners',
  severity: 'warning',
  title: { en: 'Corners reversed', 'zh-CN': '角点顺序颠倒' },
  fixes: ['replace-shape'],
  *check({ regions }) {
    for (const { id, shape } of regions) {
      if (shape.type !== 'box' || isOrdered(shape.box)) continue
      const fixed: RegionShape = { type: 'box', box: orderCorners(shape.box) }
      yield {
        message: said('The first corner of the box is not its top left one.', '框的第一个角点不是左上角。'),
        regionIds: [id],
        fix: { kind: 'replace-shape', regionId: id, shape: fixed }
      }
    }
  }
}

const noArea: LintRule = {
  id: 'region-without-area',
  severity: 'error',
  title: { en: 'No area', 'zh-CN': '没有面积' },
  fixes: ['delete-region'],
  *check({ regions, boundsOf }) {
    for (const region of regions) {
      if (!hasArea(region.shape)) continue
      const [x0, y0, x1, y1] = boundsOf(region)
      if (x1 > x0 && y1 > y0) continue
      const message = said(
        'The region has no area; trainers refuse or mislearn it.',
        '区域没有面积，训练程序会拒绝或学错。'
      )
      yield { message, regionIds: [region.id], fix: { kind: 'delete-region', regionId: region.id } }
    }
  }
}

const tiny: LintRule = {
  id: 'region-tiny',
  severity: 'warning',
  title: { en: 'Nearly no area', 'zh-CN': '面积过小' },
  fixes: ['delete-region'],
  *check({ regions, boundsOf, size }) {
    if (size === null) return
    for (const region of regions) {
      if (!hasArea(region.shape)) continue
      const [x0, y0, x1, y1] = boundsOf(region)
      const [width, height] = [(x1 - x0) * size.width, (y1 - y0) * size.height]
      if (width <= 0 || height <= 0 || (width >= TINY_PX && height >= TINY_PX)) continue
      const inPx = `${width.toFixed(1)} × ${height.toFixed(1)}`
      const message = said(
        `The region is ${inPx} px: perhaps a slip of the mouse.`,
        `区域只有 ${inPx} 像素，可能是误画。`
      )
      yield { message, regionIds: [region.id], fix: { kind: 'delete-region', regionId: region.id } }
    }
  }
}

const wholeImage: LintRule = {
  id: 'region-whole-image',
  severity: 'note',
  title: { en: 'The whole image', 'zh-CN': '整幅图像' },
  *check({ regions, boundsOf }) {
    for (const region of regions) {
      const [x0, y0, x1, y1] = boundsOf(region)
      if (
        !hasArea(region.shape) ||
        (Math.min(x1, 1) - Math.max(x0, 0)) * (Math.min(y1, 1) - Math.max(y0, 0)) < WHOLE_IMAGE
      )
        continue
      yield {
        message: said(
          'The region is the whole image; it teaches nothing about place.',
          '区域就是整幅图像，学不到任何位置信息。'
        ),
        regionIds: [region.id]
      }
    }
  }
}

/** Pairs of boxes that overlap nearly wholly; sorted by left edge so that a crowded image stays fast. */
function* samePlaces({ regions, boundsOf }: DocumentView): Generator<readonly [RegionRecord, RegionRecord]> {
  const boxes = regions
    .filter(({ shape }) => hasArea(shape))
    .map((region): readonly [RegionRecord, NormalizedBox] => [region, boundsOf(region)])
    .toSorted(([, a], [, b]) => a[0] - b[0])
  for (const [i, [first, a]] of boxes.entries()) {
    for (let j = i + 1; j < boxes.length; j++) {
      const [second, b] = boxes[j] as (typeof boxes)[number]
      if (b[0] - a[0] > (a[2] - a[0]) * (1 - SAME_PLACE)) break
      if (first.shape.type === second.shape.type && intersectionOverUnion(a, b) >= SAME_PLACE)
        yield first.createdAtMs <= second.createdAtMs ? [first, second] : [second, first]
    }
  }
}

const duplicate: LintRule = {
  id: 'region-duplicate',
  severity: 'warning',
  title: { en: 'The same region twice', 'zh-CN': '重复区域' },
  fixes: ['delete-region'],
  *check(view) {
    for (const [kept, extra] of samePlaces(view)) {
      if (kept.labelId !== extra.labelId) continue
      const message = said('Two regions of the same label lie in the same place.', '同一标签的两个区域位于同一位置。')
      yield { message, regionIds: [kept.id, extra.id], fix: { kind: 'delete-region', regionId: extra.id } }
    }
  }
}

/** A prompt's point that nobody named is no object of a data set. */
const isListed = ({ state, shape, labelId }: RegionRecord): boolean =>
  state !== 'proposed' && (shape.type !== 'point' || labelId !== null)

const twoOutlines: LintRule = {
  id: 'region-two-outlines',
  severity: 'note',
  title: { en: 'One object, marked and masked', 'zh-CN': '同一物体既有标记又有掩码' },
  *check({ regions, byId, objectOf }) {
    for (const region of regions) {
      const other = byId.get(objectOf(region))
      if (other === undefined || other === region || !isListed(region) || !isListed(other)) continue
      const message = said(
        'A mask and the region it was made of are both there: formats that list objects get two of one.',
        '掩码和它所依据的区域同时存在：列出物体的格式会把一个物体写成两个。'
      )
      yield { message, regionIds: [other.id, region.id] }
    }
  }
}

const labelConflict: LintRule = {
  id: 'region-label-conflict',
  severity: 'warning',
  title: { en: 'One place, two labels', 'zh-CN': '同一位置两个标签' },
  *check(view): Generator<Found> {
    for (const [a, b] of samePlaces(view)) {
      const [left, right] = [view.labelOf(a), view.labelOf(b)]
      if (left === null || right === null || left === right) continue
      const message = said(
        `Regions in the same place are labelled “${left}” and “${right}”.`,
        `同一位置的两个区域分别标为“${left}”和“${right}”。`
      )
      yield { message, regionIds: [a.id, b.id] }
    }
  }
}

const cross = (o: NormalizedPoint, a: NormalizedPoint, b: NormalizedPoint): number =>
  (a[0] - o[0]) * (b[1] - o[1]) - (a[1] - o[1]) * (b[0] - o[0])

/** Whether two edges without a common end cross each other. */
function doCross(a: NormalizedPoint, b: NormalizedPoint, c: NormalizedPoint, d: NormalizedPoint): boolean {
  return cross(a, b, c) * cross(a, b, d) < 0 && cross(c, d, a) * cross(c, d, b) < 0
}

/** More corners than people click: those come from masks, and every pair of edges is looked at. */
const MOST_CORNERS = 400

export function crossesItself(points: readonly NormalizedPoint[]): boolean {
  const n = points.length
  if (n < 4 || n > MOST_CORNERS) return false
  const at = (i: number): NormalizedPoint => points[i % n] as NormalizedPoint
  for (let i = 0; i < n; i++)
    for (let j = i + 2; j < n; j++) if ((j + 1) % n !== i && doCross(at(i), at(i + 1), at(j), at(j + 1))) return true
  return false
}

const selfCrossing: LintRule = {
  id: 'polygon-crosses-itself',
  severity: 'warning',
  title: { en: 'Outline crosses itself', 'zh-CN': '轮廓自相交' },
  *check({ regions }) {
    for (const { id, shape } of regions) {
      if ((shape.type !== 'polygon' && shape.type !== 'quad') || !crossesItself(shape.points)) continue
      yield {
        message: said(
          'The outline crosses itself: its area is not what it looks like.',
          '轮廓自相交，面积与看上去的不同。'
        ),
        regionIds: [id]
      }
    }
  }
}

const unlabelled: LintRule = {
  id: 'region-without-name',
  severity: 'warning',
  title: { en: 'Neither label nor words', 'zh-CN': '既无标签也无词语' },
  *check({ regions, phrases, document }) {
    const named = new Set(phrases.flatMap(({ regionIds }) => regionIds))
    for (const region of regions) {
      if (region.labelId !== null || region.phrase !== null || named.has(region.id)) continue
      const isMentioned = document.turns.some(({ children }) =>
        children.some((node) => node.type === 'mention' && node.regionIds.includes(region.id))
      )
      if (!isMentioned)
        yield {
          message: said(
            'The region has no label, no phrase, and no turn speaks of it.',
            '区域没有标签和短语，也没有对话提到它。'
          ),
          regionIds: [region.id]
        }
    }
  }
}

const proposalInDone: LintRule = {
  id: 'proposal-in-done-image',
  severity: 'warning',
  title: { en: 'Unseen proposal', 'zh-CN': '未审核的提议' },
  *check({ regions, document }) {
    if (!document.review.done) return
    for (const { id, state } of regions)
      if (state === 'proposed')
        yield {
          message: said(
            'The image is marked done, and nobody has looked at this proposal.',
            '图像已标记为完成，但没有人看过这个建议框。'
          ),
          regionIds: [id]
        }
  }
}

const emptyDone: LintRule = {
  id: 'done-without-content',
  severity: 'note',
  title: { en: 'Done and empty', 'zh-CN': '已完成但为空' },
  *check({ regions, document }) {
    if (document.review.done && regions.length === 0 && document.turns.length === 0)
      yield {
        message: said(
          'The image is marked done and holds nothing: fine for an image without any object.',
          '图像已标记为完成，但没有任何内容；若图中确无对象则没有问题。'
        )
      }
  }
}

export const GEOMETRY_RULES: readonly LintRule[] = [
  outside,
  reversed,
  noArea,
  tiny,
  wholeImage,
  duplicate,
  twoOutlines,
  labelConflict,
  selfCrossing,
  unlabelled,
  proposalInDone,
  emptyDone
]
