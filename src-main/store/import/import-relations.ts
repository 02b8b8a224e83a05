/** @file The relations of an import: a subject and an object by the keys of their regions, and what is said between them. */
import type { RelationRecord } from '../../../src-shared/document/records'
import { assert } from '../../../src-shared/errors'
import type { ImportRelation } from '../../../src-shared/formats/reading/item'
import type { Database } from '../database'
import { regionSeq } from '../queries/records'
import { recordProblem } from '../record-check'
import type { FoundImage } from './import-images'
import type { ImportRegions, IntoProject } from './import-regions'

/** Both regions must have come before: a relation of one that has not is left out. */
export class ImportRelations {
  readonly counts = { relations: 0, duplicateRelations: 0 }

  readonly #database: Database
  readonly #into: IntoProject
  readonly #regions: ImportRegions

  constructor(database: Database, into: IntoProject, regions: ImportRegions) {
    this.#database = database
    this.#into = into
    this.#regions = regions
  }

  /** `image` null: the project has none for it. */
  add(item: ImportRelation, image: FoundImage | null): void {
    const { writer, ids, known, findings, createdAtMs } = this.#into
    const words = `${item.subject} ${item.predicate} ${item.object}`
    if (image === null) return findings.skipWithoutImage('relation', item.imageKey, words)
    const [subject, object] = [this.#regions.idOf(image, item.subject), this.#regions.idOf(image, item.object)]
    if (subject === null || object === null) {
      const missing = subject === null ? item.subject : item.object
      const message = `The relation was left out: ${image.relativePath} has no region ${missing} in the file.`
      return findings.skip('import/dangling-relation', message, words)
    }
    const relation: RelationRecord = {
      id: ids.make(),
      imageId: image.id,
      subject,
      predicate: item.predicate,
      object,
      provenance: { origin: 'import' },
      createdAtMs
    }
    const problem = recordProblem('relation', relation)
    if (problem !== null) return findings.skip('import/bad-relation', `The relation was left out: ${problem}.`, words)
    if (image.hadRecords && known.hasRelation(image.seq, relation)) {
      this.counts.duplicateRelations += 1
      return
    }
    this.counts.relations += 1
    if (writer === null) return
    writer.flush()
    const [subjectSeq, objectSeq] = [subject, object].map((id) => regionSeq(this.#database, id, image.id))
    assert(typeof subjectSeq === 'number' && typeof objectSeq === 'number', 'expected regions that are in the project')
    writer.relation(relation, image.seq, subjectSeq, objectSeq)
  }
}
