import { Check, Search, ShieldCheck } from 'lucide-react'
import { useId, useRef, useState } from 'react'
import type { ReactElement } from 'react'
import type { ExportFormatId, ExportFormatInfo } from '../../../src-shared/ipc/contract'
import { coreSentence } from '../../i18n/core-words'
import { useLanguage, useT } from '../../i18n/translate'
import { useListKeys } from '../../ui/use-list-keys'
import { grouped, matches } from './format-groups'

export interface FormatPickerProps {
  readonly formats: readonly ExportFormatInfo[]
  readonly chosen: readonly ExportFormatId[]
  readonly onChoose: (chosen: readonly ExportFormatId[]) => void
}

/**
 * All formats by what they are for, and beside them what the one in hand holds and does not. One stop of Tab; arrows,
 * Home, End and first letters walk the list, Space and Enter choose.
 */
export function FormatPicker({ formats, chosen, onChoose }: FormatPickerProps): ReactElement {
  const t = useT()
  const [query, setQuery] = useState('')
  const [inHand, setInHand] = useState<ExportFormatId | null>(null)
  const listId = useId()
  const list = useRef<HTMLDivElement>(null)
  const onListKey = useListKeys('[role=option]')
  const shown = formats.filter((format) => matches(format, query))
  const about = formats.find(({ id }) => id === (inHand ?? chosen[0])) ?? null
  // Where Tab enters the list.
  const entry = shown.find(({ id }) => id === about?.id)?.id ?? grouped(shown)[0]?.formats[0]?.id
  const toggle = (id: ExportFormatId): void => {
    setInHand(id)
    onChoose(chosen.includes(id) ? chosen.filter((other) => other !== id) : [...chosen, id])
  }
  return (
    <div className="format-picker">
      <div className="format-list">
        <label className="format-search">
          <Search size={14} />
          <input
            className="field field-sm"
            type="search"
            value={query}
            placeholder={t('export.search')}
            aria-label={t('export.search')}
            data-testid="format-search"
            aria-controls={listId}
            onChange={(event) => setQuery(event.target.value)}
            onKeyDown={(event) => {
              if (event.key === 'Escape' && query !== '') {
                // What was typed goes first; the dialog closes at the next press.
                event.preventDefault()
                setQuery('')
              }
              if (event.key !== 'ArrowDown') return
              event.preventDefault()
              list.current?.querySelector<HTMLElement>('[role=option][tabindex="0"]')?.focus()
            }}
          />
        </label>
        <div
          ref={list}
          id={listId}
          className="format-groups"
          role="listbox"
          aria-multiselectable
          aria-label={t('export.formats')}
          data-testid="format-list"
          onKeyDown={onListKey}
        >
          {grouped(shown).map(({ group, formats: some }) => (
            <div key={group} role="group" aria-labelledby={`${listId}-${group}`}>
              <h4 id={`${listId}-${group}`} role="presentation">
                {t(`export.group.${group}`)}
              </h4>
              {some.map(({ id, name }) => (
                <div
                  key={id}
                  role="option"
                  aria-selected={chosen.includes(id)}
                  tabIndex={id === entry ? 0 : -1}
                  className="format-row"
                  data-name={name}
                  data-checked={chosen.includes(id)}
                  data-current={about?.id === id}
                  data-testid={`format-${id}`}
                  onFocus={() => setInHand(id)}
                  onClick={() => toggle(id)}
                  onKeyDown={(event) => {
                    if (event.key !== ' ' && event.key !== 'Enter') return
                    event.preventDefault()
                    toggle(id)
                  }}
                >
                  <span className="format-check">
                    {chosen.includes(id) ? <Check size={12} strokeWidth={3} /> : null}
                  </span>
                  <span className="truncate" title={name}>
                    {name}
                  </span>
                </div>
              ))}
            </div>
          ))}
          {shown.length === 0 ? <p className="format-none">{t('export.searchNone')}</p> : null}
        </div>
      </div>
      {about === null ? null : <AboutFormat format={about} />}
    </div>
  )
}

function AboutFormat({ format }: { readonly format: ExportFormatInfo }): ReactElement {
  const t = useT()
  const language = useLanguage()
  const { name, fileName, limits, keeps } = format
  return (
    <div className="format-about" aria-live="polite" data-testid="format-about">
      <p className="format-about-name">{name}</p>
      <p className="mono format-file">{fileName}</p>
      <p className="format-checked">
        <ShieldCheck size={14} />
        {t(keeps === null ? 'export.notReadBack' : 'export.readBack')}
      </p>
      {limits.length > 0 ? (
        <ul className="format-limits">
          {limits.map((limit) => (
            <li key={limit}>{coreSentence(language, limit)}</li>
          ))}
        </ul>
      ) : null}
    </div>
  )
}
