import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { SCAN_SIZE, openScans, writeScans } from '../harness/scans'
import { expect, inEveryShell, test } from '../harness/suite'
import { StudioPage } from '../pages/studio-page'

function writeDataset(home: string): void {
  const coco = {
    images: [{ id: 1, file_name: 'a.jpg', ...SCAN_SIZE }],
    annotations: [{ id: 1, image_id: 1, category_id: 1, bbox: [400, 266, 800, 533], area: 426_400, iscrowd: 0 }],
    categories: [{ id: 1, name: 'meadow' }]
  }
  const scans = writeScans(home, { pictures: ['a.jpg'], coco })
  for (const name of ['alpha', 'beta', 'gamma']) mkdirSync(join(scans, name))
}

inEveryShell('keys in the dialogs of data', (stage) => {
  test('formats are walked, found by letters and chosen by keys; the focus stays in, is seen, and goes back', async () => {
    writeDataset(stage.place().home)
    const app = await stage.launch()
    const studio = new StudioPage(app)
    await studio.ready()
    await openScans(app, studio, { imports: true })

    await studio.focusButton('export-open')
    await studio.press('Enter')
    await studio.formatListShown()
    // Close button, search field, list.
    for (const stop of ['Tab', 'Tab', 'Tab']) await studio.press(stop)
    expect(await studio.focused()).toMatchObject({ role: 'option', hasRing: true })
    await studio.press('Home')
    const first = await studio.focused()
    await studio.press('End')
    const last = await studio.focused()
    expect(last.id).not.toBe(first.id)
    await studio.press('ArrowUp')
    expect((await studio.focused()).id).not.toBe(last.id)
    await studio.press('ArrowDown')
    expect((await studio.focused()).id).toBe(last.id)
    for (const letter of 'coco') await studio.press(letter)
    expect((await studio.focused()).id).toBe('format-coco-json')
    await studio.press('Space')
    expect(await studio.chosenFormats()).toContain('coco-json')
    expect(await studio.focused()).toMatchObject({ id: 'format-coco-json', selected: 'true' })
    await studio.press('Space')
    expect(await studio.chosenFormats()).not.toContain('coco-json')
    await stage.screenshot(app, 'keyboard-formats')

    // Round and round: nothing outside is ever reached.
    expect(await studio.tabsOutside('export-dialog', 24, 'Tab')).toEqual([])
    expect(await studio.tabsOutside('export-dialog', 24, 'Shift+Tab')).toEqual([])
    await studio.press('Escape')
    expect((await studio.focused()).id).toBe('export-open')

    await studio.press('Enter')
    await studio.formatListShown()
    await studio.typeSearch('zzz')
    await studio.press('Escape')
    expect(await studio.searchedFor()).toBe('')
    await studio.press('Escape')
    expect((await studio.focused()).id).toBe('export-open')

    await studio.focusButton('import-open')
    await studio.press('Enter')
    await studio.focusRow('beta')
    await studio.press('ArrowUp')
    expect((await studio.focused()).text).toBe('alpha')
    await studio.press('g')
    expect((await studio.focused()).text).toBe('gamma')
    await studio.press('End')
    expect((await studio.focused()).id).toBe('import-file')
    await studio.press('Escape')
    expect((await studio.focused()).id).toBe('import-open')

    // From a menu the focus goes back to what opened the menu.
    await studio.openBuild()
    expect(await studio.tabsOutside('build-dialog', 20, 'Tab')).toEqual([])
    await studio.press('Escape')
    expect((await studio.focused()).id).toBe('project-menu')
    expect(app.faults).toEqual([])
  })
})
