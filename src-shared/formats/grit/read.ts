/** @file Reading GRIT as JSON. One record at a time; nothing is kept but the image that it is about. */
import { AppError } from '../../errors'
import { skipped, skippedFile } from '../kit/issue'
import type { Whereabouts } from '../kit/issue'
import { nameValue } from '../kit/json-fields'
import { LeftOut } from '../kit/left-out'
import { topLevelOf } from '../kit/small-json'
import { readExactJson } from '../reading/exact-json'
import type { ImportItem } from '../reading/item'
import type { DataSource } from '../reading/source'
import { gritFiles } from './files'
import { FractionDoubts, isRecord, readRecord, referenceOf, sizeOf } from './record'
import type { GritImage } from './record'

export async function* readGrit(source: DataSource): AsyncGenerator<readonly ImportItem[]> {
  const files = await gritFiles(source)
  if (files.length === 0 && source.files.some(({ sizeBytes }) => sizeBytes > 0))
    throw new AppError('import/not-this-format', 'No file here has captions with noun_chunks and ref_exps.', {
      nextStep: 'Choose the folder that holds the .json or .jsonl files.'
    })
  for (const [i, { path, layout }] of files.entries()) {
    const reading = new GritReading(path, files.length === 1 ? '' : `${i + 1}/`)
    if (layout === 'one') yield await reading.one(source)
    else if (layout === 'lines') yield* reading.lines(source)
    else yield* reading.list(source)
    yield reading.rest()
  }
}

/** Records of one file, however it holds them. */
export class GritReading {
  readonly #doubts: FractionDoubts
  readonly #leftOut: LeftOut
  #image: GritImage | null = null

  readonly path: string
  readonly keyPrefix: string

  constructor(path: string, keyPrefix: string) {
    this.path = path
    this.keyPrefix = keyPrefix
    this.#doubts = new FractionDoubts(path)
    this.#leftOut = new LeftOut(path, 'records')
  }

  async *list(source: DataSource): AsyncGenerator<readonly ImportItem[]> {
    for await (const batch of source.json(this.path)) {
      const out: ImportItem[] = []
      if (batch.kind !== 'elements' || batch.section !== '')
        throw new AppError('import/not-this-format', `${this.path} should be a list of records.`, {
          nextStep: 'Choose another format.',
          data: { file: this.path }
        })
      batch.elements.forEach((element, i) => {
        const index = batch.firstIndex + i
        this.record(element, null, String(index), { file: this.path, record: `record ${index}` }, out)
      })
      yield out
    }
  }

  async *lines(source: DataSource): AsyncGenerator<readonly ImportItem[]> {
    for await (const lines of source.lines(this.path)) {
      const out: ImportItem[] = []
      for (const { number, text } of lines) {
        if (text.trim() === '') continue
        const where = { file: this.path, line: number }
        const { value, fault } = readExactJson(text)
        if (fault === null) this.record(value, null, String(number), where, out)
        else out.push(skipped(where, 'import/json', `At column ${fault.at + 1}: ${fault.reason}.`))
      }
      yield out
    }
  }

  /** The image has the same name, beside the file. */
  async one(source: DataSource): Promise<readonly ImportItem[]> {
    const out: ImportItem[] = []
    try {
      const record = await topLevelOf(source, this.path)
      this.record(record, this.path.replace(/\.json$/i, '.jpg'), '0', { file: this.path }, out)
    } catch (error) {
      out.push(skippedFile(this.path, error))
    }
    return out
  }

  record(value: unknown, beside: string | null, index: string, where: Whereabouts, out: ImportItem[]): void {
    if (!isRecord(value)) {
      out.push(skipped(where, 'import/bad-record', `A record should be an object, not ${nameValue(value)}.`))
      return
    }
    const reference = referenceOf(value, beside)
    if (reference === null) {
      out.push(skipped(where, 'import/no-image', 'It has neither key nor id nor url, which would name the image.'))
      return
    }
    const size = sizeOf(value, where, out)
    if (this.#image?.reference !== reference) {
      this.#image = { reference, imageKey: `${this.keyPrefix}${index}`, known: new Map() }
      out.push({ type: 'image', imageKey: this.#image.imageKey, reference, size })
    }
    readRecord(value, this.#image, `${this.keyPrefix}${index}`, where, this.#doubts, this.#leftOut, out)
  }

  rest(): readonly ImportItem[] {
    return [...this.#doubts.issues(), ...this.#leftOut.issues()]
  }
}
