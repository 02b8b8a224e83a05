/** @file What the folders of detectors that are told words have in common: one graph, and a tokenizer. */
import { modelProblem } from '../../repo/problems'
import { regularFileSize } from '../../repo/read-json'
import { findGraphs } from '../../repo/weights'

export const WORDED_FACTS = {
  cannot: ['answers in words', 'regions in the question', 'languages other than English'],
  languages: ['en']
} as const

export interface WordedFiles {
  /** Of graph and tokenizer. */
  readonly sizeBytes: number
  readonly graphs: { readonly model: string }
}

/** Rejects with `model/missing-file`. */
export async function wordedFiles(dir: string, model: string): Promise<WordedFiles> {
  const words = await regularFileSize(dir, model, 'tokenizer.json')
  await regularFileSize(dir, model, 'tokenizer_config.json')
  const graph = (await findGraphs(dir, model, ['model'])).get('model')
  if (graph === undefined) throw modelProblem('model/missing-file', model, 'its graph is missing')
  return { sizeBytes: graph.bytes + words, graphs: { model: graph.file } }
}
