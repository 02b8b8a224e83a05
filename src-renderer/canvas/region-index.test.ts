import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { normalizedPoint } from '../../src-shared/geometry/space'
import { boundsOf } from './region-edits'
import { RegionIndex, cycle } from './region-index'
import { TEST_IMAGE, testBox, testPoint } from './testing'

const at = (x: number, y: number) => normalizedPoint(x / 1000, y / 1000)
const ids = (regions: readonly { readonly id: string }[]) => regions.map(({ id }) => id)

describe('hit-testing', () => {
  it('finds what a look at every region finds, smallest first', () => {
    const side = fc.integer({ min: 0, max: 1000 })
    const boxes = fc
      .array(fc.tuple(side, side, side, side), { maxLength: 40 })
      .map((quads) =>
        quads
          .filter(([a, b, c, d]) => a !== c && b !== d)
          .map(([a, b, c, d], i) => testBox(`r${i}`, [Math.min(a, c), Math.min(b, d), Math.max(a, c), Math.max(b, d)]))
      )
    fc.assert(
      fc.property(boxes, side, side, (regions, x, y) => {
        const found = new RegionIndex(regions, TEST_IMAGE).hit(at(x, y), 0)
        const expected = regions.filter(({ shape }) => {
          const [x0, y0, x1, y1] = boundsOf(shape)
          return x0 <= x / 1000 && x / 1000 <= x1 && y0 <= y / 1000 && y / 1000 <= y1
        })
        expect(new Set(ids(found))).toEqual(new Set(ids(expected)))
        const areas = found.map(({ shape }) => {
          const [x0, y0, x1, y1] = boundsOf(shape)
          return Math.round((x1 - x0) * (y1 - y0) * 1e6)
        })
        expect(areas).toEqual([...areas].sort((a, b) => a - b))
      })
    )
  })

  it('reaches as far as the tolerance', () => {
    const index = new RegionIndex([testBox('a', [100, 100, 200, 200])], TEST_IMAGE)
    expect(ids(index.hit(at(203, 150), 4))).toEqual(['a'])
    expect(ids(index.hit(at(205, 150), 4))).toEqual([])
  })

  it('offers points first and rejected regions last', () => {
    const index = new RegionIndex(
      [
        testBox('rejected', [140, 140, 160, 160], { state: 'rejected' }),
        testBox('box', [100, 100, 200, 200]),
        testPoint('point', 151, 151)
      ],
      TEST_IMAGE
    )
    expect(ids(index.hit(at(150, 150), 4))).toEqual(['point', 'box', 'rejected'])
  })

  it('finds nothing in an image without regions', () => {
    const index = new RegionIndex([], TEST_IMAGE)
    expect(index.hit(at(1, 1), 10)).toEqual([])
    expect(index.within([0, 0, 1, 1], true)).toEqual([])
    expect(index.readingOrder()).toEqual([])
  })

  it('is quicker among 10 000 regions than a look at each of them', () => {
    const regions = Array.from({ length: 10_000 }, (_, i) => {
      const [x, y] = [(i * 37) % 960, (i * 91) % 960]
      return testBox(`r${i}`, [x, y, x + 20 + (i % 20), y + 20])
    })
    const index = new RegionIndex(regions, TEST_IMAGE)
    const timed = (find: (x: number, y: number) => unknown): number => {
      const startedAt = performance.now()
      for (let i = 0; i < 300; i++) find((i * 13) % 1000, (i * 29) % 1000)
      return performance.now() - startedAt
    }
    const scan = (x: number, y: number) =>
      regions.filter(({ shape }) => {
        const [x0, y0, x1, y1] = boundsOf(shape)
        return x0 <= x / 1000 && x / 1000 <= x1 && y0 <= y / 1000 && y / 1000 <= y1
      })
    // Measured 30; less is left here for a machine that does other things meanwhile.
    expect(timed(scan) / timed((x, y) => index.hit(at(x, y), 0))).toBeGreaterThan(3)
  })
})

describe('cycling', () => {
  it('goes to the next candidate and around', () => {
    const candidates = [testBox('a', [0, 0, 1, 1]), testBox('b', [0, 0, 2, 2])]
    expect([[], ['a'], ['b'], ['z']].map((selected) => cycle(candidates, selected)?.id)).toEqual(['a', 'b', 'a', 'a'])
  })
})

describe('reading order', () => {
  it('goes row by row, and in a row from the left', () => {
    const regions = [
      testBox('below', [100, 500, 200, 600]),
      testBox('right', [500, 100, 600, 200]),
      testBox('left', [100, 120, 200, 220]),
      testPoint('dot', 300, 110)
    ]
    expect(new RegionIndex(regions, TEST_IMAGE).readingOrder()).toEqual(['left', 'dot', 'right', 'below'])
  })

  it('is not confused by a region as large as the image', () => {
    const regions = [
      testBox('b', [500, 500, 600, 600]),
      testBox('all', [0, 0, 1000, 1000]),
      testBox('a', [100, 400, 200, 450])
    ]
    expect(new RegionIndex(regions, TEST_IMAGE).readingOrder()).toEqual(['all', 'a', 'b'])
  })
})
