/** @file The studio as a person uses it. This folder alone, of the specs, knows how the page is built. */
import type { Locator, Page } from 'playwright-core'
import type { RunningApp } from '../harness/running-app'
import { DataDialogsPage } from './data-dialogs-page'

/** `[x, y]` as fractions of the upright image. */
type Place = readonly [x: number, y: number]
/** `[x0, y0, x1, y1]` as fractions of the upright image. */
export type Box = readonly [number, number, number, number]

const ANSWER_MS = 60_000

export class StudioPage extends DataDialogsPage {
  readonly #page: Page
  constructor(app: Pick<RunningApp, 'page'>) {
    super(app)
    this.#page = app.page
  }
  #test(id: string): Locator {
    return this.#page.getByTestId(id)
  }

  /** Waits until a project is open and its picture can be seen. */
  async ready(): Promise<void> {
    await this.#page.locator('[data-testid=canvas][data-image-state=ready]').waitFor()
    await this.saved()
  }
  startScreen = (): Promise<void> => this.#test('start-open-sample').waitFor()
  openSample = (): Promise<void> => this.#test('start-open-sample').click()
  async closeProject(): Promise<void> {
    await this.#test('project-menu').click()
    await this.#test('project-close').click()
  }
  imageName = (): Promise<string> => this.#test('image-name').innerText()
  imagePosition = (): Promise<string> => this.#test('image-position').innerText()
  galleryCount = (): Promise<number> => this.#test('gallery-item').count()

  /** Goes to an image of the gallery by its id. */
  async openImage(imageId: string, name: string): Promise<void> {
    const item = this.#page.locator(`[data-testid=gallery-item][data-image-id="${imageId}"]`)
    await item.scrollIntoViewIfNeeded()
    await item.click()
    await this.#test('image-name').filter({ hasText: name }).waitFor()
    await this.ready()
  }

  /** Waits until the list of images is this one. */
  async galleryShows(names: readonly string[]): Promise<void> {
    await this.#page.waitForFunction((wanted) => {
      const rows = [...document.querySelectorAll('[data-testid=gallery-item]')]
      return JSON.stringify(rows.map((row) => row.getAttribute('title'))) === JSON.stringify(wanted)
    }, names)
  }
  leastConfidences = (): Promise<readonly string[]> => this.#test('gallery-least').allInnerTexts()
  showProposals = (): Promise<void> => this.#test('filter-proposals').click()
  pressOrder = (): Promise<void> => this.#test('gallery-order').click()
  async goToImage(name: string): Promise<void> {
    await this.#test('gallery-item').filter({ hasText: name }).click()
    await this.imageNamed(name)
    await this.ready()
  }

  /** Where a place of the image is on the page, px. */
  async #at([x, y]: Place): Promise<readonly [number, number]> {
    const canvas = this.#test('canvas')
    const bounds = await canvas.boundingBox()
    if (!bounds) throw new Error('the canvas is not on the page')
    const value = async (name: string): Promise<number> => Number(await canvas.getAttribute(`data-${name}`))
    const scale = await value('scale')
    const left = bounds.x + (await value('offset-x')) + x * (await value('image-width')) * scale
    const top = bounds.y + (await value('offset-y')) + y * (await value('image-height')) * scale
    return [left, top]
  }
  async drag(from: Place, to: Place): Promise<void> {
    const [x0, y0] = await this.#at(from)
    const [x1, y1] = await this.#at(to)
    const { mouse } = this.#page
    await mouse.move(x0, y0)
    await mouse.down()
    await mouse.move((x0 + x1) / 2, (y0 + y1) / 2, { steps: 4 })
    await mouse.move(x1, y1, { steps: 4 })
    await mouse.up()
  }
  async clickAt(place: Place, held?: 'Alt' | 'Shift'): Promise<void> {
    const [x, y] = await this.#at(place)
    if (held) await this.#page.keyboard.down(held)
    await this.#page.mouse.click(x, y)
    if (held) await this.#page.keyboard.up(held)
  }

  async rightClickAt(place: Place): Promise<void> {
    const [x, y] = await this.#at(place)
    await this.#page.mouse.click(x, y, { button: 'right' })
  }
  focusCanvas = (): Promise<void> => this.#test('canvas').focus()

  /** Adds what is there to the selection. */
  async alsoClickAt(place: Place): Promise<void> {
    await this.clickAt(place, 'Shift')
  }

  chooseTool = (tool: 'select' | 'box' | 'polygon' | 'point' | 'pan'): Promise<void> =>
    this.#test(`tool-${tool}`).click()
  async drawBox([x0, y0, x1, y1]: Box): Promise<void> {
    await this.chooseTool('box')
    await this.drag([x0, y0], [x1, y1])
    await this.saved()
  }

  async #waitForSave(state: string): Promise<void> {
    await this.#page.locator(`[data-testid=save-state][data-state=${state}]`).waitFor()
  }
  saved = (): Promise<void> => this.#waitForSave('saved')
  saveFailed = (): Promise<void> => this.#waitForSave('failed')
  connectionLost = (): Promise<void> => this.#test('connection-lost').waitFor()
  connectionBack = (): Promise<void> => this.#test('connection-lost').waitFor({ state: 'detached' })

  /** Theme and language, from the menu a person would use. */
  async appearance(theme: 'system' | 'dark' | 'light', language: 'system' | 'en' | 'zh-CN'): Promise<void> {
    await this.#test('appearance').click()
    await this.#test(`theme-${theme}`).click()
    await this.#page.locator(`html[data-theme=${theme}]`).waitFor()
    if (!(await this.#test(`language-${language}`).isVisible())) await this.#test('appearance').click()
    await this.#test(`language-${language}`).click()
    await this.#page.locator(`html[lang="${language}"]`).waitFor()
  }

  undo = (): Promise<void> => this.#test('undo').click()
  redo = (): Promise<void> => this.#test('redo').click()

  regionRows = async (): Promise<number> => {
    await this.showTab('regions')
    return this.#test('region-row').count()
  }

  /** Types into a field of the details and leaves the caret there: nothing is finished yet. */
  async typeInDetails(field: 'details-phrase' | `edge-${string}`, text: string): Promise<void> {
    await this.showTab('details')
    await this.#test(field).fill(text)
  }
  /** Everything the details of the selected region say; null while none is selected. */
  details = async (): Promise<string | null> =>
    (await this.#test('details').count()) === 0 ? null : this.#test('details').innerText()
  /** Of what is selected; by the button in the details. */
  async makeMask(source: 'box' | 'point'): Promise<void> {
    await this.showTab('details')
    await this.#test(source === 'box' ? 'mask-fromBox' : 'mask-fromPoint').click()
  }
  /** The details say which regions a mask was made of. */
  shownRegion = (): Promise<void> => this.#test('details-shown-region').first().waitFor()
  deleteRelation = (): Promise<void> => this.#test('relation-delete').first().click()

  /** Words, then a click on a region, and so on; the text the model will read is returned. */
  async compose(parts: readonly (string | Place)[]): Promise<string> {
    await this.showTab('dialogue')
    const composer = this.#page.locator('.composer [contenteditable=true]')
    await composer.click()
    for (const part of parts) {
      if (typeof part === 'string') await this.#page.keyboard.type(part)
      else await this.clickAt(part)
    }
    const preview = this.#page.locator('.prompt-preview')
    if ((await preview.getAttribute('data-open')) !== 'true') await preview.locator('.prompt-toggle').click()
    // The preview follows the words after a moment.
    const text = this.#test('prompt-text')
    const lastWords = parts.findLast((part) => typeof part === 'string') ?? ''
    await text.filter({ hasText: lastWords.trim() }).waitFor()
    await composer.click()
    await this.#page.keyboard.press('End')
    return text.innerText()
  }
  async send(): Promise<void> {
    await this.#test('composer-send').click()
  }
  /** Waits for the answer to the last question. */
  async answer(): Promise<{ readonly status: string; readonly text: string }> {
    await this.#test('composer-stop').waitFor({ state: 'detached', timeout: ANSWER_MS })
    const turn = this.#test('turn-assistant').last()
    await turn.waitFor({ timeout: ANSWER_MS })
    return { status: (await turn.getAttribute('data-status')) ?? '', text: await turn.innerText() }
  }
  /** As `answer`, for answers that may fail: everything the dialogue says about it. */
  async answerOrFailure(): Promise<string> {
    await this.#test('composer-stop').waitFor({ state: 'detached', timeout: ANSWER_MS })
    const told = this.#page.locator('[data-testid=turn-assistant], [data-testid=ask-failure]').last()
    await told.waitFor({ timeout: ANSWER_MS })
    return told.innerText()
  }
  answering = (): Promise<void> => this.#test('turn-streaming').waitFor()
  answerCount = (): Promise<number> => this.#test('turn-assistant').count()

  #proposal(regionId: string): Locator {
    return this.#page.locator(`[data-testid=proposal-row][data-region-id="${regionId}"]`)
  }
  async selectProposal(regionId: string): Promise<void> {
    await this.#proposal(regionId).locator('.proposal-name').click()
  }
  async acceptProposal(regionId: string): Promise<void> {
    await this.#proposal(regionId).getByTestId('proposal-accept').click()
    await this.saved()
  }
  proposalState = async (regionId: string): Promise<string | null> =>
    this.#proposal(regionId).getAttribute('data-state')

  /** Fills the form of a model server and saves it; the dialog stays open. */
  async addServer(server: {
    readonly name: string
    readonly model: string
    readonly url: string
    readonly dialect: string
  }): Promise<void> {
    await this.#test('model-chip').click()
    await this.#test('server-add').click()
    await this.#test('server-name').fill(server.name)
    await this.#test('server-model').fill(server.model)
    await this.#test('server-url').fill(server.url)
    await this.#test('server-dialect').selectOption(server.dialect)
    await this.#test('server-save').click()
    await this.#test('server-row').filter({ hasText: server.name }).waitFor()
  }
  /** Opens the window of models, and from there the one for adding one. */
  async addModel(way: 'known' | 'disk'): Promise<void> {
    if (!(await this.#test('models-dialog').isVisible())) await this.#test('model-chip').click()
    await this.#test('model-add').click()
    await this.#test(`add-model-${way}`).click()
    if (way === 'known') await this.#test('known-model').first().waitFor()
  }
  modelSource = (url: string): Promise<void> => this.#test('add-model-source').fill(url)
  #knownModel = (id: string): Locator => this.#page.locator(`[data-testid=known-model][data-model="${id}"]`)
  /** Asks the source what a known model takes. */
  async lookAtModel(id: string, weights: string): Promise<void> {
    await this.#knownModel(id).getByTestId('known-weights').selectOption(weights)
    await this.#knownModel(id).getByTestId('known-get').click()
  }
  knownModelSays = (id: string, words: RegExp): Promise<void> =>
    this.#knownModel(id).filter({ hasText: words }).waitFor()
  /** Chooses a folder or an archive of the home folder. */
  async modelFromDisk(name: { readonly archive: string } | { readonly folder: string }): Promise<void> {
    if ('archive' in name) return this.#test('model-archive').filter({ hasText: name.archive }).click()
    await this.#test('folder-row').filter({ hasText: name.folder }).click()
    await this.#test('model-folder').filter({ hasText: name.folder }).click()
  }
  async modelOffer(): Promise<string> {
    return this.#test('model-offer').innerText()
  }
  mayAddModel = (): Promise<boolean> => this.#test('add-model-run').isEnabled()
  acceptLicence = (): Promise<void> => this.#test('licence-accept').check()
  runAddModel = (): Promise<void> => this.#test('add-model-run').click()
  async modelBytesHaveComeOf(file: string): Promise<void> {
    await this.#test('add-model-progress').filter({ hasText: file }).waitFor()
  }
  cancelAddModel = (): Promise<void> => this.#test('add-model-cancel').click()
  backFromOffer = (): Promise<void> => this.#test('add-model-back').click()
  modelIsAdded = (): Promise<void> => this.#test('add-model-done').waitFor()
  addModelError = (): Promise<string> => this.#test('add-model-error').innerText()
  async useAddedModel(id: string): Promise<void> {
    await this.#test('add-model-use').click()
    await this.#page.locator(`[data-testid=model-card][data-model="${id}"][data-chosen=true]`).waitFor()
  }
  async closeAddModel(): Promise<void> {
    await this.#test('add-model-close').click()
    await this.#test('models-dialog').waitFor()
  }
  async removeModel(id: string): Promise<void> {
    const card = this.#page.locator(`[data-testid=model-card][data-model="${id}"]`)
    await card.getByTestId('model-remove').click()
    await card.getByTestId('model-remove-yes').click()
    await card.waitFor({ state: 'detached' })
  }
  /** What the window says of a model after it was looked into. */
  async howModelRuns(id: string): Promise<string> {
    const card = this.#page.locator(`[data-testid=model-card][data-model="${id}"]`)
    await card.getByTestId('model-inspect').click()
    await card.getByTestId('model-inspection').waitFor()
    return card.getByTestId('model-inspection').innerText()
  }
  async closeModels(): Promise<void> {
    await this.#page.keyboard.press('Escape')
    await this.#test('models-dialog').waitFor({ state: 'detached' })
  }
  async allowServer(): Promise<void> {
    await this.#test('server-allow').click()
    await this.#test('server-allow').waitFor({ state: 'detached' })
  }
  /** Takes the server of this name for the next question, and closes the dialog by its key. */
  async useServer(name: string): Promise<void> {
    const row = this.#test('server-row').filter({ hasText: name })
    await row.getByTestId('server-use').click()
    await this.#page.locator('[data-testid=server-row][data-chosen=true]').filter({ hasText: name }).waitFor()
    await this.#page.keyboard.press('Escape')
    await this.#test('models-dialog').waitFor({ state: 'detached' })
  }
  imageNamed = (name: string): Promise<void> => this.#test('image-name').filter({ hasText: name }).waitFor()
  regionsGone = (): Promise<void> => this.#test('region-row').first().waitFor({ state: 'detached' })

  paletteOpen = (): Promise<void> => this.#test('palette').waitFor()

  /** Texts of everything the app has told the person, toasts included. */
  async notices(): Promise<string> {
    const shown = await this.#test('notice').allInnerTexts()
    return shown.join('\n')
  }
  async noticeWith(text: RegExp): Promise<void> {
    await this.#test('notice').filter({ hasText: text }).first().waitFor()
  }
}
