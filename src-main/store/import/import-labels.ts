/** @file The labels of an import: those the project has are meant by their exact name, others are made in file order. */
import { labelColour } from '../../../src-shared/document/label-colours'
import type { ImportedLabel } from '../../../src-shared/formats/reading/report'
import type { Database } from '../database'
import { readLabels } from '../queries/documents'
import { labelSeq } from '../queries/records'
import type { BulkWriter } from './bulk-writer'

export interface KnownLabel {
  readonly name: string
  readonly isNew: boolean
  regions: number
  /** 0 in a dry run for a label that is not there yet. */
  readonly seq: number
  readonly id: string
}

interface MadeLabel {
  readonly id: string
  readonly name: string
  /** null: the file gives none. */
  readonly colour: string | null
}

/**
 * A region may name a class before the file lists it. Rows get their number when they are first named, and their place
 * in the order at the end: first the listed ones as the file lists them, then the others as they were named.
 */
export class ImportLabels {
  readonly #byName = new Map<string, KnownLabel>()
  readonly #made: MadeLabel[] = []
  readonly #listed = new Set<string>()
  readonly #named = new Set<string>()
  readonly #firstOrder: number
  readonly #count: number
  readonly #newId: () => string
  readonly #writer: BulkWriter | null

  /** `writer` null: nothing is written. */
  constructor(database: Database, writer: BulkWriter | null, newId: () => string) {
    this.#writer = writer
    this.#newId = newId
    const { labels } = readLabels(database)
    for (const { id, name } of labels) {
      if (!this.#byName.has(name))
        this.#byName.set(name, { name, isNew: false, regions: 0, id, seq: labelSeq(database, id) ?? 0 })
    }
    this.#count = labels.length
    this.#firstOrder = labels.reduce((highest, { order }) => Math.max(highest, order), -1) + 1
  }

  get madeCount(): number {
    return this.#made.length
  }

  /** What the file lists or names, as it does. */
  imported(): readonly ImportedLabel[] {
    const named = [...this.#byName.values()].filter(({ name }) => this.#named.has(name) && !this.#listed.has(name))
    const listed = [...this.#listed].flatMap((name) => this.#byName.get(name) ?? [])
    return [...listed, ...named].map(({ name, isNew, regions }) => ({ name, isNew, regions }))
  }

  list(name: string, colour: string | undefined): void {
    this.#listed.add(name)
    this.of(name, colour)
  }

  of(name: string, colour?: string): KnownLabel {
    const known = this.#byName.get(name)
    if (known !== undefined) {
      if (!known.isNew) this.#named.add(name)
      return known
    }
    this.#named.add(name)
    const id = this.#newId()
    const stated = colour !== undefined && /^#[0-9a-f]{6}$/i.test(colour) ? colour : null
    this.#made.push({ id, name, colour: stated })
    // Only for its number: order and colour are known at the end.
    const seq = this.#writer?.placeForLabel({ id, name, colour: '', order: 0 }) ?? 0
    const made = { name, isNew: true, regions: 0, id, seq }
    this.#byName.set(name, made)
    return made
  }

  settle(): void {
    const placeOf = new Map([...this.#listed].map((name, place) => [name, place]))
    const ordered = this.#made
      .map((label, i) => ({ label, place: placeOf.get(label.name) ?? placeOf.size + i }))
      .sort((a, b) => a.place - b.place)
    ordered.forEach(({ label: { id, name, colour } }, i) =>
      this.#writer?.label({
        id,
        name,
        colour: colour ?? labelColour(this.#count + i),
        order: this.#firstOrder + i
      })
    )
    this.#writer?.settleLabels()
  }
}
