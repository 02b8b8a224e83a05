import { useState } from 'react'
import type { FormEvent, ReactElement, ReactNode } from 'react'
import type { EndpointDraft } from '../../../src-shared/ipc/contract'
import { DIALECTS } from '../../../src-shared/dialects/registry'
import { useT } from '../../i18n/translate'
import { Button } from '../../ui/Button'

interface ServerFormProps {
  readonly onSave: (draft: EndpointDraft) => void
  readonly onCancel: () => void
}

/** Letters that an id may hold; the name may hold any. */
const idOf = (name: string): string =>
  name
    .trim()
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+|-+$/g, '')
    .slice(0, 64) || 'server'

export function ServerForm({ onSave, onCancel }: ServerFormProps): ReactElement {
  const t = useT()
  const [name, setName] = useState('')
  const [url, setUrl] = useState('http://127.0.0.1:8000/v1')
  const [model, setModel] = useState('')
  const [dialect, setDialect] = useState('qwen3-vl')
  const [keyVariable, setKeyVariable] = useState('')
  const isComplete = name.trim() !== '' && url.trim() !== '' && model.trim() !== ''
  const save = (event: FormEvent): void => {
    event.preventDefault()
    if (!isComplete) return
    onSave({
      id: idOf(name),
      name: name.trim(),
      baseUrls: url.split(/\s+/).filter((part) => part !== ''),
      model: model.trim(),
      dialect,
      space: DIALECTS.find(({ profile }) => profile.id === dialect)?.profile.space ?? 'original',
      keyVariable: keyVariable.trim() === '' ? null : keyVariable.trim()
    })
  }
  return (
    <form className="server-form" onSubmit={save}>
      <Field label={t('server.name')}>
        <input
          className="field"
          value={name}
          data-testid="server-name"
          autoFocus
          onChange={(event) => setName(event.target.value)}
        />
      </Field>
      <Field label={t('server.model')}>
        <input
          className="field mono"
          value={model}
          data-testid="server-model"
          onChange={(event) => setModel(event.target.value)}
        />
      </Field>
      <Field label={t('server.url')} note={t('server.urlNote')}>
        <input
          className="field mono"
          value={url}
          data-testid="server-url"
          onChange={(event) => setUrl(event.target.value)}
        />
      </Field>
      <Field label={t('server.dialect')} note={t('server.dialectNote')}>
        <select
          className="field"
          value={dialect}
          data-testid="server-dialect"
          onChange={(event) => setDialect(event.target.value)}
        >
          {DIALECTS.map(({ profile }) => (
            <option key={profile.id} value={profile.id}>
              {profile.name}
            </option>
          ))}
        </select>
      </Field>
      <Field label={t('server.key')} note={t('server.keyNote')}>
        <input
          className="field mono"
          value={keyVariable}
          placeholder="OPENAI_API_KEY"
          onChange={(event) => setKeyVariable(event.target.value)}
        />
      </Field>
      <div className="server-form-buttons">
        <Button onClick={onCancel}>{t('server.cancel')}</Button>
        <Button variant="primary" type="submit" disabled={!isComplete} data-testid="server-save">
          {t('server.save')}
        </Button>
      </div>
    </form>
  )
}

const Field = ({
  label,
  note,
  children
}: {
  readonly label: string
  readonly note?: string
  readonly children: ReactNode
}): ReactElement => (
  <label className="server-field">
    <span>{label}</span>
    {children}
    {note === undefined ? null : <span className="details-note">{note}</span>}
  </label>
)
