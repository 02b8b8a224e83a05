import {
  Bell,
  Check,
  ChevronLeft,
  ChevronRight,
  CircleHelp,
  Command as CommandIcon,
  Download,
  FolderOpen,
  Images,
  Languages,
  ListChecks,
  MessagesSquare,
  Moon,
  PanelLeft,
  Redo2,
  RefreshCw,
  Sun,
  SunMoon,
  Undo2,
  X,
  Upload
} from 'lucide-react'
import type { ReactElement } from 'react'
import { useCommand, useStudio, useStudioState } from '../../app/studio-context'
import { transactionName } from '../../app/state/names'
import { markNoticesRead } from '../../app/state/notices'
import { changeSettings } from '../../app/state/project'
import { shownIndex } from '../../app/state/gallery'
import { useT } from '../../i18n/translate'
import { Button } from '../../ui/Button'
import { CommandButton } from '../../ui/CommandButton'
import { Logo } from '../../ui/Logo'
import { Menu, MenuHeading, MenuItem, MenuRule } from '../../ui/Menu'
import { Popover } from '../../ui/Popover'
import { NoticeList } from '../notices/NoticeList'
import { SaveIndicator } from './SaveIndicator'

export function TopBar(): ReactElement {
  const name = useStudioState((state) => state.project?.name ?? 'Eyrie')
  return (
    <header className="topbar">
      <h1 className="visually-hidden">{name}</h1>
      <div className="topbar-side">
        <ProjectMenu />
        <CommandButton command="view.gallery">
          <PanelLeft size={16} />
        </CommandButton>
        <span className="topbar-rule" />
        <HistoryButtons />
        <SaveIndicator />
      </div>
      <ImageSteps />
      <div className="topbar-side topbar-end">
        <DoneButton />
        <ImportButton />
        <ExportButton />
        <span className="topbar-rule" />
        <CommandButton command="app.palette" testId="palette-open">
          <CommandIcon size={16} />
        </CommandButton>
        <Notices />
        <AppearanceMenu />
        <CommandButton command="app.shortcuts">
          <CircleHelp size={16} />
        </CommandButton>
      </div>
    </header>
  )
}

function ProjectMenu(): ReactElement {
  const t = useT()
  const project = useStudioState((state) => state.project)
  const commands = {
    folder: useCommand('project.openFolder'),
    sample: useCommand('project.openSample'),
    build: useCommand('project.build'),
    check: useCommand('project.check'),
    rescan: useCommand('project.rescan'),
    close: useCommand('project.close')
  }
  return (
    <Menu
      trigger={
        <button type="button" className="project-button" data-testid="project-menu">
          <Logo />
          <span className="truncate">{project?.name ?? 'Eyrie'}</span>
        </button>
      }
    >
      {project ? (
        <>
          <MenuHeading>{project.displayPath}</MenuHeading>
          <MenuRule />
        </>
      ) : null}
      <MenuItem icon={<FolderOpen size={15} />} keys={commands.folder.keys} onSelect={commands.folder.run}>
        {commands.folder.label}
      </MenuItem>
      <MenuItem icon={<Images size={15} />} onSelect={commands.sample.run}>
        {commands.sample.label}
      </MenuItem>
      <MenuItem icon={<RefreshCw size={15} />} disabled={!commands.rescan.enabled} onSelect={commands.rescan.run}>
        {commands.rescan.label}
      </MenuItem>
      <MenuRule />
      <MenuItem
        icon={<MessagesSquare size={15} />}
        keys={commands.build.keys}
        disabled={!commands.build.enabled}
        testId="build-open"
        onSelect={commands.build.run}
      >
        {commands.build.label}
      </MenuItem>
      <MenuItem
        icon={<ListChecks size={15} />}
        disabled={!commands.check.enabled}
        testId="check-open"
        onSelect={commands.check.run}
      >
        {commands.check.label}
      </MenuItem>
      <MenuRule />
      <MenuItem
        icon={<X size={15} />}
        disabled={!commands.close.enabled}
        testId="project-close"
        onSelect={commands.close.run}
      >
        {t('command.project.close')}
      </MenuItem>
    </Menu>
  )
}

function HistoryButtons(): ReactElement {
  const t = useT()
  const { undoLabel, redoLabel } = useStudioState((state) => state.history)
  return (
    <div className="topbar-group">
      <CommandButton
        command="history.undo"
        testId="undo"
        {...(undoLabel ? { label: t('history.undo', { name: transactionName(t, undoLabel) }) } : {})}
      >
        <Undo2 size={16} />
      </CommandButton>
      <CommandButton
        command="history.redo"
        testId="redo"
        {...(redoLabel ? { label: t('history.redo', { name: transactionName(t, redoLabel) }) } : {})}
      >
        <Redo2 size={16} />
      </CommandButton>
    </div>
  )
}

function ImageSteps(): ReactElement {
  const t = useT()
  const name = useStudioState((state) => state.document?.image.relativePath ?? '')
  const index = useStudioState(({ gallery, imageId }) => shownIndex(gallery, imageId))
  const total = useStudioState((state) => state.gallery.total)
  return (
    <div className="topbar-centre">
      <CommandButton command="image.previous" testId="image-previous">
        <ChevronLeft size={17} />
      </CommandButton>
      <div className="topbar-title">
        <span className="truncate" title={name} data-testid="image-name">
          {name || t('image.none')}
        </span>
        <span className="topbar-position numeric" data-testid="image-position">
          {total > 0 ? `${index === null ? '–' : index + 1} / ${total}` : ''}
        </span>
      </div>
      <CommandButton command="image.next" testId="image-next">
        <ChevronRight size={17} />
      </CommandButton>
    </div>
  )
}

function DoneButton(): ReactElement {
  const t = useT()
  const done = useStudioState((state) => state.document?.review.done ?? false)
  const command = useCommand('image.done')
  return (
    <Button
      size="sm"
      className={done ? 'done-button done-button-on' : 'done-button'}
      aria-pressed={done}
      disabled={!command.enabled}
      title={`${command.label} (${command.keysText})`}
      data-testid="image-done"
      onClick={command.run}
    >
      <Check size={15} />
      <span>{t(done ? 'image.done' : 'image.markDone')}</span>
    </Button>
  )
}

function ImportButton(): ReactElement {
  const t = useT()
  const command = useCommand('project.import')
  return (
    <Button
      size="sm"
      disabled={!command.enabled}
      title={`${command.label} (${command.keysText})`}
      data-testid="import-open"
      onClick={command.run}
    >
      <Upload size={15} />
      <span>{t('import.button')}</span>
    </Button>
  )
}

function ExportButton(): ReactElement {
  const t = useT()
  const command = useCommand('project.export')
  return (
    <Button
      size="sm"
      variant="primary"
      disabled={!command.enabled}
      title={`${command.label} (${command.keysText})`}
      data-testid="export-open"
      onClick={command.run}
    >
      <Download size={15} />
      <span>{t('export.button')}</span>
    </Button>
  )
}

function Notices(): ReactElement {
  const t = useT()
  const studio = useStudio()
  const unread = useStudioState((state) => state.unreadNotices)
  return (
    <Popover
      label={t('notice.list')}
      className="notice-popover"
      onOpenChange={(open) => {
        if (open) markNoticesRead(studio)
      }}
      trigger={
        <button
          type="button"
          className="icon-button"
          aria-label={unread > 0 ? t('notice.unread', { count: unread }) : t('notice.list')}
          data-testid="notices-open"
        >
          <Bell size={16} />
          {unread > 0 ? <span className="bell-dot" /> : null}
        </button>
      }
    >
      <NoticeList />
    </Popover>
  )
}

export function AppearanceMenu(): ReactElement {
  const t = useT()
  const studio = useStudio()
  const settings = useStudioState((state) => state.settings)
  const themes = [
    ['system', <SunMoon size={15} key="system" />],
    ['dark', <Moon size={15} key="dark" />],
    ['light', <Sun size={15} key="light" />]
  ] as const
  const languages = [
    ['system', t('language.system')],
    ['en', 'English'],
    ['zh-CN', '简体中文']
  ] as const
  return (
    <Menu
      align="end"
      trigger={
        <button type="button" className="icon-button" aria-label={t('appearance.menu')} data-testid="appearance">
          <SunMoon size={16} />
        </button>
      }
    >
      <MenuHeading>{t('appearance.theme')}</MenuHeading>
      {themes.map(([theme, icon]) => (
        <MenuItem
          key={theme}
          icon={icon}
          checked={settings.theme === theme}
          testId={`theme-${theme}`}
          onSelect={() => void changeSettings(studio, { theme })}
        >
          {t(`theme.${theme}`)}
        </MenuItem>
      ))}
      <MenuRule />
      <MenuHeading>{t('appearance.language')}</MenuHeading>
      {languages.map(([language, name]) => (
        <MenuItem
          key={language}
          icon={<Languages size={15} />}
          checked={settings.language === language}
          testId={`language-${language}`}
          onSelect={() => void changeSettings(studio, { language })}
        >
          {name}
        </MenuItem>
      ))}
    </Menu>
  )
}
