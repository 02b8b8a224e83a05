/** @file What the words say of the picture, against the regions: how many, which side, how large, whether at all. */
import type { RegionRecord } from '../../document/records'
import { boxArea } from '../../geometry/box'
import { counted } from '../../counted'
import { plainText } from '../../grounded/plain-text'
import type { Found, LintWords } from '../finding'
import { centreOf } from '../view'
import type { DocumentView, LinkedPhrase } from '../view'
import { countIn, extremeSizeIn, isClaimOfAll, labelOfPhrase, placeOfLabel, relationIn, sideIn } from '../words'
import type { Side } from '../words'
import { said } from '../finding'
import type { LintRule } from './rule'

/** Centres nearer than this, as a share of the side, are on one line for a person's eye. */
const CLOSE = 0.02

const count: LintRule = {
  id: 'count-contradicts-links',
  severity: 'error',
  title: { en: 'Count and links differ', 'zh-CN': '数量与链接不符' },
  *check({ phrases }) {
    for (const { turn, words, regionIds } of phrases) {
      const claimed = countIn(words)
      if (claimed === null || regionIds.length === 0 || claimed === regionIds.length) continue
      yield {
        message: said(
          `“${words}” is linked to ${counted(regionIds.length, 'region')}.`,
          `“${words}”链接了 ${regionIds.length} 个区域。`
        ),
        turnId: turn.id,
        words,
        regionIds
      }
    }
  }
}

const THERE_ARE = /\bthere (?:is|are) (?:exactly |only )?((?:\w+)\s+[^.,;!?。]{1,60})/i
const YOU = /(?:有|共有)([一二两三四五六七八九十\d]{1,2}[^，。；！？,.;]{1,20})/

const countOfImage: LintRule = {
  id: 'count-contradicts-regions',
  severity: 'warning',
  title: { en: 'Count and regions differ', 'zh-CN': '数量与区域不符' },
  *check({ document, byLabel }) {
    for (const turn of document.turns) {
      if (turn.role !== 'assistant') continue
      const words = plainText(turn.children)
      const claim = (THERE_ARE.exec(words) ?? YOU.exec(words))?.[1]?.trim()
      const claimed = claim === undefined ? null : countIn(claim)
      const label = claim === undefined ? null : labelOfPhrase(claim, byLabel.keys())
      const regions = label === null ? [] : (byLabel.get(label) ?? [])
      if (claim === undefined || claimed === null || label === null || claimed === regions.length) continue
      yield {
        message: said(
          `“${claim}”: the image has ${counted(regions.length, 'region')} labelled “${label}”.`,
          `“${claim}”：图像中标签为“${label}”的区域有 ${regions.length} 个。`
        ),
        turnId: turn.id,
        words: claim,
        regionIds: regions.map(({ id }) => id)
      }
    }
  }
}

/** How far towards a side a region lies; larger is further. */
function reach(view: DocumentView, region: RegionRecord, side: Side): number {
  const { x, y } = centreOf(view.boundsOf(region))
  return { left: -x, right: x, top: -y, bottom: y }[side]
}

const peersOf = (view: DocumentView, region: RegionRecord): readonly RegionRecord[] =>
  (view.byLabel.get(view.labelOf(region) ?? '') ?? []).filter((other) => view.objectOf(other) !== view.objectOf(region))

/** Whether a region that stands alone lies wholly in the other half. */
function isInOtherHalf(view: DocumentView, region: RegionRecord, side: Side): boolean {
  const [x0, y0, x1, y1] = view.boundsOf(region)
  return { left: x0 >= 0.5, right: x1 <= 0.5, top: y0 >= 0.5, bottom: y1 <= 0.5 }[side]
}

const single = ({ regions, isPredicate }: LinkedPhrase): RegionRecord | null => {
  const [only, ...more] = regions
  return only === undefined || more.length > 0 || isPredicate ? null : only
}

const SIDES_ZH: Readonly<Record<Side, string>> = { left: '左', right: '右', top: '上', bottom: '下' }

const side: LintRule = {
  id: 'side-contradicts-geometry',
  severity: 'error',
  title: { en: 'Side and place differ', 'zh-CN': '方位与位置不符' },
  *check(view) {
    for (const phrase of view.phrases) {
      const region = single(phrase)
      const claim = sideIn(phrase.words)
      if (region === null || claim === null) continue
      const own = reach(view, region, claim.side)
      const peers = peersOf(view, region)
      if (peers.length > 0 && !isClaimOfAll(phrase.words, view.labelOf(region) ?? '')) continue
      const further = peers.filter((peer) => reach(view, peer, claim.side) > own + CLOSE)
      const isWrong =
        peers.length === 0
          ? isInOtherHalf(view, region, claim.side)
          : claim.isExtreme
            ? further.length > 0
            : further.length === peers.length
      if (!isWrong) continue
      yield {
        message:
          peers.length === 0
            ? said(`“${phrase.words}” lies in the other half of the image.`, `“${phrase.words}”位于图像的另一半。`)
            : said(
                `“${phrase.words}”: another one is further to the ${claim.side}.`,
                `“${phrase.words}”：另有一个更靠${SIDES_ZH[claim.side]}。`
              ),
        turnId: phrase.turn.id,
        words: phrase.words,
        regionIds: [region.id, ...further.map(({ id }) => id)]
      }
    }
  }
}

const size: LintRule = {
  id: 'size-contradicts-geometry',
  severity: 'error',
  title: { en: 'Size and area differ', 'zh-CN': '大小与面积不符' },
  *check(view) {
    for (const phrase of view.phrases) {
      const region = single(phrase)
      const claim = extremeSizeIn(phrase.words)
      if (region === null || claim === null) continue
      if (!isClaimOfAll(phrase.words, view.labelOf(region) ?? '')) continue
      const area = boxArea(view.boundsOf(region))
      const better = peersOf(view, region).filter((peer) => {
        const other = boxArea(view.boundsOf(peer))
        // Boxes of nearly one size are nobody's error.
        return claim === 'largest' ? other > area * 1.1 : other * 1.1 < area
      })
      if (better.length === 0) continue
      yield {
        message: said(
          `“${phrase.words}”: another one is ${claim === 'largest' ? 'larger' : 'smaller'}.`,
          `“${phrase.words}”：另有一个更${claim === 'largest' ? '大' : '小'}。`
        ),
        turnId: phrase.turn.id,
        words: phrase.words,
        regionIds: [region.id, ...better.map(({ id }) => id)]
      }
    }
  }
}

const boxesSayOtherwise = (words: string): LintWords =>
  said(`“${words}”: the boxes say otherwise.`, `“${words}”：与框的位置不符。`)

const relation: LintRule = {
  id: 'relation-contradicts-geometry',
  severity: 'error',
  title: { en: 'Relation and places differ', 'zh-CN': '关系与位置不符' },
  *check(view): Generator<Found> {
    for (const { subject, predicate, object } of view.document.relations) {
      const claimed = relationIn(predicate, '')
      const [a, b] = [view.byId.get(subject), view.byId.get(object)]
      if (claimed === null || a === undefined || b === undefined) continue
      if (reach(view, a, claimed) >= reach(view, b, claimed) - CLOSE) continue
      yield { message: boxesSayOtherwise(predicate), words: predicate, regionIds: [subject, object] }
    }
    for (const turn of view.document.turns) {
      for (const [i, node] of turn.children.entries()) {
        const [between, second, after] = [turn.children[i + 1], turn.children[i + 2], turn.children[i + 3]]
        if (node.type !== 'phrase' || between?.type !== 'text' || second?.type !== 'phrase') continue
        const claimed = relationIn(between.value, after?.type === 'text' ? after.value : '')
        const [a, b] = [view.byId.get(node.regionIds[0] ?? ''), view.byId.get(second.regionIds[0] ?? '')]
        if (claimed === null || a === undefined || b === undefined) continue
        if (node.regionIds.length !== 1 || second.regionIds.length !== 1) continue
        if (reach(view, a, claimed) >= reach(view, b, claimed) - CLOSE) continue
        const words = plainText([node, between, second])
        yield { message: boxesSayOtherwise(words), turnId: turn.id, words, regionIds: [a.id, b.id] }
      }
    }
  }
}

const ASKS = /^\s*(?:is|are) there (?:a |an |any |some )?(.+?)(?: in (?:the|this) (?:image|picture|photo))?\s*\?/i
const ASKS_ZH = /^(?:图中|图里|图片中|这里|画面中)?(?:有没有|是否有|有)(.+?)(?:吗|么)?[？?]/

const existence: LintRule = {
  id: 'existence-contradicts-regions',
  severity: 'error',
  title: { en: 'Yes or no against the regions', 'zh-CN': '有无与区域不符' },
  *check({ exchanges, byLabel, document }) {
    for (const { question, answer } of exchanges) {
      const asked = plainText(question.children)
      const thing = (ASKS.exec(asked) ?? ASKS_ZH.exec(asked))?.[1]
      const reply = plainText(answer.children).trim()
      const label = thing === undefined ? null : labelOfPhrase(thing, byLabel.keys())
      // With an attribute, "red dog", no dog need be red.
      if (thing === undefined || label === null || placeOfLabel(label, thing)?.start !== 0) continue
      if (!/^(?:no\b|there (?:is|are) no\b|没有|没|不|否)/i.test(reply)) continue
      const regions = byLabel.get(label) ?? []
      yield {
        message: said(
          `“${reply}”: the image has ${counted(regions.length, 'region')} labelled “${label}”.`,
          `“${reply}”：图像中标签为“${label}”的区域有 ${regions.length} 个。`
        ),
        turnId: answer.id,
        words: reply,
        regionIds: regions.map(({ id }) => id)
      }
    }
    for (const turn of document.turns) {
      for (const node of turn.children) {
        if (node.type !== 'phrase' || node.regionIds.length > 0) continue
        const words = plainText(node.children).trim()
        const denied = /^(?:no\s+|没有|没)(.+)$/i.exec(words)?.[1]
        const label = denied === undefined ? null : labelOfPhrase(denied, byLabel.keys())
        if (denied === undefined || label === null || placeOfLabel(label, denied)?.start !== 0) continue
        const regionIds = (byLabel.get(label) ?? []).map(({ id }) => id)
        const message = said(
          `“${words}”: the image has regions labelled “${label}”.`,
          `“${words}”：图像中有标签为“${label}”的区域。`
        )
        yield { message, turnId: turn.id, words, regionIds }
      }
    }
  }
}

export const CLAIM_RULES: readonly LintRule[] = [count, countOfImage, side, size, relation, existence]
