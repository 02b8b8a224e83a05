import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { buildDialogues } from '../../src-shared/builders/build'
import { linkChunks } from '../../src-shared/builders/chunks/link'
import type { Taggers } from '../../src-shared/builders/chunks/token'
import { allCalled, NOUNS } from '../../src-shared/builders/proof/reading'
import { labelsFor, scenes } from '../../src-shared/builders/proof/scenes'
import { worldsOf } from '../../src-shared/builders/proof/world'
import { needRecipe, withWeights } from '../../src-shared/builders/recipe'
import { sceneOf } from '../../src-shared/builders/scene'
import type { ImageDocument } from '../../src-shared/document/records'
import { normalizedBox } from '../../src-shared/geometry/space'
import type { GroundedNode } from '../../src-shared/grounded/nodes'
import { text } from '../../src-shared/grounded/build'
import { plainText } from '../../src-shared/grounded/plain-text'
import { visitNodes } from '../../src-shared/grounded/visit'
import { createLinter } from '../../src-shared/lint/lint'
import { documentOf, region } from '../../src-shared/lint/testing'
import { loadTaggers } from './taggers'

let taggers: Taggers
beforeAll(async () => {
  taggers = await loadTaggers()
})

const labels = ['man', 'dog', 'horse', 'umbrella', 'bus', '男人', '狗', '汽车', '树'].map((name, order) => ({
  id: `l-${name}`,
  name,
  colour: '#4477aa',
  order
}))
const place = (i: number, id: string, label: string, color?: string) =>
  region(
    id,
    label,
    { type: 'box', box: normalizedBox(0.1 * i, 0.2, 0.1 * i + 0.08, 0.5) },
    color === undefined ? {} : { attributes: { color } }
  )
const english = documentOf([
  place(0, 'm', 'man'),
  place(1, 'h', 'horse', 'brown'),
  place(2, 'd1', 'dog'),
  place(3, 'd2', 'dog'),
  place(4, 'u', 'umbrella'),
  place(5, 'b', 'bus')
])
const chinese = documentOf([
  place(0, 'm', '男人'),
  place(1, 'd1', '狗'),
  place(2, 'd2', '狗'),
  place(3, 'c', '汽车', '红'),
  place(4, 't', '树')
])

function linksOf(document: ImageDocument, caption: string, language: 'en' | 'zh-CN'): readonly string[] {
  return linkChunks(sceneOf(document, labels), caption, language, taggers).map(({ chunk, things }) => {
    const { start, end, expanded } = chunk
    const ids = things.map(({ id }) => id).join(' ')
    return `${caption.slice(start, end)} | ${caption.slice(expanded.start, expanded.end)} | ${ids}`
  })
}

describe('chunks of an English caption', () => {
  test.each([
    [
      'A man in a red shirt is riding a brown horse with a white tail on the beach.',
      ['A man | A man in a red shirt | m', 'a brown horse | a brown horse | h']
    ],
    [
      'Two dogs that are playing in the grass near a wooden fence',
      ['Two dogs | Two dogs that are playing in the grass near a wooden fence | d1 d2']
    ],
    [
      'A man holding an umbrella walks past the old bus.',
      ['A man | A man holding an umbrella | m', 'an umbrella | an umbrella | u', 'the old bus | the old bus | b']
    ],
    [
      'The horse that carries the man is tired, and the man is happy.',
      ['The horse | The horse that carries the man | h', 'the man | the man | m', 'the man | the man | m']
    ],
    ['a couple of dogs sit next to the man', ['a couple of dogs | a couple of dogs | d1 d2', 'the man | the man | m']],
    ["A man's horse eats.", ["A man's horse | A man's horse | h"]]
  ])('%s', (caption, links) => expect(linksOf(english, caption, 'en')).toEqual(links))

  test.each([
    ['one of several things that nothing tells apart', 'A dog sleeps under a tree.'],
    ['a number that the image does not have', 'Three dogs run.'],
    ['a colour that it is known not to have', 'People watch a black horse.'],
    ['what is not there', 'There is no horse and no bus.'],
    ['a noun before another noun', 'The dog house is empty and the bus stop too.'],
    ['two things of which there is one', 'A horse and a horse graze.'],
    ['a side, which only boxes settle', 'The leftmost horse jumps over a fence.'],
    ['another kind of it', 'A toy horse stands on a shelf.'],
    ['a class with the same letters', 'A hotdog and a busy street.']
  ])('are not tied: %s', (_, caption) => expect(linksOf(english, caption, 'en')).toEqual([]))
})

describe('chunks of a Chinese caption', () => {
  test.each([
    ['两只坐在草地上的狗看着一个男人。', ['狗 | 两只坐在草地上的狗 | d1 d2', '一个男人 | 一个男人 | m']],
    ['一辆红色的汽车停在街上，男人在旁边。', ['一辆红色的汽车 | 一辆红色的汽车 | c', '男人 | 男人 | m']],
    [
      '一个穿着黑色外套的男人牵着两只棕色的狗',
      ['男人 | 一个穿着黑色外套的男人 | m', '两只棕色的狗 | 两只棕色的狗 | d1 d2']
    ],
    ['一群狗在草地上。', ['一群狗 | 一群狗 | d1 d2']]
  ])('%s', (caption, links) => expect(linksOf(chinese, caption, 'zh-CN')).toEqual(links))

  test.each([
    ['a number that the image does not have', '草地上有三只狗在奔跑。'],
    ['a colour that it is known not to have', '一辆蓝色的汽车停在街上。'],
    ['what is not there', '图中没有汽车，也没有树。'],
    ['a noun that 的 makes another one’s', '男人的帽子和狗的尾巴。'],
    ['another kind of it', '一辆玩具汽车放在桌上。'],
    ['several where nothing says how many', '狗在草地上奔跑。']
  ])('are not tied: %s', (_, caption) => expect(linksOf(chinese, caption, 'zh-CN')).toEqual([]))
})

/** Any words are read, and every token stands where it says. */
test('taggers are total, and their tokens lie in the caption in order', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string({ unit: 'grapheme' }), fc.lorem()),
      fc.constantFrom('en', 'zh-CN'),
      (caption, language) => {
        let at = 0
        for (const token of taggers[language]?.(caption) ?? []) {
          expect(caption.slice(token.start, token.end)).toBe(token.text)
          expect(token.start).toBeGreaterThanOrEqual(at)
          at = token.end
        }
      }
    )
  )
})

const COUNTS = {
  en: ['A', 'The', 'Two', 'Three', 'Some', 'No', 'Another', 'A brown', 'Two red'],
  'zh-CN': ['一只', '两只', '三只', '几只', '没有', '', '一只棕色的', '两只红色的']
} as const

/** Which noun of the image, in which number. */
const parts = (language: 'en' | 'zh-CN') =>
  fc.array(fc.tuple(fc.constantFrom(...COUNTS[language]), fc.nat({ max: 2 }), fc.boolean()), {
    minLength: 1,
    maxLength: 3
  })

/** A caption about classes of the image; some of it false. */
function captionOf(
  said: readonly (readonly [count: string, noun: number, isMany: boolean])[],
  kinds: readonly string[],
  language: 'en' | 'zh-CN'
): string {
  const nounOf = (i: number): string => kinds[i % kinds.length] ?? 'dog'
  if (language === 'zh-CN') return `${said.map(([count, i]) => `${count}${nounOf(i)}在很旧的路上`).join('，')}。`
  const named = said.map(([count, i, isMany]) => {
    const noun = nounOf(i)
    return `${count.toLowerCase()} ${isMany ? (NOUNS.en.get(noun) ?? noun) : noun} on the old stone road`
  })
  return `${named.join(' and ')}.`
}

describe.each(['en', 'zh-CN'] as const)('captions in %s', (language) => {
  const own = labelsFor(language)
  const nouns = own.map(({ name }) => name)
  const recipe = withWeights(needRecipe('grit'), [])

  test('keep every word, and tie to it all that it can mean and nothing else', () => {
    let tied = 0
    fc.assert(
      fc.property(scenes(language), parts(language), fc.nat(), (scene, said, seed) => {
        const kinds = own
          .filter(({ id }) => scene.regions.some(({ labelId }) => labelId === id))
          .map(({ name }) => name)
        const caption = captionOf(said, kinds, language)
        const withCaption = documentOf([], [[text(caption)]], { firstRole: 'assistant' })
        const document: ImageDocument = { ...scene, dialogues: withCaption.dialogues, turns: withCaption.turns }
        const built = buildDialogues(document, own, { recipe, seed, perImage: 40, language, taggers })
        const check = (nodes: readonly GroundedNode[]): void =>
          visitNodes(nodes, (node) => {
            if (node.type !== 'phrase') return
            tied++
            const words = plainText(node.children)
            // The class that is named first in English, last in Chinese, is what the phrase is about.
            const noun = headIn(words, nouns, language)
            const isOne = /^(?:an?|一[^群])/i.test(words)
            for (const world of worldsOf(document, own)) {
              const all = allCalled(world, noun)
              const isTold = /brown|red|[棕红]色/.test(words)
              if (!isTold) expect([...node.regionIds].toSorted(), words).toEqual(all)
              expect(
                node.regionIds.every((id) => all.includes(id)),
                words
              ).toBe(true)
              expect(isOne ? node.regionIds.length === 1 : true, words).toBe(true)
            }
          })
        for (const { task, exchanges } of built) {
          const answer = exchanges[0]?.answer ?? []
          if (task === 'chunked-caption') expect(plainText(answer)).toBe(caption)
          check(answer)
        }
        const errors = createLinter(own)
          .document({
            ...document,
            turns: built.flatMap(({ exchanges }) =>
              exchanges.map(({ answer }) => ({
                ...(withCaption.turns[0] as (typeof withCaption.turns)[0]),
                children: answer
              }))
            )
          })
          .filter(({ severity, turnId }) => severity === 'error' && turnId !== undefined)
        expect(errors).toEqual([])
      })
    )
    expect(tied).toBeGreaterThan(10)
  })
})

function headIn(words: string, nouns: readonly string[], language: 'en' | 'zh-CN'): string {
  const found = nouns
    .map((noun) => ({
      noun,
      at:
        language === 'en'
          ? words.search(new RegExp(`\\b(?:${noun}|${NOUNS.en.get(noun) ?? noun})\\b`, 'i'))
          : words.lastIndexOf(noun)
    }))
    .filter(({ at }) => at >= 0)
    .toSorted((a, b) => (language === 'en' ? a.at - b.at : b.at - a.at) || b.noun.length - a.noun.length)
  const last = found.filter(({ at, noun }) => language === 'en' || at + noun.length === words.length)
  const longest = last.toSorted((a, b) => b.noun.length - a.noun.length)[0]
  return (language === 'en' ? found[0] : longest)?.noun ?? '?'
}
