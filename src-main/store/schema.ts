/**
 * @file Bringing a file to the current schema, and comparing what it holds with what this program
 * would have made (C2): a table, index, trigger or view that is unknown, missing or different is refused.
 */
import { AppError } from '../../src-shared/errors'
import { applicationId, connect, inTransaction } from './database'
import type { Database } from './database'
import { migrations as released } from './migrations'
import type { Migration } from './migrations/migration'

export const latestVersion = (migrations: readonly Migration[] = released): number => migrations.at(-1)?.version ?? 0

export function versionOf(database: Database): number {
  return Number(database.pragma('user_version', { simple: true }))
}

/** Runs the steps that are missing, all of them or none (A5). Returns the versions it went through. */
export function migrate(database: Database, migrations: readonly Migration[] = released): readonly number[] {
  return inTransaction(database, () => {
    const from = versionOf(database)
    const missing = migrations.filter((migration) => migration.version > from)
    for (const migration of missing) {
      database.exec(migration.sql)
      database.pragma(`user_version = ${migration.version}`)
    }
    if (from === 0) database.pragma(`application_id = ${applicationId}`)
    if (missing.length > 0 && (database.pragma('foreign_key_check') as unknown[]).length > 0) {
      throw new AppError(
        'store/migration-failed',
        `${database.name}: records point at missing records after the update of its format.`,
        {
          nextStep: 'The file was left as it was; open a backup.'
        }
      )
    }
    return missing.map((migration) => migration.version)
  })
}

interface SchemaObject {
  readonly type: string
  readonly name: string
  readonly sql: string | null
}

/** SQLite's own tables (sequences, statistics) and implied indexes are not part of the comparison. */
function schemaOf(database: Database): Map<string, SchemaObject> {
  const objects = database
    .prepare("SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'")
    .all()
  return new Map((objects as SchemaObject[]).map((object) => [`${object.type} ${object.name}`, object]))
}

const expected = new Map<number, Map<string, SchemaObject>>()

function expectedSchema(version: number): Map<string, SchemaObject> {
  let schema = expected.get(version)
  if (!schema) {
    const memory = connect('', 'memory')
    try {
      migrate(
        memory,
        released.filter((migration) => migration.version <= version)
      )
      schema = schemaOf(memory)
    } finally {
      memory.close()
    }
    expected.set(version, schema)
  }
  return schema
}

/** Throws `store/unknown-schema` naming the first difference. */
export function assertKnownSchema(database: Database, path: string): void {
  const wanted = expectedSchema(versionOf(database))
  const found = schemaOf(database)
  const refuse = (what: string): never => {
    throw new AppError('store/unknown-schema', `${path} is not opened: ${what}.`, {
      nextStep:
        'Somebody changed the inside of this project file. Open a backup, or the file as its maker exported it.',
      data: { path }
    })
  }
  for (const [key, object] of found) {
    const known = wanted.get(key)
    if (!known) refuse(`it holds an unknown ${key}`)
    else if (known.sql !== object.sql) refuse(`its ${key} is not the one of this format`)
  }
  for (const key of wanted.keys()) if (!found.has(key)) refuse(`its ${key} is missing`)
}
