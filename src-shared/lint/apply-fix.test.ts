import { describe, expect, it } from 'vitest'
import { applyToDocument } from '../document/apply'
import type { ImageDocument, RegionRecord, TurnRecord } from '../document/records'
import { normalizedBox } from '../geometry/space'
import { phrase, text } from '../grounded/build'
import type { GroundedNode } from '../grounded/nodes'
import { fixTransaction, isDocumentFix } from './apply-fix'
import { createLinter } from './lint'

const region = (id: string, x1: number, patch: Partial<RegionRecord> = {}): RegionRecord => ({
  id,
  imageId: 'i',
  shape: { type: 'box', box: normalizedBox(0.1, 0.1, x1, 0.6) },
  labelId: 'dog',
  phrase: null,
  state: 'accepted',
  original: null,
  confidence: null,
  provenance: { origin: 'human' },
  createdAtMs: 1,
  ...patch
})
const turn = (children: readonly GroundedNode[]): TurnRecord => ({
  id: 't',
  dialogueId: 'd',
  imageId: 'i',
  order: 0,
  role: 'assistant',
  children,
  rawText: null,
  status: 'complete',
  statusReason: null,
  provenance: { origin: 'human' },
  timings: null,
  createdAtMs: 1
})
const documentWith = (regions: readonly RegionRecord[], children: readonly GroundedNode[] = []): ImageDocument => ({
  image: {
    id: 'i',
    relativePath: 'a.jpg',
    contentHash: null,
    sizeBytes: 1,
    size: { width: 400, height: 300 },
    orientation: 1,
    status: 'ok',
    statusReason: null
  },
  regions,
  dialogues: children.length === 0 ? [] : [{ id: 'd', imageId: 'i', title: null, createdAtMs: 1 }],
  turns: children.length === 0 ? [] : [turn(children)],
  relations: [],
  review: { id: 'i', done: false }
})
const labels = [{ id: 'dog', name: 'dog', colour: '#112233', order: 0 }]
const lint = (document: ImageDocument) => createLinter(labels).document(document)

describe('a fix that is accepted', () => {
  it.each([
    ['region-outside-image', documentWith([region('r', 1.2)])],
    ['region-duplicate', documentWith([region('r', 0.5), region('s', 0.5)])],
    ['noun-without-link', documentWith([region('r', 0.5)], [text('The dog sleeps.')])],
    [
      'link-to-rejected',
      documentWith([region('r', 0.5, { state: 'rejected' }), region('s', 0.9)], [phrase('the dog', ['r', 's'])])
    ],
    ['placeholder-in-words', documentWith([region('r', 0.5)], [text('<image> Hello.')])]
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
    expect(isDocumentFix({ kind: 'rename-label', labelId: 'a', name: 'b' })).toBe(false)
    expect(isDocumentFix(null)).toBe(false)
  })
})
