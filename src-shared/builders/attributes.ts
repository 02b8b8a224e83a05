/**
 * @file What is said of a region besides its class: "colour: red", or Visual Genome's list of words. A value under a
 * key excludes every other value of that key; what nobody says stays unknown.
 */
import type { Attributes } from '../document/records'

/** Key → value, both as they are compared; only keys whose values can stand before a noun. */
export type ThingAttributes = ReadonlyMap<string, string>

const COLOURS =
  'red orange yellow green blue purple pink brown black white grey gray silver gold golden beige 红 橙 黄 绿 蓝 紫 粉 棕 褐 黑 白 灰 银 金'.split(
    ' '
  )
const MATERIALS = 'wooden metal plastic glass leather brick stone concrete 木 木制 金属 塑料 玻璃 皮革 石头 砖'.split(
  ' '
)
const KEYS: Readonly<Record<string, string>> = {
  color: 'colour',
  colour: 'colour',
  颜色: 'colour',
  material: 'material',
  材质: 'material'
}
const HAN = /\p{Script=Han}/u

const bare = (word: string): string => (HAN.test(word) ? word.replace(/色?的?$/u, '') : word)
const isColour = (word: string): boolean => COLOURS.includes(bare(word))

export function attributesOf(attributes: Attributes | undefined): ThingAttributes {
  const found = new Map<string, string>()
  const clashes = new Set<string>()
  const put = (key: string, value: string): void => {
    const known = found.get(key)
    if (known !== undefined && known !== value) clashes.add(key)
    found.set(key, value)
  }
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (typeof value !== 'string') continue
    const key = KEYS[name.trim().toLowerCase()]
    const words = value
      .split(/[,，;；、]/)
      .map((word) => word.trim().toLowerCase())
      .filter((word) => word !== '')
    if (key !== undefined && words.length === 1 && /^[\p{L}\s-]{1,24}$/u.test(words[0] ?? '')) put(key, words[0] ?? '')
    // A list of words, as Visual Genome has them.
    else if (name === 'attributes')
      for (const word of words) {
        if (isColour(word)) put('colour', word)
        else if (MATERIALS.includes(bare(word))) put('material', word)
      }
  }
  // Two colours at once say nothing that excludes a third.
  for (const key of clashes) found.delete(key)
  return found
}

/** Whether a word says a colour or a material, and no other kind of thing as "toy" does before "car". */
export const isQuality = (word: string): boolean => isColour(word) || MATERIALS.includes(bare(word.toLowerCase()))

/** Words that stand before the noun; null: not in this language. */
export function attributeWords(value: string, language: 'en' | 'zh-CN'): string | null {
  if (language === 'en') return HAN.test(value) ? null : value
  if (!HAN.test(value)) return null
  if (isColour(value)) return `${bare(value)}色的`
  return value.endsWith('的') ? value : `${value}的`
}
