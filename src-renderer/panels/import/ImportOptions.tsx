import { FolderOpen, X } from 'lucide-react'
import { useState } from 'react'
import type { ReactElement } from 'react'
import { DIALECTS } from '../../../src-shared/dialects/registry'
import type { DialectSpace } from '../../../src-shared/dialects/dialect'
import type { ImportReport } from '../../../src-shared/formats/reading/report'
import type { ImportFormatInfo } from '../../../src-shared/ipc/contract'
import { useLanguage, useT } from '../../i18n/translate'
import { coreSentence } from '../../i18n/core-words'
import { Button, IconButton } from '../../ui/Button'
import { SPACES } from '../export/export-choice'
import { classNamesIn } from './class-names'
import type { ImportChoice } from './use-import'

/** What a person knows and the files do not say. Each change looks at the files again; nothing is written. */
export function ImportOptions({
  report,
  formats,
  choice,
  onChoose,
  onPickImages
}: {
  readonly report: ImportReport
  readonly formats: readonly ImportFormatInfo[]
  readonly choice: ImportChoice
  readonly onChoose: (choice: ImportChoice) => void
  readonly onPickImages: () => void
}): ReactElement {
  const t = useT()
  const language = useLanguage()
  const format = formats.find(({ id }) => id === report.format)
  const isNameless = report.doubts.some(({ code }) => code === 'import/no-class-names')
  return (
    <div className="import-options">
      <label className="export-field">
        <span>{t('import.formatPick')}</span>
        <select
          className="field field-sm"
          value={choice.format ?? ''}
          data-testid="import-format-pick"
          onChange={(event) =>
            // What was said of one format means nothing to another.
            onChoose({
              ...choice,
              format: event.target.value === '' ? null : event.target.value,
              dialect: null,
              space: null,
              settings: {},
              classNames: []
            })
          }
        >
          <option value="">{t('import.formatAuto')}</option>
          {formats.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <div className="export-field">
        <span id="import-images-label">{t('import.images')}</span>
        <div className="import-images">
          <span className="mono truncate" title={choice.images?.name ?? ''}>
            {choice.images?.name ?? t('import.imagesAuto')}
          </span>
          {choice.images === null ? null : (
            <IconButton size="sm" label={t('import.imagesClear')} onClick={() => onChoose({ ...choice, images: null })}>
              <X size={14} />
            </IconButton>
          )}
          <Button size="sm" data-testid="import-images-pick" onClick={onPickImages}>
            <FolderOpen size={14} />
            {t('export.folderPick')}
          </Button>
        </div>
      </div>
      {format?.takesDialect === true ? (
        <>
          <label className="export-field">
            <span>{t('export.dialectPick')}</span>
            <select
              className="field field-sm"
              value={choice.dialect ?? ''}
              data-testid="import-dialect"
              onChange={(event) =>
                onChoose({ ...choice, dialect: event.target.value === '' ? null : event.target.value })
              }
            >
              <option value="">{t('import.dialectOwn')}</option>
              {DIALECTS.map(({ profile }) => (
                <option key={profile.id} value={profile.id}>
                  {profile.name}
                </option>
              ))}
            </select>
          </label>
          <label className="export-field">
            <span>{t('export.space')}</span>
            <select
              className="field field-sm"
              value={choice.space ?? ''}
              data-testid="import-space"
              onChange={(event) =>
                onChoose({ ...choice, space: event.target.value === '' ? null : (event.target.value as DialectSpace) })
              }
            >
              <option value="">{t('import.spaceOwn')}</option>
              {SPACES.map((space) => (
                <option key={space} value={space}>
                  {t(`export.space.${space}`)}
                </option>
              ))}
            </select>
          </label>
        </>
      ) : null}
      {format?.settings.map(({ id, about, values }) => (
        <label key={id} className="export-field import-setting">
          <span>{coreSentence(language, about)}</span>
          <select
            className="field field-sm"
            value={choice.settings[id] ?? values[0]?.value ?? ''}
            data-testid={`import-setting-${id}`}
            onChange={(event) => onChoose({ ...choice, settings: { ...choice.settings, [id]: event.target.value } })}
          >
            {values.map(({ value, about: says }) => (
              <option key={value} value={value}>
                {coreSentence(language, says)}
              </option>
            ))}
          </select>
        </label>
      ))}
      {format?.takesClassNames === true && (isNameless || choice.classNames.length > 0) ? (
        <ClassNames
          key={choice.classNames.join()}
          names={choice.classNames}
          onGive={(classNames) => onChoose({ ...choice, classNames })}
        />
      ) : null}
    </div>
  )
}

/** One name a line, in the order of the numbers. */
function ClassNames({
  names,
  onGive
}: {
  readonly names: readonly string[]
  readonly onGive: (names: readonly string[]) => void
}): ReactElement {
  const t = useT()
  const [typed, setTyped] = useState(names.join('\n'))
  return (
    <div className="export-field import-setting">
      <label htmlFor="import-class-names">{t('import.classNames')}</label>
      <textarea
        id="import-class-names"
        className="field import-class-names mono"
        rows={4}
        value={typed}
        placeholder={t('import.classNamesHint')}
        data-testid="import-class-names"
        onChange={(event) => setTyped(event.target.value)}
      />
      <span>
        <Button
          size="sm"
          disabled={typed.trim() === ''}
          data-testid="import-class-names-use"
          onClick={() => onGive(classNamesIn(typed))}
        >
          {t('import.classNamesUse')}
        </Button>
      </span>
    </div>
  )
}
