/** @file Text by itself: what a training set should not hold, whatever the picture shows. */
import { plainText } from '../../grounded/plain-text'
import { visitNodes } from '../../grounded/visit'
import { said } from '../finding'
import type { Found, LintWords } from '../finding'
import { mirroredIn, scriptOf } from '../words'
import type { LintRule } from './rule'

const quoted = (text: string): string => (text.length > 60 ? `${text.slice(0, 57)}…` : text)

const unread: LintRule = {
  id: 'text-not-understood',
  severity: 'warning',
  title: { en: 'Source not understood', 'zh-CN': '未能解析的原文' },
  *check({ document }): Generator<Found> {
    for (const turn of document.turns) {
      const raws: string[] = []
      visitNodes(turn.children, (node) => {
        // A stop token is understood: it ends an answer.
        if (node.type === 'raw' && node.reason !== 'dialect/stop-token') raws.push(node.value)
      })
      for (const words of raws)
        yield {
          message: said(`“${quoted(words)}” could not be read as a region.`, `“${quoted(words)}”无法读成区域。`),
          turnId: turn.id,
          words
        }
    }
  }
}

const NUMBERS = /[[({<]\s*-?\d+(?:\.\d+)?(?:\s*[,;]\s*-?\d+(?:\.\d+)?){3,}\s*[\])}>]/
const coordinates: LintRule = {
  id: 'coordinates-in-words',
  severity: 'warning',
  title: { en: 'Coordinates left in words', 'zh-CN': '文字中残留坐标' },
  *check({ texts }) {
    for (const { turn, value } of texts) {
      const words = NUMBERS.exec(value)?.[0]
      if (words !== undefined)
        yield {
          message: said(
            `“${quoted(words)}” looks like a box and is only words.`,
            `“${quoted(words)}”像是一个框，却只是文字。`
          ),
          turnId: turn.id,
          words
        }
    }
  }
}

const PLACEHOLDER =
  /<(?:image|img|boxes?|points?|ph_st|ph_ed|region\d*|bbox|ref|ref-object|obj_vis_(?:s|e)|\/?s|pad|unk|loc\d*)>|<\|[a-z_/]+\|>|<｜[^｜]+｜>|\[region\d+\]/i
const placeholder: LintRule = {
  id: 'placeholder-in-words',
  severity: 'warning',
  title: { en: 'Placeholder left in words', 'zh-CN': '文字中残留占位符' },
  fixes: ['rewrite'],
  *check({ texts }) {
    for (const { turn, value, path } of texts) {
      const match = PLACEHOLDER.exec(value)
      if (match === null) continue
      const text = (value.slice(0, match.index) + value.slice(match.index + match[0].length)).replace(/ {2,}/g, ' ')
      yield {
        message: said(
          `“${match[0]}” is another format’s mark; an exporter would write it twice or drop it.`,
          `“${match[0]}”是其他格式的标记，导出时会重复写出或被丢弃。`
        ),
        turnId: turn.id,
        words: match[0],
        fix: { kind: 'rewrite', turnId: turn.id, path, text }
      }
    }
  }
}

const BROKEN = /\uFFFD|(?![\n\r\t])\p{Cc}|[\u200B\u2060\uFEFF]|&(?:amp|lt|gt|quot|nbsp|#\d{1,5});|â€[™œ”“]|Ã[©¨ª«¼¶¤]/u
const encoding: LintRule = {
  id: 'text-damaged',
  severity: 'error',
  title: { en: 'Damaged characters', 'zh-CN': '乱码或转义残留' },
  *check({ texts }) {
    for (const { turn, value } of texts) {
      const match = BROKEN.exec(value)
      if (match === null) continue
      const words = value.slice(Math.max(0, match.index - 12), match.index + match[0].length + 12)
      const message = said(
        `“${words}” holds characters that a wrong decoding or escaping left.`,
        `“${words}”中有解码或转义错误留下的字符。`
      )
      yield { message, turnId: turn.id, words }
    }
  }
}

const SCRIPTS: Readonly<Record<'han' | 'latin', LintWords>> = {
  han: said('Chinese', '中文'),
  latin: said('Latin script', '拉丁字母')
}

const languages: LintRule = {
  id: 'languages-mixed',
  severity: 'warning',
  title: { en: 'Question and answer in two languages', 'zh-CN': '问答语言不一致' },
  *check({ exchanges }) {
    for (const { question, answer } of exchanges) {
      const [asked, reply] = [plainText(question.children), plainText(answer.children)]
      const [a, b] = [scriptOf(asked), scriptOf(reply)]
      if (a === null || b === null || a === b) continue
      yield {
        message: said(
          `The question is in ${SCRIPTS[a].en}, the answer in ${SCRIPTS[b].en}.`,
          `问题用${SCRIPTS[a]['zh-CN']}，回答用${SCRIPTS[b]['zh-CN']}。`
        ),
        turnId: answer.id,
        words: quoted(reply)
      }
    }
  }
}

const flip: LintRule = {
  id: 'flip-unsafe',
  severity: 'note',
  title: { en: 'Not safe to mirror', 'zh-CN': '不可水平翻转' },
  *check({ document }) {
    for (const turn of document.turns) {
      const words = mirroredIn(plainText(turn.children))
      if (words === null) continue
      const message = said(
        `“${words}”: mirroring this image would make the words false.`,
        `“${words}”：水平翻转图像后，这句话就不对了。`
      )
      yield { message, turnId: turn.id, words }
    }
  }
}

const empty: LintRule = {
  id: 'turn-empty',
  severity: 'error',
  title: { en: 'Empty turn', 'zh-CN': '空白轮次' },
  *check({ document }) {
    for (const { id, role, children } of document.turns) {
      if (plainText(children).trim() !== '') continue
      const message =
        role === 'user'
          ? said('The question says nothing.', '问题是空的。')
          : said('The answer says nothing.', '回答是空的。')
      yield { message, turnId: id }
    }
  }
}

const unanswered: LintRule = {
  id: 'question-unanswered',
  severity: 'note',
  title: { en: 'Question without an answer', 'zh-CN': '问题没有回答' },
  *check({ document, exchanges }) {
    const answered = new Set(exchanges.map(({ question }) => question.id))
    for (const { id, role, children } of document.turns)
      if (role === 'user' && !answered.has(id))
        yield {
          message: said('No answer follows: exports leave it out.', '后面没有回答，导出时会略去。'),
          turnId: id,
          words: quoted(plainText(children))
        }
  }
}

const UNFINISHED = /(?:[,，、:：(（[]|\b(?:and|the|a|of|with|to))\s*$/i
const cutOff: LintRule = {
  id: 'answer-cut-off',
  severity: 'warning',
  title: { en: 'Answer cut off', 'zh-CN': '回答被截断' },
  *check({ document }) {
    for (const { id, role, status, children } of document.turns) {
      const words = plainText(children)
      // A region may be the last word: "…is at ▢".
      const endsInMention = children.at(-1)?.type === 'mention'
      if (role !== 'assistant' || endsInMention || (status === 'complete' && !UNFINISHED.test(words))) continue
      const end = words.slice(-30)
      const message = said(`The answer ends in mid-sentence: “…${end}”.`, `回答在句中断开：“…${end}”。`)
      yield { message, turnId: id, words: end }
    }
  }
}

const twoAnswers: LintRule = {
  id: 'answers-contradict',
  severity: 'warning',
  title: { en: 'One question, two answers', 'zh-CN': '同一问题答案不同' },
  *check({ exchanges }) {
    const answers = new Map<string, string>()
    for (const { question, answer } of exchanges) {
      // A region stands in the question by its id: the same words about another region are another question.
      const asked = plainText(question.children, (ids) => `▢${ids.join(' ')}`)
        .trim()
        .toLowerCase()
      const reply = plainText(answer.children).trim()
      const known = answers.get(asked)
      if (known === undefined) answers.set(asked, reply)
      else if (known !== reply)
        yield {
          message: said(
            `The same question was answered “${quoted(known)}” and “${quoted(reply)}”.`,
            `同一问题有两个回答：“${quoted(known)}”和“${quoted(reply)}”。`
          ),
          turnId: answer.id,
          words: quoted(asked)
        }
    }
  }
}

export const TEXT_RULES: readonly LintRule[] = [
  unread,
  coordinates,
  placeholder,
  encoding,
  languages,
  flip,
  empty,
  unanswered,
  cutOff,
  twoAnswers
]
