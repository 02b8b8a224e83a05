import { Plus, RefreshCw, Trash2 } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { ReactElement } from 'react'
import type { EndpointDraft, EndpointInfo, ServerCheck } from '../../../src-shared/ipc/contract'
import { useStudio } from '../../app/studio-context'
import { describeError } from '../../app/state/error-info'
import { notifyError } from '../../app/state/notices'
import { loadModels } from '../../app/state/project'
import { useT } from '../../i18n/translate'
import { Button, IconButton } from '../../ui/Button'
import { ServerForm } from './ServerForm'

interface ServersProps {
  readonly chosenId: string | null
  readonly onChoose: (modelId: string) => void
}

/** Model servers: which there are, whether anything may be sent to them, and what they answer. */
export function Servers({ chosenId, onChoose }: ServersProps): ReactElement {
  const t = useT()
  const studio = useStudio()
  const [servers, setServers] = useState<readonly EndpointInfo[]>([])
  const [isAdding, setAdding] = useState(false)
  const [checks, setChecks] = useState<Readonly<Record<string, readonly ServerCheck[]>>>({})

  /** Runs `work`, then shows the list as it is now. */
  const change = async (work: () => Promise<unknown>): Promise<boolean> => {
    try {
      await work()
      setServers(await studio.rpc.call('endpoints.list', {}))
      await loadModels(studio)
      return true
    } catch (reason) {
      notifyError(studio, describeError(reason))
      return false
    }
  }
  useEffect(() => {
    let isHere = true
    studio.rpc.call('endpoints.list', {}).then(
      (list) => (isHere ? setServers(list) : undefined),
      (reason: unknown) => notifyError(studio, describeError(reason))
    )
    return () => {
      isHere = false
    }
  }, [studio])

  const add = async (draft: EndpointDraft): Promise<void> => {
    if (await change(() => studio.rpc.call('endpoints.put', draft))) setAdding(false)
  }
  const check = (id: string): Promise<boolean> =>
    change(async () => {
      const found = await studio.rpc.call('endpoints.check', { id })
      setChecks((known) => ({ ...known, [id]: found }))
    })

  return (
    <section className="servers" data-testid="model-servers">
      <header>
        <h3>{t('server.title')}</h3>
        {isAdding ? null : (
          <Button size="sm" data-testid="server-add" onClick={() => setAdding(true)}>
            <Plus size={13} />
            {t('server.add')}
          </Button>
        )}
      </header>
      <p className="details-note">{t('server.note')}</p>
      {isAdding ? <ServerForm onSave={(draft) => void add(draft)} onCancel={() => setAdding(false)} /> : null}
      <ul>
        {servers.map((server) => (
          <ServerRow
            key={server.id}
            server={server}
            checks={checks[server.id] ?? []}
            isChosen={server.id === chosenId}
            onChoose={() => onChoose(server.id)}
            onAllow={(hosts) => void change(() => studio.rpc.call('endpoints.allow', { id: server.id, hosts }))}
            onCheck={() => void check(server.id)}
            onRemove={() => void change(() => studio.rpc.call('endpoints.remove', { id: server.id }))}
          />
        ))}
      </ul>
    </section>
  )
}

interface ServerRowProps {
  readonly server: EndpointInfo
  readonly checks: readonly ServerCheck[]
  readonly isChosen: boolean
  readonly onChoose: () => void
  readonly onAllow: (hosts: readonly string[]) => void
  readonly onCheck: () => void
  readonly onRemove: () => void
}

function ServerRow({ server, checks, isChosen, onChoose, onAllow, onCheck, onRemove }: ServerRowProps): ReactElement {
  const t = useT()
  const hosts = server.hosts.map(({ host }) => host)
  return (
    <li className="server-row" data-testid="server-row" data-chosen={isChosen}>
      <header>
        <strong>{server.name}</strong>
        <span className="tag">{server.dialect}</span>
        <span className="details-note mono truncate" title={server.baseUrls.join('\n')}>
          {server.model} · {hosts.join(', ')}
        </span>
        <span className="server-buttons">
          {server.isAllowed ? (
            <Button size="sm" onClick={onCheck}>
              <RefreshCw size={13} />
              {t('server.check')}
            </Button>
          ) : null}
          {isChosen ? <span className="tag tag-success">{t('model.inUse')}</span> : null}
          {server.isAllowed && !isChosen ? (
            <Button size="sm" data-testid="server-use" onClick={onChoose}>
              {t('model.use')}
            </Button>
          ) : null}
          <IconButton label={t('server.remove', { name: server.name })} size="sm" onClick={onRemove}>
            <Trash2 size={14} />
          </IconButton>
        </span>
      </header>
      {server.isAllowed ? null : (
        <div className="server-consent" role="alert">
          <p>{t('server.consent', { hosts: hosts.join(', ') })}</p>
          <Button size="sm" variant="primary" data-testid="server-allow" onClick={() => onAllow(hosts)}>
            {t('server.allow', { hosts: hosts.join(', ') })}
          </Button>
        </div>
      )}
      {checks.map(({ url, works, detail }) => (
        <p key={url} className="provider-row">
          <span className={`tag ${works ? 'tag-success' : 'tag-warning'}`}>
            {works ? t('server.works') : t('server.worksNot')}
          </span>
          <span>{detail}</span>
        </p>
      ))}
    </li>
  )
}
