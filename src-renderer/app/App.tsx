import { WifiOff } from 'lucide-react'
import { useEffect } from 'react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { resolveLanguage, useT } from '../i18n/translate'
import { BuildDialog } from '../panels/build/BuildDialog'
import { CanvasStage } from '../panels/canvas-stage/CanvasStage'
import { StatusBar } from '../panels/canvas-stage/StatusBar'
import { ToolRail } from '../panels/canvas-stage/ToolRail'
import { CommandPalette } from '../panels/commands/CommandPalette'
import { ShortcutSheet } from '../panels/commands/ShortcutSheet'
import { ExportDialog } from '../panels/export/ExportDialog'
import { ImportDialog } from '../panels/import/ImportDialog'
import { Gallery } from '../panels/gallery/Gallery'
import { ModelsDialog } from '../panels/models/ModelsDialog'
import { Toasts } from '../panels/notices/Toasts'
import { RightRail } from '../panels/rail/RightRail'
import { RailResizer } from '../panels/rail/RailResizer'
import { FolderBrowser } from '../panels/start/FolderBrowser'
import { StartScreen } from '../panels/start/StartScreen'
import { TopBar } from '../panels/topbar/TopBar'
import { Logo } from '../ui/Logo'
import { TooltipProvider } from '../ui/Tooltip'
import { useKeyboard } from './commands/use-keyboard'
import { useStudio, useStudioState } from './studio-context'

const TOOLTIP_AFTER_MS = 450

export function App(): ReactElement {
  const studio = useStudio()
  const screen = useStudioState((state) => state.screen)
  useAppearance()
  useKeyboard(studio)
  useLeaveWarning()
  return (
    <TooltipProvider delayDuration={TOOLTIP_AFTER_MS} skipDelayDuration={200}>
      <ConnectionBanner />
      {screen === 'loading' ? <Loading /> : screen === 'start' ? <StartScreen /> : <StudioScreen />}
      <Overlays />
      <Toasts />
    </TooltipProvider>
  )
}

function StudioScreen(): ReactElement {
  const isGalleryOpen = useStudioState((state) => state.galleryOpen)
  const railWidth = useStudioState((state) => state.railWidth)
  // The project on screen is being left: what was done to it now would be done to none, or to the next.
  const isOpening = useStudioState((state) => state.opening)
  return (
    <div className="studio" data-gallery={isGalleryOpen} inert={isOpening} aria-busy={isOpening}>
      <TopBar />
      {isGalleryOpen ? <Gallery /> : null}
      <ToolRail />
      <CanvasStage />
      <aside className="rail-pane" style={{ width: railWidth }}>
        <RailResizer />
        <RightRail />
      </aside>
      <StatusBar />
    </div>
  )
}

function Loading(): ReactElement {
  const t = useT()
  return (
    <main className="loading" aria-busy="true">
      <Logo size={40} />
      <span className="visually-hidden">{t('common.loading')}</span>
    </main>
  )
}

function Overlays(): ReactElement | null {
  const overlay = useStudioState((state) => state.overlay)
  if (overlay === 'palette') return <CommandPalette />
  if (overlay === 'shortcuts') return <ShortcutSheet />
  if (overlay === 'export') return <ExportDialog />
  if (overlay === 'import') return <ImportDialog />
  if (overlay === 'build') return <BuildDialog />
  if (overlay === 'folder') return <FolderBrowser />
  if (overlay === 'models') return <ModelsDialog />
  return null
}

function ConnectionBanner(): ReactElement | null {
  const t = useT()
  const isLost = useStudioState((state) => state.connection === 'lost')
  if (!isLost) return null
  return (
    <div className="connection-lost" role="alert" data-testid="connection-lost">
      <WifiOff size={15} />
      <strong>{t('connection.lost')}</strong>
      <span>{t('connection.lostNext')}</span>
    </div>
  )
}

/** Theme and language of the page follow the settings at once. */
function useAppearance(): void {
  const { i18n } = useTranslation()
  const theme = useStudioState((state) => state.settings.theme)
  const language = useStudioState((state) =>
    resolveLanguage(state.settings.language, state.app?.locale ?? navigator.language)
  )
  useEffect(() => {
    const dark = window.matchMedia('(prefers-color-scheme: dark)')
    const apply = (): void => {
      document.documentElement.dataset['theme'] = theme === 'system' ? (dark.matches ? 'dark' : 'light') : theme
    }
    apply()
    dark.addEventListener('change', apply)
    return () => dark.removeEventListener('change', apply)
  }, [theme])
  useEffect(() => {
    document.documentElement.lang = language
    void i18n.changeLanguage(language)
  }, [i18n, language])
}

/** The browser asks before a window with unsaved edits is closed. */
function useLeaveWarning(): void {
  const isUnsaved = useStudioState((state) => state.pending.length > 0)
  useEffect(() => {
    if (!isUnsaved) return
    const onLeave = (event: BeforeUnloadEvent): void => event.preventDefault()
    window.addEventListener('beforeunload', onLeave)
    return () => window.removeEventListener('beforeunload', onLeave)
  }, [isUnsaved])
}
