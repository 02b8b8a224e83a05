/** @file What comes in and goes out, as a person does it: export, import, checks, building turns; and their keys. */
import type { Locator, Page } from 'playwright-core'
import type { ExportFormatId } from '../../src-shared/ipc/contract'
import type { RunningApp } from '../harness/running-app'

export class DataDialogsPage {
  readonly #page: Page
  constructor(app: Pick<RunningApp, 'page'>) {
    this.#page = app.page
  }
  #test(id: string): Locator {
    return this.#page.getByTestId(id)
  }
  press = (key: string): Promise<void> => this.#page.keyboard.press(key)
  async showTab(tab: 'dialogue' | 'regions' | 'details' | 'checks'): Promise<void> {
    await this.#test(`tab-${tab}`).click()
  }

  /** Exports in the given formats; resolves to the paths shown, as they are shown. */
  async export(formats: readonly ExportFormatId[]): Promise<readonly string[]> {
    await this.openExport()
    await this.chooseFormats(formats)
    await this.#test('export-run').click()
    await this.#test('export-result').waitFor({ timeout: 30_000 })
    return this.#page.locator('[data-testid=export-file] .export-path').allInnerTexts()
  }
  async openExport(): Promise<void> {
    await this.#test('export-open').click()
    await this.#test('format-coco-json').waitFor()
  }
  /** Ids of the formats that are ticked, in the order of the list. */
  async chosenFormats(): Promise<readonly string[]> {
    const ids = await this.#page
      .locator('[data-testid^=format-][data-checked=true]')
      .evaluateAll((rows) => rows.map((row) => row.getAttribute('data-testid') ?? ''))
    return ids.map((id) => id.replace('format-', '')).toSorted()
  }
  async chooseFormats(ids: readonly ExportFormatId[]): Promise<void> {
    for (const id of await this.chosenFormats()) if (!ids.includes(id)) await this.#test(`format-${id}`).click()
    const chosen = await this.chosenFormats()
    for (const id of ids.filter((one) => !chosen.includes(one))) {
      await this.#test('format-search').fill(id)
      await this.#test(`format-${id}`).click()
    }
    await this.#test('format-search').fill('')
  }
  /** Names and shares of the splits, percent. */
  async splitExport(shares: readonly (readonly [name: string, percent: string])[]): Promise<void> {
    await this.#test('export-split').check()
    while ((await this.#test('split-name').count()) > shares.length) await this.#test('split-remove').last().click()
    for (const [i, [name, percent]] of shares.entries()) {
      await this.#test('split-name').nth(i).fill(name)
      await this.#test('split-share').nth(i).fill(percent)
    }
  }
  splitProblem = (): Promise<string> => this.#test('split-problem').innerText()
  splitShares = (): Promise<readonly string[]> =>
    this.#test('split-share').evaluateAll((fields) => fields.map((field) => (field as HTMLInputElement).value))
  /** Runs the export; what its certificates say, format by format. `counts`: of regions, split by split. */
  async runExport(): Promise<readonly { readonly verdict: string; readonly counts: readonly string[] }[]> {
    await this.#test('export-run').click()
    await this.#test('export-result').waitFor({ timeout: 30_000 })
    const cards = await this.#test('certificate').all()
    return Promise.all(
      cards.map(async (card) => ({
        verdict: await card.getByTestId('certificate-verdict').innerText(),
        counts: await card.getByTestId('certificate-regions').allInnerTexts()
      }))
    )
  }
  closeExport = (): Promise<void> => this.#test('export-close').click()

  /** Chooses a file or a folder of the project's image folder and waits for what a look at it says. */
  async lookAtImport(source: { readonly file: string } | { readonly folder: string }): Promise<{
    readonly format: string
    readonly images: string
    readonly regions: string
    readonly labels: string
  }> {
    await this.#test('import-open').click()
    if ('file' in source) await this.#test('import-file').filter({ hasText: source.file }).click()
    else {
      await this.#test('folder-row').filter({ hasText: source.folder }).click()
      await this.#test('import-folder').filter({ hasText: source.folder }).click()
    }
    await this.#test('import-report').waitFor({ timeout: 30_000 })
    const count = (name: string): Promise<string> => this.#test(`import-count-${name}`).innerText()
    return {
      format: await this.#test('import-format').innerText(),
      images: await count('images'),
      regions: await count('regions'),
      labels: await count('labels')
    }
  }
  async runImport(): Promise<void> {
    await this.#test('import-run').click()
    await this.#page.locator('[data-testid=import-report][data-written=true]').waitFor({ timeout: 30_000 })
  }
  /** Takes the import back where it ended. */
  async undoImport(): Promise<void> {
    await this.#test('import-undo').click()
    await this.#test('import-undo').waitFor({ state: 'detached' })
  }

  /** What has the focus, as somebody who reads the screen meets it. */
  focused = (): Promise<{
    readonly id: string
    readonly role: string
    readonly text: string
    readonly selected: string | null
    readonly hasRing: boolean
  }> =>
    this.#page.evaluate(() => {
      const element = document.activeElement as HTMLElement
      const { outlineStyle, outlineWidth } = getComputedStyle(element)
      return {
        id: element.dataset.testid ?? '',
        role: element.getAttribute('role') ?? element.tagName.toLowerCase(),
        text: element.textContent.trim(),
        selected: element.getAttribute('aria-selected'),
        hasRing: outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 1
      }
    })
  focusButton = (id: 'export-open' | 'import-open'): Promise<void> => this.#test(id).focus()
  formatListShown = (): Promise<void> => this.#test('format-coco-json').waitFor()
  typeSearch = (words: string): Promise<void> => this.#test('format-search').fill(words)
  searchedFor = (): Promise<string> => this.#test('format-search').inputValue()
  focusRow = (name: string): Promise<void> => this.#test('folder-row').filter({ hasText: name }).focus()
  /** Presses `key` so often; what of the page, outside the dialog, had the focus on the way. */
  async tabsOutside(dialog: string, presses: number, key: 'Tab' | 'Shift+Tab'): Promise<readonly string[]> {
    const outside = new Set<string>()
    for (let i = 0; i < presses; i++) {
      await this.press(key)
      const found = await this.#test(dialog).evaluate((element) =>
        element.contains(document.activeElement) ? null : (document.activeElement?.outerHTML.slice(0, 80) ?? 'nothing')
      )
      if (found !== null) outside.add(found)
    }
    return [...outside]
  }

  async checkProject(): Promise<void> {
    await this.showTab('checks')
    await this.#test('check-project').click()
    await this.#test('checks-summary').waitFor({ timeout: 30_000 })
  }
  async goToFirstFinding(rule: string): Promise<void> {
    const group = this.#page.locator(`[data-testid=rule-group][data-rule="${rule}"]`)
    await group.getByRole('button').first().click()
    await group.getByTestId('finding-go').first().click()
  }
  /** Opens what the last check of the project found by a rule; how many rows it shows. */
  async openFindings(rule: string): Promise<number> {
    const group = this.#page.locator(`[data-testid=rule-group][data-rule="${rule}"]`)
    await group.getByRole('button').first().click()
    await group.getByTestId('finding').first().waitFor()
    return group.getByTestId('finding').count()
  }
  /** Makes the change that the first finding of a rule suggests, from the list of the project. */
  async mendFromProject(rule: string): Promise<void> {
    const group = this.#page.locator(`[data-testid=rule-group][data-rule="${rule}"]`)
    await group.getByTestId('finding-fix').first().click()
    await group.getByTestId('finding-mended').first().waitFor()
  }
  /** Files of the two images that a finding compares. */
  comparedImages = (): Promise<readonly string[]> => this.#test('finding-picture').allInnerTexts()
  goToCompared = (file: string): Promise<void> => this.#test('finding-picture').filter({ hasText: file }).click()
  async compareImages(when: 'auto' | 'always' | 'never'): Promise<void> {
    await this.showTab('checks')
    await this.#test('check-pictures').selectOption(when)
  }
  galleryBadges = async (): Promise<number> => {
    await this.#test('gallery-found').first().waitFor()
    return this.#test('gallery-found').count()
  }
  /** Changes that are suggested for findings of a rule, in both lists. */
  #fixes = (rule: string): Locator =>
    this.#page.locator(`[data-testid=finding][data-rule="${rule}"]`).getByTestId('finding-fix')
  /** Resolves when so many of them are offered. */
  async fixesOffered(rule: string, count: number): Promise<void> {
    if (count > 0)
      await this.#fixes(rule)
        .nth(count - 1)
        .waitFor()
    await this.#fixes(rule).nth(count).waitFor({ state: 'detached' })
  }
  /** From the list of the open image, which stands first. */
  fixFirst = (rule: string): Promise<void> => this.#fixes(rule).first().click()

  /** Opens the dialog of new turns; how many samples it shows. */
  async openBuild(): Promise<number> {
    await this.#test('project-menu').click()
    await this.#test('build-open').click()
    await this.#test('build-sample').first().waitFor()
    return this.#test('build-sample').count()
  }
  /** Opens the dialog of new turns at the recipe of a language model, about so many images. */
  async openModelBuild(mostImages: string): Promise<void> {
    await this.#test('project-menu').click()
    await this.#test('build-open').click()
    await this.#test('recipe-llava').click()
    await this.#test('build-most-images').fill(mostImages)
  }
  allowForBuild = (): Promise<void> => this.#test('build-allow').click()
  sentForBuild = (): Promise<string> => this.#test('build-sent').textContent().then(String)
  buildRequests = (): Promise<string> => this.#test('build-requests').innerText()
  async askForSamples(): Promise<{ readonly samples: number; readonly told: string }> {
    await this.#test('build-ask').click()
    await this.#test('build-asked').waitFor({ timeout: 30_000 })
    return { samples: await this.#test('build-sample').count(), told: await this.#test('build-asked').innerText() }
  }
  /** Begins to write; the dialog shows how far it is. */
  async startBuild(): Promise<void> {
    await this.#test('build-write').click()
    await this.#test('build-progress').waitFor()
  }
  /** Cancels what runs; milliseconds until the form is there again. */
  async cancelBuild(): Promise<number> {
    const from = performance.now()
    await this.#test('build-cancel').click()
    await this.#test('build-write').waitFor()
    return performance.now() - from
  }
  buildError = (): Promise<string> => this.#test('build-error').innerText()
  async writeBuild(): Promise<void> {
    await this.#test('build-write').click()
    await this.#test('build-result').waitFor({ timeout: 30_000 })
    await this.#test('build-close').click()
  }
  closeImport = (): Promise<void> => this.#test('import-close').click()
}
