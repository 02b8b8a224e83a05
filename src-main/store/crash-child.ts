/**
 * @file For tests: a process that edits a project and prints one JSON line per acknowledged change,
 * to be killed at any moment. Arguments: project path, seed, number of steps, `edits` or `all`.
 */
import { writeSync } from 'node:fs'
import { dirname } from 'node:path'
import type { RegionRecord } from '../../src-shared/document/records'
import type { Committed } from '../../src-shared/document/transaction'
import { normalizedBox } from '../../src-shared/geometry/space'
import { openProject } from './client'
import { change, create, dialogue, region, remove, scanned, transaction, turn } from './test-project'

const [path = '', seedText = '1', stepsText = '1', mode = 'all'] = process.argv.slice(2)

/** Park and Miller; enough to vary what is done. */
let seed = Number(seedText)
const random = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below
const say = (line: object): void => void writeSync(1, `${JSON.stringify(line)}\n`)

const store = await openProject(path, { create: { name: 'Crash', imageRoot: dirname(path) } })
say({ opened: store.openingNotices.map((notice) => notice.code) })
if ((await store.info()).counts.images === 0) await store.registerImages([scanned('a.jpg'), scanned('b.jpg')])
const { items } = await store.listImages({ filter: 'all', offset: 0, limit: 2 })
const regions = new Map<string, RegionRecord>()
for (const { image } of items)
  for (const record of (await store.getDocument(image.id)).regions) regions.set(record.id, record)

/** An error is printed, and the same change sent again, as a window would after a message. */
async function acknowledged(commit: () => Promise<Committed | null>): Promise<void> {
  for (let attempt = 0; attempt < 5; attempt += 1) {
    try {
      const committed = await commit()
      if (!committed) return
      for (const { kind, id, after } of committed.transaction.changes) {
        if (kind !== 'region') continue
        if (after) regions.set(id, after)
        else regions.delete(id)
      }
      say({ ack: committed.transaction.id, seq: committed.seq })
      return
    } catch (error) {
      say({ error: (error as { code?: string }).code ?? String(error) })
    }
  }
}

for (let step = 0; step < Number(stepsText); step += 1) {
  const imageId = items[random(2)]?.image.id ?? ''
  const known = [...regions.values()]
  const picked = known[random(Math.max(known.length, 1))]
  const choice = mode === 'edits' ? 0 : random(10)
  if (choice === 8) await acknowledged(() => store.undo())
  else if (choice === 9) await acknowledged(() => store.redo())
  else {
    const talk = dialogue(imageId)
    const moved = picked && { ...picked, shape: { type: 'box' as const, box: normalizedBox(random(99) / 99, 0, 1, 1) } }
    const edit =
      choice === 6 && picked
        ? transaction('region.delete', picked.imageId, remove(picked))
        : choice === 7
          ? transaction(
              'dialogue.ask',
              imageId,
              create(talk),
              create(turn(talk, 0)),
              create(region(imageId, { state: 'proposed' }))
            )
          : choice > 2 && picked && moved
            ? transaction('region.move', picked.imageId, change(picked, moved))
            : transaction('region.create', imageId, create(region(imageId)))
    await acknowledged(() => store.apply(edit))
  }
}
await store.close()
say({ closed: true })
