/**
 * @file Whether a built dialogue is true: its question and answer are read back with patterns of their own and looked
 * up in every world that the image's records allow. Words that are not understood are a failure too, so that nothing
 * passes unread.
 */
import type { ImageDocument, LabelRecord } from '../../document/records'
import type { GroundedNode, GroundedRegion } from '../../grounded/nodes'
import { plainText } from '../../grounded/plain-text'
import { CHINESE } from '../../prompts/tasks/chinese'
import { ENGLISH } from '../../prompts/tasks/english'
import type { TaskId } from '../../prompts/tasks/task'
import { allCalled, fits, numberOf, partOfChinese, readCounted } from './reading'
import type { Tongue } from './reading'
import { distance, isOnSide, isTowards, ninthOf, worldsOf } from './world'
import type { World } from './world'

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
/** A mention is written ▢ids▢; a phrase ‹words|ids›. */
const flat = (nodes: readonly GroundedNode[]): string =>
  nodes
    .map((node) => {
      if (node.type === 'mention') return `▢${node.regionIds.join(' ')}▢`
      return node.type === 'phrase' ? `‹${plainText(node.children)}|${node.regionIds.join(' ')}›` : node.value
    })
    .join('')

const MARKED = new Set(['region', 'subject', 'object'])

function slotsIn(question: string, task: TaskId, tongue: Tongue): Readonly<Record<string, string>> | null {
  const table = tongue === 'en' ? ENGLISH : CHINESE
  // Wordings that say more come first: "{question}" alone would match any of them.
  for (const wording of table[task].toSorted((a, b) => b.length - a.length)) {
    const pattern = escaped(wording).replace(
      /\\\{(\w+)\\\}/g,
      (_, name: string) => `(?<${name}>${MARKED.has(name) ? '▢[^▢]+▢' : '.+'})`
    )
    const match = new RegExp(`^${pattern}$`, 's').exec(question)
    if (match !== null) return match.groups ?? {}
  }
  return null
}

const TOGETHER: Readonly<Record<Tongue, readonly RegExp[]>> = {
  en: [
    /^Where are (.+)\? Give a box for each\.$/,
    /^Locate (.+) and mark each with a box\.$/,
    /^Point out (.+), one box each\.$/
  ],
  'zh-CN': [/^(.+)在哪里？请各给一个框。$/, /^请找到(.+)，一个一框。$/, /^请用框逐一标出(.+)。$/]
}
const SHORT: Readonly<Record<Tongue, RegExp>> = { en: /^The answer is (.+)\.$/, 'zh-CN': /^答案是(.+)。$/ }
const idsIn = (marked: string): readonly string[] => marked.replaceAll('▢', '').split(' ')
const same = (a: readonly string[] | null, b: readonly string[]): boolean =>
  a !== null && a.toSorted().join() === b.toSorted().join()

interface Link {
  readonly words: string
  readonly ids: readonly string[]
}
const linksIn = (answer: string): readonly Link[] =>
  [...answer.matchAll(/‹([^|›]*)\|([^›]*)›/g)].map(([, words = '', ids = '']) => ({ words, ids: ids.split(' ') }))

class Judge {
  readonly world: World
  readonly tongue: Tongue
  readonly problems: string[] = []

  readonly #points: readonly GroundedRegion[]

  constructor(world: World, tongue: Tongue, points: readonly GroundedRegion[] = []) {
    this.world = world
    this.tongue = tongue
    this.#points = points
  }

  expect(isTrue: boolean, what: string): void {
    if (!isTrue) this.problems.push(what)
  }

  being(id: string) {
    const point = this.#points.find((region) => region.id === id)?.shape
    if (point?.type !== 'point') return this.world.beings.find((being) => being.id === id)
    // What a point means is what alone lies under it.
    const [x, y] = [point.point[0] * this.world.width, point.point[1] * this.world.height]
    const under = this.world.beings.filter(
      ({ left, top, right, bottom }) => x >= left && x <= right && y >= top && y <= bottom
    )
    return under.length === 1 ? under[0] : undefined
  }

  /** Words of a person's own are theirs to answer for; only that nobody else has them. */
  singlesOut(words: string, ids: readonly string[]): void {
    const own = this.world.beings.filter(({ phrase }) => phrase === words)
    if (own.length === 1 && ids.length === 1 && own[0]?.id === ids[0]) return
    this.expect(same(fits(this.world, words, this.tongue), ids), `“${words}” is not ${ids.join(' ')}`)
  }

  counted({ words, ids }: Link): void {
    const read = readCounted(words, this.tongue)
    this.expect(read !== null, `“${words}” is not read`)
    if (read === null) return
    if (read.count !== null) this.expect(read.count === ids.length, `“${words}” has ${ids.length}`)
    this.expect(
      ids.every((id) => this.being(id)?.names.has(read.noun) === true),
      `“${words}” is something else`
    )
  }

  /** All of its kind in the image. */
  whole(link: Link): void {
    this.counted(link)
    const noun = readCounted(link.words, this.tongue)?.noun ?? ''
    this.expect(same(allCalled(this.world, noun), link.ids), `“${link.words}” are not all`)
  }

  side(a: string, b: string, words: string): boolean {
    const [x, y] = [this.being(a), this.being(b)]
    const side = {
      'to the left of': 'left',
      'to the right of': 'right',
      above: 'top',
      below: 'bottom',
      左边: 'left',
      右边: 'right',
      上方: 'top',
      下方: 'bottom'
    }[words]
    if (x === undefined || y === undefined || side === undefined) {
      this.expect(false, `“${words}” is not read`)
      return false
    }
    return isOnSide(x, y, side)
  }
}

/** The only one of a noun. */
function lone(judge: Judge, noun: string): string {
  const [id = '', ...more] = allCalled(judge.world, noun.toLowerCase())
  judge.expect(more.length === 0 && id !== '', `“${noun}” is not one`)
  return id
}

const PREDICATES: Readonly<Record<string, string>> = {
  'is riding': 'riding',
  'is looking at': 'looking at',
  holds: 'holds',
  'is above': 'above'
}

function judgeReasons(judge: Judge, question: string, answer: string): void {
  const { tongue } = judge
  const said = tongue === 'en' ? / ?So the answer is (.+)\.$/.exec(answer) : /所以答案是(.+)。$/.exec(answer)
  const result = said?.[1] ?? ''
  const links = linksIn(answer)
  const noun = (words: string): string => words.replace(/^(?:the|an?) /i, '')
  const [first, second, third] = links
  const sides =
    tongue === 'en'
      ? /^Is the (.+) (to the left of|to the right of|above|below) the (.+)\?$/.exec(question)
      : /^(.+)在(.+)的(左边|右边|上方|下方)吗？$/.exec(question)
  const count = tongue === 'en' ? /^How many (.+) are there\?$/.exec(question) : /^图中一共有多少(.+)？$/.exec(question)
  const area =
    tongue === 'en'
      ? /^Which takes up more of the image, the (.+) or the (.+)\?$/.exec(question)
      : /^(.+)和(.+)，哪个在图中占的面积更大？$/.exec(question)
  const near =
    tongue === 'en'
      ? /^Which is closer to the (.+) in the image, the (.+) or the (.+)\?$/.exec(question)
      : /^(.+)和(.+)，哪个在图中离(.+)更近？$/.exec(question)
  const what =
    tongue === 'en'
      ? /^What is it that the (.+?) (is riding|is looking at|holds|is above)\?$/.exec(question)
      : /^(.+)(骑着|看着)的是什么？$/.exec(question)
  for (const link of links) judge.counted(link)
  if (sides !== null && first !== undefined && second !== undefined) {
    const [a, b, words] = tongue === 'en' ? [sides[1], sides[3], sides[2]] : [sides[1], sides[2], sides[3]]
    const [x, y] = [lone(judge, a ?? ''), lone(judge, b ?? '')]
    judge.expect(first.ids[0] === x && second.ids[0] === y, 'the reasons are about others')
    const isSo = judge.side(x, y, words ?? '')
    judge.expect(
      ['yes', '是'].includes(result) ? isSo : ['no', '不是'].includes(result) && !isSo,
      `${question} ${result}`
    )
    const stated = tongue === 'en' ? /› is (.+?) ‹/.exec(answer)?.[1] : /›的(.+?)。/.exec(answer)?.[1]
    judge.expect(judge.side(x, y, stated ?? ''), `“${stated ?? ''}” is not so`)
  } else if (count !== null && first !== undefined) {
    judge.whole(first)
    judge.expect(Number(result) === first.ids.length, `${result} is not the count`)
  } else if (area !== null && first !== undefined && second !== undefined) {
    const [more, less] = [judge.being(first.ids[0] ?? ''), judge.being(second.ids[0] ?? '')]
    judge.expect((more?.area ?? 0) > (less?.area ?? 0), `${answer} is not so`)
    judge.expect(noun(result) === noun(first.words).toLowerCase(), 'the answer is not what the reasons say')
    judge.expect(
      same([lone(judge, area[1] ?? ''), lone(judge, area[2] ?? '')], [...first.ids, ...second.ids]),
      'others were compared'
    )
  } else if (near !== null && first !== undefined && second !== undefined && third !== undefined) {
    const pole = tongue === 'en' ? second : third
    const far = tongue === 'en' ? third : second
    const [a, b, c] = [first, far, pole].map(({ ids }) => judge.being(ids[0] ?? ''))
    judge.expect(
      a !== undefined && b !== undefined && c !== undefined && distance(a, c) < distance(b, c),
      `${answer} is not so`
    )
    judge.expect(noun(result) === noun(first.words).toLowerCase(), 'the answer is not what the reasons say')
    const names = tongue === 'en' ? [near[2], near[3], near[1]] : [near[1], near[2], near[3]]
    judge.expect(
      same(
        names.map((name) => lone(judge, name ?? '')),
        [...first.ids, ...far.ids, ...pole.ids]
      ),
      'others were compared'
    )
  } else if (what !== null && first !== undefined && second !== undefined) {
    const subject = lone(judge, what[1] ?? '')
    const predicate = PREDICATES[what[2] ?? ''] ?? what[2]
    judge.expect(first.ids[0] === subject, 'the reasons are about another')
    const objects = judge.world.relations
      .filter(([a, said2]) => a === subject && said2 === predicate)
      .map(([, , object]) => object)
    judge.expect(same([...new Set(objects)], second.ids), `${answer} is not so`)
    judge.expect(noun(second.words) === result, 'the answer is not what the reasons say')
  } else judge.expect(false, `not read: ${question}`)
}

function judgeCaption(judge: Judge, answer: string): void {
  const { tongue } = judge
  const start = tongue === 'en' ? 'The image shows ' : '图中有'
  judge.expect(answer.startsWith(start), `not read: ${answer}`)
  const stop = tongue === 'en' ? '.' : '。'
  const [list = '', ...sentences] = answer.slice(start.length).split(stop)
  for (const link of linksIn(list)) judge.whole(link)
  judge.expect(linksIn(list).length > 0, 'it shows nothing')
  for (const sentence of sentences.filter((text) => text.trim() !== '')) {
    const [a, b] = linksIn(sentence)
    const words = tongue === 'en' ? /› is (.+) ‹/.exec(sentence)?.[1] : /›的(.+)$/.exec(sentence)?.[1]
    if (a === undefined || b === undefined) judge.expect(false, `not read: ${sentence}`)
    else {
      judge.whole(a)
      judge.whole(b)
      judge.expect(judge.side(a.ids[0] ?? '', b.ids[0] ?? '', words ?? ''), `${sentence} is not so`)
    }
  }
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

function judgeOne(judge: Judge, task: string, question: string, answer: string): void {
  const { tongue, world } = judge
  const short = SHORT[tongue].exec(answer)?.[1] ?? answer
  const links = linksIn(answer)
  const together = TOGETHER[tongue].map((pattern) => pattern.exec(question)?.[1]).find((words) => words !== undefined)
  const asks = task === 'expressions' ? 'rec' : (task as TaskId)
  const slots = slotsIn(question, asks, tongue)
  if (task === 'expressions') {
    for (const { words, ids } of links) judge.singlesOut(words, ids)
    const asked = slots?.['expression'] ?? together ?? ''
    const said = links.map(({ words }) => words)
    judge.expect(
      said.length > 0 && asked === said.join(tongue === 'en' ? ' and ' : '和'),
      `${asked} is not what was answered`
    )
    judge.expect(
      together === undefined ? links[0]?.ids.length === 1 : links.flatMap(({ ids }) => ids).length > 1,
      'the number of the question is wrong'
    )
    return
  }
  if (slots === null) return judge.expect(false, `not read: ${question}`)
  const { expression = '', region = '', subject = '', object = '', predicate = '', position = '', classes = '' } = slots
  const [place = ''] = idsIn(region)
  const here = judge.being(place)
  const clause = PREDICATES[predicate] ?? predicate
  switch (task) {
    case 'rec': {
      const ids = idsIn(/▢(.+)▢/.exec(answer)?.[1] ?? '')
      return judge.singlesOut(expression, ids)
    }
    case 'reg':
      return judge.singlesOut(answer, [place])
    case 'region-class':
      return judge.expect(here?.names.has(answer) === true, `${place} is no ${answer}`)
    case 'point-qa-local': {
      const isColour = /color|颜色/.test(question)
      const colour = short.replace(/色$/, '')
      return judge.expect(
        isColour ? here?.colour === colour : here?.names.has(short) === true,
        `${place} is not ${short}`
      )
    }
    case 'point-qa-twice': {
      const asked =
        tongue === 'en' ? /how many (.+) are there/.exec(question)?.[1] : /一共有多少(.+?)？/.exec(question)?.[1]
      const isNamed = asked !== undefined && asked !== 'things of this kind'
      const kind = isNamed ? (readCounted(asked, tongue)?.noun ?? '?') : ([...(here?.names ?? [])][0] ?? '?')
      judge.expect(here?.names.has(kind) === true, `${place} is no ${kind}`)
      return judge.expect(numberOf(short) === allCalled(world, kind).length, `${kind}: not ${short}`)
    }
    case 'counting':
      return judge.expect(fits(world, expression, tongue)?.length === Number(short), `${expression}: not ${short}`)
    case 'find-all': {
      const isNone = /^(?:None\.|没有。)$/.test(answer)
      const ids = isNone ? [] : (links[0]?.ids ?? ['?'])
      return judge.expect(same(fits(world, expression, tongue), ids), `${expression} are not ${answer}`)
    }
    case 'relation-predicate':
      return judge.expect(
        world.relations.some(([a, said, b]) => a === idsIn(subject)[0] && b === idsIn(object)[0] && said === short),
        `${answer} is not said`
      )
    case 'relation-object':
    case 'relation-subject': {
      const isObject = task === 'relation-object'
      const known = idsIn(isObject ? subject : object)[0]
      const said = world.relations.filter(([a, words, b]) => (isObject ? a : b) === known && words === clause)
      for (const link of links) judge.counted({ ...link, words: link.words })
      const all = new Set(said.map(([a, , b]) => (isObject ? b : a)))
      return judge.expect(
        same(
          [...all].filter((id) => judge.being(id) !== undefined),
          links.flatMap(({ ids }) => ids)
        ),
        `${answer} are not all`
      )
    }
    case 'coarse-location': {
      const found = fits(world, expression, tongue)
      const one = judge.being(found?.[0] ?? '')
      const part = tongue === 'en' ? short : (ZH_NINTHS[short] ?? '?')
      return judge.expect(
        found?.length === 1 && one !== undefined && ninthOf(world, one) === part,
        `${expression} is not ${short}`
      )
    }
    case 'coarse-find': {
      const part = tongue === 'en' ? position : (partOfChinese(position) ?? '?')
      for (const link of links) judge.counted(link)
      const there = world.beings.filter((being) => isTowards(world, being, part)).map(({ id }) => id)
      return judge.expect(
        same(
          there,
          links.flatMap(({ ids }) => ids)
        ),
        `${position} is not all of ${answer}`
      )
    }
    case 'detect-classes':
      for (const link of links) judge.whole(link)
      return judge.expect(
        classes.split(tongue === 'en' ? ', ' : '、').join() === links.map(({ words }) => words).join(),
        `${classes} is not what was answered`
      )
    case 'detect-all':
      for (const link of links) judge.whole(link)
      return judge.expect(
        same(
          world.beings.map(({ id }) => id),
          links.flatMap(({ ids }) => ids)
        ),
        'not everything was found'
      )
    case 'existence': {
      const noun = expression.replace(/^an? /, '')
      const isThere = allCalled(world, noun).length > 0
      return judge.expect(['yes', '有', '是'].includes(short) ? isThere : !isThere, `${question} ${short}`)
    }
    case 'grounded-caption':
      return judgeCaption(judge, answer)
    case 'vqa-gcot':
      return judgeReasons(judge, slots['question'] ?? '', answer)
    default:
      return judge.expect(false, `nobody judges ${task}`)
  }
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
      const one = new Judge(world, language, regions)
      judgeOne(one, task, flat(question), flat(answer))
      return one.problems
    })
  )
  return [...new Set(problems)]
}
