/** @file Words and the regions they are tied to. */
import type { RegionId } from '../../grounded/nodes'
import { regionIdsOf, visitNodes } from '../../grounded/visit'
import { counted } from '../../counted'
import { said } from '../finding'
import type { DocumentView, TextPiece } from '../view'
import { isBareLabel, labelOfPhrase, placeOfLabel } from '../words'
import type { LintRule } from './rule'

/** Words that deny what they name: "no dog", "没有狗". */
const DENIAL = /^(?:no|none|not any|without|zero)\b|^(?:没有|没|无)/i
const UNREAL = /\b(?:no|not|without|isn't|aren't)\b|没有|没|无/i

const deadLink: LintRule = {
  id: 'link-to-nothing',
  severity: 'error',
  title: { en: 'Link to a region that is gone', 'zh-CN': '链接的区域已不存在' },
  *check({ document, byId }) {
    for (const turn of document.turns) {
      const gone = new Set<RegionId>()
      visitNodes(turn.children, (node) => {
        if (node.type === 'phrase' || node.type === 'mention')
          for (const id of node.regionIds) if (!byId.has(id)) gone.add(id)
      })
      if (gone.size > 0)
        yield {
          message: said('Words are linked to a region that no longer exists.', '文字链接的区域已不存在。'),
          turnId: turn.id,
          regionIds: [...gone]
        }
    }
  }
}

const deadRelation: LintRule = {
  id: 'relation-to-nothing',
  severity: 'error',
  title: { en: 'Relation with a region that is gone', 'zh-CN': '关系所指区域已不存在' },
  *check({ document, byId }) {
    for (const { subject, predicate, object } of document.relations) {
      const gone = [subject, object].filter((id) => (byId.get(id)?.state ?? 'rejected') === 'rejected')
      if (gone.length === 0) continue
      const message = said(
        `“${predicate}” ties a region that is gone or was rejected.`,
        `“${predicate}”所指的区域已不存在或已被拒绝。`
      )
      yield { message, words: predicate, regionIds: gone }
    }
  }
}

const rejectedLink: LintRule = {
  id: 'link-to-rejected',
  severity: 'error',
  title: { en: 'Link to a rejected region', 'zh-CN': '链接到被拒绝的区域' },
  fixes: ['relink'],
  *check({ phrases, byId }) {
    for (const { turn, path, words, regionIds } of phrases) {
      const rejected = regionIds.filter((id) => byId.get(id)?.state === 'rejected')
      if (rejected.length === 0) continue
      yield {
        message: said(`“${words}” is linked to a region that was rejected.`, `“${words}”链接到已被拒绝的区域。`),
        turnId: turn.id,
        words,
        regionIds: rejected,
        fix: { kind: 'relink', turnId: turn.id, path, regionIds: regionIds.filter((id) => !rejected.includes(id)) }
      }
    }
  }
}

const wordless: LintRule = {
  id: 'link-without-words',
  severity: 'warning',
  title: { en: 'Link without words', 'zh-CN': '链接没有词语' },
  *check({ phrases }) {
    for (const { turn, words, regionIds } of phrases)
      if (words === '' && regionIds.length > 0)
        yield {
          message: said(
            'A link holds no words: the region is tied to nothing.',
            '链接中没有文字，区域没有对应的词语。'
          ),
          turnId: turn.id,
          regionIds
        }
  }
}

const unlinkedPhrase: LintRule = {
  id: 'phrase-without-region',
  severity: 'warning',
  title: { en: 'Phrase without a region', 'zh-CN': '短语没有区域' },
  *check({ phrases }) {
    for (const { turn, words, regionIds, isPredicate } of phrases)
      if (turn.role === 'assistant' && regionIds.length === 0 && !isPredicate && !DENIAL.test(words))
        yield {
          message: said(`“${words}” is marked as a phrase and has no region.`, `“${words}”标为短语，但没有区域。`),
          turnId: turn.id,
          words
        }
  }
}

const isDenied = ({ value }: TextPiece, at: number): boolean => UNREAL.test(value.slice(Math.max(0, at - 24), at))

const unlinkedNoun: LintRule = {
  id: 'noun-without-link',
  severity: 'warning',
  title: { en: 'Named but not linked', 'zh-CN': '提到但未链接' },
  fixes: ['link'],
  *check({ texts, byLabel, phrases, exchanges }) {
    // "What is in ▢?" – "A dog.": the question has tied the word already.
    const asked = new Map(exchanges.map(({ question, answer }) => [answer, regionIdsOf(question.children)]))
    for (const piece of texts) {
      const { turn, path, value, isInPhrase } = piece
      // A question is what the person typed; an answer is what a model is to learn.
      if (turn.role !== 'assistant' || isInPhrase) continue
      const own = phrases.filter((phrase) => phrase.turn === turn).flatMap(({ regionIds }) => regionIds)
      const linked = new Set([...own, ...(asked.get(turn) ?? [])])
      for (const [label, regions] of byLabel) {
        const place = placeOfLabel(label, value)
        if (place === null || isDenied(piece, place.start) || regions.some(({ id }) => linked.has(id))) continue
        const regionIds = regions.map(({ id }) => id)
        const words = value.slice(place.start, place.end)
        yield {
          message: said(
            `“${words}” is in the image${regions.length === 1 ? '' : ` ${regions.length} times`} and not linked.`,
            `图像中有 ${regions.length} 个“${words}”，但文字没有链接。`
          ),
          turnId: turn.id,
          words,
          regionIds,
          ...(regions.length === 1
            ? { fix: { kind: 'link', turnId: turn.id, path, ...place, regionIds } as const }
            : {})
        }
      }
    }
  }
}

const neverMentioned: LintRule = {
  id: 'region-never-mentioned',
  severity: 'note',
  title: { en: 'No turn speaks of it', 'zh-CN': '对话未提及' },
  *check({ document, regions }: DocumentView) {
    if (document.turns.length === 0) return
    const mentioned = new Set<RegionId>()
    for (const turn of document.turns)
      visitNodes(turn.children, (node) => {
        if (node.type === 'phrase' || node.type === 'mention') for (const id of node.regionIds) mentioned.add(id)
      })
    const silent = regions.filter(({ id, state }) => !mentioned.has(id) && state !== 'proposed')
    if (silent.length > 0 && mentioned.size > 0)
      yield {
        message: said(
          `${silent.length} of ${counted(regions.length, 'region')} ${silent.length === 1 ? 'is' : 'are'} in no dialogue.`,
          `${regions.length} 个区域中有 ${silent.length} 个未被任何对话提到。`
        ),
        regionIds: silent.map(({ id }) => id)
      }
  }
}

const wrongLabel: LintRule = {
  id: 'phrase-label-mismatch',
  severity: 'warning',
  title: { en: 'Words and label differ', 'zh-CN': '词语与标签不符' },
  *check({ phrases, byLabel, labelOf }) {
    for (const { turn, words, regions, isPredicate } of phrases) {
      if (isPredicate) continue
      const named = labelOfPhrase(words, byLabel.keys())
      if (named === null) continue
      const others = regions.filter((region) => {
        const label = labelOf(region)
        return label !== null && label !== named
      })
      const [first] = others
      if (first === undefined) continue
      yield {
        message: said(
          `“${words}” is linked to a region labelled “${labelOf(first) ?? ''}”.`,
          `“${words}”链接到标签为“${labelOf(first) ?? ''}”的区域。`
        ),
        turnId: turn.id,
        words,
        regionIds: others.map(({ id }) => id)
      }
    }
  }
}

const ambiguous: LintRule = {
  id: 'expression-ambiguous',
  severity: 'note',
  title: { en: 'Words that fit several regions', 'zh-CN': '指代不唯一' },
  *check({ phrases, byLabel, labelOf }) {
    for (const { turn, words, regions } of phrases) {
      const [only, ...more] = regions
      if (only === undefined || more.length > 0) continue
      const label = labelOf(only)
      const peers = label === null ? [] : (byLabel.get(label) ?? [])
      if (label === null || peers.length < 2 || !isBareLabel(words, label)) continue
      yield {
        message: said(
          `“${words}” could be any of ${counted(peers.length, 'region')} labelled “${label}”.`,
          `“${words}”可能指 ${peers.length} 个标签为“${label}”的区域中的任何一个。`
        ),
        turnId: turn.id,
        words,
        regionIds: peers.map(({ id }) => id)
      }
    }
  }
}

export const LINK_RULES: readonly LintRule[] = [
  deadLink,
  deadRelation,
  rejectedLink,
  wordless,
  unlinkedPhrase,
  unlinkedNoun,
  neverMentioned,
  wrongLabel,
  ambiguous
]
