import { Scan } from 'lucide-react'
import type { ReactElement } from 'react'
import { selectedRegions } from '../../app/commands/selection'
import { useCommand, useStudioState } from '../../app/studio-context'
import { maskSource } from '../../app/state/masks'
import { useT } from '../../i18n/translate'
import { Button } from '../../ui/Button'
import { Kbd } from '../../ui/Kbd'
import { Row, Section } from './Section'

/** A mask of the selected box or points, and how to stop it while a model makes it. Nothing where no mask can be made. */
export function MaskActions(): ReactElement | null {
  const t = useT()
  const source = useStudioState((state) => maskSource(selectedRegions(state)))
  const isMaking = useStudioState((state) => state.masking !== null)
  if (source === null) return null
  return (
    <Section title={t('mask.title')}>
      {isMaking ? (
        <Row name={t('mask.making')}>
          <MaskButton command="mask.stop" />
        </Row>
      ) : (
        <MaskButton command={source === 'box' ? 'mask.fromBox' : 'mask.fromPoint'} />
      )}
    </Section>
  )
}

function MaskButton({ command }: { readonly command: string }): ReactElement {
  const { label, keys, enabled, run } = useCommand(command)
  return (
    <Button size="sm" disabled={!enabled} data-testid={command.replace('.', '-')} onClick={run}>
      {command === 'mask.stop' ? <span className="spinner" /> : <Scan size={13} />}
      {label}
      {keys === undefined ? null : <Kbd chord={keys} />}
    </Button>
  )
}
