import { describe, expect, it } from 'vitest'
import { commands } from '../app/commands/registry'
import { en } from './en'
import { createTranslations, resolveLanguage, translateWith } from './translate'
import { zhCN } from './zh-CN'

const base = (key: string): string => key.replace(/_(one|other)$/, '')
const keysOf = (dictionary: object): string[] => [...new Set(Object.keys(dictionary).map(base))].sort()

const sources: Readonly<Record<string, string>> = import.meta.glob(
  ['../**/*.{ts,tsx}', '!../**/*.test.*', '!../canvas/**', '!../i18n/**'],
  { query: '?raw', import: 'default', eager: true }
)

describe('translations', () => {
  it('has every key in both languages', () => {
    expect(keysOf(zhCN)).toEqual(keysOf(en))
  })

  it('uses every key', () => {
    const text = Object.values(sources).join('\n')
    expect(text.length).toBeGreaterThan(10_000)
    // `gallery.filter.${filter}` uses all keys that begin so.
    const families = [...text.matchAll(/`([a-z]+(?:\.[A-Za-z]+)*\.)\$\{/g)].map((match) => match[1] ?? '')
    const unused = keysOf(en).filter(
      (key) => !text.includes(`'${key}'`) && !families.some((family) => key.startsWith(family))
    )
    expect(unused).toEqual([])
  })

  it('keeps the same values in both languages', () => {
    const slots = (text: string): string[] => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1] ?? '').sort()
    const english: Readonly<Record<string, string>> = en
    const different = Object.entries(zhCN).filter(
      ([key, text]) => slots(text).join() !== slots(english[key] ?? '').join()
    )
    expect(different).toEqual([])
  })

  it('names every command and its group', async () => {
    const t = translateWith(await createTranslations('zh-CN'))
    for (const { label, group } of commands) {
      expect(t(label)).not.toBe(label)
      expect(t(`command.group.${group}`)).not.toContain('command.')
    }
  })

  it('changes language live and counts in English', async () => {
    const instance = await createTranslations('en')
    const t = translateWith(instance)
    expect([t('status.regions', { count: 1 }), t('status.regions', { count: 2 })]).toEqual(['1 region', '2 regions'])
    await instance.changeLanguage('zh-CN')
    expect(t('status.regions', { count: 2 })).toBe('2 个区域')
  })

  it('follows the system unless told otherwise', () => {
    expect(resolveLanguage('system', 'zh-TW')).toBe('zh-CN')
    expect(resolveLanguage('system', 'de-DE')).toBe('en')
    expect(resolveLanguage('en', 'zh-CN')).toBe('en')
  })
})
