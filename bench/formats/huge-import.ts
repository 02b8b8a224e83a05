/**
 * @file A file that JSON.parse refuses, into a project: imported, cancelled half way, and killed half way. After the
 * latter two the project is as it was. Run by itself, as it takes its minutes and three gigabytes of disk:
 *
 *     node --import ./scripts/from-source.mjs bench/formats/huge-import.ts [times the full size]
 */
import { execFile, spawn } from 'node:child_process'
import { mkdtemp, readFile, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { runEnvironment, runOptions } from '../../scripts/lib/run-options.mjs'
import { openProject } from '../../src-main/store/client'
import { FULL_ANNOTATIONS, FULL_IMAGES, writeSyntheticCoco } from './synthetic-coco'

const run = promisify(execFile)
/** As in the group `formats`. */
const HUGE = 2.3
const CANCEL_WITHIN_MS = 1_000

const scale = Number(process.argv[2] ?? HUGE)
const folder = await mkdtemp(join(tmpdir(), 'eyrie-bench-huge-'))
const options = [...runOptions, '--import', join(import.meta.dirname, '../../scripts/from-source.mjs')]
const words = (...more: readonly string[]): string[] => [
  ...options,
  join(import.meta.dirname, 'import-child.ts'),
  ...more
]
const env = { ...runEnvironment, ...process.env }
const child = async (...more: readonly string[]): Promise<Readonly<Record<string, unknown>>> => {
  const { stdout } = await run(process.execPath, words(...more), { env })
  return stdout === '' ? {} : (JSON.parse(stdout) as Readonly<Record<string, unknown>>)
}

function check(what: string, isSo: boolean, note: string): void {
  console.log(`${isSo ? 'yes' : 'NO '}  ${what}: ${note}`)
  if (!isSo) process.exitCode = 1
}

/** What a person sees of the project, and what lies beside it. */
async function stateOf(project: string): Promise<string> {
  const store = await openProject(join(project, 'bench.eyrie'))
  const { counts, history } = await store.info()
  const findings = await store.check()
  await store.close()
  const files = (await readdir(project)).sort()
  return JSON.stringify({ counts, history, findings, files, bytes: (await stat(join(project, 'bench.eyrie'))).size })
}

async function newProject(): Promise<string> {
  const project = await mkdtemp(join(folder, 'project-'))
  await child('register', project, String(FULL_IMAGES))
  return project
}

/** Ends the process at once when it has read so much. */
function killAt(project: string, path: string, bytes: number): Promise<NodeJS.Signals | null> {
  const importing = spawn(process.execPath, words('told', project, path), { env, stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  importing.stdout.setEncoding('utf8').on('data', (more: string) => {
    text += more
    const lines = text.split('\n')
    text = lines.pop() ?? ''
    if (lines.some((line) => Number((JSON.parse(line) as { doneBytes?: number }).doneBytes) >= bytes))
      importing.kill('SIGKILL')
  })
  return new Promise((resolve, reject) => {
    importing.on('error', reject)
    importing.on('close', (_code, signal) => resolve(signal))
  })
}

try {
  const amount = { images: FULL_IMAGES, annotations: Math.round(FULL_ANNOTATIONS * scale) }
  const { path, sizeBytes } = await writeSyntheticCoco(join(folder, 'huge.json'), amount)
  const refusal = await readFile(path, 'utf8').then(
    () => null,
    (error: unknown) => (error as Error).message
  )
  check(`${Math.round(sizeBytes / 1e6)} MB are no string that JSON.parse could read`, refusal !== null, String(refusal))

  const project = await newProject()
  const before = await stateOf(project)
  const cancelled = await child('cancel', project, path, String(sizeBytes / 2))
  const isPrompt = cancelled['code'] === 'import/cancelled' && Number(cancelled['tookMs']) < CANCEL_WITHIN_MS
  check('Cancel half way is heard within a second', isPrompt, JSON.stringify(cancelled))
  check('… and leaves nothing behind', (await stateOf(project)) === before, before)

  const signal = await killAt(project, path, sizeBytes / 2)
  check('kill -9 half way ends it', signal === 'SIGKILL', String(signal))
  const afterKill = await stateOf(project)
  check('… and leaves the project as it was', afterKill === before, afterKill)

  const imported = await child('import', project, path)
  check('all of it is imported', imported['regions'] === amount.annotations, JSON.stringify(imported))
  const after = await stateOf(project)
  check('… and the project is sound', after.includes('"findings":[]') && after.includes('dataset.import'), after)
} finally {
  await rm(folder, { recursive: true, force: true })
}
