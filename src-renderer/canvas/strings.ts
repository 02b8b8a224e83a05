/** @file The few words the canvas itself says, for screen readers only. */
import type { CanvasStrings } from './contract'

const joined = (parts: readonly string[], comma: string): string => parts.filter((part) => part !== '').join(comma)

export const CANVAS_STRINGS: Readonly<Record<'en' | 'zh-CN', CanvasStrings>> = {
  en: {
    canvas: 'Image with regions',
    regions: 'Regions',
    kinds: {
      box: 'box',
      point: 'point',
      quad: 'quadrilateral',
      polygon: 'polygon',
      polyline: 'line',
      multipolygon: 'polygons',
      mask: 'mask',
      keypoints: 'keypoints'
    },
    states: { accepted: '', proposed: 'proposed', corrected: 'corrected', rejected: 'rejected' },
    describeBox: (kind, caption, { left, top, width, height }, state) =>
      joined([joined([kind, caption], ' '), `left ${left}`, `top ${top}`, `${width} by ${height}`, state], ', '),
    describePoint: (kind, caption, { left, top }, state) =>
      joined([joined([kind, caption], ' '), `left ${left}`, `top ${top}`, state], ', ')
  },
  'zh-CN': {
    canvas: '图像与区域',
    regions: '区域',
    kinds: {
      box: '框',
      point: '点',
      quad: '四边形',
      polygon: '多边形',
      polyline: '折线',
      multipolygon: '多边形组',
      mask: '掩码',
      keypoints: '关键点'
    },
    states: { accepted: '', proposed: '待确认', corrected: '已修正', rejected: '已拒绝' },
    describeBox: (kind, caption, { left, top, width, height }, state) =>
      joined([joined([kind, caption], ' '), `左 ${left}`, `上 ${top}`, `宽 ${width} 高 ${height}`, state], ','),
    describePoint: (kind, caption, { left, top }, state) =>
      joined([joined([kind, caption], ' '), `左 ${left}`, `上 ${top}`, state], ',')
  }
}
