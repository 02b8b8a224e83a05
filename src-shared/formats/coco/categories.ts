/** @file The categories of one COCO file: classes in the order of the file, by id. */
import { doubted, skipped } from '../kit/issue'
import { isObject, nameValue } from '../kit/json-fields'
import type { ImportItem } from '../reading/item'
import type { BulkItems } from '../reading/outlines'
import { cocoId, nameId } from './ids'
import type { CocoId } from './ids'
import { keypointNames } from './keypoints'
import type { KeypointNames } from './keypoints'
import { LeftOut } from './left-out'
import { OWN_KEY } from './own-fields'

export interface Category {
  /** null: the category stands for no class, or two categories with this id have different names. */
  readonly name: string | null
  readonly isAmbiguous: boolean
  readonly keypoints: KeypointNames | null
}

const KNOWN = new Set(['id', 'name', 'keypoints', 'skeleton', OWN_KEY])

export class Categories {
  readonly #byId = new Map<CocoId, Category>()
  readonly #names = new Set<string>()
  readonly #leftOut: LeftOut

  readonly file: string

  constructor(file: string) {
    this.file = file
    this.#leftOut = new LeftOut(file, 'categories')
  }

  get size(): number {
    return this.#byId.size
  }

  find(id: CocoId): Category | undefined {
    return this.#byId.get(id)
  }

  /** One element of `categories`, its number in the list from 0. */
  add(element: unknown, index: number, out: BulkItems): void {
    if (!isObject(element)) {
      const message = `A category should be an object, not ${nameValue(element)}.`
      out.push(skipped({ file: this.file, record: `category ${index}` }, 'import/bad-record', message))
      return
    }
    const { id: written, name } = element
    const id = cocoId(written)
    if (id === null) {
      const message = `The id of the category ${nameValue(name)} should be a number or a text, not ${nameId(written)}.`
      out.push(skipped({ file: this.file, record: `category ${index}` }, 'import/bad-id', message))
      return
    }
    const where = { file: this.file, record: `category ${id}` }
    const own = element[OWN_KEY]
    if (isObject(own) && own['unlabelled'] === true) {
      this.#byId.set(id, { name: null, isAmbiguous: false, keypoints: null })
      return
    }
    const label = typeof name === 'number' || typeof name === 'bigint' ? String(name) : name
    if (typeof label !== 'string' || label === '') {
      out.push(skipped(where, 'import/bad-label', `Its name should be a text, not ${nameValue(name)}.`))
      return
    }
    if (label !== name)
      out.push(doubted(where, 'import/bad-label', `Its name is the number ${label}; it was read as a text.`))
    const known = this.#byId.get(id)
    if (known !== undefined && known.name !== label) {
      const message = `Two categories have this id, ${nameValue(known.name)} and ${nameValue(label)}; regions with it get no class.`
      out.push(doubted(where, 'import/ambiguous-id', message))
      this.#byId.set(id, { ...known, isAmbiguous: true })
    } else if (known !== undefined) {
      out.push(doubted(where, 'import/duplicate-id', 'The category stands there more than once; it was read once.'))
      return
    } else {
      const keypoints = keypointNames(element['keypoints'], element['skeleton'])
      this.#byId.set(id, { name: label, isAmbiguous: false, keypoints })
    }
    for (const key in element) if (!KNOWN.has(key) && !isEmpty(element[key])) this.#leftOut.see(key)
    if (this.#names.has(label)) {
      const message = `Another category has the name ${nameValue(label)} too; both became one class.`
      out.push(doubted(where, 'import/duplicate-name', message))
      return
    }
    this.#names.add(label)
    out.push({ type: 'label', name: label })
  }

  issues(): Iterable<ImportItem> {
    return this.#leftOut.issues()
  }
}

const isEmpty = (value: unknown): boolean =>
  value === null || value === '' || (Array.isArray(value) && value.length === 0)
