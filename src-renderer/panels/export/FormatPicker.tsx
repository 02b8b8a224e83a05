import { Search, ShieldCheck } from 'lucide-react'
import { useState } from 'react'
import type { ReactElement } from 'react'
import type { ExportFormatId, ExportFormatInfo } from '../../../src-shared/ipc/contract'
import { coreSentence } from '../../i18n/core-words'
import { useLanguage, useT } from '../../i18n/translate'
import { grouped, matches } from './format-groups'

export interface FormatPickerProps {
  readonly formats: readonly ExportFormatInfo[]
  readonly chosen: readonly ExportFormatId[]
  readonly onChoose: (chosen: readonly ExportFormatId[]) => void
}

/** All formats by what they are for, and beside them what the one in hand holds and does not. */
export function FormatPicker({ formats, chosen, onChoose }: FormatPickerProps): ReactElement {
  const t = useT()
  const [query, setQuery] = useState('')
  const [inHand, setInHand] = useState<ExportFormatId | null>(null)
  const shown = formats.filter((format) => matches(format, query))
  const about = formats.find(({ id }) => id === (inHand ?? chosen[0])) ?? null
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
            onChange={(event) => setQuery(event.target.value)}
          />
        </label>
        <div className="format-groups">
          {grouped(shown).map(({ group, formats: some }) => (
            <section key={group} aria-label={t(`export.group.${group}`)}>
              <h4>{t(`export.group.${group}`)}</h4>
              <ul>
                {some.map(({ id, name }) => (
                  <li key={id}>
                    <label
                      className="format-row"
                      data-checked={chosen.includes(id)}
                      data-current={about?.id === id}
                      data-testid={`format-${id}`}
                    >
                      <input
                        type="checkbox"
                        checked={chosen.includes(id)}
                        onFocus={() => setInHand(id)}
                        onChange={() => toggle(id)}
                      />
                      <span className="truncate" title={name}>
                        {name}
                      </span>
                    </label>
                  </li>
                ))}
              </ul>
            </section>
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
