import { Plus } from 'lucide-react'
import { useState } from 'react'
import type { KeyboardEvent, ReactElement } from 'react'
import { useStudio, useStudioState } from '../../app/studio-context'
import { findOrCreateLabel } from '../../app/state/edits'
import { useT } from '../../i18n/translate'
import { regionColourStyle } from '../../ui/region-colour'
import { matchLabels } from './match-labels'

export interface LabelInputProps {
  readonly value: string | null
  readonly autoFocus?: boolean
  readonly onChoose: (labelId: string | null) => void
}

/** Type-ahead over the project's labels; a name that is not there yet can be made on the spot. */
export function LabelInput({ value, autoFocus, onChoose }: LabelInputProps): ReactElement {
  const t = useT()
  const studio = useStudio()
  const labels = useStudioState((state) => state.labels)
  const [typed, setTyped] = useState('')
  const [active, setActive] = useState(0)
  const { found, canCreate } = matchLabels(labels, typed)
  const rows = [
    ...found.map((label) => label.id),
    ...(canCreate ? ['create'] : []),
    ...(value !== null && typed === '' ? ['none'] : [])
  ]
  const index = Math.min(active, rows.length - 1)
  const choose = (row: string | undefined): void => {
    if (row === undefined) return
    if (row === 'none') onChoose(null)
    else if (row === 'create') {
      const made = findOrCreateLabel(studio, typed)
      if (made) onChoose(made)
    } else onChoose(row)
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'ArrowDown') setActive((index + 1) % Math.max(1, rows.length))
    else if (event.key === 'ArrowUp') setActive((index - 1 + rows.length) % Math.max(1, rows.length))
    else if (event.key === 'Enter') choose(rows[index])
    else return
    event.preventDefault()
  }
  return (
    <div className="label-input">
      <input
        className="field"
        value={typed}
        autoFocus={autoFocus}
        placeholder={t('label.placeholder')}
        aria-label={t('label.assign')}
        data-testid="label-input"
        onChange={(event) => {
          setTyped(event.target.value)
          setActive(0)
        }}
        onKeyDown={onKeyDown}
      />
      <ul role="listbox" aria-label={t('label.assign')} className="label-options">
        {rows.map((row, at) => {
          const label = labels.find((other) => other.id === row)
          return (
            <li
              key={row}
              role="option"
              aria-selected={at === index}
              className="label-option"
              data-testid="label-option"
              onMouseEnter={() => setActive(at)}
              onMouseDown={(event) => {
                event.preventDefault()
                choose(row)
              }}
            >
              {label ? (
                <span className="dot" style={regionColourStyle(label.colour)} />
              ) : row === 'create' ? (
                <Plus size={13} />
              ) : (
                <span className="dot dot-none" />
              )}
              <span className="truncate">
                {label ? label.name : row === 'create' ? t('label.create', { name: typed.trim() }) : t('label.none')}
              </span>
              {label && label.order < 9 ? <kbd className="kbd label-key">{labels.indexOf(label) + 1}</kbd> : null}
            </li>
          )
        })}
        {rows.length === 0 ? <li className="label-nothing">{t('label.empty')}</li> : null}
      </ul>
    </div>
  )
}
