import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { applyToDocument } from '../document/apply'
import type { RegionShape } from '../geometry/region-shape'
import { normalizedBox } from '../geometry/space'
import { text } from '../grounded/build'
import { plainText } from '../grounded/plain-text'
import { createLinter } from '../lint/lint'
import { documentOf, region } from '../lint/testing'
import { LANGUAGES } from '../prompts/tasks/task'
import { buildDialogues, changesOf } from './build'
import type { BuildOptions, BuiltDialogue } from './build'
import { judge } from './proof/judge'
import { labelsFor, scenes } from './proof/scenes'
import { BUILD_TASK_IDS, BUILD_TASKS, needRecipe, RECIPES, withWeights } from './recipe'
import type { BuildTaskId, Recipe } from './recipe'
import { measureOf } from './words/chinese'
import { pluralOf, withArticle } from './words/english'

/** These need a caption and a tagger; core/taggers.test.ts has both. */
const OF_CAPTIONS: readonly BuildTaskId[] = ['linked-caption', 'chunked-caption', 'caption-expressions']

/** Every task, as often as it can. */
const everything = (style: Recipe['style']): Recipe => ({
  id: 'everything',
  says: '',
  style,
  weights: Object.fromEntries(BUILD_TASK_IDS.map((id) => [id, 1]))
})

describe.each(LANGUAGES)('what is built in %s', (language) => {
  const labels = labelsFor(language)
  const all = { seed: 0, perImage: 400, language } as const

  test('is true in every world that the records allow', () => {
    const seen = new Map<string, number>()
    fc.assert(
      fc.property(scenes(language), fc.nat(), fc.boolean(), (document, seed, usesPoints) => {
        const style = usesPoints ? 'bare' : 'sentence'
        const built = buildDialogues(document, labels, { ...all, seed, usesPoints, recipe: everything(style) })
        for (const one of built) {
          expect(judge(document, labels, one), JSON.stringify(one.exchanges)).toEqual([])
          seen.set(one.task, (seen.get(one.task) ?? 0) + 1)
        }
      })
    )
    // A proof over nothing would be none.
    for (const task of BUILD_TASK_IDS.filter((id) => !OF_CAPTIONS.includes(id)))
      expect(seen.get(task) ?? 0, task).toBeGreaterThan(5)
  })

  test('has no error for the linter', () => {
    fc.assert(
      fc.property(scenes(language), fc.nat(), fc.boolean(), (document, seed, usesPoints) => {
        const built = buildDialogues(document, labels, { ...all, seed, usesPoints, recipe: everything('sentence') })
        const { changes } = changesOf(document, built, 1)
        const applied = applyToDocument(document, { imageId: 'i1', changes })
        if (!applied.ok) throw new Error('expected the changes to fit')
        const before = new Set(
          createLinter(labels)
            .document(document)
            .map(({ rule, words }) => `${rule} ${words ?? ''}`)
        )
        const errors = createLinter(labels)
          .document(applied.value)
          .filter(({ severity, rule, words }) => severity === 'error' && !before.has(`${rule} ${words ?? ''}`))
        expect(errors).toEqual([])
      })
    )
  })
})

const labels = labelsFor('en')
const box = (x0: number, y0: number, x1: number, y1: number): RegionShape => ({
  type: 'box',
  box: normalizedBox(x0, y0, x1, y1)
})
const park = documentOf([
  region('r1', 'dog', box(0.05, 0.1, 0.15, 0.25), { attributes: { color: 'brown' } }),
  region('r2', 'dog', box(0.4, 0.5, 0.6, 0.7), { attributes: { color: 'red' } }),
  region('r3', 'dog', box(0.8, 0.75, 0.9, 0.9)),
  region('r4', 'tree', box(0.7, 0.05, 0.95, 0.3))
])
const build = (options: Partial<BuildOptions> = {}): readonly BuiltDialogue[] =>
  buildDialogues(park, labels, {
    recipe: everything('sentence'),
    seed: 0,
    perImage: 50,
    language: 'auto',
    ...options
  })

describe('one image', () => {
  test('gives the same turns for the same seed, others for another, and no more than were asked for', () => {
    expect(build()).toEqual(build())
    expect(build({ seed: 1 })).not.toEqual(build())
    expect(build({ perImage: 3 })).toHaveLength(3)
    expect(build({ perImage: 3 })).toEqual(build().slice(0, 3))
  })

  test('is the same when a model has made a mask of a box: it is of the same thing', () => {
    const [first] = park.regions
    const mask = region(
      'mask',
      null,
      { type: 'mask', size: { width: 2, height: 2 }, counts: '04' },
      {
        labelId: first?.labelId ?? null,
        provenance: { origin: 'model', shownRegions: [first?.id ?? ''] }
      }
    )
    const options = { recipe: everything('sentence'), seed: 0, perImage: 200, language: 'en' } as const
    const built = buildDialogues(documentOf(park.regions), labels, options)
    expect(built.length).toBeGreaterThan(20)
    expect(buildDialogues(documentOf([...park.regions, mask]), labels, options)).toEqual(built)
  })

  test('never asks one question twice, nor one that a person asked', () => {
    const asked = build({ perImage: 500 }).map(({ exchanges }) => JSON.stringify(exchanges[0]?.question))
    expect(new Set(asked).size).toBe(asked.length)
    const known = documentOf(park.regions, [[text('What does this image show?')], 'Dogs.'])
    const again = buildDialogues(known, labels, {
      recipe: withWeights({ ...everything('bare'), weights: {} }, ['grounded-caption']),
      seed: 0,
      perImage: 500,
      language: 'en'
    })
    expect(again.map(({ exchanges }) => plainText(exchanges[0]?.question ?? []))).not.toContain(
      'What does this image show?'
    )
  })

  test('is written once: what was built before is there already', () => {
    const built = build({ perImage: 8 })
    const { changes, ...counts } = changesOf(park, built, 1)
    expect(counts).toEqual({ dialogues: 8, turns: 16, already: 0 })
    const applied = applyToDocument(park, { imageId: 'i1', changes })
    if (!applied.ok) throw new Error('expected the changes to fit')
    expect(applied.value.turns.every(({ provenance }) => provenance.origin === 'rule')).toBe(true)
    const again = buildDialogues(applied.value, labels, {
      recipe: everything('sentence'),
      seed: 0,
      perImage: 8,
      language: 'auto'
    })
    expect(changesOf(applied.value, again, 2)).toMatchObject({ changes: [], dialogues: 0, already: 8 })
  })

  test('points where it is told to, at places that mean one thing', () => {
    const recipe = withWeights({ ...everything('bare'), weights: {} }, ['point-qa-local', 'point-qa-twice'])
    const built = build({ usesPoints: true, recipe })
    const { changes } = changesOf(park, built, 1)
    const points = changes.flatMap(({ kind, after }) => (kind === 'region' && after !== null ? [after] : []))
    expect(points.length).toBeGreaterThan(3)
    for (const point of points)
      expect(point).toMatchObject({ shape: { type: 'point' }, labelId: null, provenance: { origin: 'rule' } })
    const applied = applyToDocument(park, { imageId: 'i1', changes })
    if (!applied.ok) throw new Error('expected the changes to fit')
    expect(
      createLinter(labels)
        .document(applied.value)
        .filter(({ severity }) => severity === 'error')
    ).toEqual([])
    // The points are no things of the picture: what is built next is as without them.
    const before = build({ recipe: everything('bare'), seed: 4 }).map(({ exchanges }) => exchanges)
    const options = { recipe: everything('bare'), seed: 4, perImage: 50, language: 'auto' } as const
    const after = buildDialogues({ ...applied.value, dialogues: [], turns: [] }, labels, options)
    expect(after.map(({ exchanges }) => exchanges)).toEqual(before)
  })

  test('no point on the edge of another box, which may mean either', () => {
    // As 0.12 + 0.05 has it.
    const edge = 0.16999999999999998
    const edged = documentOf([
      region('r0', 'dog', box(0.05, 0.05, edge, 0.95)),
      region('r1', 'cat', box(0.16, 0.1, 0.18, 0.9))
    ])
    const recipe = withWeights({ ...everything('bare'), weights: {} }, ['point-qa-local'])
    const places = new Set<string>()
    for (let seed = 0; seed < 100; seed += 1) {
      const built = buildDialogues(edged, labels, { recipe, seed, perImage: 50, language: 'en', usesPoints: true })
      for (const { shape } of built.flatMap(({ exchanges }) => exchanges.flatMap(({ regions = [] }) => regions))) {
        if (shape.type !== 'point') throw new Error('expected a point')
        const [x] = shape.point
        places.add(shape.point.join(' '))
        expect(Math.abs(x - edge), `${x}`).toBeGreaterThan(0.0005)
      }
    }
    expect(places.size).toBeGreaterThan(50)
  })

  test('gives turns in Chinese where labels are given Chinese names', () => {
    const names = new Map([['dog', { 'zh-CN': '狗' }]])
    const built = build({ names, language: 'zh-CN', recipe: withWeights(everything('bare'), ['existence=0']) })
    expect(built.length).toBeGreaterThan(10)
    for (const { exchanges } of built)
      expect(exchanges.map(({ question }) => plainText(question)).join('')).toMatch(/\p{Script=Han}/u)
  })

  test('has nothing to say of an image whose only thing a person has not looked at', () => {
    const proposed = documentOf([region('r1', 'dog', box(0.1, 0.1, 0.4, 0.4), { state: 'proposed' })])
    const options = { recipe: everything('bare'), seed: 0, perImage: 50, language: 'en' } as const
    expect(buildDialogues(proposed, labels, options)).toEqual([])
    expect(buildDialogues(proposed, labels, { ...options, includeProposals: true })).not.toEqual([])
  })
})

describe('words', () => {
  test.each([
    ['dog', 'dogs'],
    ['person', 'people'],
    ['fireman', 'firemen'],
    ['human', 'humans'],
    ['wine glass', 'wine glasses'],
    ['baby', 'babies'],
    ['toy', 'toys'],
    ['knife', 'knives'],
    ['potted plant', 'potted plants'],
    ['scissors', 'scissors']
  ])('%s, %s', (one, many) => expect(pluralOf(one)).toBe(many))

  test.each([
    ['apple', 'an apple'],
    ['unicorn', 'a unicorn'],
    ['umbrella', 'an umbrella'],
    ['dog', 'a dog']
  ])('%s: %s', (noun, words) => expect(withArticle(noun)).toBe(words))

  test.each([
    ['猫头鹰', '只'],
    ['餐桌', '张'],
    ['红色汽车', '辆'],
    ['笔记本电脑', '台'],
    ['斑马', '匹'],
    ['东西', '个']
  ])('%s 论%s', (noun, measure) => expect(measureOf(noun)).toBe(measure))
})

describe('recipes', () => {
  test('take other weights, and name what is no task', () => {
    const [shikra] = RECIPES
    if (shikra === undefined) throw new Error('expected a recipe')
    expect(withWeights(shikra, ['rec=0', 'existence']).weights).toMatchObject({ rec: 0, existence: 1, reg: 2 })
    for (const bad of ['nothing=1', 'rec=-1', 'rec=x', 'rec='])
      expect(() => withWeights(shikra, [bad])).toThrowError(expect.objectContaining({ code: 'build/bad-weight' }))
    expect(() => needRecipe('none')).toThrowError(expect.objectContaining({ code: 'build/unknown-recipe' }))
  })

  test.each(RECIPES)('$id makes each of its tasks', ({ weights }) => {
    expect(Object.keys(weights).every((id) => id in BUILD_TASKS)).toBe(true)
  })
})
