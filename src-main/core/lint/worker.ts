/** @file Entry of the linting thread (`out/main/lint-worker.js`): rules take time, and the core has windows to answer. */
import { parentPort } from 'node:worker_threads'
import { assert } from '../../../src-shared/errors'
import { splitOfPath } from '../../../src-shared/dataset/split-of-path'
import type { LabelRecord } from '../../../src-shared/document/records'
import { createLinter } from '../../../src-shared/lint/lint'
import type { Linter } from '../../../src-shared/lint/lint'
import type { ImageFindings, LintMessage, LintReply, LintTask } from './protocol'

let run: { readonly linter: Linter; readonly splits: Map<string, string> } | null = null

function begin(labels: readonly LabelRecord[]): void {
  const splits = new Map<string, string>()
  run = { splits, linter: createLinter(labels, { splitOf: (id) => splits.get(id) ?? null }) }
}

function answer(task: LintTask): Omit<LintReply, 'id'> {
  if (task.kind === 'image') {
    const { document, labels } = task
    return { images: [{ imageId: document.image.id, findings: createLinter(labels).document(document) }], findings: [] }
  }
  if (task.kind === 'begin') {
    begin(task.labels)
    return { images: [], findings: [] }
  }
  assert(run !== null, 'expected a run to have begun')
  const { linter, splits } = run
  if (task.kind === 'finish') {
    run = null
    return { images: [], findings: linter.finish() }
  }
  const images = task.documents.map((document): ImageFindings => {
    const { id, relativePath } = document.image
    const split = splitOfPath(relativePath)
    if (split !== null) splits.set(id, split)
    return { imageId: id, findings: linter.document(document) }
  })
  return { images, findings: [] }
}

parentPort?.on('message', ({ id, task }: LintMessage) => {
  parentPort?.postMessage({ id, ...answer(task) } satisfies LintReply)
})
