/** @file Scenes by chance for the proof: crowded and sparse, with proposals, doubles, nameless regions and near ties. */
import fc from 'fast-check'
import type { ImageDocument, LabelRecord, RegionRecord, RelationRecord } from '../../document/records'
import { normalizedBox } from '../../geometry/space'
import { NOUNS } from './reading'
import type { Tongue } from './reading'

export const labelsFor = (tongue: Tongue): readonly LabelRecord[] =>
  [...NOUNS[tongue].keys()].map((name, order) => ({ id: `l-${name}`, name, colour: '#4477aa', order }))

const COLOURS = { en: ['red', 'brown', 'black'], 'zh-CN': ['红', '棕', '黑'] } as const
const PREDICATES = { en: ['riding', 'looking at', 'holds', 'above'], 'zh-CN': ['看着', '骑着'] } as const
const PHRASES = { en: ['a dog wearing a hat', 'someone in a coat'], 'zh-CN': ['戴帽子的狗', '穿大衣的人'] } as const

/** Cells of a coarse grid make ties and neat rows; sizes come in few steps. */
const boxes = fc
  .record({
    x: fc.integer({ min: 0, max: 24 }),
    y: fc.integer({ min: 0, max: 24 }),
    width: fc.constantFrom(0, 1, 2, 3, 5, 8, 16),
    height: fc.constantFrom(1, 2, 3, 5, 8, 16),
    shift: fc.constantFrom(0, 0.007, 0.02, 0.05)
  })
  .map(({ x, y, width, height, shift }) => {
    const [x0, y0] = [x / 25 + shift, y / 25]
    return normalizedBox(x0, y0, Math.min(1, x0 + (width + 0.5) / 25), Math.min(1, y0 + height / 25))
  })

export function scenes(tongue: Tongue): fc.Arbitrary<ImageDocument> {
  const nouns = [...NOUNS[tongue].keys()]
  const thing = fc.record({
    box: boxes,
    noun: fc.nat({ max: 2 }),
    colour: fc.option(fc.constantFrom(...COLOURS[tongue]), { freq: 2 }),
    phrase: fc.option(fc.constantFrom(...PHRASES[tongue]), { freq: 2 }),
    state: fc.constantFrom(...Array<'accepted'>(14).fill('accepted'), 'proposed', 'rejected', 'corrected'),
    isNameless: fc.constantFrom(...Array<boolean>(20).fill(false), true),
    isCrowd: fc.constantFrom(...Array<boolean>(24).fill(false), true)
  })
  const relation = fc.record({
    subject: fc.nat({ max: 8 }),
    predicate: fc.constantFrom(...PREDICATES[tongue]),
    object: fc.nat({ max: 8 })
  })
  return fc
    .record({
      kinds: fc.uniqueArray(fc.constantFrom(...nouns), { minLength: 3, maxLength: 3 }),
      things: fc.array(thing, { minLength: 1, maxLength: 8 }),
      relations: fc.array(relation, { maxLength: 4 }),
      size: fc.constantFrom({ width: 1000, height: 500 }, { width: 400, height: 400 }, { width: 300, height: 900 }),
      done: fc.boolean()
    })
    .map(({ kinds, things, relations, size, done }): ImageDocument => {
      const regions = things.map(({ box, noun, colour, phrase, state, isNameless, isCrowd }, i): RegionRecord => ({
        id: `r${i}`,
        imageId: 'i1',
        shape: { type: 'box', box },
        labelId: isNameless ? null : `l-${kinds[noun] ?? ''}`,
        phrase,
        state,
        original: null,
        confidence: null,
        provenance: { origin: 'human' },
        createdAtMs: i,
        attributes: { ...(colour === null ? {} : { color: colour }), ...(isCrowd ? { iscrowd: 1 } : {}) }
      }))
      const ties = relations
        .filter(({ subject, object }) => subject !== object && subject < regions.length && object < regions.length)
        .map(({ subject, predicate, object }, i): RelationRecord => ({
          id: `n${i}`,
          imageId: 'i1',
          subject: `r${subject}`,
          predicate,
          object: `r${object}`,
          provenance: { origin: 'human' },
          createdAtMs: 1
        }))
      return {
        image: {
          id: 'i1',
          relativePath: 'a.jpg',
          contentHash: null,
          sizeBytes: 1,
          size,
          orientation: 1,
          status: 'ok',
          statusReason: null
        },
        regions,
        dialogues: [],
        turns: [],
        relations: ties,
        review: { id: 'i1', done }
      }
    })
}
