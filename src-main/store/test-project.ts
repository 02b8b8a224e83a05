/** @file For tests: projects in temporary folders and short ways to write records and transactions. */
import { randomUUID } from 'node:crypto'
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type {
  ImageRecord,
  LabelRecord,
  RegionRecord,
  TurnRecord,
  DialogueRecord
} from '../../src-shared/document/records'
import { regionRecord } from '../../src-shared/document/testing'
import type { Change, Transaction } from '../../src-shared/document/transaction'
import { normalizedBox } from '../../src-shared/geometry/space'
import type { AppError } from '../../src-shared/errors'
import type { ProjectStore } from '../core/ports'
import { openProject } from './client'
import type { OpenProjectOptions } from './client'

const folders: string[] = []

export function temporaryFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'eyrie-store-test-')))
  folders.push(folder)
  return folder
}
/** To be called in `afterAll`. */
export function removeTemporaryFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
}

export const scanned = (relativePath: string, more: Partial<ImageRecord> = {}): Omit<ImageRecord, 'id'> => ({
  relativePath,
  contentHash: null,
  sizeBytes: 1000,
  size: { width: 640, height: 480 },
  orientation: 1,
  status: 'ok',
  statusReason: null,
  ...more
})

export interface TestProject {
  readonly folder: string
  readonly path: string
  readonly store: ProjectStore
  /** Ids of `images`, in order. */
  readonly images: readonly string[]
}

/** A new project with `count` images `000.jpg`, `001.jpg`, … */
export async function newProject(count = 2, options: OpenProjectOptions = {}): Promise<TestProject> {
  const folder = temporaryFolder()
  const path = join(folder, 'birds.eyrie')
  const store = await openProject(path, { create: { name: 'Birds', imageRoot: folder }, ...options })
  await store.registerImages(
    Array.from({ length: count }, (_, index) => scanned(`${String(index).padStart(3, '0')}.jpg`))
  )
  const { items } = await store.listImages({ filter: 'all', offset: 0, limit: count })
  return { folder, path, store, images: items.map((item) => item.image.id) }
}

let made = 0
const nextMs = (): number => 1_700_000_000_000 + ++made

export const region = (imageId: string, more: Partial<RegionRecord> = {}): RegionRecord =>
  regionRecord(randomUUID(), {
    imageId,
    shape: { type: 'box', box: normalizedBox(0.1, 0.2, 0.3, 1 / 3) },
    createdAtMs: nextMs(),
    ...more
  })
export const label = (name: string, order = 0): LabelRecord => ({ id: randomUUID(), name, colour: '#ff8800', order })
export const dialogue = (imageId: string): DialogueRecord => ({
  id: randomUUID(),
  imageId,
  title: null,
  createdAtMs: nextMs()
})
export const turn = (of: DialogueRecord, order: number, more: Partial<TurnRecord> = {}): TurnRecord => ({
  id: randomUUID(),
  dialogueId: of.id,
  imageId: of.imageId,
  order,
  role: order % 2 === 0 ? 'user' : 'assistant',
  children: [{ type: 'text', value: 'What is this?' }],
  rawText: null,
  status: 'complete',
  statusReason: null,
  provenance: { origin: 'human' },
  timings: null,
  createdAtMs: nextMs(),
  ...more
})

type AnyRecord = NonNullable<Change['after']>
const kindOf = (record: AnyRecord): Change['kind'] =>
  'colour' in record
    ? 'label'
    : 'shape' in record
      ? 'region'
      : 'role' in record
        ? 'turn'
        : 'predicate' in record
          ? 'relation'
          : 'title' in record
            ? 'dialogue'
            : 'review'

export const change = (before: AnyRecord | null, after: AnyRecord | null): Change => {
  const record = (after ?? before) as AnyRecord
  return { kind: kindOf(record), id: record.id, before, after } as Change
}
export const create = (record: AnyRecord): Change => change(null, record)
export const remove = (record: AnyRecord): Change => change(record, null)

export const transaction = (name: string, imageId: string | null, ...changes: readonly Change[]): Transaction => ({
  id: randomUUID(),
  label: name,
  origin: 'human',
  imageId,
  changes,
  createdAtMs: nextMs()
})

/** All that a project says, to compare with another time. */
export async function everything(store: ProjectStore): Promise<unknown> {
  const documents: unknown[] = []
  for await (const document of store.documents('all')) documents.push(document)
  return { documents, labels: await store.listLabels(), counts: (await store.info()).counts }
}

export const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'no error',
    (error: unknown) => (error as AppError).code
  )
