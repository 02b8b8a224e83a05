/** @file Reading ScienceQA's problems.json, a problem at a time; what the other files say stands in the problems too. */
import type { Origin } from '../../document/records'
import { headText } from '../kit/head-text'
import { notThisFormat } from '../kit/conversation/record-files'
import { imageChoice } from '../kit/conversation/record-image'
import { noted, skipped } from '../kit/issue'
import type { Whereabouts } from '../kit/issue'
import { isObject, nameValue, own } from '../kit/json-fields'
import type { JsonObject } from '../kit/json-fields'
import { LeftOut } from '../kit/left-out'
import { isNamed } from '../kit/small-json'
import type { ImportItem } from '../reading/item'
import type { Recognition } from '../reading/reader'
import type { DataSource } from '../reading/source'
import { MOST_CHOICES, spoken } from './problem'

const HEAD_BYTES = 32 * 1024
const KNOWN = new Set([
  ...['question', 'choices', 'answer', 'hint', 'image', 'split', 'origin', 'state', 'task', 'caption'],
  ...['grade', 'subject', 'topic', 'category', 'skill']
])

async function filesOf(source: DataSource): Promise<readonly string[]> {
  const found: string[] = []
  for (const { path } of source.files) {
    if (!isNamed(path, 'json')) continue
    const head = (await headText(source, path, HEAD_BYTES)) ?? ''
    if (/^\s*\{\s*"[^"]*"\s*:\s*\{/.test(head) && /"question"\s*:/.test(head) && /"choices"\s*:\s*\[/.test(head))
      found.push(path)
  }
  return found
}

export async function recogniseScienceQa(source: DataSource): Promise<Recognition | null> {
  const paths = await filesOf(source)
  return paths.length === 0
    ? null
    : { score: 0.97, because: 'problems by id with question and choices, as ScienceQA has them', paths }
}

export async function* readScienceQa(source: DataSource): AsyncGenerator<readonly ImportItem[]> {
  const paths = await filesOf(source)
  const first = source.files.find(({ path, sizeBytes }) => sizeBytes > 0 && !path.endsWith('pid_splits.json'))
  const isEmpty = /^\s*\{\s*\}\s*$/.test(first === undefined ? '{}' : ((await headText(source, first.path, 64)) ?? ''))
  if (paths.length === 0 && first !== undefined && !isEmpty)
    throw notThisFormat(first.path, 'no file here has problems with question and choices')
  const known = new Set(source.files.map(({ path }) => path))
  for (const path of paths) {
    const leftOut = new LeftOut(path, 'problems')
    for await (const batch of source.json(path)) {
      const where = { file: path, record: batch.section }
      if (batch.section === '') throw notThisFormat(path, 'it should be an object of problems by id')
      const value = batch.kind === 'value' ? batch.value : batch.elements
      if (isObject(value)) yield problemItems(batch.section, value, where, known, leftOut)
      else yield [skipped(where, 'import/bad-record', `A problem should be an object, not ${nameValue(value)}.`)]
    }
    yield [...leftOut.issues()]
  }
}

const isText = (value: unknown): value is string => typeof value === 'string'

function problemItems(
  id: string,
  record: JsonObject,
  where: Whereabouts,
  files: ReadonlySet<string>,
  leftOut: LeftOut
): readonly ImportItem[] {
  const refuse = (code: `import/${string}`, message: string): readonly ImportItem[] => [skipped(where, code, message)]
  const [question, hint, choices, answer] = [
    own(record, 'question'),
    own(record, 'hint') ?? '',
    own(record, 'choices'),
    own(record, 'answer')
  ]
  if (!isText(question) || question.trim() === '')
    return refuse('import/bad-text', `Its question should be words, not ${nameValue(question)}.`)
  if (!isText(hint)) return refuse('import/bad-text', `Its hint should be a text, not ${nameValue(hint)}.`)
  if (!Array.isArray(choices) || choices.length === 0 || choices.length > MOST_CHOICES || !choices.every(isText))
    return refuse('import/bad-record', `Its choices should be 1 to ${MOST_CHOICES} texts, not ${nameValue(choices)}.`)
  if (!Number.isSafeInteger(answer) || (answer as number) < 0 || (answer as number) >= choices.length) {
    const message = `Its answer should be the number of one of ${choices.length} choices, from 0, not ${nameValue(answer)}.`
    return refuse('import/bad-answer', message)
  }
  const choice = imageChoice(own(record, 'image'))
  if ('code' in choice) return refuse(choice.code, choice.message)
  const reference = referenceOf(choice.reference, id, own(record, 'split'), files)
  if (reference === null) return refuse('import/no-image', `No image of this problem is there; others are.`)
  if (reference === '') return refuse('import/bad-image', `Its image ${nameValue(choice.reference)} names no file.`)
  for (const key of Object.keys(record)) {
    const value = own(record, key)
    if (!KNOWN.has(key) && value !== '' && value !== null) leftOut.see(key)
  }
  const said = spoken({ question, hint, choices, answer: answer as number })
  if (said.answer === '') return refuse('import/no-words', 'Its only choice is empty.')
  const origin: Origin | undefined = own(record, 'origin') === 'model' ? 'model' : undefined
  return [
    { type: 'image', imageKey: reference, reference, size: null },
    {
      type: 'dialogue',
      imageKey: reference,
      title: null,
      turns: [
        { role: 'user', children: [{ type: 'text', value: said.question }], rawText: said.question },
        {
          role: 'assistant',
          children: [{ type: 'text', value: said.answer }],
          rawText: said.answer,
          ...(origin === undefined ? {} : { origin })
        }
      ]
    },
    ...(own(record, 'state') === 'proposed'
      ? [noted(where, 'import/other-fields', 'Its answer names a proposal nobody has looked at; words have no state.')]
      : [])
  ]
}

/**
 * A path is meant as it is. A bare name, `image.png` in all of them, is below the split and the id; where images of
 * that name are among the files and this one is not, it is another problem's that would be found.
 */
function referenceOf(name: string, id: string, split: unknown, files: ReadonlySet<string>): string | null {
  if (/[\\/]/.test(name) || typeof split !== 'string' || split === '') return name.replace(/^\.\//, '')
  const places = [`images/${split}/${id}/${name}`, `${split}/${id}/${name}`, `images/${id}/${name}`, `${id}/${name}`]
  const ending = [...files].filter((path) => path === name || path.endsWith(`/${name}`))
  for (const place of places) {
    const found = ending.find((path) => path === place || path.endsWith(`/${place}`))
    if (found !== undefined) return found
  }
  return ending.length > 0 && !files.has(name) ? null : `${split}/${id}/${name}`
}
