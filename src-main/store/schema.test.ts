import { describe, expect, it } from 'vitest'
import { connect } from './database'
import { migrations } from './migrations'
import { migrate, versionOf } from './schema'

describe('migrations', () => {
  it('are numbered from 1 without gaps', () => {
    expect(migrations.map((migration) => migration.version)).toEqual(migrations.map((_, index) => index + 1))
  })

  it('A5: run all or not at all', () => {
    const database = connect('', 'memory')
    migrate(database)
    const before = versionOf(database)
    const next = [
      ...migrations,
      { version: before + 1, sql: 'CREATE TABLE first_step (a)' },
      { version: before + 2, sql: 'CREATE TABLE second_step (a); INSERT INTO nowhere VALUES (1)' }
    ]
    expect(() => migrate(database, next)).toThrow(/nowhere/)
    expect(versionOf(database)).toBe(before)
    expect(database.prepare("SELECT count(*) FROM sqlite_schema WHERE name LIKE '%_step'").pluck().get()).toBe(0)
    expect(migrate(database, next.slice(0, -1))).toEqual([before + 1])
    expect(migrate(database, next.slice(0, -1))).toEqual([])
    database.close()
  })
})
