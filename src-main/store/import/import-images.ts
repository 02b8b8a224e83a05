/**
 * @file The images of an import: from what a file calls an image to an image of the project. Only images that are
 * registered or lie below the image root are ever meant (E9).
 */
import { randomUUID } from 'node:crypto'
import { join, sep } from 'node:path'
import type { ImageRecord } from '../../../src-shared/document/records'
import {
  ImageReferences,
  lastNameOf,
  plainReference,
  referenceCandidates,
  stemOfPath
} from '../../../src-shared/formats/reading/image-references'
import type { ImportImage, ImportIssue } from '../../../src-shared/formats/reading/item'
import { KnownSizes } from '../../../src-shared/formats/reading/known-sizes'
import type { ImageSize } from '../../../src-shared/geometry/space'
import { hasImageExtension } from '../../files/sniff'
import { emptyChecksum } from '../checksum'
import { prepared } from '../database'
import type { Database } from '../database'
import { columnsOf } from '../queries/images'
import { addToTally, membershipOf, minus } from '../queries/tally'
import { imageProblem } from '../record-check'
import { InvariantError } from '../../../src-shared/errors'
import type { ImportRules } from '../../core/ports'
import { ImagesOnDisk } from './images-on-disk'
import type { Row } from '../rows'

/** An image that items may be put on. */
export interface FoundImage {
  /** Among the images of this import, from 0. */
  readonly index: number
  /** 0 in a dry run for an image that is not registered yet. */
  readonly seq: number
  readonly id: string
  readonly relativePath: string
  readonly size: ImageSize | null
  /** Whether it had regions or turns before this import. */
  readonly hadRecords: boolean
  readonly isNew: boolean
}

export type TellIssue = (issue: ImportIssue) => void

export class ImportImages {
  /** null: named by the file, and not to be found. */
  readonly #byKey = new Map<string, FoundImage | null>()
  readonly #byPath = new Map<string, FoundImage>()
  readonly #inOrder: (FoundImage | string)[] = []
  readonly #sizes = new KnownSizes()
  /** Which reference an image was found by through its name alone. */
  readonly #namedBy = new Map<string, string>()
  #registered: ImageReferences | null = null

  readonly #database: Database
  readonly #root: string
  readonly #disk: ImagesOnDisk
  readonly #rules: ImportRules
  readonly #tell: TellIssue
  added = 0
  /** Added without a size, in order. */
  readonly #sizeless: ImageRecord[] = []

  constructor(database: Database, root: string, rules: ImportRules, tell: TellIssue) {
    this.#database = database
    this.#root = root
    this.#disk = new ImagesOnDisk(root)
    this.#rules = rules
    this.#tell = tell
  }

  get count(): number {
    return this.#byPath.size
  }

  /** By how many image items came before its own; a text is the key of one that is not to be found. */
  numbered(number: number): FoundImage | string {
    const found = this.#inOrder[number]
    if (found === undefined) throw new InvariantError(`expected an image before its outlines, got number ${number}`)
    return found
  }

  /** undefined: the file has not named it so far. */
  find(key: string): FoundImage | null | undefined {
    return this.#byKey.get(key)
  }

  /** Each image item once, in the order of the file. */
  see(item: ImportImage): FoundImage | null {
    const found = this.#see(item)
    this.#inOrder.push(found ?? item.imageKey)
    return found
  }

  #see(item: ImportImage): FoundImage | null {
    const known = this.#byKey.get(item.imageKey)
    if (known !== undefined) return known
    const found = this.#resolve(item)
    this.#byKey.set(item.imageKey, found)
    if (found !== null) this.#compareSizes(item, found)
    return found
  }

  /** The next added images that somebody must look at. */
  takeSizeless(most: number): readonly ImageRecord[] {
    return this.#sizeless.splice(0, most)
  }

  #resolve(item: ImportImage): FoundImage | null {
    const exact = this.#references().find(item.reference)
    if (exact === item.reference && item.isExtensionGuessed !== true) return this.#found(exact)
    const reference = this.#belowRoot(item.reference)
    const { imageFolders } = this.#rules
    const candidates = referenceCandidates(reference, '', imageFolders)
    if (item.isExtensionGuessed === true || !hasImageExtension(reference)) {
      const found = this.#byItsStem(reference, candidates, item)
      if (found !== undefined) return found
    }
    const path = this.#known(reference, candidates)
    if (path !== null) {
      const byNameAlone = path !== reference && !candidates.includes(path)
      if (byNameAlone && !this.#isOnlyOneOfName(path, reference, item)) return null
      return this.#found(path)
    }
    for (const candidate of candidates) {
      const sizeBytes = this.#disk.sizeOf(candidate)
      if (sizeBytes !== null) return this.#add(candidate, item.size, sizeBytes)
    }
    if (this.#rules.addImages === 'always') {
      const name = candidates[0] ?? this.#nameFor(reference)
      if (name !== null) return this.#byPath.get(name) ?? this.#add(name, item.size, null)
    }
    const inFolder = item.folder === undefined ? null : this.#byItsEnd(`/${item.folder}/${reference}`)
    if (inFolder !== null) return this.#found(inFolder)
    if (this.#references().areSeveral(reference)) return this.#tellAmbiguous(lastNameOf(reference) ?? reference, item)
    this.#tell({
      type: 'issue',
      severity: 'skip',
      code: 'import/image-not-found',
      message: `The project has no image ${JSON.stringify(item.reference)}; its records are left out.`,
      file: '',
      record: item.reference
    })
    return null
  }

  /** The extension is a guess, or there is none. undefined: no image has that name with any extension. */
  #byItsStem(reference: string, candidates: readonly string[], item: ImportImage): FoundImage | null | undefined {
    const stemOf = (name: string): string => (item.isExtensionGuessed === true ? stemOfPath(name) : name)
    const path = this.#references().findStem(reference, stemOf)
    if (typeof path === 'string') {
      const isPlace = candidates.some((candidate) => stemOf(candidate) === stemOfPath(path))
      return isPlace || this.#isOnlyOneOfName(path, reference, item) ? this.#found(path) : null
    }
    const name = stemOf(lastNameOf(reference) ?? reference)
    if (path === null) return this.#tellAmbiguous(name, item)
    for (const candidate of new Set(candidates)) {
      const there = this.#disk.ofStem(stemOf(candidate)).flatMap((other) => {
        const sizeBytes = this.#disk.sizeOf(other)
        return sizeBytes === null ? [] : [{ path: other, sizeBytes }]
      })
      const [only, other] = there
      if (other !== undefined) return this.#tellAmbiguous(name, item)
      if (only !== undefined) return this.#byPath.get(only.path) ?? this.#add(only.path, item.size, only.sizeBytes)
    }
    return undefined
  }

  #tellAmbiguous(name: string, { reference }: ImportImage): null {
    this.#tell({
      type: 'issue',
      severity: 'skip',
      code: 'import/image-ambiguous',
      message: `Several images of the project are called ${JSON.stringify(name)}, and nothing says which one is meant; its records are left out.`,
      file: '',
      record: reference
    })
    return null
  }

  /** Of the images that were registered when the first one was looked for. */
  #references(): ImageReferences {
    return (this.#registered ??= new ImageReferences(
      prepared(this.#database, 'SELECT relative_path FROM image').pluck().iterate() as Iterable<string>,
      this.#rules.imageFolders
    ))
  }

  #found(path: string): FoundImage {
    return this.#byPath.get(path) ?? this.#remember(path, prepared(this.#database, byPathSql).get(path) as Row)
  }

  /** The path of a registered image, or of one this import added; null: neither has it, or not clearly. */
  #known(reference: string, candidates: readonly string[]): string | null {
    const registered = this.#references()
    const added = candidates.find((candidate) => this.#byPath.has(candidate))
    const exact = added ?? candidates.find((candidate) => registered.find(candidate) === candidate)
    return exact ?? this.#byItsEnd(reference) ?? registered.find(reference)
  }

  /** `/somewhere/else/train/7.jpg` is `train/7.jpg`: a name with its folder says more than a name alone. */
  #byItsEnd(reference: string): string | null {
    const parts = reference.replaceAll('\\', '/').split('/')
    if (parts.includes('..')) return null
    for (let start = 1; start < parts.length - 1; start += 1) {
      const end = parts.slice(start).join('/')
      if (this.#registered?.find(end) === end) return end
    }
    return null
  }

  /** A place below the root for what leads elsewhere: its last name, or all of it where that name is another's. */
  #nameFor(reference: string): string | null {
    const name = lastNameOf(reference)
    if (name === null) return null
    const other = this.#namedBy.get(name) ?? reference
    this.#namedBy.set(name, other)
    if (other === reference) return name
    const parts = reference.replace(/^[a-z][a-z\d+.-]*:/i, '').split(/[\\/]/)
    return parts.filter((part) => part !== '' && part !== '.' && part !== '..').join('/')
  }

  /** Two files that differ only in their folder must not end on one image. */
  #isOnlyOneOfName(path: string, reference: string, item: ImportImage): boolean {
    const other = this.#namedBy.get(path)
    if (other === undefined) this.#namedBy.set(path, reference)
    if (other === undefined || other === reference) return true
    this.#tell({
      type: 'issue',
      severity: 'skip',
      code: 'import/image-ambiguous',
      message: `${JSON.stringify(item.reference)} and ${JSON.stringify(other)} both end in the name of ${path}; the second one's records are left out.`,
      file: '',
      record: item.reference
    })
    return false
  }

  #remember(path: string, row: Row): FoundImage {
    const [width, height] = [row['width_px'], row['height_px']]
    const size = typeof width === 'number' && typeof height === 'number' ? this.#sizes.of(width, height) : null
    const records = ['accepted_count', 'proposal_count', 'rejected_count', 'turn_count']
    const found: FoundImage = {
      index: this.#byPath.size,
      seq: Number(row['seq']),
      id: String(row['id']),
      relativePath: path,
      size,
      hadRecords: records.some((name) => Number(row[name]) > 0),
      isNew: false
    }
    this.#byPath.set(path, found)
    return found
  }

  /** `sizeBytes` null: the file is not there. */
  #add(relativePath: string, size: ImageSize | null, sizeBytes: number | null): FoundImage {
    const id = randomUUID()
    const record: ImageRecord = {
      id,
      relativePath,
      contentHash: null,
      sizeBytes: sizeBytes ?? 0,
      size,
      orientation: 1,
      status: sizeBytes === null ? 'missing' : 'ok',
      statusReason: sizeBytes === null ? 'The file was not there when its labels were imported.' : null
    }
    const seq = this.#rules.dryRun ? 0 : insertImage(this.#database, record)
    this.added += 1
    if (size === null && sizeBytes !== null && !this.#rules.dryRun) this.#sizeless.push(record)
    const index = this.#byPath.size
    const found = { index, seq, id, relativePath, size, hadRecords: false, isNew: true }
    this.#byPath.set(relativePath, found)
    return found
  }

  #compareSizes({ size, reference }: ImportImage, found: FoundImage): void {
    if (size === null || found.isNew) return
    if (found.size === null) {
      this.#tell({
        type: 'issue',
        severity: 'doubt',
        code: 'import/image-unreadable',
        message: `${found.relativePath} cannot be read, so nothing tells whether it has the ${size.width} × ${size.height} pixels that the file says.`,
        file: '',
        record: reference
      })
      return
    }
    const [stated, real] = [size, found.size]
    if (stated.width === real.width && stated.height === real.height) return
    const turned =
      stated.width === real.height && stated.height === real.width ? ', which is that turned by a quarter' : ''
    this.#tell({
      type: 'issue',
      severity: 'doubt',
      code: 'import/size-differs',
      message: `The file says ${stated.width} × ${stated.height} pixels of ${found.relativePath}; the image has ${real.width} × ${real.height}${turned}.`,
      file: '',
      record: reference
    })
  }

  /** What leads below the image root, from anywhere or from where the file is, is written as from there. */
  #belowRoot(reference: string): string {
    const { sourceFolder } = this.#rules
    const plain = plainReference(reference)
    const absolute = plain === null || sourceFolder === null ? reference : join(sourceFolder, ...plain.split('/'))
    const prefix = this.#root.endsWith(sep) ? this.#root : this.#root + sep
    return absolute.startsWith(prefix) ? absolute.slice(prefix.length).replaceAll(sep, '/') : reference
  }
}

const byPathSql = `SELECT seq, id, width_px, height_px, accepted_count, proposal_count, rejected_count, turn_count
  FROM image WHERE relative_path = ?`

/** What a look at an image said of it. Its status may change, its place and id do not. */
export function setImageFacts(database: Database, image: ImageRecord): void {
  const row = prepared(database, 'SELECT * FROM image WHERE id = ?').get(image.id) as Row | undefined
  const problem = row === undefined ? 'is not an image of the project' : imageProblem(image)
  if (row === undefined || problem !== null) throw new InvariantError(`expected an image, ${image.id} ${problem}`)
  const after = { ...row, ...columnsOf(image) }
  const names = Object.keys(columnsOf(image))
  prepared(database, `UPDATE image SET ${names.map((name) => `${name} = :${name}`).join(', ')} WHERE id = :id`).run(
    after
  )
  addToTally(database, minus(membershipOf(after), membershipOf(row)))
}

function insertImage(database: Database, image: ImageRecord): number {
  const row = { id: image.id, ...columnsOf(image), checksum: emptyChecksum }
  const names = Object.keys(row)
  const sql = `INSERT INTO image (${names.join(', ')}) VALUES (${names.map((name) => `:${name}`).join(', ')})`
  addToTally(database, membershipOf({ ...row, done: 0 }))
  return Number(prepared(database, sql).run(row).lastInsertRowid)
}
