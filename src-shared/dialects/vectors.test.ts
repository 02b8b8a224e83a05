/**
 * @file The reference vectors (docs/dialects/adding.md) through the registered dialects.
 */
import { describe, expect, test } from 'vitest'
import { normalizedFromPixel } from '../geometry/convert'
import type { GroundedShape, ShapeKind } from '../geometry/region-shape'
import { coordinatesOf } from '../geometry/shape'
import { pixelBox } from '../geometry/space'
import type { ImageSize } from '../geometry/space'
import { groundedText, mention, phrase, text } from '../grounded/build'
import type { GroundedNode } from '../grounded/nodes'
import { plainText } from '../grounded/plain-text'
import { visitNodes } from '../grounded/visit'
import { findVariant } from './registry'
import type { DialectContext, DialectSpace } from './dialect'
import { fractionsOf, shapeFromFractions } from './kit/coordinates'
import vectors from './fixtures/vectors.json'

interface ExpectedRegion {
  readonly kind: string
  readonly coords: readonly number[]
  readonly phrase?: string | null
  readonly group?: number
  readonly role?: string
  readonly codes?: readonly number[]
  readonly pixels?: readonly number[]
}
interface Vector {
  readonly id: string
  readonly system: string
  readonly variant?: string
  readonly direction: 'parse' | 'format' | 'both'
  readonly mode?: 'strict' | 'lenient'
  readonly text: string
  readonly space: DialectSpace
  readonly image?: ImageSize
  readonly resized?: ImageSize
  readonly segments?: readonly (string | { readonly phrase: string; readonly regions: readonly number[] })[]
  readonly expect: { readonly regions: readonly ExpectedRegion[]; readonly issues?: readonly string[] }
}
const all = vectors as unknown as readonly Vector[]

const chosen = ({ system, variant }: Vector) => findVariant(system, variant)
const contextOf = (vector: Vector): DialectContext => ({
  image: vector.image ?? { width: 1000, height: 1000 },
  ...(vector.resized === undefined ? {} : { resized: vector.resized }),
  space: vector.space,
  settings: chosen(vector)?.settings ?? {},
  mode: vector.mode ?? 'strict'
})
const kindOf = (kind: string): ShapeKind => (kind === 'mask' ? 'coded-mask' : (kind as ShapeKind))
const named = (list: readonly Vector[]) => list.map((vector) => [vector.id, vector] as const)

test('every vector has a dialect, and every named variant is known', () => {
  const unknown = all.filter((vector) => chosen(vector)?.isKnown !== true)
  expect(unknown.map(({ id, system, variant }) => [id, system, variant])).toEqual([])
})

describe('read', () => {
  test.each(named(all.filter((vector) => vector.direction !== 'format' && chosen(vector) !== null)))(
    '%s',
    (_id, vector) => {
      const dialect = chosen(vector)?.dialect
      if (dialect === undefined) throw new Error('expected a dialect')
      const context = contextOf(vector)
      const { tree, diagnostics } = dialect.parse(vector.text, context)
      const words = new Map<string, string | null>()
      const groups = new Map<string, number>()
      const roles = new Map<string, string | undefined>()
      let group = 0
      visitNodes(tree.children, (node) => {
        if (node.type !== 'phrase' && node.type !== 'mention') return
        node.regionIds.forEach((id, i) => {
          words.set(id, node.type === 'phrase' ? plainText(node.children) : null)
          groups.set(id, group)
          roles.set(id, node.type === 'phrase' ? node.roles?.[i] : undefined)
        })
        if (node.regionIds.length > 0) group++
      })
      expect(tree.regions.map(({ shape }) => shape.type)).toEqual(vector.expect.regions.map(({ kind }) => kindOf(kind)))
      vector.expect.regions.forEach((wanted, i) => {
        const region = tree.regions[i]
        if (region === undefined) throw new Error('expected a region')
        const actual = fractionsOf(region.shape, context.space ?? dialect.profile.space, context)
        expect(actual).toHaveLength(wanted.coords.length)
        actual.forEach((value, k) => expect(Math.abs(value - (wanted.coords[k] ?? NaN))).toBeLessThan(1e-6))
        if (wanted.phrase !== undefined) expect(words.get(region.id)).toBe(wanted.phrase)
        if (wanted.group !== undefined) expect(groups.get(region.id)).toBe(wanted.group)
        if (wanted.role !== undefined) expect(roles.get(region.id)).toBe(wanted.role)
        if (wanted.codes !== undefined) expect(region.shape).toHaveProperty('codes', wanted.codes)
        if (wanted.pixels !== undefined) {
          const { width, height } = context.image
          coordinatesOf(region.shape).forEach((value, k) => {
            const side = k % 2 === 0 ? width : height
            // Pixels are of the picture: what lies in the padding is cut at its border.
            const pixel = Math.min(Math.max(value * side, 0), side)
            expect(Math.abs(pixel - (wanted.pixels?.[k] ?? NaN))).toBeLessThan(1e-3)
          })
        }
      })
      const codes = diagnostics.map(({ code }) => code.replace('dialect/', ''))
      for (const issue of vector.expect.issues ?? []) expect(codes).toContain(issue)
    }
  )
})

describe('written', () => {
  test.each(named(all.filter((vector) => vector.direction !== 'parse' && chosen(vector) !== null)))(
    '%s',
    (_id, vector) => {
      const dialect = chosen(vector)?.dialect
      if (dialect === undefined) throw new Error('expected a dialect')
      // Source pixels are given where the operation order matters; in `both` they are what is read back.
      const hasPixels = vector.direction === 'format'
      const context = contextOf(vector)
      const pixels = new Map<string, readonly number[]>()
      const regions = vector.expect.regions.map((wanted, i) => {
        const id = `r${i}`
        let shape: GroundedShape = shapeFromFractions(
          kindOf(wanted.kind),
          wanted.coords,
          vector.space,
          context,
          wanted.codes ?? []
        )
        if (hasPixels && wanted.pixels !== undefined && wanted.kind === 'box') {
          const [a = NaN, b = NaN, c = NaN, d = NaN] = wanted.pixels
          shape = { type: 'box', box: normalizedFromPixel(pixelBox(a, b, c, d), context.image) }
          pixels.set(id, wanted.pixels)
        }
        return { id, shape }
      })
      const ids = regions.map(({ id }) => id)
      const label = vector.expect.regions[0]?.phrase
      const children: readonly GroundedNode[] = vector.segments?.map((segment) =>
        typeof segment === 'string'
          ? text(segment)
          : phrase(
              segment.phrase,
              segment.regions.map((i) => `r${i}`)
            )
      ) ?? [typeof label === 'string' && label !== '' ? phrase(label, ids) : mention(ids)]
      expect(dialect.print(groundedText(children, regions), { ...context, pixels }).text).toBe(vector.text)
    }
  )
})
