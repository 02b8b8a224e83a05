/** @file Writing ScienceQA: a problem for each exchange, all of the split `train`. */
import { plainText } from '../../grounded/plain-text'
import type { ExportChunk, ExportOptions, ExportRun, ExportSource } from '../format'
import { marksOf, selectDialogues, selectRegions } from '../selection'
import { Tally } from '../tally'
import { problemOf } from './problem'

export const PROBLEMS_FILE = 'problems.json'
export const SPLITS_FILE = 'pid_splits.json'

export function writeScienceQa(source: ExportSource, options: ExportOptions): ExportRun {
  const tally = new Tally()
  return { chunks: encode(source, options, tally), summary: () => tally.summary() }
}

async function* encode(source: ExportSource, options: ExportOptions, tally: Tally): AsyncGenerator<ExportChunk> {
  let written = 0
  yield { fileName: PROBLEMS_FILE, text: '{' }
  for await (const document of source.documents()) {
    const selection = selectRegions(document, options, tally)
    if (selection === null) continue
    tally.skip('region-without-words', selection.regions.length)
    tally.skip('relation', document.relations.length)
    const dialogues = selectDialogues(document, selection, tally)
    if (dialogues.length === 0) tally.skip('image-without-dialogue')
    else tally.count('images')
    tally.count('dialogues', dialogues.length)
    for (const { question, answer } of dialogues.flatMap(({ exchanges }) => exchanges)) {
      const problem = problemOf({ question: plainText(question.children), answer: plainText(answer.children) })
      tally.count('records')
      tally.count('turns', 2)
      const record = {
        ...problem,
        image: pathOf(document.image.relativePath),
        task: problem.choices.length > 1 ? 'closed choice' : 'open question',
        grade: '',
        subject: '',
        topic: '',
        category: '',
        skill: '',
        lecture: '',
        solution: '',
        split: 'train',
        ...marksOf(answer, selection)
      }
      yield {
        fileName: PROBLEMS_FILE,
        text: `${written === 0 ? '\n' : ',\n'}${JSON.stringify(String(++written))}:${JSON.stringify(record)}`
      }
    }
  }
  yield { fileName: PROBLEMS_FILE, text: '\n}\n' }
  yield { fileName: SPLITS_FILE, text: '{"train":[' }
  for (let id = 1; id <= written; id++) yield { fileName: SPLITS_FILE, text: `${id === 1 ? '' : ','}"${id}"` }
  yield { fileName: SPLITS_FILE, text: '],"val":[],"test":[]}\n' }
}

/** A bare name would be one below the split and the id. */
const pathOf = (relativePath: string): string => (relativePath.includes('/') ? relativePath : `./${relativePath}`)
