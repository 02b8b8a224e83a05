/** @file Typed translation: keys are those of `en.ts`, and nothing else compiles. */
import i18next from 'i18next'
import type { i18n as I18n } from 'i18next'
import { useMemo } from 'react'
import { initReactI18next, useTranslation } from 'react-i18next'
import { en } from './en'
import { zhCN } from './zh-CN'

type PluralSuffix = '_one' | '_other'
type WithoutPlural<K extends string> = K extends `${infer Base}${PluralSuffix}` ? Base : K
export type TranslationKey = WithoutPlural<keyof typeof en>
export type Values = Readonly<Record<string, string | number>>
export type Translate = (key: TranslationKey, values?: Values) => string
export type Language = 'en' | 'zh-CN'

export async function createTranslations(language: Language): Promise<I18n> {
  const instance = i18next.createInstance()
  await instance.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    keySeparator: false,
    nsSeparator: false,
    // React and the DOM's textContent keep text inert; escaping here would show entities.
    interpolation: { escapeValue: false },
    resources: { en: { translation: en }, 'zh-CN': { translation: zhCN } }
  })
  return instance
}

export const translateWith =
  (instance: I18n): Translate =>
  (key, values) =>
    instance.t(key, values ?? {})

export function useT(): Translate {
  const { t } = useTranslation()
  // `t` is a new function when the language changes, so views written in it render again.
  return useMemo<Translate>(() => (key, values) => t(key, values ?? {}), [t])
}

export function useLanguage(): Language {
  const { i18n } = useTranslation()
  return i18n.language === 'zh-CN' ? 'zh-CN' : 'en'
}

/** `system` follows what the core says the system speaks. */
export function resolveLanguage(setting: 'system' | Language, systemLocale: string): Language {
  if (setting !== 'system') return setting
  return systemLocale.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en'
}
