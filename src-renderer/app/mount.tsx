/** @file Puts the studio on the page over any transport: the product's own, or that of a test page. */
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { I18nextProvider } from 'react-i18next'
import type { Rpc } from '../../src-shared/ipc/contract'
import { createTranslations, resolveLanguage, translateWith } from '../i18n/translate'
import { App } from './App'
import { browserSources, createStudio, startStudio } from './state/create-studio'
import type { Studio } from './state/studio'
import { StudioProvider } from './studio-context'
import '../ui/styles'

export async function mountStudio(place: HTMLElement, rpc: Rpc): Promise<Studio> {
  const i18n = await createTranslations(resolveLanguage('system', navigator.language))
  const studio = createStudio(rpc, translateWith(i18n), browserSources)
  createRoot(place).render(
    <StrictMode>
      <I18nextProvider i18n={i18n}>
        <StudioProvider value={studio}>
          <App />
        </StudioProvider>
      </I18nextProvider>
    </StrictMode>
  )
  await startStudio(studio)
  return studio
}
