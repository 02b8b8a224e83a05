/** @file One `object` of Pascal VOC with its parts. */
import type { AnnotationShape } from '../../geometry/region-shape'
import { normalizedPointFromPixel } from '../../geometry/convert'
import { pixelPoint } from '../../geometry/space'
import type { ImageSize, PixelPoint } from '../../geometry/space'
import { boxShapeOf } from '../kit/box-fields'
import { doubted, skipped } from '../kit/issue'
import type { Whereabouts } from '../kit/issue'
import { nameValue } from '../kit/json-fields'
import type { LeftOut } from '../kit/left-out'
import { turnDoubt } from '../kit/turn-doubt'
import type { PlaceDoubts } from '../kit/place-doubts'
import { childOf, childText, childrenOf, numberOf } from '../kit/xml'
import type { XmlElement } from '../kit/xml'
import type { ImportItem, ImportRegion } from '../reading/item'
import { attributesOfObject } from './attributes'
import { edgesFromNumbers } from './edges'
import type { EdgeRule } from './edges'
import { ownMarksOfObject } from './own-element'

const SIDES = ['xmin', 'ymin', 'xmax', 'ymax'] as const

type Numbers = readonly [number, number, number, number]

export class ObjectReader {
  readonly items: ImportItem[] = []
  /** Boxes as they stand in the file. */
  readonly numbers: Numbers[] = []

  readonly file: string
  readonly size: ImageSize
  readonly #rule: EdgeRule
  readonly #doubts: PlaceDoubts
  readonly #leftOut: LeftOut

  constructor(file: string, size: ImageSize, rule: EdgeRule, doubts: PlaceDoubts, leftOut: LeftOut) {
    this.file = file
    this.size = size
    this.#rule = rule
    this.#doubts = doubts
    this.#leftOut = leftOut
  }

  /** false: it was left out, and why was told. */
  read(element: XmlElement, record: string, key: string): boolean {
    const where = { file: this.file, line: element.line, record }
    const name = childText(element, 'name')
    if (name === null || name === '') {
      this.items.push(skipped(where, 'import/bad-label', 'It has no name, so nobody can say what it is.'))
      return false
    }
    const names = childrenOf(element, 'name').map(({ text }) => text.trim())
    if (new Set(names).size > 1) {
      const message = `It has ${names.length} names (${names.map(nameValue).join(', ')}), so nobody can say what it is.`
      this.items.push(skipped(where, 'import/bad-label', message))
      return false
    }
    const shape = this.#shape(element, where)
    if (shape === null) return false
    const own = ownMarksOfObject(childOf(element, 'eyrie'), name)
    const attributes = attributesOfObject(element, this.#leftOut)
    const turn = shape.type === 'box' ? turnDoubt(attributes) : null
    if (turn !== null) this.items.push(doubted(where, 'import/maybe-turned', turn))
    const region: ImportRegion = {
      type: 'region',
      imageKey: this.file,
      key,
      shape,
      label: own.label,
      phrase: own.phrase,
      ...own.fields,
      ...(Object.keys(attributes).length === 0 ? {} : { attributes })
    }
    this.items.push(region)
    childrenOf(element, 'part').forEach((part, i) => {
      const partKey = `${key}.${i}`
      if (this.read(part, `${record}, part ${i}`, partKey))
        this.items.push({ type: 'relation', imageKey: this.file, subject: partKey, predicate: 'part of', object: key })
    })
    return true
  }

  #shape(element: XmlElement, where: Whereabouts): AnnotationShape | null {
    const polygon = childOf(element, 'polygon')
    const outline = polygon === null ? null : this.#outline(polygon, where)
    const box = childOf(element, 'bndbox')
    if (box === null) {
      if (outline !== null) return outline
      const turned = childOf(element, 'robndbox') === null ? '' : ' Turned boxes (robndbox) are not read.'
      this.items.push(skipped(where, 'import/no-shape', `It has no bndbox.${turned}`))
      return null
    }
    if (childrenOf(element, 'bndbox').length > 1)
      this.items.push(doubted(where, 'import/several-boxes', 'It has more than one bndbox; the first one was read.'))
    const boxShape = this.#box(box, where, outline === null)
    return outline ?? boxShape
  }

  #box(box: XmlElement, where: Whereabouts, isNeeded: boolean): AnnotationShape | null {
    const texts = SIDES.map((side) => childText(box, side))
    const numbers = texts.map(numberOf)
    const tell = (code: `import/${string}`, message: string): null => {
      this.items.push(
        isNeeded ? skipped(where, code, message) : doubted(where, code, `${message} Its polygon was read.`)
      )
      return null
    }
    const bad = numbers.indexOf(null)
    if (bad !== -1)
      return tell(
        'import/bad-box',
        `Its ${SIDES[bad] ?? ''} should be a number, not ${nameValue(texts[bad] ?? undefined)}.`
      )
    const twice = SIDES.find((side) => childrenOf(box, side).length > 1)
    if (twice !== undefined) return tell('import/bad-box', `Its ${twice} stands there more than once.`)
    const four = numbers as unknown as Numbers
    const edges = edgesFromNumbers(four, this.#rule)
    const said = `from (${four[0]}, ${four[1]}) to (${four[2]}, ${four[3]})`
    if (four[2] < four[0] || four[3] < four[1])
      return tell('import/reversed-corners', `Its corners are reversed, ${said}, or are a corner and a size.`)
    const shape = boxShapeOf(edges, this.size)
    if (shape === null) return tell('import/empty-box', `Its box ${said} has no area.`)
    this.numbers.push(four)
    if (isNeeded) this.#doubts.see(where.record ?? '', [pixelPoint(edges[0], edges[1]), pixelPoint(edges[2], edges[3])])
    return shape
  }

  /** `x1`, `y1`, `x2`, … as Roboflow and supervision write them; or `pt` with `x` and `y`. */
  #outline(polygon: XmlElement, where: Whereabouts): AnnotationShape | null {
    const shift = this.#rule === 'pixels-from-1' ? -1 : 0
    const points: PixelPoint[] = []
    const pairs = childrenOf(polygon, 'pt').map((pt) => [childText(pt, 'x'), childText(pt, 'y')] as const)
    for (let i = 1; childOf(polygon, `x${i}`) !== null; i++)
      pairs.push([childText(polygon, `x${i}`), childText(polygon, `y${i}`)])
    for (const [x, y] of pairs) {
      const [left, top] = [numberOf(x), numberOf(y)]
      if (left === null || top === null) {
        const message = `A corner of its polygon should be two numbers, not ${nameValue(x)} and ${nameValue(y)}.`
        this.items.push(doubted(where, 'import/bad-outline', message))
        return null
      }
      points.push(pixelPoint(left + shift, top + shift))
    }
    if (points.length < 3) {
      this.items.push(doubted(where, 'import/bad-outline', `Its polygon has ${points.length} corners.`))
      return null
    }
    this.#doubts.see(where.record ?? '', points)
    return { type: 'polygon', points: points.map((point) => normalizedPointFromPixel(point, this.size)) }
  }
}
