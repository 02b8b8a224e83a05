/** @file Writing RefCOCO: instances.json as COCO is written, refs beside it, and grefs for several regions or none. */
import type { ImageDocument, RegionRecord } from '../../document/records'
import { writeCoco } from '../coco/write'
import type { CocoCompanion, WrittenAnnotation } from '../coco/write'
import { attributesOfRegion } from '../kit/region'
import { OWN_KEY } from '../kit/own-marks'
import { captionsToWrite } from '../kit/write-captions'
import { expressionOf } from '../kit/spans'
import type { ExportChunk, ExportOptions, ExportRun, ExportSource } from '../format'
import type { Selection } from '../selection'
import type { Tally } from '../tally'

export const INSTANCES_FILE = 'instances.json'
export const REFS_FILE = 'refs(eyrie).json'
export const GENERAL_REFS_FILE = 'grefs(eyrie).json'

export const writeRefCoco = (source: ExportSource, options: ExportOptions): ExportRun =>
  writeCoco(source, options, { fileName: INSTANCES_FILE, companion: (tally) => new RefWriter(tally) })

interface Sentence {
  /** From 1. */
  readonly id: number
  readonly words: string
  readonly isDialogue: boolean
}

class RefWriter implements CocoCompanion {
  #refs = 0
  #sentences = 0
  readonly #counts = { [REFS_FILE]: 0, [GENERAL_REFS_FILE]: 0 }

  readonly tally: Tally

  constructor(tally: Tally) {
    this.tally = tally
  }

  image(
    document: ImageDocument,
    selection: Selection,
    imageId: number,
    written: ReadonlyMap<string, WrittenAnnotation>
  ): readonly ExportChunk[] {
    // Numbers are in order, because the order of dialogues is that of their sentences.
    const own = new Map<string, Sentence[]>()
    for (const region of selection.regions) {
      const words = region.phrase ?? ''
      if (written.has(region.id) && words.trim() !== '')
        own.set(region.id, [{ id: ++this.#sentences, words, isDialogue: false }])
    }
    const general: { readonly sentence: Sentence; readonly ids: readonly string[] }[] = []
    for (const { text, children } of captionsToWrite(document, selection, this.tally)) {
      const expression = expressionOf(children)
      if (expression === null) {
        this.tally.skip('caption')
        continue
      }
      const ids = [...new Set(expression.regionIds)]
      if (ids.some((id) => !written.has(id))) {
        // Without them it would say that there is no such thing.
        this.tally.skip('caption-without-region')
        const message = 'An expression was left out with the region it refers to.'
        this.tally.lose({ code: 'format/phrase-without-region', message, path: [] }, document.image)
        continue
      }
      this.tally.count('dialogues')
      this.tally.count('turns')
      const sentence = { id: ++this.#sentences, words: text, isDialogue: true }
      const [only, ...more] = ids
      if (only === undefined || more.length > 0) general.push({ sentence, ids })
      else own.set(only, [...(own.get(only) ?? []), sentence])
    }
    const regionOf = new Map(selection.regions.map((region) => [region.id, region]))
    const single = [...own].map(([id, sentences]) => ({ ids: [id], sentences }))
    const several = general.map(({ ids, sentence }) => ({ ids, sentences: [sentence] }))
    return [...single, ...several].map(({ ids, sentences }) => {
      const regions = ids.flatMap((id) => regionOf.get(id) ?? [])
      return this.#ref(document, imageId, regions, sentences, written)
    })
  }

  #ref(
    { image }: ImageDocument,
    imageId: number,
    regions: readonly RegionRecord[],
    sentences: readonly Sentence[],
    written: ReadonlyMap<string, WrittenAnnotation>
  ): ExportChunk {
    const targets = regions.flatMap(({ id }) => written.get(id) ?? [])
    const [first] = targets
    const isGeneral = targets.length !== 1 || first === undefined
    const fileName = isGeneral ? GENERAL_REFS_FILE : REFS_FILE
    this.#refs++
    this.tally.count('records')
    const list = sentences.map(({ id, words, isDialogue }) => ({
      tokens: words.split(/\s+/u).filter((token) => token !== ''),
      raw: words,
      sent_id: id,
      sent: words,
      ...(isDialogue ? { [OWN_KEY]: { dialogue: true } } : {})
    }))
    const record = {
      ref_id: this.#refs,
      ann_id: isGeneral ? (targets.length === 0 ? [-1] : targets.map(({ id }) => id)) : first.id,
      category_id: isGeneral
        ? targets.length === 0
          ? [-1]
          : targets.map(({ categoryId }) => categoryId)
        : first.categoryId,
      image_id: imageId,
      file_name: image.relativePath,
      split: splitOf(regions),
      sent_ids: list.map(({ sent_id }) => sent_id),
      sentences: list,
      ...(isGeneral ? { no_target: targets.length === 0 } : {}),
      [OWN_KEY]: {}
    }
    this.#counts[fileName]++
    return { fileName, text: (this.#counts[fileName] === 1 ? '[\n' : ',\n') + JSON.stringify(record) }
  }

  /** grefs are there only when there are any. */
  end(): readonly ExportChunk[] {
    const refs: ExportChunk = { fileName: REFS_FILE, text: this.#counts[REFS_FILE] === 0 ? '[]\n' : '\n]\n' }
    return this.#counts[GENERAL_REFS_FILE] === 0 ? [refs] : [refs, { fileName: GENERAL_REFS_FILE, text: '\n]\n' }]
  }
}

/** As a region says it (from an import, or by a person); `train` where it says nothing. */
function splitOf(regions: readonly RegionRecord[]): string {
  for (const region of regions) {
    const split = attributesOfRegion(region)['split']
    if (typeof split === 'string' && split !== '') return split
  }
  return 'train'
}
