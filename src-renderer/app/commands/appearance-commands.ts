import type { Settings } from '../../../src-shared/ipc/contract'
import type { TranslationKey } from '../../i18n/translate'
import { changeSettings } from '../state/project'
import type { Command } from './command'

const appearance = (id: string, label: TranslationKey, patch: Partial<Settings>): Command => ({
  id: `appearance.${id}`,
  label,
  group: 'view',
  keys: [],
  isEnabled: ({ settings }) =>
    (patch.theme !== undefined && settings.theme !== patch.theme) ||
    (patch.language !== undefined && settings.language !== patch.language),
  run: (studio) => void changeSettings(studio, patch)
})

/** Theme and language; a choice that is in force already is disabled. */
export const appearanceCommands: readonly Command[] = [
  appearance('theme.dark', 'command.appearance.dark', { theme: 'dark' }),
  appearance('theme.light', 'command.appearance.light', { theme: 'light' }),
  appearance('theme.system', 'command.appearance.systemTheme', { theme: 'system' }),
  appearance('language.en', 'command.appearance.english', { language: 'en' }),
  appearance('language.zh-CN', 'command.appearance.chinese', { language: 'zh-CN' }),
  appearance('language.system', 'command.appearance.systemLanguage', { language: 'system' })
]
