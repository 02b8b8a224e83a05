import type { Translate } from '../../i18n/translate'

const CODES = [
  ...['ambiguous-id', 'archive-unsafe', 'bad-box', 'bad-classes', 'bad-dialogue', 'bad-id', 'bad-keypoints'],
  ...['bad-label', 'bad-outline', 'bad-record', 'bad-region', 'bad-relation', 'bad-score', 'bad-sequence', 'bad-shape'],
  ...['bad-size', 'bad-span', 'bad-text', 'bad-turns', 'circle-as-polygon', 'class-count', 'crossing-phrases'],
  ...['dangling-region', 'dangling-relation', 'duplicate-id', 'duplicate-key', 'duplicate-name', 'edges-contradict'],
  ...['edges-from-one', 'edges-unknown', 'ellipse-as-polygon', 'embedded-image', 'empty-box', 'empty-caption'],
  ...['image-ambiguous', 'image-differs', 'image-not-found', 'json', 'mask-cut', 'mask-size', 'maybe-corners'],
  ...['maybe-normalized', 'maybe-pixels', 'maybe-swapped-axes', 'no-class-names', 'no-image', 'no-shape', 'no-size'],
  ...['no-such-category', 'no-such-class', 'no-such-image', 'no-turns', 'no-words', 'other-fields', 'outside-image'],
  ...[
    'record-without-image',
    'reversed-corners',
    'several-class-lists',
    'several-images',
    'shape-type',
    'size-differs'
  ],
  ...['system-prompt', 'turn-order', 'video-track', 'which-size']
] as const
const known = new Set<string>(CODES)

/** What an issue is about; a code without words is shown as it is, its examples say the rest. */
export function issueTitle(t: Translate, code: string): string {
  const name = code.replace(/^import\//, '')
  return known.has(name) ? t(`issue.${name as (typeof CODES)[number]}`) : code
}

/** Scale, order of edges, and which number is which class: wrong once, wrong everywhere. */
const GRAVE =
  /^import\/(maybe-|edges-(unknown|contradict)|which-size|size-differs|no-class-names|several-class-lists|class-count)/

export const isGrave = (code: string): boolean => GRAVE.test(code)
