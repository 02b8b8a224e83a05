/**
 * @file For tests: a process that imports into a project again and again and prints a line when an import begins and
 * when it is finished, to be killed at any moment. Arguments: project path, regions per import.
 */
import { writeSync } from 'node:fs'
import { dirname } from 'node:path'
import type { ImportItem } from '../../../src-shared/formats/reading/item'
import { normalizedBox } from '../../../src-shared/geometry/space'
import { openProject } from '../client'
import { scanned } from '../test-project'

const [path = '', countText = '1'] = process.argv.slice(2)
const say = (line: object): void => void writeSync(1, `${JSON.stringify(line)}\n`)

const store = await openProject(path, { create: { name: 'Crash', imageRoot: dirname(path) } })
if ((await store.info()).counts.images === 0) await store.registerImages([scanned('a.jpg'), scanned('b.jpg')])
const before = (await store.info()).counts.regions
for (let round = 0; ; round += 1) {
  await store.importBegin({
    imageFolders: [],
    sourceFolder: null,
    addImages: 'when-there',
    dryRun: false,
    createdAtMs: 1
  })
  say({ begun: before })
  await store.importAdd(
    ['a.jpg', 'b.jpg'].map((name) => ({ type: 'image', imageKey: name, reference: name, size: null, done: true }))
  )
  for (let start = 0; start < Number(countText); start += 100) {
    await store.importAdd(
      Array.from({ length: 100 }, (_, i): ImportItem => ({
        type: 'region',
        imageKey: i % 2 ? 'a.jpg' : 'b.jpg',
        key: String(start + i),
        shape: { type: 'box', box: normalizedBox(Math.random(), 0, 1, 1) },
        label: `class ${round}`,
        phrase: null
      }))
    )
  }
  while ((await store.importFinish()).state !== 'done');
  say({ finished: (await store.info()).counts.regions })
}
