import { FolderOpen, X } from 'lucide-react'
import { useState } from 'react'
import type { ReactElement } from 'react'
import { classNamesIn } from '../../../src-shared/dataset/class-names'
import type { ImportReport } from '../../../src-shared/formats/reading/report'
import type { ImportFormatInfo } from '../../../src-shared/ipc/contract'
import { useLanguage, useT } from '../../i18n/translate'
import { coreSentence } from '../../i18n/core-words'
import { Button, IconButton } from '../../ui/Button'
import { SelectField } from '../../ui/fields'
import { SpellingFields } from '../export/SpellingFields'
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
      <SelectField
        label={t('import.formatPick')}
        testId="import-format-pick"
        value={choice.format ?? ''}
        options={[
          { value: '', text: t('import.formatAuto') },
          ...formats.map(({ id, name }) => ({ value: id, text: name }))
        ]}
        onChange={(next) =>
          // What was said of one format means nothing to another.
          onChoose({
            ...choice,
            format: next === '' ? null : next,
            dialect: null,
            space: null,
            settings: {},
            classNames: []
          })
        }
      />
      <div className="form-field">
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
        <SpellingFields
          of="import"
          dialect={choice.dialect}
          space={choice.space}
          ownDialect={t('import.dialectOwn')}
          ownSpace={t('import.spaceOwn')}
          onDialect={(dialect) => onChoose({ ...choice, dialect })}
          onSpace={(space) => onChoose({ ...choice, space })}
        />
      ) : null}
      {format?.settings.map(({ id, about, values }) => (
        <SelectField
          key={id}
          label={coreSentence(language, about)}
          testId={`import-setting-${id}`}
          className="import-setting"
          value={choice.settings[id] ?? values[0]?.value ?? ''}
          options={values.map(({ value, about: says }) => ({ value, text: coreSentence(language, says) }))}
          onChange={(next) => onChoose({ ...choice, settings: { ...choice.settings, [id]: next } })}
        />
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
    <div className="form-field import-setting">
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
