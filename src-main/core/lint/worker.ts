/** @file Entry of the linting thread (`out/main/lint-worker.js`): rules take time, and the core has windows to answer. */
import { parentPort } from 'node:worker_threads'
import { assert } from '../../../src-shared/errors'
import { splitOfPath } from '../../../src-shared/dataset/split-of-path'
import { createLinter } from '../../../src-shared/lint/lint'
import type { Linter } from '../../../src-shared/lint/lint'
import type { ImageFindings, LintMessage, LintReply, LintTask } from './protocol'

type Begin = Extract<LintTask, { kind: 'begin' }>

let run: { readonly linter: Linter; readonly splits: Map<string, string> } | null = null

function begin({ labels, clusters }: Begin): void {
  const splits = new Map<string, string>()
  const facts = {
    splitOf: (id: string) => splits.get(id) ?? null,
    ...(clusters === null ? {} : { clusterOf: (id: string) => clusters.get(id) ?? null })
  }
  run = { splits, linter: createLinter(labels, facts) }
}

function answer(task: LintTask): Omit<LintReply, 'id'> {
  if (task.kind === 'image') {
    const { document, labels } = task
    return { images: [{ imageId: document.image.id, findings: createLinter(labels).document(document) }], findings: [] }
  }
  if (task.kind === 'begin') {
    begin(task)
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
