import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, it } from 'vitest'
import { openProject } from '../client'
import { removeTemporaryFolders, temporaryFolder } from '../test-project'

afterAll(removeTemporaryFolders)

const REGIONS = 400
const hook = new URL('../../../scripts/from-source.mjs', import.meta.url).href
const child = fileURLToPath(new URL('./crash-child.ts', import.meta.url))

interface Line {
  readonly begun?: number
  readonly finished?: number
}

/** Kills the importing process `afterMs` after its first import began; what it had said by then. */
function killed(path: string, afterMs: number): Promise<{ readonly lines: readonly Line[]; readonly errors: string }> {
  return new Promise((resolve, reject) => {
    const process_ = spawn(process.execPath, ['--import', hook, child, path, String(REGIONS)], {
      stdio: ['ignore', 'pipe', 'pipe']
    })
    let out = ''
    let errors = ''
    let timer: NodeJS.Timeout | null = null
    process_.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text
      timer ??= setTimeout(() => process_.kill('SIGKILL'), afterMs)
    })
    process_.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text))
    process_.on('error', reject)
    process_.on('close', () => {
      const lines = out.split('\n').slice(0, -1)
      resolve({ lines: lines.map((line) => JSON.parse(line) as Line), errors })
    })
  })
}

it('A4, A5: killed at any moment of an import, the project has all of it or nothing, and is sound', async () => {
  const path = join(temporaryFolder(), 'crash.eyrie')
  let inside = 0
  for (let round = 0; round < 12; round += 1) {
    const { lines, errors } = await killed(path, Math.random() * 60)
    expect(errors).toBe('')
    const store = await openProject(path)
    const { counts, history } = await store.info()
    // The kill may have come after a commit and before it was said.
    const said = Math.max(...lines.map(({ begun = 0, finished = 0 }) => Math.max(begun, finished)))
    expect([said, said + REGIONS]).toContain(counts.regions)
    if (lines.at(-1)?.begun !== undefined && counts.regions === said) inside += 1
    expect(counts.done).toBe(counts.regions === 0 ? 0 : 2)
    expect(history.undoLabel).toBe(counts.regions === 0 ? null : 'dataset.import')
    expect(await store.check()).toEqual([])
    await store.close()
    expect(readdirSync(join(path, '..'))).toEqual(['crash.eyrie'])
  }
  expect(inside).toBeGreaterThan(0)
}, 120_000)
