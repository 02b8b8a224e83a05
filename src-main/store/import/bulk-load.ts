/**
 * @file One import while it goes on (ADR 0008): items in any order become records, in one database transaction on a
 * connection of its own, so that everybody else goes on reading the project as it was. Runs in the store's worker.
 *
 *     begin → add, add, … → finish until it is done      or cancel, or the death of the process: nothing happened
 */
import { randomUUID } from 'node:crypto'
import type { RegionRecord, RelationRecord } from '../../../src-shared/document/records'
import type { Transaction } from '../../../src-shared/document/transaction'
import { assert } from '../../../src-shared/errors'
import { IssueTally } from '../../../src-shared/formats/reading/issue-tally'
import type {
  ImportDialogue,
  ImportIssue,
  ImportRegion,
  ImportRelation
} from '../../../src-shared/formats/reading/item'
import type { ImportOutlines } from '../../../src-shared/formats/reading/outlines'
import { boundsOfShape } from '../../../src-shared/geometry/shape'
import { normalizedBox } from '../../../src-shared/geometry/space'
import type { NormalizedBox } from '../../../src-shared/geometry/space'
import type { ImportCounts } from '../../../src-shared/formats/reading/report'
import type { ImportOutcome, ImportProgress, ImportRules } from '../../core/ports'
import type { ImageRecord } from '../../../src-shared/document/records'
import type { Database } from '../database'
import { commitImport } from '../journal'
import { boundsOfPoints, countOf } from '../point-shapes'
import { regionSeq } from '../queries/records'
import { recordProblem } from '../record-check'
import { BulkWriter, isMarkedDone } from './bulk-writer'

import { ImportImages, setImageFacts } from './import-images'
import type { FoundImage } from './import-images'
import { ImportLabels } from './import-labels'
import type { KnownLabel } from './import-labels'
import { keysIn, spokenRecords } from './import-words'
import { KnownRecords } from './known-records'
import { blocksOf, outlineProblem, SIMPLE_RING, unpackedRegion } from './packed-items'
import type { PackedItems, PackedRegion } from './packed-items'
import { LateIndexes } from './late-indexes'
import { PlaceCounts } from './place-counts'
import { RegionKeys } from './region-keys'
import { Stage } from './stage'

/** Images brought in step by one call of `finish`. */
const IMAGES_AT_A_TIME = 10_000
const LOOKS_AT_A_TIME = 256
/** Of a region's number in its id. */
const NUMBER_DIGITS = 12

type Counts = { -readonly [K in keyof ImportCounts]: ImportCounts[K] }

export class BulkLoad {
  readonly #database: Database
  readonly #rules: ImportRules
  readonly #writer: BulkWriter | null
  readonly #images: ImportImages
  readonly #labels: ImportLabels
  /** null: a dry run. */
  readonly #indexes: LateIndexes | null
  readonly #known: KnownRecords
  readonly #keys = new RegionKeys()
  /** Regions of this file that the project has already: number → id. */
  readonly #ids = new Map<number, string>()
  readonly #places = new PlaceCounts()
  readonly #issues = new IssueTally()
  readonly #waitingRegions = new Stage()
  readonly #waitingWords = new Stage()
  readonly #prefix = randomUUID().slice(0, -NUMBER_DIGITS)
  #next = 0
  #settledImage = 0
  #isSettled = false
  readonly #regions: Partial<Record<RegionRecord['shape']['type'], number>> = {}
  /** Numbers of the images that this import marked as done. */
  readonly #reviewed: number[] = []
  readonly #doneImages = new Set<number>()
  readonly #counts: Pick<
    Counts,
    'dialogues' | 'turns' | 'relations' | 'done' | 'duplicateRegions' | 'duplicateDialogues' | 'duplicateRelations'
  > = {
    dialogues: 0,
    turns: 0,
    relations: 0,
    done: 0,
    duplicateRegions: 0,
    duplicateDialogues: 0,
    duplicateRelations: 0
  }

  /** `database` has a transaction open that belongs to this import; in a dry run it may be one for reading. */
  constructor(database: Database, imageRoot: string, rules: ImportRules) {
    this.#database = database
    this.#rules = rules
    this.#writer = rules.dryRun ? null : new BulkWriter(database)
    this.#indexes = rules.dryRun ? null : new LateIndexes(database)
    this.#images = new ImportImages(database, imageRoot, rules, (issue) => this.#issues.add(issue))
    this.#labels = new ImportLabels(database, this.#writer, () => this.#idOf(this.#next++))
    this.#known = new KnownRecords(database, this.#prefix)
  }

  add(packed: PackedItems): void {
    const { items, points } = packed
    let at = 0
    for (const item of items) {
      switch (item.type) {
        case 'packed-region': {
          const end = at + countOf(item.ringLengths) * 2
          const own = points.subarray(at, end)
          at = end
          const image = this.#images.find(item.imageKey)
          if (image === undefined) this.#waitingRegions.put(unpackedRegion(item, own))
          else this.#addOutline(item, own, image)
          break
        }
        case 'outlines':
          this.#addOutlines(item)
          break
        case 'label':
          this.#labels.list(item.name, item.colour)
          break
        case 'image': {
          const image = this.#images.see(item)
          if (image !== null && item.done === true) this.#markDone(image)
          break
        }
        case 'region': {
          const image = this.#images.find(item.imageKey)
          if (image === undefined) this.#waitingRegions.put(item)
          else this.#addRegion(item, image)
          break
        }
        case 'dialogue':
          if (this.#isComplete(item)) this.#addDialogue(item, this.#images.find(item.imageKey) ?? null)
          else this.#waitingWords.put(item)
          break
        case 'relation':
          if (this.#isComplete(item)) this.#addRelation(item, this.#images.find(item.imageKey) ?? null)
          else this.#waitingWords.put(item)
          break
        case 'issue':
          break
      }
    }
    this.#writer?.flush()
    // Now, not when the collector comes by: it sees a few bytes where a megabyte hangs on them.
    for (const block of blocksOf(packed)) block.transfer(0)
  }

  setFacts(images: readonly ImageRecord[]): void {
    for (const image of images) setImageFacts(this.#database, image)
  }

  /** One part of what is left; every part takes less than a second. */
  finish(step: Pick<Transaction, 'id' | 'label' | 'createdAtMs'>): ImportProgress {
    const regions = this.#waitingRegions.take()
    if (regions !== null) {
      for (const item of regions)
        if (item.type === 'region') this.#addRegion(item, this.#images.find(item.imageKey) ?? null)
      return { state: 'more' }
    }
    const words = this.#waitingWords.take()
    if (words !== null) {
      for (const item of words) {
        if (item.type === 'dialogue') this.#addDialogue(item, this.#images.find(item.imageKey) ?? null)
        if (item.type === 'relation') this.#addRelation(item, this.#images.find(item.imageKey) ?? null)
      }
      return { state: 'more' }
    }
    const images = this.#images.takeSizeless(LOOKS_AT_A_TIME)
    if (images.length > 0) return { state: 'look', images }
    if (!this.#isSettled) {
      this.#labels.settle()
      this.#isSettled = true
    }
    if (this.#indexes?.makeNext() === true) return { state: 'more' }
    const writer = this.#writer
    if (writer === null) return { state: 'done', outcome: this.#outcome(null) }
    const last = writer.sums.apply(this.#database, 1, this.#settledImage, IMAGES_AT_A_TIME)
    if (last !== null) {
      this.#settledImage = last
      return { state: 'more' }
    }
    const isNothing = writer.recordCount === 0 && this.#reviewed.length === 0
    const committed = isNothing
      ? null
      : commitImport(
          this.#database,
          step,
          {
            idPrefix: this.#prefix,
            reviewed: this.#reviewed,
            recordCount: writer.recordCount,
            checksum: writer.sums.totalChecksum()
          },
          writer.sums
        )
    return { state: 'done', outcome: this.#outcome(committed) }
  }

  /** Frees what is not the database's. */
  close(): void {
    this.#waitingRegions.discard()
    this.#waitingWords.discard()
  }

  #outcome(committed: ImportOutcome['committed']): ImportOutcome {
    const issues = new IssueTally()
    for (const group of [...this.#issues.groups(), ...this.#places.doubts()]) issues.addGroup(group)
    const labels = this.#labels.imported()
    const counts: ImportCounts = {
      ...this.#counts,
      images: this.#images.count,
      imagesAdded: this.#images.added,
      regions: { ...this.#regions },
      labels: labels.length,
      labelsAdded: this.#labels.madeCount,
      regionsOutside: this.#places.outside,
      regionsWithoutArea: this.#places.withoutArea
    }
    return { counts, labels, issues: issues.groups(), committed }
  }

  /** Numbers, so that the ids of one import sort in the order of its file. */
  #idOf(number: number): string {
    return this.#ids.get(number) ?? this.#prefix + number.toString(16).padStart(NUMBER_DIGITS, '0')
  }

  #addRegion(item: ImportRegion, image: FoundImage | null): void {
    if (image === null) return this.#skipWithoutImage('region', item.imageKey, item.key)
    const { label, ...fields } = this.#fieldsOf(item, image)
    const region: RegionRecord = { ...fields, shape: item.shape }
    const problem = recordProblem('region', region)
    if (problem !== null) return this.#skip('import/bad-region', `The region was left out: ${problem}.`, item.key)
    if (this.#isThere(item.key, () => region, image)) return
    const bounds = region.shape.type === 'box' ? region.shape.box : boundsOfShape(region.shape)
    this.#count(region.shape.type, bounds, image, item.key, label)
    this.#writer?.region(region, image.seq, label?.seq ?? null)
  }

  /** As `#addRegion`, without making lists of the points where nobody needs them. */
  #addOutline(item: PackedRegion, points: Float64Array<ArrayBuffer>, image: FoundImage | null): void {
    if (image === null) return this.#skipWithoutImage('region', item.imageKey, item.key)
    const { ringLengths, shapeType } = item
    const { label, ...fields } = this.#fieldsOf(item, image)
    const bounds = boundsOfPoints(points)
    const unpacked = (): RegionRecord => ({ ...fields, shape: unpackedRegion(item, points).shape })
    const problem = outlineProblem(item, bounds, fields, unpacked)
    if (problem !== null || bounds === null) {
      return this.#skip('import/bad-region', `The region was left out: ${problem ?? 'it has no point'}.`, item.key)
    }
    if (this.#isThere(item.key, unpacked, image)) return
    const { x0, y0, x1, y1 } = bounds
    this.#count(shapeType, normalizedBox(x0, y0, x1, y1), image, item.key, label)
    this.#writer?.outline(fields, { type: shapeType, ringLengths, points, bounds }, image.seq, label?.seq ?? null)
  }

  /** What `#addOutline` does, for many that are nothing but outlines: most regions of large files pass here. */
  #addOutlines({ images, keys, labels, labelNames, ringCounts, ringLengths, points }: ImportOutlines): void {
    let ring = 0
    let end = 0
    for (let i = 0; i < images.length; i += 1) {
      const rings = ringCounts[i] ?? 0
      const lengths: number[] = []
      const start = end
      for (let last = ring + Math.max(1, rings); ring < last; ring += 1) {
        const length = ringLengths[ring] ?? 0
        lengths.push(length)
        end += length * 2
      }
      const [key, labelName] = [keys[i] ?? '', labelNames[labels[i] ?? -1] ?? null]
      const image = this.#images.numbered(images[i] ?? 0)
      if (typeof image === 'string') {
        this.#skipWithoutImage('region', image, String(key))
        continue
      }
      const own = points.subarray(start, end)
      const type = rings === 0 ? 'polygon' : 'multipolygon'
      const bounds = boundsOfPoints(own)
      if (bounds === null || image.hadRecords || lengths.some((length) => length < SIMPLE_RING)) {
        const more = { imageKey: '', key: String(key), label: labelName, phrase: null }
        this.#addOutline({ type: 'packed-region', shapeType: type, ringLengths: lengths, ...more }, own, image)
        continue
      }
      const label = labelName === null || labelName === '' ? null : this.#labels.of(labelName)
      const number = this.#next++
      this.#remember(image, key, number)
      const { x0, y0, x1, y1 } = bounds
      this.#count(type, normalizedBox(x0, y0, x1, y1), image, key, label)
      this.#writer?.plainOutline(
        { id: this.#idOf(number), image, label, createdAtMs: this.#rules.createdAtMs },
        { type, ringLengths: lengths, points: own, bounds }
      )
    }
  }

  /** All of a record but its shape. */
  #fieldsOf(item: Omit<ImportRegion, 'type' | 'shape'>, image: FoundImage) {
    const label = item.label === null || item.label === '' ? null : this.#labels.of(item.label)
    const { attributes } = item
    return {
      id: this.#idOf(this.#next++),
      imageId: image.id,
      labelId: label?.id ?? null,
      phrase: item.phrase,
      state: item.state ?? 'accepted',
      original: null,
      confidence: item.confidence ?? null,
      provenance: { origin: item.origin ?? 'import' },
      createdAtMs: this.#rules.createdAtMs,
      ...(attributes === undefined || isEmpty(attributes) ? {} : { attributes }),
      label
    }
  }

  /** Remembers the key; whether the project has that region already. */
  #isThere(key: string, region: () => RegionRecord, image: FoundImage): boolean {
    const number = this.#next - 1
    this.#remember(image, key, number)
    const same = image.hadRecords ? this.#known.sameRegion(image.seq, region()) : null
    if (same === null) return false
    this.#ids.set(number, same)
    this.#counts.duplicateRegions += 1
    return true
  }

  #remember(image: FoundImage, key: string | number, number: number): void {
    if (this.#keys.add(image.index, key, number)) return
    const message = `Two regions of ${image.relativePath} have the id ${key}; words that name it mean the first.`
    this.#tell('doubt', 'import/duplicate-key', message, String(key))
  }

  #count(
    type: RegionRecord['shape']['type'],
    bounds: NormalizedBox,
    image: FoundImage,
    key: string | number,
    label: KnownLabel | null
  ): void {
    this.#places.see(type, bounds, image.size, key)
    if (label !== null) label.regions += 1
    this.#regions[type] = (this.#regions[type] ?? 0) + 1
  }

  /** Whether every region it names is there already. */
  #isComplete(item: ImportDialogue | ImportRelation): boolean {
    const image = this.#images.find(item.imageKey)
    if (image === undefined) return false
    if (image === null) return true
    const keys = item.type === 'relation' ? [item.subject, item.object] : keysIn(item.turns)
    for (const key of keys) if (this.#keys.find(image.index, key) === null) return false
    return true
  }

  #addDialogue(item: ImportDialogue, image: FoundImage | null): void {
    if (image === null) return this.#skipWithoutImage('dialogue', item.imageKey, item.title)
    const missing = new Set<string>()
    const idOf = (key: string): string | null => {
      const number = this.#keys.find(image.index, key)
      if (number === null) missing.add(key)
      return number === null ? null : this.#idOf(number)
    }
    const { dialogue, turns, problem } = spokenRecords(item, {
      imageId: image.id,
      createdAtMs: this.#rules.createdAtMs,
      newId: () => this.#idOf(this.#next++),
      idOf
    })
    if (problem !== null)
      return this.#skip(
        'import/bad-dialogue',
        `The dialogue was left out: ${problem}.`,
        item.title ?? image.relativePath
      )
    for (const key of missing) {
      this.#tell(
        'doubt',
        'import/dangling-region',
        `Words of ${image.relativePath} name the region ${key}, which the file does not have; they stay words.`,
        key
      )
    }
    if (image.hadRecords && this.#known.hasDialogue(image.seq, turns)) {
      this.#counts.duplicateDialogues += 1
      return
    }
    this.#counts.dialogues += 1
    this.#counts.turns += turns.length
    const writer = this.#writer
    if (writer === null) return
    const dialogueSeq = writer.dialogue(dialogue, image.seq)
    for (const turn of turns) writer.turn(turn, image.seq, dialogueSeq)
  }

  #markDone(image: FoundImage): void {
    if (this.#doneImages.has(image.index)) return
    this.#doneImages.add(image.index)
    if (isMarkedDone(this.#database, image.seq)) return
    this.#counts.done += 1
    this.#reviewed.push(image.seq)
    this.#writer?.markDone(image.seq, image.id)
  }

  #addRelation(item: ImportRelation, image: FoundImage | null): void {
    const words = `${item.subject} ${item.predicate} ${item.object}`
    if (image === null) return this.#skipWithoutImage('relation', item.imageKey, words)
    const idOf = (key: string): string | null => {
      const number = this.#keys.find(image.index, key)
      return number === null ? null : this.#idOf(number)
    }
    const [subject, object] = [idOf(item.subject), idOf(item.object)]
    if (subject === null || object === null) {
      const missing = subject === null ? item.subject : item.object
      const message = `The relation was left out: ${image.relativePath} has no region ${missing} in the file.`
      return this.#skip('import/dangling-relation', message, words)
    }
    const relation: RelationRecord = {
      id: this.#idOf(this.#next++),
      imageId: image.id,
      subject,
      predicate: item.predicate,
      object,
      provenance: { origin: 'import' },
      createdAtMs: this.#rules.createdAtMs
    }
    const problem = recordProblem('relation', relation)
    if (problem !== null) return this.#skip('import/bad-relation', `The relation was left out: ${problem}.`, words)
    if (image.hadRecords && this.#known.hasRelation(image.seq, relation)) {
      this.#counts.duplicateRelations += 1
      return
    }
    this.#counts.relations += 1
    if (this.#writer === null) return
    this.#writer.flush()
    const [subjectSeq, objectSeq] = [subject, object].map((id) => regionSeq(this.#database, id, image.id))
    assert(typeof subjectSeq === 'number' && typeof objectSeq === 'number', 'expected regions that are in the project')
    this.#writer.relation(relation, image.seq, subjectSeq, objectSeq)
  }

  #skipWithoutImage(what: string, imageKey: string, record: string | null): void {
    const message = `The ${what} was left out: the project has no image for it (${imageKey}).`
    this.#skip('import/record-without-image', message, record ?? imageKey)
  }

  #skip(code: string, message: string, record: string | null): void {
    this.#tell('skip', code, message, record)
  }

  #tell(severity: ImportIssue['severity'], code: string, message: string, record: string | null): void {
    this.#issues.add({ type: 'issue', severity, code, message, file: '', ...(record === null ? {} : { record }) })
  }
}

function isEmpty(attributes: object): boolean {
  for (const name in attributes) if (Object.hasOwn(attributes, name)) return false
  return true
}
