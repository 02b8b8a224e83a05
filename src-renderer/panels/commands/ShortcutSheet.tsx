import type { ReactElement } from 'react'
import { commands } from '../../app/commands/registry'
import type { CommandGroup } from '../../app/commands/command'
import { useStudio } from '../../app/studio-context'
import { setState } from '../../app/state/studio'
import { useT } from '../../i18n/translate'
import { Dialog } from '../../ui/Dialog'
import { Kbd } from '../../ui/Kbd'

const groups: readonly CommandGroup[] = ['tools', 'proposals', 'regions', 'dialogue', 'images', 'project', 'view']

export function ShortcutSheet(): ReactElement {
  const t = useT()
  const studio = useStudio()
  const shown = commands.filter(
    (command) => command.keys.length > 0 && (!command.id.startsWith('label.') || command.id === 'label.1')
  )
  return (
    <Dialog
      wide
      title={t('command.app.shortcuts')}
      testId="shortcuts"
      onClose={() => setState(studio, { overlay: null })}
    >
      <div className="shortcut-groups">
        {groups.map((group) => (
          <section key={group}>
            <h3>{t(`command.group.${group}`)}</h3>
            <ul>
              {shown
                .filter((command) => command.group === group)
                .map((command) => (
                  <li key={command.id} className="shortcut-row">
                    <span>{t(command.label)}</span>
                    {command.id === 'label.1' ? (
                      <kbd className="kbd">1–9</kbd>
                    ) : (
                      <span className="shortcut-keys">
                        {command.keys.slice(0, 2).map((chord) => (
                          <Kbd key={chord} chord={chord} />
                        ))}
                      </span>
                    )}
                  </li>
                ))}
              {group === 'tools' ? (
                <li className="shortcut-row">
                  <span>{t('shortcut.holdPan')}</span>
                  <kbd className="kbd">{t('shortcut.space')}</kbd>
                </li>
              ) : null}
            </ul>
          </section>
        ))}
      </div>
    </Dialog>
  )
}
