/** @file Answers that give their reasons: the reasons are about what was asked, hold, and lead to the answer. */
import { distance } from './world'
import { isSame } from './claims'
import type { Claims } from './claims'
import { readCounted } from './reading'
import type { Tongue } from './reading'
import { linksIn } from './said'
import type { Link } from './said'

/** A question that is answered with reasons, and what they come to. */
interface Reasoned {
  readonly question: string
  readonly answer: string
  /** Behind "So the answer is". */
  readonly result: string
}

interface Kind {
  /** Its groups are the names of what is asked about. */
  readonly asks: Readonly<Record<Tongue, RegExp>>
  /** So many the reasons must be tied to. */
  readonly links: number
  readonly check: (
    claims: Claims,
    asked: Readonly<Record<string, string>>,
    links: readonly Link[],
    said: Reasoned
  ) => void
}

const RESULT: Readonly<Record<Tongue, RegExp>> = { en: / ?So the answer is (.+)\.$/, 'zh-CN': /所以答案是(.+)。$/ }

const PREDICATES: Readonly<Record<string, string>> = {
  'is riding': 'riding',
  'is looking at': 'looking at',
  holds: 'holds',
  'is above': 'above'
}

/** As builders say it in a clause → as a relation has it. */
export const predicateOf = (words: string): string => PREDICATES[words] ?? words

const withoutArticle = (words: string): string => words.replace(/^(?:the|an?) /i, '')
const idOf = (link: Link | undefined): string => link?.ids[0] ?? ''
const idsOf = (links: readonly (Link | undefined)[]): readonly string[] => links.flatMap((link) => link?.ids ?? [])

/** The answer is the name of the first that the reasons are tied to. */
const namesFirst = (claims: Claims, { result }: Reasoned, first: Link | undefined): void =>
  claims.expect(
    withoutArticle(result) === withoutArticle(first?.words ?? '').toLowerCase(),
    'the answer is not what the reasons say'
  )

const KINDS: readonly Kind[] = [
  {
    asks: {
      en: /^Is the (?<one>.+) (?<side>to the left of|to the right of|above|below) the (?<other>.+)\?$/,
      'zh-CN': /^(?<one>.+)在(?<other>.+)的(?<side>左边|右边|上方|下方)吗？$/
    },
    links: 2,
    check(claims, { one = '', other = '', side = '' }, [first, second], { question, answer, result }) {
      const [x, y] = [claims.lone(one), claims.lone(other)]
      claims.expect(idOf(first) === x && idOf(second) === y, 'the reasons are about others')
      const isSo = claims.isBeside(x, y, side)
      claims.expect(
        ['yes', '是'].includes(result) ? isSo : ['no', '不是'].includes(result) && !isSo,
        `${question} ${result}`
      )
      const pattern = claims.tongue === 'en' ? /› is (.+?) ‹/ : /›的(.+?)。/
      const stated = pattern.exec(answer)?.[1] ?? ''
      claims.expect(claims.isBeside(x, y, stated), `“${stated}” is not so`)
    }
  },
  {
    asks: { en: /^How many (?<kind>.+) are there\?$/, 'zh-CN': /^图中一共有多少(?<kind>.+)？$/ },
    links: 1,
    check(claims, { kind = '' }, [first = { words: '', ids: [] }], { result }) {
      const [asked, counted] = [kind, first.words].map((words) => readCounted(words, claims.tongue)?.noun)
      claims.expect(asked !== undefined && asked === counted, `“${kind}” are not what was counted`)
      claims.whole(first)
      claims.expect(Number(result) === first.ids.length, `${result} is not the count`)
    }
  },
  {
    asks: {
      en: /^Which takes up more of the image, the (?<one>.+) or the (?<other>.+)\?$/,
      'zh-CN': /^(?<one>.+)和(?<other>.+)，哪个在图中占的面积更大？$/
    },
    links: 2,
    check(claims, { one = '', other = '' }, [first, second], said) {
      const [more, less] = [claims.being(idOf(first)), claims.being(idOf(second))]
      claims.expect((more?.area ?? 0) > (less?.area ?? 0), `${said.answer} is not so`)
      namesFirst(claims, said, first)
      claims.expect(isSame([claims.lone(one), claims.lone(other)], idsOf([first, second])), 'others were compared')
    }
  },
  {
    asks: {
      en: /^Which is closer to the (?<pole>.+) in the image, the (?<one>.+) or the (?<other>.+)\?$/,
      'zh-CN': /^(?<one>.+)和(?<other>.+)，哪个在图中离(?<pole>.+)更近？$/
    },
    links: 3,
    check(claims, { one = '', other = '', pole: asked = '' }, [first, second, third], said) {
      const [pole, far] = claims.tongue === 'en' ? [second, third] : [third, second]
      const [a, b, c] = [first, far, pole].map((link) => claims.being(idOf(link)))
      claims.expect(
        a !== undefined && b !== undefined && c !== undefined && distance(a, c) < distance(b, c),
        `${said.answer} is not so`
      )
      namesFirst(claims, said, first)
      claims.expect(
        isSame(
          [one, other, asked].map((name) => claims.lone(name)),
          idsOf([first, far, pole])
        ),
        'others were compared'
      )
    }
  },
  {
    asks: {
      en: /^What is it that the (?<subject>.+?) (?<predicate>is riding|is looking at|holds|is above)\?$/,
      'zh-CN': /^(?<subject>.+)(?<predicate>骑着|看着)的是什么？$/
    },
    links: 2,
    check(claims, asked, [first, second], { answer, result }) {
      const subject = claims.lone(asked['subject'] ?? '')
      const predicate = predicateOf(asked['predicate'] ?? '')
      claims.expect(idOf(first) === subject, 'the reasons are about another')
      const objects = claims.world.relations
        .filter(([of, said]) => of === subject && said === predicate)
        .map(([, , object]) => object)
      claims.expect(isSame([...new Set(objects)], idsOf([second])), `${answer} is not so`)
      claims.expect(withoutArticle(second?.words ?? '') === result, 'the answer is not what the reasons say')
    }
  }
]

export function judgeReasons(claims: Claims, question: string, answer: string): void {
  const { tongue } = claims
  const links = linksIn(answer)
  for (const link of links) claims.counted(link)
  const result = RESULT[tongue].exec(answer)?.[1] ?? ''
  for (const { asks, links: least, check } of KINDS) {
    const match = asks[tongue].exec(question)
    if (match !== null && links.length >= least)
      return check(claims, match.groups ?? {}, links, { question, answer, result })
  }
  claims.expect(false, `not read: ${question}`)
}
