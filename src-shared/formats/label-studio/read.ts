/** @file Reading Label Studio's JSON and JSON-MIN: lists of tasks, of any length. */
import { skipped, skippedFile } from '../kit/issue'
import { isObject, own } from '../kit/json-fields'
import type { JsonObject } from '../kit/json-fields'
import { isNamed } from '../kit/small-json'
import type { ImportItem } from '../reading/item'
import type { DataSource } from '../reading/source'
import { labelsOfConfig } from './config'
import { fullFromMin, isMinRecord } from './json-min'
import { readTask } from './read-task'

export async function* readLabelStudio(source: DataSource): AsyncGenerator<readonly ImportItem[]> {
  const labels = await labelsOfConfig(source)
  if (labels.length > 0) yield labels
  const files = source.files.filter(({ path }) => isNamed(path, 'json'))
  for (const { path } of files) {
    try {
      yield* readFile(source, path)
    } catch (error) {
      // One file of several; a single one that cannot be read is the whole import.
      if (files.length === 1) throw error
      yield [skippedFile(path, error)]
    }
  }
}

async function* readFile(source: DataSource, file: string): AsyncGenerator<readonly ImportItem[]> {
  const single = new Map<string, unknown>()
  let isList = false
  for await (const batch of source.json(file)) {
    if (batch.section !== '') {
      // A task alone, as the tool's storage keeps it.
      const known = single.get(batch.section)
      if (batch.kind === 'value') single.set(batch.section, batch.value)
      else if (Array.isArray(known)) known.push(...batch.elements)
      else single.set(batch.section, [...batch.elements])
      continue
    }
    // A list of which no element is an object comes whole.
    const elements: unknown = batch.kind === 'value' ? batch.value : batch.elements
    if (!Array.isArray(elements)) break
    isList = true
    const firstIndex = batch.kind === 'value' ? 0 : batch.firstIndex
    const items: ImportItem[] = []
    for (const [i, element] of elements.entries())
      items.push(...(await readTask(taskFrom(element), { source, file, index: firstIndex + i })))
    yield items
  }
  if (isList) return
  const task = storedTask(Object.fromEntries(single))
  yield task === null
    ? [skipped({ file }, 'import/not-this-format', 'It is neither a list of tasks nor a task of Label Studio.')]
    : await readTask(task, { source, file, index: 0 })
}

const taskFrom = (element: unknown): unknown =>
  isObject(element) && isMinRecord(element) ? fullFromMin(element) : element

/** A task with its annotations, or one annotation with its task inside. */
function storedTask(top: JsonObject): JsonObject | null {
  if (isObject(own(top, 'data'))) return top
  const task = own(top, 'task')
  return isObject(task) && Array.isArray(own(top, 'result')) ? { ...task, annotations: [top] } : null
}
