/**
 * @file New training turns made from a project: shown, written into it, or written straight to files. What is built is
 * decided by src-shared/builders; here are the documents, one after the other, and the transactions.
 */
import { counted } from '../../src-shared/counted'
import { randomUUID } from 'node:crypto'
import { buildDialogues, changesOf } from '../../src-shared/builders/build'
import type { BuildOptions, BuiltDialogue } from '../../src-shared/builders/build'
import type { BuildCounts, PreviewDialogue, PreviewTurn, WriteResult } from '../../src-shared/builders/report'
import type { Dialect } from '../../src-shared/dialects/dialect'
import { AppError, assert } from '../../src-shared/errors'
import { applyToDocument } from '../../src-shared/document/apply'
import { RECORD_LIMITS } from '../../src-shared/document/limits'
import type { ImageDocument, LabelRecord } from '../../src-shared/document/records'
import type { Change } from '../../src-shared/document/transaction'
import { groundedText } from '../../src-shared/grounded/build'
import type { GroundedNode, GroundedRegion } from '../../src-shared/grounded/nodes'
import { regionIdsOf } from '../../src-shared/grounded/visit'
import { exportStore } from './exports'
import type { ExportRequest, ExportResult } from './exports'
import type { ProjectStore } from './ports'

/** Gives the new dialogues of one image: by rule, or from a model's answers. */
export type Builder = (document: ImageDocument, labels: readonly LabelRecord[]) => readonly BuiltDialogue[]

export const ruleBuilder =
  (options: BuildOptions): Builder =>
  (document, labels) =>
    buildDialogues(document, labels, options)

export type { BuildCounts, PreviewDialogue, PreviewTurn, WriteResult }

/** Who looks on at a build; aborting leaves what is written already. */
export interface BuildWatch {
  readonly signal?: AbortSignal
  /** Images that were read. */
  readonly onProgress?: (done: number) => void
}

class Counts {
  images = 0
  imagesWith = 0
  dialogues = 0
  turns = 0
  already = 0
  readonly tasks = new Map<string, number>()

  see(built: readonly BuiltDialogue[], made: { dialogues: number; turns: number; already: number }): void {
    this.images++
    if (built.length > 0) this.imagesWith++
    this.dialogues += made.dialogues
    this.turns += made.turns
    this.already += made.already
    for (const { task } of built) this.tasks.set(task, (this.tasks.get(task) ?? 0) + 1)
  }

  read(): BuildCounts {
    const { images, imagesWith, dialogues, turns, already, tasks } = this
    return {
      images,
      imagesWith,
      dialogues,
      turns,
      already,
      tasks: Object.fromEntries([...tasks].toSorted(([a], [b]) => (a < b ? -1 : 1)))
    }
  }
}

/** The first dialogues that would be built, as the dialect writes them; images without a size are passed over. */
export async function previewBuild(
  store: Pick<ProjectStore, 'documents' | 'listLabels'>,
  build: Builder,
  dialect: Dialect,
  limit: number
): Promise<readonly PreviewDialogue[]> {
  const labels = await store.listLabels()
  const shown: PreviewDialogue[] = []
  if (limit <= 0) return shown
  for await (const document of store.documents('annotated')) {
    const { size, relativePath } = document.image
    if (size === null) continue
    const print = (
      role: PreviewTurn['role'],
      children: readonly GroundedNode[],
      own: readonly GroundedRegion[] = []
    ): PreviewTurn => {
      const used = new Set(regionIdsOf(children))
      const regions = [...document.regions, ...own].filter(({ id }) => used.has(id))
      const { text, losses } = dialect.print(groundedText(children, regions), { image: size })
      return { role, text, losses: losses.map(({ code }) => code) }
    }
    for (const { task, language, exchanges, provenance } of build(document, labels)) {
      const turns = exchanges.flatMap(({ question, answer, regions }) => [
        print('user', question, regions),
        print('assistant', answer, regions)
      ])
      shown.push({ image: relativePath, task, language, origin: provenance.origin, turns })
      if (shown.length >= limit) return shown
    }
  }
  return shown
}

/**
 * Writes new dialogues into the project; nothing that is there changes. One step of the journal, or several where a
 * step may not hold them all. Rejects with `store/…` and `build/cancelled`; steps before the failed one stay.
 */
export async function writeBuild(
  store: Pick<ProjectStore, 'documents' | 'listLabels' | 'apply'>,
  build: Builder,
  nowMs: number,
  { signal, onProgress }: BuildWatch = {}
): Promise<WriteResult> {
  const labels = await store.listLabels()
  const counts = new Counts()
  let [waiting, steps]: [Change[], number] = [[], 0]
  const write = async (): Promise<void> => {
    const changes = waiting
    waiting = []
    if (changes.length === 0) return
    const isModels = changes.some(
      ({ after }) => after !== null && 'role' in after && after.provenance.origin === 'model'
    )
    const origin = isModels ? 'model' : 'rule'
    await store.apply({ id: randomUUID(), label: 'dialogue.build', origin, imageId: null, changes, createdAtMs: nowMs })
    steps++
  }
  const stopWhenCancelled = (): void => {
    if (signal?.aborted !== true) return
    throw new AppError('build/cancelled', 'The build was cancelled.', {
      nextStep:
        steps === 0 ? 'Nothing was written.' : `What is written already takes ${counted(steps, 'undo')} to take back.`,
      data: { steps }
    })
  }
  for await (const document of store.documents('annotated')) {
    stopWhenCancelled()
    const built = build(document, labels)
    const made = changesOf(document, built, nowMs)
    onProgress?.(counts.images + 1)
    counts.see(built, made)
    if (waiting.length + made.changes.length > RECORD_LIMITS.changesPerTransaction) await write()
    waiting.push(...made.changes)
  }
  stopWhenCancelled()
  await write()
  return { ...counts.read(), steps }
}

export interface ExportedBuild {
  readonly built: BuildCounts
  readonly exported: ExportResult
}

/** Writes the new dialogues, and no others, to files; the project stays as it is. Rejects as `exportStore` does. */
export async function exportBuild(
  store: ProjectStore,
  build: Builder,
  request: ExportRequest,
  nowMs: number
): Promise<ExportedBuild> {
  const labels = await store.listLabels()
  let counts = new Counts()
  const source: Pick<ProjectStore, 'documents' | 'listLabels'> = {
    listLabels: () => Promise.resolve(labels),
    async *documents(which) {
      // An export reads several times; the last pass counts.
      counts = new Counts()
      for await (const document of store.documents(which)) {
        const built = build(document, labels)
        const bare = { ...document, dialogues: [], turns: [] }
        const made = changesOf(bare, built, nowMs)
        counts.see(built, made)
        const applied = applyToDocument(bare, { imageId: bare.image.id, changes: made.changes })
        assert(applied.ok, 'expected new dialogues to fit an image without any')
        yield applied.value
      }
    }
  }
  const exported = await exportStore(source, request)
  return { built: counts.read(), exported }
}
