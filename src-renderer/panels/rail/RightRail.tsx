import { Tabs } from 'radix-ui'
import type { ReactElement } from 'react'
import { useStudio, useStudioState } from '../../app/studio-context'
import { setState } from '../../app/state/studio'
import type { RailTab } from '../../app/state/studio-state'
import { useT } from '../../i18n/translate'
import { DetailsPanel } from '../details/DetailsPanel'
import { DialoguePanel } from '../dialogue/DialoguePanel'
import { RegionsPanel } from '../regions/RegionsPanel'

const tabs: readonly RailTab[] = ['dialogue', 'regions', 'details']

export function RightRail(): ReactElement {
  const t = useT()
  const studio = useStudio()
  const tab = useStudioState((state) => state.tab)
  const regions = useStudioState(
    (state) => state.document?.regions.filter((region) => region.state !== 'rejected').length ?? 0
  )
  return (
    <Tabs.Root className="rail" value={tab} onValueChange={(value) => setState(studio, { tab: value as RailTab })}>
      <Tabs.List className="rail-tabs" aria-label={t('rail.title')}>
        {tabs.map((name) => (
          <Tabs.Trigger key={name} value={name} className="rail-tab" data-testid={`tab-${name}`}>
            {t(`rail.${name}`)}
            {name === 'regions' && regions > 0 ? <span className="rail-count numeric">{regions}</span> : null}
          </Tabs.Trigger>
        ))}
      </Tabs.List>
      {/* The dialogue stays mounted: a message half written must survive a look at the regions. */}
      <Tabs.Content value="dialogue" className="rail-panel" forceMount hidden={tab !== 'dialogue'}>
        <DialoguePanel />
      </Tabs.Content>
      <Tabs.Content value="regions" className="rail-panel">
        <RegionsPanel />
      </Tabs.Content>
      <Tabs.Content value="details" className="rail-panel">
        <DetailsPanel />
      </Tabs.Content>
    </Tabs.Root>
  )
}
