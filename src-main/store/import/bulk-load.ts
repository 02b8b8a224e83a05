/**
 * @file One import while it goes on (ADR 0008): items in any order become records, in one database transaction on a
 * connection of its own, so that everybody else goes on reading the project as it was. Runs in the store's worker.
 *
 *     begin → add, add, … → finish until it is done      or cancel, or the death of the process: nothing happened
 */
import type { ImageRecord } from '../../../src-shared/document/records'
import type { Transaction } from '../../../src-shared/document/transaction'
import type { ImportDialogue, ImportItem, ImportRelation } from '../../../src-shared/formats/reading/item'
import type { ImportOutcome, ImportProgress, ImportRules } from '../../core/ports'
import type { Database } from '../database'
import { commitImport } from '../journal'
import { countOf } from '../point-shapes'
import { BulkWriter, isMarkedDone } from './bulk-writer'
import { ImportDialogues, keysIn } from './import-dialogues'
import { ImportFindings } from './import-findings'
import { ImportIds, newIdPrefix } from './import-ids'
import { ImportImages, setImageFacts } from './import-images'
import type { FoundImage } from './import-images'
import { ImportLabels } from './import-labels'
import { ImportRegions } from './import-regions'
import type { IntoProject } from './import-regions'
import { ImportRelations } from './import-relations'
import { KnownRecords } from './known-records'
import { LateIndexes } from './late-indexes'
import { blocksOf, unpackedRegion } from './packed-items'
import type { PackedItems } from './packed-items'
import { Stage } from './stage'

/** Images brought in step by one call of `finish`. */
const IMAGES_AT_A_TIME = 10_000
const LOOKS_AT_A_TIME = 256

export class BulkLoad {
  readonly #database: Database
  readonly #writer: BulkWriter | null
  readonly #images: ImportImages
  readonly #labels: ImportLabels
  readonly #regions: ImportRegions
  readonly #dialogues: ImportDialogues
  readonly #relations: ImportRelations
  /** null: a dry run. */
  readonly #indexes: LateIndexes | null
  readonly #findings = new ImportFindings()
  readonly #prefix = newIdPrefix()
  /** For their image. */
  readonly #waitingRegions = new Stage()
  /** For regions they name. */
  readonly #waitingWords = new Stage()
  #settledImage = 0
  #isSettled = false
  /** Numbers of the images that this import marked as done. */
  readonly #reviewed: number[] = []
  readonly #doneImages = new Set<number>()

  /** `database` has a transaction open that belongs to this import; in a dry run it may be one for reading. */
  constructor(database: Database, imageRoot: string, rules: ImportRules) {
    this.#database = database
    this.#writer = rules.dryRun ? null : new BulkWriter(database)
    this.#indexes = rules.dryRun ? null : new LateIndexes(database)
    const ids = new ImportIds(this.#prefix)
    const into: IntoProject = {
      writer: this.#writer,
      ids,
      known: new KnownRecords(database, this.#prefix),
      findings: this.#findings,
      createdAtMs: rules.createdAtMs
    }
    this.#images = new ImportImages(database, imageRoot, rules, (issue) => this.#findings.add(issue))
    this.#labels = new ImportLabels(database, this.#writer, () => ids.make())
    this.#regions = new ImportRegions(into, this.#images, this.#labels)
    this.#dialogues = new ImportDialogues(into, this.#regions)
    this.#relations = new ImportRelations(database, into, this.#regions)
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
          else this.#regions.addOutline(item, own, image)
          break
        }
        case 'outlines':
          this.#regions.addOutlines(item)
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
          else this.#regions.add(item, image)
          break
        }
        case 'dialogue':
        case 'relation':
          if (this.#isComplete(item)) this.#addWords(item)
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
        if (item.type === 'region') this.#regions.add(item, this.#images.find(item.imageKey) ?? null)
      return { state: 'more' }
    }
    const words = this.#waitingWords.take()
    if (words !== null) {
      for (const item of words) this.#addWords(item)
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
    const labels = this.#labels.imported()
    const { places, counts, duplicates } = this.#regions
    return {
      counts: {
        ...this.#dialogues.counts,
        ...this.#relations.counts,
        images: this.#images.count,
        imagesAdded: this.#images.added,
        done: this.#reviewed.length,
        regions: { ...counts },
        duplicateRegions: duplicates,
        labels: labels.length,
        labelsAdded: this.#labels.madeCount,
        regionsOutside: places.outside,
        regionsWithoutArea: places.withoutArea
      },
      labels,
      issues: this.#findings.groupsWith(places.doubts()),
      committed
    }
  }

  /** Whether every region it names is there already. */
  #isComplete(item: ImportDialogue | ImportRelation): boolean {
    const image = this.#images.find(item.imageKey)
    if (image === undefined) return false
    if (image === null) return true
    const keys = item.type === 'relation' ? [item.subject, item.object] : keysIn(item.turns)
    for (const key of keys) if (this.#regions.idOf(image, key) === null) return false
    return true
  }

  #addWords(item: ImportItem): void {
    if (item.type !== 'dialogue' && item.type !== 'relation') return
    const image = this.#images.find(item.imageKey) ?? null
    if (item.type === 'dialogue') this.#dialogues.add(item, image)
    else this.#relations.add(item, image)
  }

  #markDone(image: FoundImage): void {
    if (this.#doneImages.has(image.index)) return
    this.#doneImages.add(image.index)
    if (isMarkedDone(this.#database, image.seq)) return
    this.#reviewed.push(image.seq)
    this.#writer?.markDone(image.seq, image.id)
  }
}
