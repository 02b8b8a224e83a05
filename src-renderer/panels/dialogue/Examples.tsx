import { Crosshair, Square } from 'lucide-react'
import type { ReactElement } from 'react'
import { findDialect } from '../../../src-shared/dialects/registry'
import { boxOrPointOf } from '../../../src-shared/geometry/shape'
import type { ModelSummary } from '../../../src-shared/ipc/contract'
import { selectedRegions } from '../../app/commands/selection'
import { useStudio } from '../../app/studio-context'
import { setState, stateOf } from '../../app/state/studio'
import type { Studio } from '../../app/state/studio'
import { useLanguage, useT } from '../../i18n/translate'
import { exampleParts, examplesOf, fillExample } from './example-nodes'
import type { ExamplePart } from './example-nodes'

/** Questions the model's card gives; places for regions are filled from the selection or left to point at. */
export function Examples({ model }: { readonly model: ModelSummary }): ReactElement {
  const t = useT()
  const studio = useStudio()
  const language = useLanguage()
  const dialect = findDialect(model.dialect)
  return (
    <ul className="examples" aria-label={t('dialogue.examples')}>
      {examplesOf(model, language).map((example) => {
        const parts = exampleParts(example, dialect)
        return (
          <li key={example}>
            <button type="button" className="example" data-testid="example" onClick={() => writeExample(studio, parts)}>
              {parts.map((part, index) => (part.type === 'words' ? part.value : <Slot key={index} kind={part.kind} />))}
            </button>
          </li>
        )
      })}
    </ul>
  )
}

function Slot({ kind }: { readonly kind: 'box' | 'point' }): ReactElement {
  const t = useT()
  const Icon = kind === 'box' ? Square : Crosshair
  return (
    <span className="example-slot">
      <Icon size={11} aria-hidden="true" />
      {t(kind === 'box' ? 'dialogue.slotBox' : 'dialogue.slotPoint')}
    </span>
  )
}

/** Writes the example; where a region is missing the caret waits, with the tool to draw one when there is none to click. */
function writeExample(studio: Studio, parts: readonly ExamplePart[]): void {
  const state = stateOf(studio)
  const { nodes, gap, missing } = fillExample(parts, selectedRegions(state))
  const isThereOne =
    state.document?.regions.some(
      ({ shape, state: decided }) => boxOrPointOf(shape).type === missing && decided !== 'rejected'
    ) ?? false
  studio.handles.composer?.setContent(nodes, gap)
  if (missing && !isThereOne) setState(studio, { tool: missing })
}
