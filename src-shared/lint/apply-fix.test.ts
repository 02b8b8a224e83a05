import { describe, expect, it } from 'vitest'
import { applyToDocument } from '../document/apply'
import type { ImageDocument, RegionRecord } from '../document/records'
import { phrase, text } from '../grounded/build'
import type { GroundedNode } from '../grounded/nodes'
import { fixTransaction, isDocumentFix } from './apply-fix'
import { createLinter } from './lint'
import { LABELS, box, documentOf, region } from './testing'

const dog = (id: string, x1: number, patch: Partial<RegionRecord> = {}): RegionRecord =>
  region(id, 'dog', box(0.1, 0.1, x1, 0.6), patch)
const said = (regions: readonly RegionRecord[], children: readonly GroundedNode[]): ImageDocument =>
  documentOf(regions, [children], { firstRole: 'assistant' })
const lint = (document: ImageDocument) => createLinter(LABELS).document(document)

describe('a fix that is accepted', () => {
  it.each([
    ['region-outside-image', documentOf([dog('r', 1.2)])],
    ['region-duplicate', documentOf([dog('r', 0.5), dog('s', 0.5)])],
    ['noun-without-link', said([dog('r', 0.5)], [text('The dog sleeps.')])],
    ['link-to-rejected', said([dog('r', 0.5, { state: 'rejected' }), dog('s', 0.9)], [phrase('the dog', ['r', 's'])])],
    ['placeholder-in-words', said([dog('r', 0.5)], [text('<image> Hello.')])]
  ])('mends what %s found, as one step', (rule, document) => {
    const finding = lint(document).find((one) => one.rule === rule)
    const fix = finding?.fix ?? null
    if (!isDocumentFix(fix)) throw new Error(`${rule} found nothing to mend`)
    const transaction = fixTransaction(document, fix, { transactionId: 'x', nowMs: 2 })
    if (transaction === null) throw new Error(`${rule} could not be mended`)
    const mended = applyToDocument(document, transaction)
    if (!mended.ok) throw new Error(`${rule} does not fit`)
    expect(lint(mended.value).filter((one) => one.rule === rule)).toEqual([])
    // What it was about is gone: the same fix has nothing left to do.
    if (fix.kind !== 'link') expect(fixTransaction(mended.value, fix, { transactionId: 'y', nowMs: 3 })).toBeNull()
  })

  it('is none of one image where it is about a label of all of them', () => {
    expect(isDocumentFix({ kind: 'merge-label', labelId: 'a', into: 'b', name: 'b' })).toBe(false)
    expect(isDocumentFix(null)).toBe(false)
  })
})
