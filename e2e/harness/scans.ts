/** @file A folder of pictures of the sample that have one size, with a COCO file beside them. */
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { StudioPage } from '../pages/studio-page'
import { ROOT } from './places'
import type { RunningApp } from './running-app'

export const SCAN_SIZE = { width: 1600, height: 1067 }

const SAMPLES_OF_THAT_SIZE = ['01-meadow-morning.jpg', '02-harbour.jpg', '07-safari.jpg', '21-sports-day.jpg']

export interface Scans {
  /** Names of pictures, in the order of the sample. */
  readonly pictures: readonly string[]
  readonly coco: object
}

/** `scans/` in the home; the COCO file is `coco.json`. */
export function writeScans(home: string, { pictures, coco }: Scans): string {
  const scans = join(home, 'scans')
  mkdirSync(scans, { recursive: true })
  const samples = join(ROOT, 'samples/first-flight')
  for (const [i, name] of pictures.entries()) {
    const source = SAMPLES_OF_THAT_SIZE[i]
    if (source === undefined) throw new Error(`the sample has ${SAMPLES_OF_THAT_SIZE.length} pictures of one size`)
    mkdirSync(dirname(join(scans, name)), { recursive: true })
    copyFileSync(join(samples, source), join(scans, name))
  }
  writeFileSync(join(scans, 'coco.json'), JSON.stringify(coco))
  return scans
}

/** Opens the folder as a project; ids of its images in their order. */
export async function openScans(
  app: RunningApp,
  studio: StudioPage,
  { imports }: { readonly imports: boolean }
): Promise<readonly string[]> {
  const home = await app.call('files.list', { handle: null })
  const scans = home.folders.find(({ name }) => name === 'scans')
  await app.call('project.openFolder', { folder: scans?.handle ?? '' })
  await studio.imageNamed('a.jpg')
  await studio.ready()
  if (imports) {
    const { files } = await app.call('files.list', { handle: scans?.handle ?? '' })
    const source = files.find(({ name }) => name === 'coco.json')?.handle ?? ''
    await app.call('import.run', { requestId: 'i', source, images: null, format: null, dialect: null, dryRun: false })
  }
  const { items } = await app.call('images.list', { filter: 'all', offset: 0, limit: 9 })
  for (const { image } of items)
    if (image.size?.width !== SCAN_SIZE.width || image.size.height !== SCAN_SIZE.height)
      throw new Error(`${image.relativePath} of the sample has another size than the tests reckon with`)
  return items.map(({ image }) => image.id)
}
