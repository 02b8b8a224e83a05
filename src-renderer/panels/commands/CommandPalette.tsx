import { Search } from 'lucide-react'
import { useState } from 'react'
import type { KeyboardEvent, ReactElement } from 'react'
import { commands, runCommand } from '../../app/commands/registry'
import { useStudio, useStudioState } from '../../app/studio-context'
import { setState } from '../../app/state/studio'
import { useT } from '../../i18n/translate'
import { Dialog } from '../../ui/Dialog'
import { Kbd } from '../../ui/Kbd'
import { rankMatches } from './rank-matches'

/** Every command by name. */
export function CommandPalette(): ReactElement {
  const t = useT()
  const studio = useStudio()
  const state = useStudioState((whole) => whole)
  const [typed, setTyped] = useState('')
  const [active, setActive] = useState(0)
  const close = (): void => setState(studio, { overlay: null })
  const offered = commands
    .filter(
      (command) => command.id !== 'app.palette' && !command.id.startsWith('label.') && command.id !== 'view.cancel'
    )
    .map((command) => ({ command, name: t(command.label), group: t(`command.group.${command.group}`) }))
  const found = rankMatches(offered, typed, ({ name, group }) => `${name} ${group}`)
  const index = Math.min(active, found.length - 1)
  const run = (id: string): void => {
    close()
    // After the dialog gave the focus back, so that a command may move it.
    requestAnimationFrame(() => runCommand(studio, id))
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return
    const chosen = found[index]
    if (event.key === 'ArrowDown') setActive((index + 1) % Math.max(1, found.length))
    else if (event.key === 'ArrowUp') setActive((index - 1 + found.length) % Math.max(1, found.length))
    else if (event.key === 'Enter' && chosen?.command.isEnabled(state)) run(chosen.command.id)
    else return
    event.preventDefault()
  }
  return (
    <Dialog bare title={t('command.app.palette')} className="palette" testId="palette" onClose={close}>
      <div className="palette-search">
        <Search size={16} />
        <input
          value={typed}
          autoFocus
          placeholder={t('palette.placeholder')}
          aria-label={t('palette.placeholder')}
          onChange={(event) => {
            setTyped(event.target.value)
            setActive(0)
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <ul role="listbox" aria-label={t('command.app.palette')} className="palette-rows">
        {found.map(({ command, name, group }, row) => (
          <li
            key={command.id}
            role="option"
            aria-selected={row === index}
            aria-disabled={!command.isEnabled(state)}
            className="palette-row"
            ref={row === index ? (element) => element?.scrollIntoView({ block: 'nearest' }) : undefined}
            onMouseMove={() => setActive(row)}
            onClick={() => command.isEnabled(state) && run(command.id)}
          >
            <span className="truncate">{name}</span>
            <span className="palette-group">{group}</span>
            {command.keys[0] ? <Kbd chord={command.keys[0]} /> : null}
          </li>
        ))}
        {found.length === 0 ? <li className="palette-none">{t('palette.none')}</li> : null}
      </ul>
    </Dialog>
  )
}
