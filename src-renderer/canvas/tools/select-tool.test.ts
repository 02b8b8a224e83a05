import { describe, expect, it } from 'vitest'
import type { CanvasRegion } from '../contract'
import { normalizedPoint } from '../../../src-shared/geometry/space'
import { TEST_IMAGE, TEST_VIEW, testBox, testPoint, testSample, testScene, typesOf } from '../testing'
import { vertexAt } from '../vertices'
import { createSelectTool } from './select-tool'
import type { CanvasTool, Effect, PointerSample, ToolScene } from './tool'

const REGIONS: readonly CanvasRegion[] = [
  testBox('large', [100, 100, 600, 600]),
  testBox('small', [200, 200, 300, 300]),
  testBox('far', [700, 700, 800, 800])
]

/** A tool with an app behind it: what it selects is selected, what it changes is kept for inspection. */
class Session {
  readonly tool: CanvasTool = createSelectTool()
  readonly effects: Effect[] = []
  scene: ToolScene

  constructor(overrides: Partial<ToolScene> = {}, regions = REGIONS) {
    this.scene = testScene(regions, overrides)
  }

  send(phase: PointerSample['phase'], x: number, y: number, overrides: Partial<PointerSample> = {}): this {
    for (const effect of this.tool.handle(testSample(phase, x, y, overrides), this.scene)) {
      this.effects.push(effect)
      if (effect.type === 'select') this.scene = { ...this.scene, selection: effect.ids }
    }
    return this
  }

  click(x: number, y: number, overrides: Partial<PointerSample> = {}): this {
    return this.send('down', x, y, overrides).send('up', x, y, overrides)
  }

  drag(x0: number, y0: number, x1: number, y1: number, overrides: Partial<PointerSample> = {}): this {
    return this.send('down', x0, y0, overrides).send('move', x1, y1, overrides).send('up', x1, y1, overrides)
  }

  get changes() {
    return this.effects.flatMap((effect) => (effect.type === 'change' ? [effect.changes] : []))
  }
}

describe('clicking', () => {
  it('takes the smallest region, then those below at the same place, and around', () => {
    const session = new Session()
    const seen = [1, 2, 3].map(() => session.click(250, 250).scene.selection)
    expect(seen).toEqual([['small'], ['large'], ['small']])
  })

  it('takes the smallest again when the pointer went elsewhere', () => {
    const session = new Session().click(250, 250).click(500, 500)
    expect(session.scene.selection).toEqual(['large'])
    expect(session.click(250, 250).scene.selection).toEqual(['small'])
  })

  it('says every click once, also on the region that is selected', () => {
    const session = new Session().click(750, 750).click(760, 760)
    expect(session.effects).toEqual([
      { type: 'select', ids: ['far'] },
      { type: 'select', ids: ['far'] }
    ])
  })

  it('changes no coordinate', () => {
    const session = new Session().click(250, 250).click(250, 250).click(255, 250)
    expect(session.changes).toEqual([])
  })

  it('adds and removes with Shift', () => {
    const session = new Session().click(250, 250).click(750, 750, { shift: true })
    expect(session.scene.selection).toEqual(['small', 'far'])
    expect(session.click(250, 250, { shift: true }).scene.selection).toEqual(['far'])
  })

  it('deselects on nothing, once', () => {
    const session = new Session({ selection: ['far'] }).click(900, 100).click(950, 100)
    expect(typesOf(session.effects)).toEqual(['select'])
    expect(session.scene.selection).toEqual([])
  })

  it('inserts instead of selecting while the composer is being written in', () => {
    const session = new Session({ picking: true }).click(250, 250).click(900, 100)
    expect(session.effects).toEqual([{ type: 'pick', id: 'small' }])
  })

  it('prefers a point to the box around it', () => {
    const session = new Session({}, [...REGIONS, testPoint('eye', 250, 250)])
    expect(session.click(252, 251).scene.selection).toEqual(['eye'])
  })
})

describe('dragging', () => {
  it('selects and moves with one gesture and one change', () => {
    const session = new Session().drag(250, 250, 260, 230)
    expect(typesOf(session.effects)).toEqual(['select', 'change'])
    const shape = session.changes[0]![0]!.shape
    expect(shape.type === 'box' && shape.box.map((value) => Math.round(value * 1e6) / 1e3)).toEqual([
      210, 180, 310, 280
    ])
  })

  it('moves the selected region even where a smaller one lies above it', () => {
    const session = new Session({ selection: ['large'] }).drag(250, 250, 260, 260)
    expect(session.changes[0]!.map(({ id }) => id)).toEqual(['large'])
  })

  it('moves all selected regions together', () => {
    const session = new Session({ selection: ['small', 'far'] }).drag(750, 750, 760, 760)
    expect(session.changes).toHaveLength(1)
    expect(session.changes[0]!.map(({ id }) => id)).toEqual(['small', 'far'])
  })

  it('says nothing when the region ends where it began', () => {
    const session = new Session()
      .send('down', 250, 250)
      .send('move', 300, 300)
      .send('move', 250, 250)
      .send('up', 250, 250)
    expect(session.changes).toEqual([])
  })

  it('is forgotten when cancelled', () => {
    const session = new Session().send('down', 250, 250).send('move', 300, 300)
    expect(session.tool.preview.changes).toHaveLength(1)
    expect(session.tool.cancel()).toBe(true)
    session.send('up', 300, 300)
    expect(session.changes).toEqual([])
  })

  it('moves nothing in a project that is read only', () => {
    expect(new Session({ readOnly: true }).drag(250, 250, 300, 300).changes).toEqual([])
  })

  it('resizes with a handle of the only selected region', () => {
    const handleAt = () => ({ horizontal: 1, vertical: 0 }) as const
    const session = new Session({ selection: ['small'], handleAt }).drag(300, 250, 350, 280)
    const shape = session.changes[0]![0]!.shape
    expect(shape.type === 'box' && [shape.box[0], shape.box[1], shape.box[3]]).toEqual([0.2, 0.2, 0.3])
    expect(shape.type === 'box' && shape.box[2]).toBeCloseTo(0.35, 9)
  })
})

describe('points of an outline, with Alt', () => {
  const points = [[200, 200], [400, 200], [400, 400], [200, 400]].map(([x = 0, y = 0]) => normalizedPoint(x / 1000, y / 1000)) // prettier-ignore
  const outline: CanvasRegion = { ...testBox('outline', [0, 0, 1, 1]), shape: { type: 'polygon', points } }
  const session = (overrides: Partial<ToolScene> = {}): Session =>
    new Session(
      {
        selection: ['outline'],
        vertexAt: (screen) => vertexAt(outline.shape, screen, TEST_VIEW, TEST_IMAGE, 8),
        ...overrides
      },
      [outline]
    )
  const corners = (of: Session): readonly (readonly number[])[] | undefined => {
    const shape = of.changes[0]?.[0]?.shape
    return shape?.type === 'polygon' ? shape.points.map((at) => at.map((value) => Math.round(value * 1000))) : undefined
  }

  it('are added by a click on its line, and by a drag out of it', () => {
    expect(corners(session().click(300, 201, { alt: true }))?.[1]).toEqual([300, 200])
    expect(corners(session().drag(300, 200, 300, 100, { alt: true }))?.[1]).toEqual([300, 100])
  })

  it('are taken away by a click, not by a drag, and never without Alt', () => {
    expect(corners(session().click(401, 401, { alt: true }))).toHaveLength(3)
    expect(session().drag(400, 400, 500, 500, { alt: true }).changes).toEqual([])
    expect(session().click(401, 401).changes).toEqual([])
    expect(session({ readOnly: true }).click(401, 401, { alt: true }).changes).toEqual([])
  })
})

describe('the marquee', () => {
  it('takes what lies inside when drawn to the right, and what it touches when drawn to the left', () => {
    expect(new Session().drag(50, 50, 400, 650).scene.selection).toEqual(['small'])
    expect([...new Session().drag(650, 50, 550, 650).scene.selection]).toEqual(['large'])
  })

  it('starts on a region and adds with Shift', () => {
    const session = new Session({ selection: ['far'] }).drag(150, 150, 350, 350, { shift: true })
    expect(session.scene.selection).toEqual(['far', 'small'])
    expect(session.changes).toEqual([])
  })
})

describe('the cursor', () => {
  it('tells what a press would do', () => {
    const session = new Session({ selection: ['large'] })
    const at = (x: number, y: number) => session.tool.cursor(testSample('move', x, y), session.scene)
    expect([at(150, 150), at(750, 750), at(900, 100)]).toEqual(['move', 'pointer', 'default'])
  })
})
