import { Search, Trash2, TriangleAlert } from 'lucide-react'
import { useState } from 'react'
import type { ReactElement } from 'react'
import type { KnownModel, MachineRoom, StoreView } from '../../../src-shared/ipc/contract'
import { formatBytes } from '../../app/state/format'
import { useLanguage, useT } from '../../i18n/translate'
import { Button, IconButton } from '../../ui/Button'

interface KnownModelsProps {
  readonly view: StoreView | null
  readonly source: string
  readonly onSource: (source: string) => void
  readonly onGet: (model: KnownModel, weights: string) => void
  readonly onDiscard: (modelId: string) => void
}

/** Public models that this version can run. Looking at the list asks no server. */
export function KnownModels({ view, source, onSource, onGet, onDiscard }: KnownModelsProps): ReactElement {
  const t = useT()
  if (view === null) return <p className="details-note">{t('adding.reading')}</p>
  return (
    <div className="known-models">
      <p className="details-note">{t('adding.knownNote')}</p>
      {/* A fact of the system: mirrors inside a network may still answer. */}
      {navigator.onLine ? null : (
        <p className="known-offline" role="status">
          <TriangleAlert size={14} />
          {t('adding.offline')}
        </p>
      )}
      <label className="form-field">
        <span>{t('adding.source')}</span>
        <input
          className="field field-sm mono"
          value={source}
          placeholder={view.defaultSource}
          spellCheck={false}
          data-testid="add-model-source"
          onChange={(event) => onSource(event.target.value)}
        />
      </label>
      <Room room={view.room} />
      <ul className="known-list">
        {view.known.map((model) => (
          <KnownRow key={model.id} model={model} onGet={(weights) => onGet(model, weights)} onDiscard={onDiscard} />
        ))}
      </ul>
      {view.broken.map(({ file, reason }) => (
        <p key={file} className="details-note">
          {t('adding.brokenManifest', { file, reason })}
        </p>
      ))}
    </div>
  )
}

export function Room({ room }: { readonly room: MachineRoom }): ReactElement {
  const t = useT()
  return (
    <p className="details-note numeric" data-testid="add-model-room">
      {t('adding.room', {
        disk: formatBytes(room.freeDiskBytes),
        memory: formatBytes(room.freeMemoryBytes),
        total: formatBytes(room.totalMemoryBytes)
      })}
    </p>
  )
}

function KnownRow({
  model,
  onGet,
  onDiscard
}: {
  readonly model: KnownModel
  readonly onGet: (weights: string) => void
  readonly onDiscard: (modelId: string) => void
}): ReactElement {
  const t = useT()
  const language = useLanguage()
  const { id, name, repository, dialect, licence, unknown, notes, weights } = model
  const [picked, setPicked] = useState<string | null>(null)
  // What was begun is what is most likely meant.
  const set = weights.find((one) => one.id === picked) ?? weights.find((one) => one.partialBytes > 0) ?? weights[0]
  const size = (bytes: number | null): string => (bytes === null ? t('adding.sizeUnknown') : formatBytes(bytes))
  return (
    <li className="known-row" data-testid="known-model" data-model={id}>
      <header>
        <h3>{name}</h3>
        <span className="tag">{dialect}</span>
        <span className={`tag ${licence.terms === 'open' ? '' : 'tag-warning'}`}>{licence.name}</span>
      </header>
      <p className="details-note mono truncate" title={repository}>
        {repository}
      </p>
      {notes.map((note) => (
        <p key={note.en} className="known-note">
          {note[language]}
        </p>
      ))}
      {unknown.length > 0 ? (
        <p className="details-note">
          {t('adding.unconfirmed', {
            what: unknown.map((what) => t(`adding.unknown.${what}`)).join(t('adding.comma'))
          })}
        </p>
      ) : null}
      <div className="known-get">
        <select
          className="field field-sm"
          value={set?.id ?? ''}
          aria-label={t('adding.weightsOf', { name })}
          data-testid="known-weights"
          onChange={(event) => setPicked(event.target.value)}
        >
          {weights.map((one) => (
            <option key={one.id} value={one.id}>
              {`${one.id} · ${size(one.bytes)}`}
            </option>
          ))}
        </select>
        {set !== undefined && set.partialBytes > 0 ? (
          <>
            <span className="details-note numeric">{t('adding.begun', { bytes: formatBytes(set.partialBytes) })}</span>
            <IconButton
              size="sm"
              label={t('adding.discard')}
              data-testid="known-discard"
              onClick={() => onDiscard(set.modelId)}
            >
              <Trash2 size={14} />
            </IconButton>
          </>
        ) : null}
        {set?.isInstalled === true ? (
          <span className="tag tag-success">{t('adding.isThere')}</span>
        ) : (
          <Button
            size="sm"
            data-testid="known-get"
            aria-label={t('adding.getOf', { name })}
            onClick={() => set && onGet(set.id)}
          >
            <Search size={13} />
            {t('adding.get')}
          </Button>
        )}
      </div>
    </li>
  )
}
