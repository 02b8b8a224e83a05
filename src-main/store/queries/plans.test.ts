import { describe, expect, it } from 'vitest'
import { connect } from '../database'
import { migrate } from '../schema'
import { nextAnnotated, nextAny } from './documents'
import { certaintyPage } from './certainty'
import { pageStatement } from './images'
import { unseenPage } from './unseen-images'
import { selectDialogues, selectRegions, selectRelations, selectTurns } from './records'

/** The steps SQLite would take, on an empty project: with no statistics it must choose the index by the query alone. */
function planOf(sql: string): readonly string[] {
  const database = connect('', 'memory')
  try {
    migrate(database)
    const named = /:[a-z]+/.test(sql) ? [{ limit: 1, offset: 1 }] : Array.from(sql.matchAll(/\?/g), () => 1)
    return (database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...named) as { detail: string }[]).map(
      (step) => step.detail
    )
  } finally {
    database.close()
  }
}

describe('B17: no list walks all images or all regions', () => {
  it.each([
    ['todo', 'image_todo'],
    ['done', 'image_done'],
    ['proposals', 'image_proposals'],
    ['problems', 'image_problems']
  ] as const)('the filter %s walks its own partial index and fetches one page', (filter, index) => {
    const plan = planOf(pageStatement(filter))
    expect(plan.join('\n')).toMatch(new RegExp(`SCAN image USING COVERING INDEX ${index}`))
    expect(plan.join('\n')).toMatch(/SEARCH image USING INTEGER PRIMARY KEY \(rowid=\?\)/)
    expect(plan.join('\n')).not.toMatch(/TEMP B-TREE FOR ORDER BY/)
  })

  it('the least certain first: through an index of their order, sorting one page', () => {
    const plan = planOf(certaintyPage)
    expect(plan).toContain('SCAN image USING COVERING INDEX image_by_certainty')
    expect(plan).toContain('SEARCH image USING INTEGER PRIMARY KEY (rowid=?)')
    expect(plan.filter((step) => step.includes('TEMP B-TREE'))).toEqual(['USE TEMP B-TREE FOR ORDER BY'])
    expect(plan.indexOf('USE TEMP B-TREE FOR ORDER BY')).toBe(plan.length - 1)
  })

  it('a page among all images starts at its number', () => {
    expect(planOf(pageStatement('all'))).toEqual(['SEARCH image USING INTEGER PRIMARY KEY (rowid>?)'])
  })

  it('the next documents come by number, the annotated ones through their index', () => {
    expect(planOf(nextAny)).toEqual(['SEARCH image USING INTEGER PRIMARY KEY (rowid>?)'])
    expect(planOf(nextAnnotated)).toEqual(['SEARCH image USING INDEX image_annotated (seq>?)'])
  })

  it('images that nobody has looked at are found between two numbers', () => {
    expect(planOf(unseenPage)).toEqual(['SEARCH image USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)'])
  })

  it.each([
    [`${selectRegions} WHERE region.image_seq BETWEEN ? AND ?`, 'region USING INDEX region_by_image'],
    [`${selectDialogues} WHERE dialogue.image_seq BETWEEN ? AND ?`, 'dialogue USING INDEX dialogue_by_image'],
    [`${selectRelations} WHERE relation.image_seq BETWEEN ? AND ?`, 'relation USING INDEX relation_by_image'],
    [`${selectTurns} WHERE turn.image_seq BETWEEN ? AND ?`, 'turn USING INDEX turn_by_image'],
    [
      'SELECT count(*) FROM region WHERE label_seq IS NOT NULL AND label_seq = ?',
      'region USING COVERING INDEX region_by_label'
    ]
  ])('records of an image or a label are searched, not scanned: %s', (sql, step) => {
    const plan = planOf(sql)
    expect(plan[0]).toContain(`SEARCH ${step}`)
    for (const detail of plan) expect(detail).not.toMatch(/^SCAN/)
  })
})
