/** @file `eyrie import --dry-run --json` many times in one process, with one project that stays open. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { runCli } from '../../cli/program'
import type { CliRooms } from '../../cli/rooms'
import { createCliRooms } from '../../cli/rooms'
import type { ImportReport } from '../../../src-shared/formats/reading/report'
import type { FormatId } from '../../../src-shared/formats/format'
import { appPlaces } from '../../shell/app-places'
import { capturedStreams } from '../captured-streams'
import { writePicture } from '../pictures'
import { spawnFromSource } from '../spawn-from-source'
import type { FileBytes } from './damage'
import { IMAGES } from './example'

export interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
  /** null: none was printed. */
  readonly report: ImportReport | null
}

export interface Command {
  dryRun(files: ReadonlyMap<string, FileBytes>, format: FormatId | null): Promise<Ran>
  close(): Promise<void>
}

export async function openCommand(): Promise<Command> {
  const folder = await mkdtemp(join(tmpdir(), 'eyrie-malformed-'))
  const at = (...names: string[]): string => join(folder, ...names)
  await mkdir(at('images'))
  for (const [name, size] of IMAGES) await writePicture(at('images', name), size)
  const places = { ...appPlaces(), dataDir: at('data'), shippedModelsDir: at('models'), sampleDir: at('images') }
  const cli = createCliRooms(spawnFromSource, places)
  const project = at('p.eyrie')
  const first = await run(['project', 'create', project, '--images', at('images')], cli)
  if (first.code !== 0) throw new Error(first.err)

  const rooms = cli.rooms()
  const store = await rooms.openProject(project)
  // The command closes what it opened; here it is opened once.
  const left = new Proxy(store, {
    get: (target, key) => (key === 'close' ? () => Promise.resolve() : bound(target, key))
  })
  const kept: CliRooms = {
    ...cli,
    rooms: () => ({ ...rooms, openProject: () => Promise.resolve(left) }),
    close: () => Promise.resolve()
  }
  let count = 0
  return {
    async dryRun(files, format) {
      const data = at(`data-${++count}`)
      for (const [path, content] of files) {
        await mkdir(dirname(join(data, path)), { recursive: true })
        await writeFile(join(data, path), content)
      }
      const choice = format === null ? [] : ['--format', format]
      const ran = await run(['import', project, data, '--images', at('images'), '--dry-run', '--json', ...choice], kept)
      await rm(data, { recursive: true })
      return ran
    },
    async close() {
      await store.close()
      await cli.close()
      await rm(folder, { recursive: true, force: true })
    }
  }
}

function bound(target: object, key: string | symbol): unknown {
  const value: unknown = Reflect.get(target, key, target)
  return typeof value === 'function' ? (value.bind(target) as unknown) : value
}

async function run(args: readonly string[], cli: CliRooms): Promise<Ran> {
  const streams = capturedStreams()
  const code = await runCli([...args], streams, cli)
  const { out, err } = streams.written
  let report: ImportReport | null = null
  try {
    report = JSON.parse(out) as ImportReport
  } catch {
    // Nothing, or lines for a person; the judge says so.
  }
  return { code, out, err, report }
}
