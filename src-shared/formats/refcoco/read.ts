/**
 * @file Reading RefCOCO and its kin: regions come from instances.json as COCO is read, words from the refs. The refs of
 * a folder are held in memory, instances.json is not.
 */
import { AppError } from '../../errors'
import { readCoco } from '../coco/read'
import type { CocoId } from '../coco/ids'
import { cocoId } from '../coco/ids'
import { doubted, noted, skipped } from '../kit/issue'
import { attributesFrom, isObject, nameValue, own } from '../kit/json-fields'
import type { ImportDialogue, ImportItem, ImportRegion } from '../reading/item'
import type { DataSource } from '../reading/source'
import { refFiles } from './files'
import type { RefFolder } from './files'
import { readRefs } from './refs'
import type { Ref, RefSentence } from './refs'

export async function* readRefCoco(source: DataSource): AsyncGenerator<readonly ImportItem[]> {
  const { folders, lone } = await refFiles(source)
  if (folders.length === 0) {
    const [path] = lone
    if (path === undefined && source.files.every(({ sizeBytes }) => sizeBytes === 0)) return
    throw path === undefined
      ? new AppError('import/not-this-format', 'No file here has refs as RefCOCO has them.', {
          nextStep: 'Choose the folder that holds refs(…).p and instances.json.'
        })
      : new AppError(
          'import/no-instances',
          `${path} refers to annotations of an instances.json that is not beside it.`,
          {
            nextStep: 'Put instances.json of the same data set into its folder.',
            data: { file: path }
          }
        )
  }
  if (lone.length > 0)
    yield lone.map((path) =>
      skipped({ file: path }, 'import/no-instances', 'There is no instances.json beside these refs; none was read.')
    )
  for (const [i, folder] of folders.entries())
    yield* new RefFolderReading(source, folder, folders.length === 1 ? '' : `${i + 1}/`).read()
}

/** The refs of other people for one data set exclude each other; these come first. */
const PREFERRED = ['umd', 'unc']
const isGeneral = (path: string): boolean => /(^|\/)grefs/i.test(path)

function chosenOf(paths: readonly string[]): {
  readonly chosen: readonly string[]
  readonly others: readonly string[]
} {
  const general = paths.filter(isGeneral)
  const usual = paths.filter((path) => !isGeneral(path))
  const rank = (path: string): number => {
    const at = PREFERRED.findIndex((name) => path.toLowerCase().includes(`(${name})`))
    return at === -1 ? PREFERRED.length : at
  }
  const [first, ...others] = usual.toSorted((a, b) => rank(a) - rank(b))
  return { chosen: [...(first === undefined ? [] : [first]), ...general], others }
}

interface Pending {
  readonly dialogue: ImportDialogue
  readonly order: number
}

class RefFolderReading {
  readonly #byAnnotation = new Map<CocoId, { readonly ref: Ref; readonly file: string }[]>()
  readonly #general: { readonly ref: Ref; readonly file: string }[] = []
  /** Images of annotations that a ref names, once they were seen. */
  readonly #imageOf = new Map<CocoId, string>()
  readonly #wanted = new Set<CocoId>()
  readonly #images = new Set<string>()
  readonly #dialogues: Pending[] = []
  #lostSplits = 0
  /** Names by id; null: two have it. */
  readonly #categories = new Map<CocoId, string | null>()

  readonly source: DataSource
  readonly folder: RefFolder
  readonly keyPrefix: string

  constructor(source: DataSource, folder: RefFolder, keyPrefix: string) {
    this.source = source
    this.folder = folder
    this.keyPrefix = keyPrefix
  }

  async *read(): AsyncGenerator<readonly ImportItem[]> {
    const issues: ImportItem[] = []
    const { chosen, others } = chosenOf(this.folder.refs)
    for (const path of others) {
      const message = `It refers to the same objects as ${chosen[0] ?? ''}, which was read; import it by itself to read it instead.`
      issues.push(doubted({ file: path }, 'import/other-split', message))
    }
    for (const path of chosen) {
      for (const ref of await readRefs(this.source, path, issues)) {
        for (const id of ref.annotationIds) this.#wanted.add(id)
        const [only, ...more] = ref.annotationIds
        if (only === undefined || more.length > 0) this.#general.push({ ref, file: path })
        else this.#byAnnotation.set(only, [...(this.#byAnnotation.get(only) ?? []), { ref, file: path }])
      }
    }
    if (issues.length > 0) yield issues
    const { instances } = this.folder
    await this.#readCategories(instances)
    const narrowed: DataSource = {
      ...this.source,
      files: this.source.files.filter(({ path }) => path === instances)
    }
    for await (const batch of readCoco(narrowed)) yield this.#overlay(batch)
    yield this.#rest()
  }

  async #readCategories(instances: string): Promise<void> {
    for await (const batch of this.source.json(instances, new Set(['categories']))) {
      for (const category of batch.kind === 'elements' ? batch.elements : []) {
        const [id, name] = isObject(category) ? [cocoId(own(category, 'id')), own(category, 'name')] : [null, null]
        if (id === null || typeof name !== 'string') continue
        // Which of two it is says the reader of COCO.
        this.#categories.set(id, this.#categories.has(id) ? null : name)
      }
    }
  }

  /** The items of COCO, their regions with the words of their refs. */
  #overlay(batch: readonly ImportItem[]): readonly ImportItem[] {
    const out: ImportItem[] = []
    for (const item of batch) {
      if (item.type === 'issue' || item.type === 'label') {
        out.push(item)
        continue
      }
      const keyed = { ...item, imageKey: `${this.keyPrefix}${item.imageKey}` }
      if (keyed.type === 'image') this.#images.add(keyed.imageKey)
      out.push(keyed.type === 'region' ? this.#keyed(this.#region(keyed, out)) : keyed)
    }
    return out
  }

  /** Two folders may name one image: RefCOCO and RefCOCO+ share most of theirs, with their annotations. */
  #keyed(region: ImportRegion): ImportRegion {
    return this.keyPrefix === '' ? region : { ...region, key: `${this.keyPrefix}${region.key}` }
  }

  #region(region: ImportRegion, out: ImportItem[]): ImportRegion {
    const id = cocoId(region.key)
    if (id === null || !this.#wanted.has(id)) return region
    this.#imageOf.set(id, region.imageKey)
    let { phrase } = region
    // Said in instances.json already, by Eyrie: not said again.
    let toSkip = phrase
    const attributes = new Map<string, string | number | boolean>()
    for (const { ref, file } of this.#byAnnotation.get(id) ?? []) {
      const where = { file, record: ref.record }
      const imageKey = ref.imageId === null ? null : `${this.keyPrefix}${ref.imageId}`
      if (imageKey !== null && imageKey !== region.imageKey) {
        const message = `It says image ${ref.imageId}, but its annotation ${id} is on image ${region.imageKey}; read by the latter.`
        out.push(doubted(where, 'import/image-differs', message))
      }
      const category = ref.categoryId === null ? null : this.#categories.get(ref.categoryId)
      if (category !== null && category !== region.label && region.label !== null) {
        const said = category === undefined ? 'which there is none of' : nameValue(category)
        const message = `It says category ${ref.categoryId}, ${said}, but its annotation ${id} is ${nameValue(region.label)}; read by the latter.`
        out.push(doubted(where, 'import/class-differs', message))
      }
      for (const sentence of ref.sentences) {
        if (toSkip === sentence.words && !sentence.isDialogue) toSkip = null
        else if (phrase === null && !sentence.isDialogue) phrase = sentence.words
        else this.#say(sentence, region.imageKey, [region.key])
      }
      if (!ref.isOurs) {
        if (ref.refId !== null && !attributes.has('ref_id')) attributes.set('ref_id', ref.refId)
        const before = attributes.get('split')
        if (ref.split !== null && before !== undefined && before !== ref.split) {
          const message = `It is of the split ${ref.split}, another ref of annotation ${id} of ${String(before)}; kept as the latter.`
          out.push(doubted(where, 'import/split-differs', message))
        } else if (ref.split !== null) attributes.set('split', ref.split)
      }
    }
    return {
      ...region,
      phrase,
      ...(attributes.size === 0
        ? {}
        : { attributes: attributesFrom([...Object.entries(region.attributes ?? {}), ...attributes]) })
    }
  }

  #say({ words, order }: RefSentence, imageKey: string, regionIds: readonly string[]): void {
    const keys = regionIds.map((key) => `${this.keyPrefix}${key}`)
    const children = [{ type: 'phrase' as const, children: [{ type: 'text' as const, value: words }], regionIds: keys }]
    this.#dialogues.push({
      order,
      dialogue: {
        type: 'dialogue',
        imageKey,
        title: 'expression',
        turns: [{ role: 'assistant', children, rawText: words }]
      }
    })
  }

  /** Expressions of several regions or none, dialogues in order, and refs whose annotations never came. */
  #rest(): readonly ImportItem[] {
    const out: ImportItem[] = []
    for (const [id, refs] of this.#byAnnotation) {
      if (this.#imageOf.has(id)) continue
      for (const { ref, file } of refs)
        out.push(skipped({ file, record: ref.record }, 'import/no-such-annotation', this.#missing([id])))
    }
    for (const { ref, file } of this.#general) this.#generalRef(ref, file, out)
    this.#dialogues.sort((a, b) => a.order - b.order)
    out.push(...this.#dialogues.map(({ dialogue }) => dialogue))
    if (this.#lostSplits > 0) {
      const message = `The split of ${this.#lostSplits} refs of several regions or none is not kept.`
      out.push(noted({ file: this.folder.refs[0] ?? this.folder.instances }, 'import/split-left-out', message))
    }
    return out
  }

  #missing(ids: readonly CocoId[]): string {
    const named = ids.slice(0, 5).join(', ')
    return `${this.folder.instances} has no annotation ${named} that could be read.`
  }

  #generalRef(ref: Ref, file: string, out: ImportItem[]): void {
    const where = { file, record: ref.record }
    const missing = ref.annotationIds.filter((id) => !this.#imageOf.has(id))
    if (missing.length > 0) {
      out.push(skipped(where, 'import/no-such-annotation', this.#missing(missing)))
      return
    }
    const stated = ref.imageId === null ? null : `${this.keyPrefix}${ref.imageId}`
    const images = new Set(ref.annotationIds.map((id) => this.#imageOf.get(id) ?? ''))
    const [imageKey] = images.size === 0 ? [stated] : images
    if (images.size > 1) {
      const message = 'Its annotations are on different images, and words can be about one only.'
      out.push(skipped(where, 'import/several-images', message))
      return
    }
    if (imageKey === null || imageKey === undefined || !this.#images.has(imageKey)) {
      const message = `It refers to nothing on an image that ${this.folder.instances} does not have.`
      out.push(skipped(where, 'import/no-such-image', message))
      return
    }
    if (stated !== null && stated !== imageKey) {
      const message = `It says image ${ref.imageId}, but its annotations are on image ${imageKey}; read by the latter.`
      out.push(doubted(where, 'import/image-differs', message))
    }
    if (ref.split !== null && !ref.isOurs) this.#lostSplits++
    for (const sentence of ref.sentences) this.#say(sentence, imageKey, ref.annotationIds.map(String))
  }
}
