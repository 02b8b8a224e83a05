import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { basename } from 'node:path'
import type { ImageDocument, RegionRecord } from '../../src-shared/document/records'
import { picturesWithSingleObjects } from '../harness/sample-truth'
import type { RunningApp } from '../harness/running-app'
import { expect, inEveryShell, test } from '../harness/suite'
import { StudioPage } from '../pages/studio-page'
import type { Box } from '../pages/studio-page'

const centreOf = ([x0, y0, x1, y1]: Box) => [(x0 + x1) / 2, (y0 + y1) / 2] as const

function boxOf(region: RegionRecord | undefined): Box {
  if (region?.shape.type !== 'box') throw new Error('expected a region with a box')
  return region.shape.box
}

/** Half a screen pixel at the zoom of a fitted picture is about a thousandth of it. */
const DRAWING_TOLERANCE = 0.003
const expectClose = (actual: Box, expected: Box, tolerance: number): void =>
  actual.forEach((value, i) => expect(Math.abs(value - (expected[i] ?? NaN))).toBeLessThanOrEqual(tolerance))

const proposalsOf = (document: ImageDocument): readonly RegionRecord[] =>
  document.regions.filter((region) => region.state === 'proposed' && region.shape.type === 'box')

interface CocoFile {
  readonly images: readonly {
    readonly id: number
    readonly width: number
    readonly height: number
    readonly file_name: string
  }[]
  readonly annotations: readonly {
    readonly image_id: number
    readonly bbox: readonly number[]
    readonly area: number
    readonly eyrie?: { readonly state?: string }
  }[]
}
interface LlavaRecord {
  readonly image: string
  readonly conversations: readonly { readonly from: string; readonly value: string }[]
}
interface ShikraDialogue {
  readonly image: string
  readonly target: { readonly boxes: readonly (readonly number[])[] }
  readonly conversations: readonly {
    readonly from: string
    readonly value: string
    readonly boxes_seq?: readonly (readonly number[])[]
  }[]
}

/** Shown paths begin with `~` where they are below the person's home. */
const readShown = (app: RunningApp, path: string): string => {
  const home = app.place.home === '' ? homedir() : app.place.home
  return readFileSync(path.replace(/^~/, home), 'utf8')
}
const linesOf = (text: string): unknown[] =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as unknown)

inEveryShell('the main job', (stage) => {
  test('draw, ask about a region, ask where, correct and accept proposals, export, and the files hold the same numbers', async () => {
    const app = await stage.launch()
    const studio = new StudioPage(app)
    await studio.ready()
    const { items } = await app.call('images.list', { filter: 'all', offset: 0, limit: 100 })
    const imageOf = (fileName: string) => {
      const image = items.find((item) => item.image.relativePath === fileName)?.image
      if (!image?.size) throw new Error(`the sample has no ${fileName}`)
      return { ...image, size: image.size }
    }

    // Draw a box around something.
    const pictures = picturesWithSingleObjects()
    const [picture] = pictures
    const [object] = picture?.objects ?? []
    if (!picture || !object) throw new Error('the sample has no picture with a single object')
    let image = imageOf(picture.fileName)
    await studio.openImage(image.id, picture.fileName)
    await studio.drawBox(object.box)
    const drawn = (await app.call('document.get', { imageId: image.id })).regions
    expect(drawn).toHaveLength(1)
    expect(drawn[0]).toMatchObject({ state: 'accepted', original: null, provenance: { origin: 'human' } })
    expectClose(boxOf(drawn[0]), object.box, DRAWING_TOLERANCE)
    await stage.screenshot(app, 'loop-1-drawn')

    // Ask about it: what the model will read names exactly this box.
    await studio.chooseTool('select')
    const prompt = await studio.compose(['What is ', centreOf(object.box), '?'])
    expect(prompt).toMatch(/^What is \[[\d.,]+\]\?$/)
    const numbers = (prompt.match(/\d\.\d+/g) ?? []).map(Number)
    expect(numbers).toHaveLength(4)
    expectClose(numbers as unknown as Box, boxOf(drawn[0]), 0.0006)
    await stage.screenshot(app, 'loop-2-composed')
    await studio.send()
    const what = await studio.answer()
    expect(what.status).toBe('complete')
    const afterWhat = await app.call('document.get', { imageId: image.id })
    expect(afterWhat.turns.map((turn) => turn.role)).toEqual(['user', 'assistant'])
    expect(afterWhat.turns[0]?.rawText).toBe(prompt)
    expect(afterWhat.turns[1]?.rawText).not.toBe('')
    expect(afterWhat.turns[1]?.provenance).toMatchObject({ origin: 'model', provider: expect.any(String) as string })

    // Ask where things are until two answers became boxes; how good they are is another test's question.
    let asked = 0
    let proposals: readonly RegionRecord[] = []
    for (const { fileName, objects } of pictures) {
      image = imageOf(fileName)
      if (fileName !== picture.fileName) await studio.openImage(image.id, fileName)
      for (const { name } of objects.slice(0, 3)) {
        await studio.compose([`Where is the ${name}?`])
        await studio.send()
        expect((await studio.answer()).status).toBe('complete')
        asked++
      }
      proposals = proposalsOf(await app.call('document.get', { imageId: image.id }))
      if (proposals.length >= 2 || asked >= 9) break
    }
    expect(proposals.length).toBeGreaterThanOrEqual(2)
    await stage.screenshot(app, 'loop-3-proposals')

    // Accept one, correct another by dragging it.
    const ordered = proposals.toSorted((a, b) => areaOf(boxOf(b)) - areaOf(boxOf(a)))
    const [wide, other] = ordered
    if (!wide || !other) throw new Error('there are fewer than two proposals')
    await studio.acceptProposal(other.id)
    const before = boxOf(wide)
    await studio.chooseTool('select')
    await studio.selectProposal(wide.id)
    const [x, y] = centreOf(before)
    const shift = x > 0.5 ? -0.06 : 0.06
    await studio.drag([x, y], [x + shift, y])
    await studio.saved()
    const corrected = (await app.call('document.get', { imageId: image.id })).regions
    const moved = corrected.find((region) => region.id === wide.id)
    expect(moved).toMatchObject({
      state: 'corrected',
      original: { type: 'box', box: before },
      provenance: { origin: 'model' }
    })
    expectClose(boxOf(moved), [before[0] + shift, before[1], before[2] + shift, before[3]], DRAWING_TOLERANCE)
    expect(corrected.find((region) => region.id === other.id)).toMatchObject({ state: 'accepted', shape: other.shape })
    await stage.screenshot(app, 'loop-4-corrected')

    // Export, and compare every number with what the app holds.
    const paths = await studio.export(['shikra-jsonl', 'llava-json', 'coco-json'])
    await stage.screenshot(app, 'loop-5-exported')
    const read = (name: string): string => {
      const path = paths.find((shown) => basename(shown) === name)
      if (path === undefined) throw new Error(`${name} was not exported: ${paths.join(', ')}`)
      return readShown(app, path)
    }
    const coco = JSON.parse(read('coco.json')) as CocoFile
    const cocoImage = coco.images.find((other) => other.file_name === image.relativePath)
    expect(cocoImage).toMatchObject(image.size)
    const held = (await app.call('document.get', { imageId: image.id })).regions.filter(
      (region) => region.state === 'accepted' || region.state === 'corrected'
    )
    const written = coco.annotations.filter((annotation) => annotation.image_id === cocoImage?.id)
    expect(written).toHaveLength(held.length)
    for (const region of held) {
      const [x0, y0, x1, y1] = boxOf(region)
      const { width, height } = image.size
      const expected = [x0 * width, y0 * height, (x1 - x0) * width, (y1 - y0) * height]
      const match = written.find(({ bbox }) =>
        bbox.every((value, i) => Math.abs(value - (expected[i] ?? NaN)) < 1e-6 * width)
      )
      expect(match, `the COCO box of region ${region.id}`).toBeDefined()
      expect(match?.eyrie?.state ?? 'accepted').toBe(region.state)
    }
    const llava = JSON.parse(read('llava.json')) as readonly LlavaRecord[]
    const asking = llava.flatMap((record) => record.conversations).find(({ value }) => value.includes('What is '))
    expect(asking?.value).toMatch(/^<image>\nWhat is \[[\d.,]+\]\?$/)
    const exported = (asking?.value.match(/\d\.\d+/g) ?? []).map(Number) as unknown as Box
    expectClose(exported, paddedOf(boxOf(drawn[0]), imageOf(picture.fileName).size), 0.0006)
    const dialogues = linesOf(read('shikra-dialogues.jsonl')) as ShikraDialogue[]
    const mine = dialogues.find((dialogue) => dialogue.image === picture.fileName)
    const firstSequence = mine?.conversations[0]?.boxes_seq?.[0]?.[0] ?? -1
    const size = imageOf(picture.fileName).size
    const pixels = boxOf(drawn[0]).map((value, i) => value * (i % 2 === 0 ? size.width : size.height))
    expectClose(
      (mine?.target.boxes[firstSequence] ?? []) as unknown as Box,
      pixels as unknown as Box,
      1e-6 * size.width
    )
    expect(app.faults).toEqual([])
  }, 240_000)
})

/** Shikra's own space: fractions of the square that the picture is centred on. */
function paddedOf(box: Box, { width, height }: { readonly width: number; readonly height: number }): Box {
  const side = Math.max(width, height)
  const pad = (value: number, i: number): number => {
    const extent = i % 2 === 0 ? width : height
    return (value * extent + (side - extent) / 2) / side
  }
  return box.map(pad) as unknown as Box
}

function areaOf([x0, y0, x1, y1]: Box): number {
  return Math.max(0, x1 - x0) * Math.max(0, y1 - y0)
}
