import { describe, expect, it, onTestFinished } from 'vitest'
import { AppError } from '../../../src-shared/errors'
import { createRegionTransaction } from '../../../src-shared/document/region-edits'
import type { ImageDocument, RegionRecord } from '../../../src-shared/document/records'
import { normalizedBox } from '../../../src-shared/geometry/space'
import type { RegionShape } from '../../../src-shared/geometry/region-shape'
import { createTranslations, translateWith } from '../../i18n/translate'
import { createMemoryCore, memoryImage } from '../../testing/memory-rpc'
import type { MemoryCore } from '../../testing/memory-rpc'
import { createStudio, startStudio } from './create-studio'
import { acceptProposals, assignLabel, drawRegion, findOrCreateLabel, moveRegions } from './edits'
import { undo } from './history'
import { openImage, stepImage } from './images'
import { loadGalleryPage, refreshGallery, setGalleryFilter, shownIndex } from './gallery'
import { openSample, showProject } from './project'
import { runCommand } from '../commands/registry'
import { stateOf } from './studio'
import type { LastImage, Studio } from './studio'

const box = (x0: number, y0: number, x1: number, y1: number): RegionShape => ({
  type: 'box',
  box: normalizedBox(x0, y0, x1, y1)
})
const noMemory = {
  lastImage: () => null,
  rememberImage: () => undefined,
  remembered: () => null,
  remember: () => undefined
}
const settled = async (studio: Studio): Promise<void> => {
  await studio.queue.flush()
  await new Promise((resolve) => setTimeout(resolve, 5))
}

async function open(
  images: readonly ImageDocument[] = ['a', 'b', 'c'].map((id) => memoryImage(id))
): Promise<{ studio: Studio; core: MemoryCore }> {
  const core = createMemoryCore(images)
  let count = 0
  const t = translateWith(await createTranslations('en'))
  const studio = createStudio(core, t, { ...noMemory, now: () => count, newId: () => `id${++count}` })
  const stop = await startStudio(studio)
  onTestFinished(() => {
    stop()
    studio.timers.forEach(clearTimeout)
  })
  return { studio, core }
}

describe('the studio', () => {
  it('opens the first image of the project', async () => {
    const { studio } = await open()
    expect(stateOf(studio)).toMatchObject({ screen: 'studio', imageId: 'a', gallery: { total: 3, index: 0 } })
  })

  it('says how far what goes on behind it is, until it is done', async () => {
    const { studio, core } = await open()
    core.emit('project.scanning', { done: 7, total: null })
    expect(stateOf(studio).looking).toEqual({ done: 7, total: null })
    core.emit('project.scanning', { done: 256, total: 300 })
    expect(stateOf(studio).looking).toEqual({ done: 256, total: 300 })
    core.emit('project.scanning', { done: 300, total: 300 })
    expect(stateOf(studio).looking).toBeNull()
    core.emit('history.progress', { direction: 'undo', done: 2, total: 5 })
    expect(stateOf(studio).replaying).toEqual({ direction: 'undo', done: 2, total: 5 })
    core.emit('history.progress', { direction: 'undo', done: 5, total: 5 })
    expect(stateOf(studio).replaying).toBeNull()
  })

  it('shows a drawn region at once and says saved when it is in the store', async () => {
    const { studio, core } = await open()
    const id = drawRegion(studio, box(0.1, 0.1, 0.5, 0.5))
    expect(stateOf(studio).document?.regions).toHaveLength(1)
    expect(stateOf(studio).save.kind).toBe('saving')
    expect(core.documents.get('a')?.regions).toHaveLength(0)
    await settled(studio)
    expect(stateOf(studio)).toMatchObject({ save: { kind: 'saved' }, pending: [], selection: [id] })
    expect(core.documents.get('a')?.regions).toHaveLength(1)
  })

  it('keeps the region on screen while it cannot be saved, and says why', async () => {
    const { studio, core } = await open()
    core.override['document.apply'] = () => {
      throw new AppError('store/full', 'The disk is full.')
    }
    drawRegion(studio, box(0.1, 0.1, 0.5, 0.5))
    await settled(studio)
    expect(stateOf(studio).save).toMatchObject({ kind: 'failed', error: { message: 'The disk is full.' } })
    expect(stateOf(studio).document?.regions).toHaveLength(1)
    delete core.override['document.apply']
    studio.queue.retry()
    await settled(studio)
    expect(core.documents.get('a')?.regions).toHaveLength(1)
  })

  it('shows what is saved, and says so, when another window was first', async () => {
    const { studio, core } = await open()
    const id = drawRegion(studio, box(0.1, 0.1, 0.5, 0.5)) ?? ''
    await settled(studio)
    const held = core.documents.get('a')
    const region = held?.regions[0]
    if (!held || !region) throw new Error('the region is not in the store')
    // Another window moved it, and this window has not heard of it yet.
    core.documents.set('a', { ...held, regions: [{ ...region, shape: box(0.2, 0.2, 0.3, 0.3) }] })
    moveRegions(studio, [{ id, shape: box(0.6, 0.6, 0.9, 0.9) }])
    await settled(studio)
    expect(stateOf(studio).document?.regions[0]?.shape).toEqual(box(0.2, 0.2, 0.3, 0.3))
    expect(stateOf(studio).notices[0]).toMatchObject({
      level: 'warning',
      message: expect.stringContaining('1 edit was not kept')
    })
    expect(stateOf(studio).save).toEqual({ kind: 'saved' })
  })

  it('keeps drawn regions on screen in the second project that is opened', async () => {
    const { studio, core } = await open()
    drawRegion(studio, box(0.1, 0.1, 0.5, 0.5))
    await settled(studio)
    const second = createMemoryCore([memoryImage('x')])
    for (const method of ['project.info', 'labels.list', 'images.list', 'document.get', 'document.apply'] as const)
      Object.assign(core.override, { [method]: (params: never) => second.call(method, params) })
    const project = await studio.rpc.call('project.info', {})
    if (!project) throw new Error('the second core has no project')
    await showProject(studio, { ...project, id: 'second' })
    const id = drawRegion(studio, box(0.2, 0.2, 0.6, 0.6))
    await settled(studio)
    expect(stateOf(studio)).toMatchObject({ imageId: 'x', pending: [], save: { kind: 'saved' } })
    expect(stateOf(studio).document?.regions.map((region) => region.id)).toEqual([id])
  })

  it('goes along when another window opens or closes a project, and sends it none of its own edits', async () => {
    const { studio, core } = await open()
    let refuse: ((error: Error) => void) | null = null
    core.override['document.apply'] = () => new Promise<never>((_, reject) => (refuse = reject))
    drawRegion(studio, box(0.1, 0.1, 0.5, 0.5))
    await expect.poll(() => refuse).not.toBeNull()
    const project = stateOf(studio).project
    if (!project) throw new Error('no project')
    const second = createMemoryCore([memoryImage('x')])
    for (const method of ['labels.list', 'images.list', 'document.get'] as const)
      Object.assign(core.override, { [method]: (params: never) => second.call(method, params) })
    core.emit('project.changed', { project: { ...project, id: 'second', name: 'Second' } })
    refuse!(new AppError('store/dangling-reference', 'The project has no image a.'))
    await settled(studio)
    expect(stateOf(studio)).toMatchObject({ project: { id: 'second' }, imageId: 'x', save: { kind: 'saved' } })
    expect(stateOf(studio).notices.map(({ message }) => message)).toEqual([
      'Another window opened Second; this window shows it now.',
      '1 unsaved edit discarded'
    ])
    core.override['project.recent'] = () => []
    core.emit('project.changed', { project: null })
    await settled(studio)
    expect(stateOf(studio)).toMatchObject({ project: null, screen: 'start', imageId: null })
  })

  it('shows edits of other windows', async () => {
    const { studio, core } = await open()
    const document = core.documents.get('a')
    if (!document) throw new Error('no document')
    const other = createRegionTransaction(
      document,
      { id: 'theirs', shape: box(0, 0, 1, 1) },
      { transactionId: 'other', nowMs: 1 }
    )
    if (other) core.commit(other)
    expect(stateOf(studio).document?.regions.map(({ id }) => id)).toEqual(['theirs'])
  })

  it('jumps to the image an undo touched and names what was undone', async () => {
    const { studio } = await open()
    drawRegion(studio, box(0.1, 0.1, 0.5, 0.5))
    await settled(studio)
    await openImage(studio, 'c')
    await undo(studio)
    expect(stateOf(studio)).toMatchObject({ imageId: 'a', document: { regions: [] } })
    expect(stateOf(studio).notices[0]?.message).toBe('Undone: new region')
  })

  it('moves several regions as one step', async () => {
    const { studio, core } = await open()
    const ids = [drawRegion(studio, box(0, 0, 0.1, 0.1)), drawRegion(studio, box(0.5, 0.5, 0.6, 0.6))].map(
      (id) => id ?? ''
    )
    await settled(studio)
    moveRegions(
      studio,
      ids.map((id) => ({ id, shape: box(0.2, 0.2, 0.4, 0.4) }))
    )
    await settled(studio)
    await undo(studio)
    expect(core.documents.get('a')?.regions.map(({ shape }) => shape)).toEqual([
      box(0, 0, 0.1, 0.1),
      box(0.5, 0.5, 0.6, 0.6)
    ])
  })

  it('makes one label of two spellings', async () => {
    const { studio, core } = await open()
    const first = findOrCreateLabel(studio, 'Dog')
    expect(findOrCreateLabel(studio, ' dog ')).toBe(first)
    await settled(studio)
    expect(core.labels.map(({ name }) => name)).toEqual(['Dog'])
  })

  it('goes on to the next image after the filter dropped the open one', async () => {
    const { studio, core } = await open()
    await setGalleryFilter(studio, 'todo')
    core.commit({
      id: 'done',
      label: 'review.set',
      origin: 'human',
      imageId: 'a',
      createdAtMs: 0,
      changes: [{ kind: 'review', id: 'a', before: null, after: { id: 'a', done: true } }]
    })
    await setGalleryFilter(studio, 'todo')
    const said = (): number | null => shownIndex(stateOf(studio).gallery, stateOf(studio).imageId)
    expect(said()).toBeNull()
    await stepImage(studio, 1)
    expect(stateOf(studio).imageId).toBe('b')
    expect(said()).toBe(0)
  })

  it('goes on with the next in line when a decision makes the open image more certain', async () => {
    const proposal = (id: string, imageId: string, confidence: number): RegionRecord => ({
      id,
      imageId,
      shape: box(0.1, 0.1, 0.5, 0.5),
      labelId: null,
      phrase: null,
      state: 'proposed',
      original: null,
      confidence,
      provenance: { origin: 'model' },
      createdAtMs: 0
    })
    const images = [
      { ...memoryImage('a'), regions: [proposal('a1', 'a', 0.5)] },
      { ...memoryImage('b'), regions: [proposal('b1', 'b', 0.1), proposal('b2', 'b', 0.8)] },
      { ...memoryImage('c'), regions: [proposal('c1', 'c', 0.3)] }
    ]
    const { studio } = await open(images)
    runCommand(studio, 'proposal.order')
    await settled(studio)
    const listed = (): readonly (string | undefined)[] =>
      [0, 1, 2].map((index) => stateOf(studio).gallery.items.get(index)?.image.id)
    expect(stateOf(studio).gallery.filter).toBe('proposals')
    expect(listed()).toEqual(['b', 'c', 'a'])
    await openImage(studio, 'b')
    acceptProposals(studio, ['b1'])
    await settled(studio)
    await refreshGallery(studio)
    expect(listed()).toEqual(['c', 'a', 'b'])
    expect(shownIndex(stateOf(studio).gallery, 'b')).toBe(2)
    await stepImage(studio, 1)
    expect(stateOf(studio).imageId).toBe('c')
    await stepImage(studio, 1)
    expect(stateOf(studio).imageId).toBe('a')
  })

  it('pastes copies of regions beside them, or in their place on another image, as one step', async () => {
    const { studio, core } = await open()
    drawRegion(studio, box(0.1, 0.1, 0.5, 0.5))
    const labelId = findOrCreateLabel(studio, 'dog')
    assignLabel(studio, stateOf(studio).selection, labelId)
    await settled(studio)
    const pasted = (imageId: string) => core.documents.get(imageId)?.regions.at(-1)
    const [drawn] = core.documents.get('a')?.regions ?? []
    expect(runCommand(studio, 'region.paste')).toBe(false)
    runCommand(studio, 'region.copy')
    runCommand(studio, 'region.paste')
    await settled(studio)
    const size = core.documents.get('a')?.image.size ?? { width: NaN, height: NaN }
    const [dx, dy] = [10 / size.width, 10 / size.height].map((value) => expect.closeTo(value + 0.1) as number)
    expect(pasted('a')).toMatchObject({ labelId, state: 'accepted', provenance: { origin: 'human' } })
    expect(pasted('a')?.shape).toMatchObject({ box: [dx, dy, expect.any(Number), expect.any(Number)] })
    expect(stateOf(studio).selection).toEqual([pasted('a')?.id])

    await openImage(studio, 'b')
    runCommand(studio, 'region.paste')
    await settled(studio)
    expect(pasted('b')).toMatchObject({ labelId, imageId: 'b', shape: drawn?.shape })
    await undo(studio)
    expect(core.documents.get('b')?.regions).toEqual([])
  })

  it('sends what waited when the connection comes back', async () => {
    const { studio, core } = await open()
    core.override['document.apply'] = () => {
      throw new AppError('connection/lost', 'The line is broken.')
    }
    core.setConnection('lost')
    drawRegion(studio, box(0.1, 0.1, 0.5, 0.5))
    await settled(studio)
    expect(stateOf(studio)).toMatchObject({ connection: 'lost', save: { kind: 'failed' } })
    delete core.override['document.apply']
    core.setConnection('connected')
    await settled(studio)
    expect(stateOf(studio)).toMatchObject({ connection: 'connected', save: { kind: 'saved' } })
    expect(core.documents.get('a')?.regions).toHaveLength(1)
  })

  it('sends nothing to another project that was opened while the connection was lost, and says so', async () => {
    const { studio, core } = await open()
    const project = stateOf(studio).project
    if (!project) throw new Error('no project')
    core.override['document.apply'] = () => {
      throw new AppError('connection/lost', 'The line is broken.')
    }
    core.setConnection('lost')
    drawRegion(studio, box(0.1, 0.1, 0.5, 0.5))
    await settled(studio)
    const applied: string[] = []
    core.override['document.apply'] = ({ transaction }) => {
      applied.push(transaction.id)
      return { seq: 1, kind: 'edit', transaction }
    }
    core.override['project.info'] = () => ({ ...project, id: 'second', name: 'Second' })
    core.setConnection('connected')
    // Drawn before the core said which project it has.
    drawRegion(studio, box(0.2, 0.2, 0.6, 0.6))
    await settled(studio)
    expect(applied).toEqual([])
    expect(stateOf(studio)).toMatchObject({ project: { id: 'second' }, pending: [], save: { kind: 'saved' } })
    expect(stateOf(studio).notices.map(({ message }) => message)).toEqual([
      'Another window opened Second; this window shows it now.',
      '2 unsaved edits discarded'
    ])
    drawRegion(studio, box(0.3, 0.3, 0.6, 0.6))
    await settled(studio)
    expect(applied).toHaveLength(1)
  })

  it('names an edit that is refused for good, shows what is saved, and goes on saving', async () => {
    const { studio, core } = await open()
    core.override['document.apply'] = () => {
      throw new AppError('store/dangling-reference', 'The region has no image.')
    }
    drawRegion(studio, box(0.1, 0.1, 0.5, 0.5))
    await settled(studio)
    expect(stateOf(studio)).toMatchObject({ save: { kind: 'saved' }, document: { regions: [] } })
    expect(stateOf(studio).notices[0]).toMatchObject({
      level: 'error',
      message: '1 edit was refused and is not kept (new region). The region has no image.'
    })
  })

  it('takes no edit and no command while another project is being opened', async () => {
    const { studio, core } = await open()
    let answer: (() => void) | null = null
    const project = stateOf(studio).project
    if (!project) throw new Error('no project')
    core.override['project.openSample'] = () => new Promise((resolve) => (answer = () => resolve(project)))
    const opened = openSample(studio)
    await expect.poll(() => answer).not.toBeNull()
    expect(drawRegion(studio, box(0.1, 0.1, 0.5, 0.5))).toBeNull()
    expect(runCommand(studio, 'image.next')).toBe(false)
    answer!()
    expect(await opened).toBe(true)
    expect(runCommand(studio, 'image.next')).toBe(true)
  })

  it('says once that the model stopped, however often the core does', async () => {
    const { studio, core } = await open()
    const status = { modelId: 'm', provider: 'cpu', detail: 'signal SIGKILL' } as const
    core.emit('model.status', { ...status, state: 'crashed' })
    core.emit('model.status', { ...status, state: 'crashed', detail: 'The process ended unexpectedly.' })
    expect(stateOf(studio).notices).toHaveLength(1)
    core.emit('model.status', { ...status, state: 'starting' })
    core.emit('model.status', { ...status, state: 'crashed' })
    expect(stateOf(studio).notices).toHaveLength(2)
  })

  it('opens the image that was open last, also far down the list, and the first when it is gone', async () => {
    const images = Array.from({ length: 250 }, (_, index) => memoryImage(`image${index}`))
    const kept = new Map<string, LastImage>()
    const memory = {
      ...noMemory,
      now: () => 0,
      newId: () => crypto.randomUUID(),
      lastImage: (id: string) => kept.get(id) ?? null,
      rememberImage: (id: string, last: LastImage) => void kept.set(id, last)
    }
    const t = translateWith(await createTranslations('en'))
    const start = async (shown: typeof images): Promise<Studio> => {
      const studio = createStudio(createMemoryCore(shown), t, memory)
      const stop = await startStudio(studio)
      onTestFinished(() => {
        stop()
        studio.timers.forEach(clearTimeout)
      })
      return studio
    }
    const first = await start(images)
    await loadGalleryPage(first, 230)
    await openImage(first, 'image230')
    expect(stateOf(await start(images))).toMatchObject({ imageId: 'image230', gallery: { index: 230 } })
    expect(stateOf(await start(images.slice(0, 200)))).toMatchObject({ imageId: 'image0' })
  })

  it('keeps the question when it cannot be asked', async () => {
    const { studio, core } = await open()
    const { ask } = await import('./dialogue')
    const { setState } = await import('./studio')
    setState(studio, {
      models: [
        {
          id: 'm',
          name: 'M',
          revision: '1',
          licence: '',
          dialect: 'shikra',
          space: 'original',
          examples: [],
          cannot: [],
          languages: [],
          classes: [],
          forms: ['boxes', 'labels'],
          sizeBytes: 1,
          state: 'ready',
          problem: null
        }
      ]
    })
    core.override['dialogue.ask'] = () => {
      throw new AppError('inference/prompt-too-long', 'The question is too long.', { nextStep: 'Shorten it.' })
    }
    expect(ask(studio, [{ type: 'text', value: '  ' }])).toBe(false)
    expect(ask(studio, [{ type: 'text', value: 'What?' }])).toBe(true)
    await settled(studio)
    expect(stateOf(studio)).toMatchObject({
      asking: null,
      askFailure: { children: [{ value: 'What?' }], error: { nextStep: 'Shorten it.' } }
    })
  })
})
