/**
 * @file Libraries that know words, behind the builders' `Tagger`: compromise for English, jieba for Chinese. Both are
 * loaded when first needed; neither reads a file or asks a network at run time.
 */
import type { Tagger, Taggers, Token, TokenKind } from '../../src-shared/builders/chunks/token'

interface Term {
  readonly text: string
  readonly tags: readonly string[]
  readonly offset: { readonly start: number; readonly length: number }
}

const PREPOSITIONS = new Set(
  'in on at with near under over behind beside by from inside outside against along around between across above below beneath next past through down up into onto to toward towards off'.split(
    ' '
  )
)
const RELATIVES = new Set(['who', 'that', 'which', 'whose'])

function englishKind({ text, tags }: Term, previous: TokenKind | null, next: string | undefined): TokenKind {
  const word = text.toLowerCase()
  const has = (tag: string): boolean => tags.includes(tag)
  if (word === 'of') return 'preposition'
  // "a dog that …" speaks on of the dog; "that dog" points at it.
  if (RELATIVES.has(word)) return previous === 'noun' ? 'relative' : 'determiner'
  // compromise takes "near a fence" for an adjective.
  if (PREPOSITIONS.has(word)) return 'preposition'
  if (has('Determiner') || has('Possessive')) return 'determiner'
  if (has('Cardinal') || has('Value')) return 'number'
  if (has('Copula') || has('Auxiliary') || has('Modal')) return 'verb'
  // "a woman holding an umbrella": a participle for us, a noun for compromise.
  if (/ing$/.test(word) && word.length > 4 && (has('Gerund') || previous === 'noun'))
    return previous === 'determiner' || previous === 'adjective' ? 'noun' : 'participle'
  if (has('Conjunction')) return 'conjunction'
  // "an umbrella walks past": two nouns in a row, the second before a preposition, is a verb more often than not.
  if (has('Noun') && previous === 'noun' && /[^s]s$/.test(word) && PREPOSITIONS.has(next ?? '')) return 'verb'
  if (has('Verb')) return 'verb'
  if (has('Adjective') || has('Participle')) return 'adjective'
  if (has('Pronoun')) return 'other'
  if (has('Noun')) return 'noun'
  return has('Preposition') ? 'preposition' : 'other'
}

/** Marks between two terms of a sentence become tokens of their own. */
function withMarks(caption: string, tokens: readonly Token[]): readonly Token[] {
  const all: Token[] = []
  let at = 0
  for (const token of [...tokens, null]) {
    const gap = caption.slice(at, token?.start ?? caption.length)
    for (const mark of gap.matchAll(/[^\s]/gu)) {
      const start = at + mark.index
      all.push({ text: mark[0], kind: 'punctuation', start, end: start + mark[0].length })
    }
    if (token === null) break
    all.push(token)
    at = token.end
  }
  return all
}

async function englishTagger(): Promise<Tagger> {
  const { default: nlp } = await import('compromise')
  return (caption) => {
    const sentences = nlp(caption).json({ offset: true }) as readonly { readonly terms: readonly Term[] }[]
    const terms = sentences.flatMap((sentence) => sentence.terms).filter(({ text }) => text !== '')
    const tokens: Token[] = []
    let at = 0
    for (const [i, term] of terms.entries()) {
      const start = caption.indexOf(term.text, at)
      // What the library rewrote is not in the caption; it is passed over.
      if (start < 0) continue
      const previous = start > 0 && /[,;:.!?]\s*$/.test(caption.slice(at, start)) ? null : (tokens.at(-1)?.kind ?? null)
      const kind = englishKind(term, previous, terms[i + 1]?.text.toLowerCase())
      at = start + term.text.length
      tokens.push({ text: term.text, kind, start, end: at })
    }
    return withMarks(caption, tokens)
  }
}

const COLOUR = /^[红橙黄绿蓝紫粉棕褐黑白灰金银]色?$/u

function chineseKind(word: string, tag: string): TokenKind {
  if (/^[，。！？；：、,.!?;:“”（）()]+$/u.test(word)) return 'punctuation'
  if (word === '的') return 'particle'
  if (/^[和与跟及]$/.test(word)) return 'conjunction'
  if (COLOUR.test(word)) return 'adjective'
  if (/^m/.test(tag)) return 'number'
  if (/^[ab]|^z/.test(tag)) return 'adjective'
  if (/^n|^s$/.test(tag)) return 'noun'
  if (/^f/.test(tag)) return 'place'
  if (/^[vp]/.test(tag)) return 'verb'
  return /^r/.test(tag) ? 'determiner' : 'other'
}
const MEASURE = /^[个只条辆张把本头匹位名架艘棵朵台块件瓶盏座扇根颗幅面顶片支枝群排对双些]$/u

async function chineseTagger(): Promise<Tagger> {
  const { tag } = await import('jieba-wasm')
  return (caption) => {
    const words = tag(caption) as readonly { readonly word: string; readonly tag: string }[]
    const tokens: Token[] = []
    let at = 0
    for (const { word, tag: own } of words) {
      const start = caption.indexOf(word, at)
      if (start < 0 || word.trim() === '') continue
      at = start + word.length
      const last = tokens.at(-1)
      // A numeral and its measure word are one: 两 + 只.
      if (last?.kind === 'number' && MEASURE.test(word) && last.end === start)
        tokens[tokens.length - 1] = { ...last, text: last.text + word, end: at }
      else tokens.push({ text: word, kind: chineseKind(word, own), start, end: at })
    }
    return tokens
  }
}

let loading: Promise<Taggers> | null = null

/** Rejects when a library cannot be loaded. */
export function loadTaggers(): Promise<Taggers> {
  loading ??= Promise.all([englishTagger(), chineseTagger()]).then(([en, zh]) => ({ en, 'zh-CN': zh }))
  loading.catch(() => (loading = null))
  return loading
}
