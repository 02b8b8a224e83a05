import { describe, expect, it } from 'vitest'
import { TEST_IMAGE, TEST_VIEW, testBox } from '../testing'
import { packScene } from './packed-scene'
import type { Context2D } from './region-look'
import type { StaticRequest } from './static-painter'
import { StaticPainter, bitmapSize } from './static-painter'

interface Painted {
  readonly fills: readonly (readonly number[])[]
  readonly tags: readonly (readonly number[])[]
  readonly texts: readonly string[]
}

const REQUEST: StaticRequest = {
  sequence: 1,
  view: TEST_VIEW,
  viewport: TEST_IMAGE,
  overscanX: 0,
  overscanY: 0,
  image: TEST_IMAGE,
  devicePixelRatio: 1,
  hidden: [],
  theme: {
    background: '',
    checker: '',
    proposal: '#ffaa00',
    halo: 'halo',
    handleFill: '',
    handleStroke: '',
    marquee: '',
    highlight: '',
    fontFamily: 'test'
  }
}

/** A context that remembers what was filled; text is 6 px per letter wide. */
const paint = (regions: Parameters<typeof packScene>[0], request: Partial<StaticRequest> = {}): Painted => {
  const fills: (readonly number[])[] = []
  const tags: (readonly number[])[] = []
  const texts: string[] = []
  const ignore = (): void => undefined
  const context = {
    fillStyle: '',
    clearRect: ignore,
    beginPath: ignore,
    moveTo: ignore,
    lineTo: ignore,
    fill: ignore,
    stroke: ignore,
    fillRect(...rectangle: number[]) {
      if (context.fillStyle !== 'halo') fills.push(rectangle)
    },
    roundRect: (left: number, top: number, width: number, height: number) => tags.push([left, top, width, height]),
    measureText: (text: string) => ({ width: text.length * 6 }),
    fillText: (text: string) => texts.push(text)
  }
  const painter = new StaticPainter()
  painter.setScene(packScene(regions))
  Array.from(painter.paint(context as unknown as Context2D, { ...REQUEST, ...request }))
  return { fills, tags, texts }
}

describe('the static layer', () => {
  it('paints edges on whole device pixels, just inside the box', () => {
    const { fills } = paint([testBox('a', [100, 200, 300, 400], { caption: '' })], { devicePixelRatio: 2 })
    expect(fills).toEqual([
      [200, 400, 400, 4],
      [200, 796, 400, 4],
      [200, 404, 4, 392],
      [596, 404, 4, 392]
    ])
  })

  it('leaves out what another layer draws and what is out of view', () => {
    const regions = ['a', 'b', 'c'].map((id, i) => testBox(id, [100 + 300 * i, 100, 200 + 300 * i, 200]))
    expect(new Set(paint(regions, { hidden: [1] }).texts)).toEqual(new Set(['a', 'c']))
    expect(paint(regions, { view: { scale: 1, offsetX: -560, offsetY: 0 } }).texts).toEqual(['c'])
  })

  it('never lets two tags cover each other, and prefers larger regions', () => {
    const regions = Array.from({ length: 60 }, (_, i) =>
      testBox(`region ${i}`, [100 + (i % 10) * 11, 100 + i * 3, 300 + i * 5, 320 + i * 5])
    )
    const { tags, texts } = paint(regions)
    expect(tags.length).toBeGreaterThan(3)
    expect(tags.length).toBeLessThan(60)
    expect(texts[0]).toBe('region 50')
    for (const [i, [left, top, width, height]] of tags.entries()) {
      for (const [otherLeft, otherTop, otherWidth, otherHeight] of tags.slice(i + 1)) {
        const isApart =
          left! + width! <= otherLeft! ||
          otherLeft! + otherWidth! <= left! ||
          top! + height! <= otherTop! ||
          otherTop! + otherHeight! <= top!
        expect(isApart).toBe(true)
      }
    }
  })

  it('drops tags wider than their box when the picture is crowded', () => {
    const regions = Array.from({ length: 300 }, (_, i) => {
      const [x, y] = [(i % 20) * 50, Math.floor(i / 20) * 60 + 30]
      return testBox('a rather long caption', [x, y, x + 20, y + 20])
    })
    expect(paint(regions).texts).toEqual([])
    expect(paint(regions.slice(0, 100)).texts.length).toBeGreaterThan(0)
  })

  it('shortens long captions', () => {
    const { texts } = paint([testBox('a', [0, 100, 900, 900], { caption: 'x'.repeat(100) })])
    expect(texts[0]).toMatch(/^x{20,30}…$/)
  })

  it('has a border of overscan around the viewport', () => {
    expect(bitmapSize({ ...REQUEST, overscanX: 100, overscanY: 50, devicePixelRatio: 1.5 })).toEqual({
      width: 1800,
      height: 1650
    })
  })
})
