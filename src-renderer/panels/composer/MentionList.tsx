import { useEffect, useState } from 'react'
import type { ReactElement } from 'react'
import { useStudio, useStudioState } from '../../app/studio-context'
import { orderedRegions } from '../../app/commands/selection'
import { chipOf } from '../../app/state/chips'
import { highlightRegions } from '../../app/state/selecting'
import { useT } from '../../i18n/translate'
import { regionColourStyle } from '../../ui/region-colour'
import type { ComposerEditor, MentionQuery } from './editor'

const SHOWN = 8

/** Regions of the image, offered after `@`. */
export function MentionList({
  editor,
  query
}: {
  readonly editor: ComposerEditor
  readonly query: MentionQuery
}): ReactElement | null {
  const studio = useStudio()
  const t = useT()
  const state = useStudioState((whole) => whole)
  const [active, setActive] = useState(0)
  const [closedAt, setClosedAt] = useState<number | null>(null)
  const wanted = query.text.toLowerCase()
  const found = orderedRegions(state)
    .map((region) => chipOf(t, state, region.id))
    .filter((chip) => chip.fullName.toLowerCase().includes(wanted) || String(chip.number) === wanted)
    .slice(0, SHOWN)
  const open = found.length > 0 && closedAt !== query.from
  const index = Math.min(active, found.length - 1)

  useEffect(() => {
    if (!open) return
    editor.setListKeys((key) => {
      const chosen = found[index]
      if (key === 'ArrowDown') setActive((index + 1) % found.length)
      else if (key === 'ArrowUp') setActive((index - 1 + found.length) % found.length)
      else if (key === 'Escape') setClosedAt(query.from)
      else if (chosen) editor.replaceWithRegion(query.from, query.to, chosen.id)
      return true
    })
    return () => editor.setListKeys(null)
  })
  useEffect(() => () => highlightRegions(studio, []), [studio])

  if (!open) return null
  return (
    <ul className="mention-list" role="listbox" aria-label={t('composer.regions')}>
      {found.map((chip, row) => (
        <li
          key={chip.id}
          role="option"
          aria-selected={row === index}
          className="mention-row"
          data-testid="mention-option"
          onMouseEnter={() => {
            setActive(row)
            highlightRegions(studio, [chip.id])
          }}
          onMouseDown={(event) => {
            event.preventDefault()
            editor.replaceWithRegion(query.from, query.to, chip.id)
          }}
        >
          <span className="dot" style={regionColourStyle(chip.colour)} />
          <span className="truncate">{chip.fullName}</span>
          <span className="mono mention-text">{chip.text}</span>
        </li>
      ))}
    </ul>
  )
}
