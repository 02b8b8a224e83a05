/**
 * @file Whether a built dialogue is true: its question and answer are read back with patterns of their own and looked
 * up in every world that the image's records allow. Words that are not understood are a failure too, so that nothing
 * passes unread.
 */
import type { ImageDocument, LabelRecord } from '../../document/records'
import type { GroundedNode, GroundedRegion } from '../../grounded/nodes'
import type { TaskId } from '../../prompts/tasks/task'
import { Claims, isSame } from './claims'
import { allCalled, fits, numberOf, partOfChinese, readCounted } from './reading'
import type { Tongue } from './reading'
import { judgeReasons, predicateOf } from './reasons'
import { idsIn, linksIn, saidIn, slotsIn } from './said'
import type { Link } from './said'
import { isTowards, ninthOf, worldsOf } from './world'

/** One question and its answer, as far as all tasks read them alike. */
interface Exchange {
  readonly question: string
  readonly answer: string
  /** The answer without "The answer is". */
  readonly short: string
  /** Of the answer. */
  readonly links: readonly Link[]
  /** Of the question's wording. */
  readonly slots: Readonly<Record<string, string>>
}
type Rule = (claims: Claims, exchange: Exchange) => void

const SHORT: Readonly<Record<Tongue, RegExp>> = { en: /^The answer is (.+)\.$/, 'zh-CN': /^答案是(.+)。$/ }
/** Questions about several expressions at once. */
const TOGETHER: Readonly<Record<Tongue, readonly RegExp[]>> = {
  en: [
    /^Where are (.+)\? Give a box for each\.$/,
    /^Locate (.+) and mark each with a box\.$/,
    /^Point out (.+), one box each\.$/
  ],
  'zh-CN': [/^(.+)在哪里？请各给一个框。$/, /^请找到(.+)，一个一框。$/, /^请用框逐一标出(.+)。$/]
}
const ZH_NINTHS: Readonly<Record<string, string>> = {
  左上: 'top left',
  上: 'top',
  右上: 'top right',
  左: 'left',
  中: 'center',
  右: 'right',
  左下: 'bottom left',
  下: 'bottom',
  右下: 'bottom right'
}

/** The two answers that a wording asks for. */
const YES_OR_NO = [
  { asks: /yes or no/i, yes: 'yes', no: 'no' },
  { asks: /有或没有/, yes: '有', no: '没有' },
  { asks: /是或否/, yes: '是', no: '否' }
]

const idOfSlot = (slots: Exchange['slots'], name: string): string => idsIn(slots[name] ?? '')[0] ?? ''
const idsOf = (links: readonly Link[]): readonly string[] => links.flatMap(({ ids }) => ids)

/** Everything that stands at one end of a relation whose other end is known. */
const atEnd =
  (end: 'subject' | 'object'): Rule =>
  (claims, { answer, links, slots }) => {
    const known = idOfSlot(slots, end === 'object' ? 'subject' : 'object')
    const predicate = predicateOf(slots['predicate'] ?? '')
    const ends = claims.world.relations.flatMap(([subject, words, object]) => {
      const [from, to] = end === 'object' ? [subject, object] : [object, subject]
      return from === known && words === predicate && claims.being(to) !== undefined ? [to] : []
    })
    for (const link of links) claims.counted(link)
    claims.expect(isSame([...new Set(ends)], idsOf(links)), `${answer} are not all`)
  }

function judgeCaption(claims: Claims, answer: string): void {
  const { tongue } = claims
  const start = tongue === 'en' ? 'The image shows ' : '图中有'
  claims.expect(answer.startsWith(start), `not read: ${answer}`)
  const stop = tongue === 'en' ? '.' : '。'
  const [list = '', ...sentences] = answer.slice(start.length).split(stop)
  for (const link of linksIn(list)) claims.whole(link)
  claims.expect(linksIn(list).length > 0, 'it shows nothing')
  for (const sentence of sentences.filter((text) => text.trim() !== '')) {
    const [a, b] = linksIn(sentence)
    const words = tongue === 'en' ? /› is (.+) ‹/.exec(sentence)?.[1] : /›的(.+)$/.exec(sentence)?.[1]
    if (a === undefined || b === undefined) claims.expect(false, `not read: ${sentence}`)
    else {
      claims.whole(a)
      claims.whole(b)
      claims.expect(claims.isBeside(a.ids[0] ?? '', b.ids[0] ?? '', words ?? ''), `${sentence} is not so`)
    }
  }
}

const RULES: Readonly<Partial<Record<TaskId, Rule>>> = {
  rec(claims, { answer, slots }) {
    claims.singlesOut(slots['expression'] ?? '', idsIn(/▢(.+)▢/.exec(answer)?.[1] ?? ''))
  },
  reg(claims, { answer, slots }) {
    claims.singlesOut(answer, [idOfSlot(slots, 'region')])
  },
  'region-class'(claims, { answer, slots }) {
    const place = idOfSlot(slots, 'region')
    claims.expect(claims.being(place)?.names.has(answer) === true, `${place} is no ${answer}`)
  },
  'point-qa-local'(claims, { question, short, slots }) {
    const place = idOfSlot(slots, 'region')
    const here = claims.being(place)
    const isColour = /color|颜色/.test(question)
    const isSo = isColour ? here?.colour === short.replace(/色$/, '') : here?.names.has(short) === true
    claims.expect(isSo, `${place} is not ${short}`)
  },
  'point-qa-twice'(claims, { question, short, slots }) {
    const { world, tongue } = claims
    const place = idOfSlot(slots, 'region')
    const names = claims.being(place)?.names
    const asked =
      tongue === 'en' ? /how many (.+) are there/.exec(question)?.[1] : /一共有多少(.+?)？/.exec(question)?.[1]
    const isNamed = asked !== undefined && asked !== 'things of this kind'
    const kind = isNamed ? (readCounted(asked, tongue)?.noun ?? '?') : ([...(names ?? [])][0] ?? '?')
    claims.expect(names?.has(kind) === true, `${place} is no ${kind}`)
    claims.expect(numberOf(short) === allCalled(world, kind).length, `${kind}: not ${short}`)
  },
  counting(claims, { short, slots: { expression = '' } }) {
    const found = fits(claims.world, expression, claims.tongue)
    claims.expect(found?.length === Number(short), `${expression}: not ${short}`)
  },
  'find-all'(claims, { answer, links, slots: { expression = '' } }) {
    const isNone = /^(?:None\.|没有。)$/.test(answer)
    const ids = isNone ? [] : (links[0]?.ids ?? ['?'])
    if (!isNone) claims.expect(links[0]?.words === expression, `${expression} is not what was answered`)
    claims.expect(isSame(fits(claims.world, expression, claims.tongue), ids), `${expression} are not ${answer}`)
  },
  'relation-predicate'(claims, { answer, short, slots }) {
    const [one, other] = [idOfSlot(slots, 'subject'), idOfSlot(slots, 'object')]
    claims.expect(
      claims.world.relations.some(([a, said, b]) => a === one && b === other && said === short),
      `${answer} is not said`
    )
  },
  'relation-object': atEnd('object'),
  'relation-subject': atEnd('subject'),
  'coarse-location'(claims, { short, slots: { expression = '' } }) {
    const { world, tongue } = claims
    const found = fits(world, expression, tongue)
    const one = claims.being(found?.[0] ?? '')
    const part = tongue === 'en' ? short : (ZH_NINTHS[short] ?? '?')
    claims.expect(
      found?.length === 1 && one !== undefined && ninthOf(world, one) === part,
      `${expression} is not ${short}`
    )
  },
  'coarse-find'(claims, { answer, links, slots: { position = '' } }) {
    const { world, tongue } = claims
    const part = tongue === 'en' ? position : (partOfChinese(position) ?? '?')
    for (const link of links) claims.counted(link)
    const there = world.beings.filter((being) => isTowards(world, being, part)).map(({ id }) => id)
    claims.expect(isSame(there, idsOf(links)), `${position} is not all of ${answer}`)
  },
  'detect-classes'(claims, { links, slots: { classes = '' } }) {
    for (const link of links) claims.whole(link)
    claims.expect(
      classes.split(claims.tongue === 'en' ? ', ' : '、').join() === links.map(({ words }) => words).join(),
      `${classes} is not what was answered`
    )
  },
  'detect-all'(claims, { links }) {
    for (const link of links) claims.whole(link)
    const all = claims.world.beings.map(({ id }) => id)
    claims.expect(isSame(all, idsOf(links)), 'not everything was found')
  },
  existence(claims, { question, short, slots: { expression = '' } }) {
    const forms = YES_OR_NO.find(({ asks }) => asks.test(question))
    const says = forms?.yes === short ? true : forms?.no === short ? false : null
    const isThere = allCalled(claims.world, expression.replace(/^an? /, '')).length > 0
    claims.expect(says === isThere, `${question} ${short}`)
  },
  'grounded-caption': (claims, { answer }) => judgeCaption(claims, answer),
  'vqa-gcot': (claims, { answer, slots: { question = '' } }) => judgeReasons(claims, question, answer)
}

/** Expressions that were asked for one by one or together, each by the words it was answered with. */
const judgeExpressions: Rule = (claims, { question, links, slots }) => {
  const { tongue } = claims
  const together = TOGETHER[tongue].map((pattern) => pattern.exec(question)?.[1]).find((words) => words !== undefined)
  for (const { words, ids } of links) claims.singlesOut(words, ids)
  const asked = slots['expression'] ?? together ?? ''
  const said = links.map(({ words }) => words)
  claims.expect(
    said.length > 0 && asked === said.join(tongue === 'en' ? ' and ' : '和'),
    `${asked} is not what was answered`
  )
  claims.expect(
    together === undefined ? links[0]?.ids.length === 1 : idsOf(links).length > 1,
    'the number of the question is wrong'
  )
}

function judgeOne(claims: Claims, task: string, question: string, answer: string): void {
  const { tongue } = claims
  const isExpressions = task === 'expressions'
  const slots = slotsIn(question, isExpressions ? 'rec' : (task as TaskId), tongue)
  const exchange = {
    question,
    answer,
    short: SHORT[tongue].exec(answer)?.[1] ?? answer,
    links: linksIn(answer),
    slots: slots ?? {}
  }
  if (isExpressions) return judgeExpressions(claims, exchange)
  if (slots === null) return claims.expect(false, `not read: ${question}`)
  const rule = RULES[task as TaskId]
  if (rule === undefined) return claims.expect(false, `nobody judges ${task}`)
  rule(claims, exchange)
}

export interface Judged {
  readonly task: string
  readonly language: Tongue
  readonly exchanges: readonly {
    readonly question: readonly GroundedNode[]
    readonly answer: readonly GroundedNode[]
    readonly regions?: readonly GroundedRegion[]
  }[]
}

/** What is false, in at least one world; empty: all of it is true in each. */
export function judge(document: ImageDocument, labels: readonly LabelRecord[], built: Judged): readonly string[] {
  const { task, language, exchanges } = built
  const problems = worldsOf(document, labels).flatMap((world) =>
    exchanges.flatMap(({ question, answer, regions }) => {
      const claims = new Claims(world, language, regions)
      judgeOne(claims, task, saidIn(question), saidIn(answer))
      return claims.problems
    })
  )
  return [...new Set(problems)]
}
