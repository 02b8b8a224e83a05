import { Tabs } from 'radix-ui'
import type { ReactElement } from 'react'
import { useStudio, useStudioState } from '../../app/studio-context'
import { orderedRegions } from '../../app/commands/selection'
import { setState } from '../../app/state/studio'
import type { RailTab } from '../../app/state/studio-state'
import { useT } from '../../i18n/translate'
import { ChecksPanel } from '../checks/ChecksPanel'
import { DetailsPanel } from '../details/DetailsPanel'
import { DialoguePanel } from '../dialogue/DialoguePanel'
import { RegionsPanel } from '../regions/RegionsPanel'

const tabs: readonly RailTab[] = ['dialogue', 'regions', 'details', 'checks']

export function RightRail(): ReactElement {
  const t = useT()
  const studio = useStudio()
  const tab = useStudioState((state) => state.tab)
  const regions = useStudioState((state) => orderedRegions(state).length)
  const found = useStudioState(({ checks }) => checks.image?.length ?? 0)
  return (
    <Tabs.Root className="rail" value={tab} onValueChange={(value) => setState(studio, { tab: value as RailTab })}>
      <Tabs.List className="rail-tabs" aria-label={t('rail.title')}>
        {tabs.map((name) => (
          <Tabs.Trigger key={name} value={name} className="rail-tab" data-testid={`tab-${name}`}>
            {t(`rail.${name}`)}
            {name === 'regions' && regions > 0 ? <span className="rail-count numeric">{regions}</span> : null}
            {name === 'checks' && found > 0 ? (
              <span className="rail-count rail-count-found numeric">{found}</span>
            ) : null}
          </Tabs.Trigger>
        ))}
      </Tabs.List>
      {/* The dialogue stays mounted: a message half written must survive a look at the regions. */}
      <Tabs.Content value="dialogue" className="rail-panel" forceMount hidden={tab !== 'dialogue'}>
        <h2 className="visually-hidden">{t('rail.dialogue')}</h2>
        <DialoguePanel />
      </Tabs.Content>
      <Tabs.Content value="regions" className="rail-panel">
        <h2 className="visually-hidden">{t('rail.regions')}</h2>
        <RegionsPanel />
      </Tabs.Content>
      <Tabs.Content value="checks" className="rail-panel">
        <h2 className="visually-hidden">{t('rail.checks')}</h2>
        <ChecksPanel />
      </Tabs.Content>
      <Tabs.Content value="details" className="rail-panel">
        <h2 className="visually-hidden">{t('rail.details')}</h2>
        <DetailsPanel />
      </Tabs.Content>
    </Tabs.Root>
  )
}
