import { Server } from 'lucide-react'
import type { ReactElement } from 'react'
import { setState } from '../../app/state/studio'
import { useStudio } from '../../app/studio-context'
import { useT } from '../../i18n/translate'
import { Button } from '../../ui/Button'
import { SelectField } from '../../ui/fields'
import type { BuildState } from './use-build'

/** Which server writes the turns, and leave to send to it. */
export function ModelOptions({ state }: { readonly state: BuildState }): ReactElement {
  const t = useT()
  const studio = useStudio()
  const { servers, server, choose, allow } = state
  if (servers?.length === 0)
    return (
      <div className="build-no-server" data-testid="build-no-server">
        <p>{t('build.noServer')}</p>
        <Button size="sm" onClick={() => setState(studio, { overlay: 'models' })}>
          <Server size={14} />
          {t('build.addServer')}
        </Button>
      </div>
    )
  return (
    <div className="build-server">
      <SelectField
        label={t('build.server')}
        testId="build-server"
        value={server?.id ?? ''}
        options={(servers ?? []).map(({ id, name, model }) => ({ value: id, text: `${name} (${model})` }))}
        onChange={(next) => choose({ endpoint: next })}
      />
      {server === null || server.isAllowed ? null : (
        <div className="server-consent" role="alert" data-testid="build-consent">
          <p>{t('build.consent', { hosts: hostsOf(server) })}</p>
          <Button size="sm" variant="primary" data-testid="build-allow" onClick={() => void allow(server)}>
            {t('server.allow', { hosts: hostsOf(server) })}
          </Button>
        </div>
      )}
    </div>
  )
}

const hostsOf = ({ hosts }: NonNullable<BuildState['server']>): string => hosts.map(({ host }) => host).join(', ')
