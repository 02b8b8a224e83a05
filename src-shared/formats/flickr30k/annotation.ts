/** @file The boxes of one image by chain ids, from its XML. */
import type { ImageSize } from '../../geometry/space'
import { boxShapeOf, cornersOf, isFault, statedSizeOf } from '../kit/box-fields'
import type { BoxExtents } from '../kit/extent-doubts'
import { doubted, noted, skipped } from '../kit/issue'
import { childOf, childText, childrenOf, numberOf, parseXml } from '../kit/xml'
import type { XmlElement } from '../kit/xml'
import type { AnnotationShape } from '../../geometry/region-shape'
import type { ImportItem } from '../reading/item'

export interface EntityBox {
  readonly key: string
  readonly shape: AnnotationShape
  readonly chains: readonly string[]
}
export interface Annotation {
  readonly filename: string | null
  readonly size: ImageSize | null
  /** It tries to say a size, and no image has it. */
  readonly hasBadSize: boolean
  /** Eyrie wrote it, so its units are not in doubt. */
  readonly isOurs: boolean
  /** Objects in order, each with the line it begins in; boxes still in the file's numbers. */
  readonly objects: readonly XmlElement[]
}

/** The `database` of files that Eyrie writes. */
export const OWN_SOURCE = 'Eyrie'

/** Throws `import/xml`. null: not a file of annotations. */
export function readAnnotation(file: string, text: string): Annotation | null {
  const root = parseXml(file, text)
  if (root.name !== 'annotation') return null
  const size = childOf(root, 'size')
  const [width, height] = ['width', 'height'].map((side) => (size === null ? null : numberOf(childText(size, side))))
  const stated = statedSizeOf(width, height)
  const filename = childText(root, 'filename')
  return {
    filename: filename === null || filename === '' ? null : filename,
    size: stated.size,
    // Tools that do not know it write 0.
    hasBadSize: stated.size === null && size !== null && !(width === 0 && height === 0),
    isOurs: root.children.some(({ name, children }) => name === 'source' && children[0]?.text.trim() === OWN_SOURCE),
    objects: childrenOf(root, 'object')
  }
}

export interface Entities {
  readonly boxes: readonly EntityBox[]
  /** Every chain that an object names, with or without a box. */
  readonly chains: ReadonlySet<string>
}

/** Corners count pixels from 1; each is moved by one, as the official reader does. */
export function entitiesOf(
  { objects, isOurs }: Annotation,
  size: ImageSize,
  extents: BoxExtents,
  out: ImportItem[]
): Entities {
  const boxes: EntityBox[] = []
  const chains = new Set<string>()
  objects.forEach((object, i) => {
    const where = { file: extents.file, line: object.line, record: `object ${i}` }
    const names = childrenOf(object, 'name').map(({ text }) => text.trim().replace(/^0+(?=\d)/, ''))
    const own = [...new Set(names.filter((name) => name !== ''))]
    if (own.length === 0) {
      out.push(skipped(where, 'import/bad-record', 'It has no name, which would tell what it is.'))
      return
    }
    for (const name of own) chains.add(name)
    const all = childrenOf(object, 'bndbox')
    const isFlagged = ['nobndbox', 'scene'].some((flag) => childText(object, flag) === '1')
    if (all.length === 0) {
      if (!isFlagged)
        out.push(doubted(where, 'import/no-shape', 'It has no box, and does not say that it can have none.'))
      return
    }
    if (isFlagged)
      out.push(doubted(where, 'import/box-and-flag', 'It has a box, and says that it has none; read with it.'))
    for (const [k, box] of all.entries()) {
      const corners = cornersOf(
        ['xmin', 'ymin', 'xmax', 'ymax'].map((side) => {
          const value = numberOf(childText(box, side))
          return value === null ? null : value - 1
        }),
        'xyxy'
      )
      if (isFault(corners)) {
        out.push(skipped(where, corners.code, `Its box ${corners.message} (less one).`))
        continue
      }
      const shape = boxShapeOf(corners, size)
      if (shape === null) {
        out.push(skipped(where, 'import/empty-box', 'Its box has no area.'))
        continue
      }
      const doubt = extents.see(corners, size, where, isOurs)
      if (doubt !== null) out.push(doubt)
      boxes.push({ key: k === 0 ? `o${i}` : `o${i}.${k}`, shape, chains: own })
    }
  })
  return { boxes, chains }
}

/** Once an import that has boxes. */
export const edgesNote = (file: string): ImportItem =>
  noted(
    { file },
    'import/edges-from-one',
    'Corners count pixels from 1 here. All four were moved by one pixel, as the official reader of Flickr30k Entities does; what was made from MDETR’s files is not moved.'
  )
