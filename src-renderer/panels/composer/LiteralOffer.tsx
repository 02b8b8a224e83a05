import { Square } from 'lucide-react'
import type { ReactElement } from 'react'
import type { GroundedNode } from '../../../src-shared/grounded/nodes'
import { useStudio, useStudioState } from '../../app/studio-context'
import { currentModel } from '../../app/state/dialogue'
import { useT } from '../../i18n/translate'
import { Button } from '../../ui/Button'
import type { ComposerEditor } from './editor'
import { findLiteral, regionForLiteral } from './literal'

/** Typed or pasted numbers that are a region in the model's dialect: one click makes them one. */
export function LiteralOffer({
  editor,
  nodes
}: {
  readonly editor: ComposerEditor
  readonly nodes: readonly GroundedNode[]
}): ReactElement | null {
  const t = useT()
  const studio = useStudio()
  const model = useStudioState(currentModel)
  const size = useStudioState((state) => state.document?.image.size ?? null)
  if (!model || !size || !nodes.some((node) => node.type === 'text' && /\d/.test(node.value))) return null
  const literal = findLiteral(editor.view.state.doc, model, size)
  if (!literal) return null
  const use = (): void => {
    const id = regionForLiteral(studio, literal)
    if (id) editor.replaceWithRegion(literal.from, literal.to, id)
  }
  return (
    <div className="literal-offer" data-testid="literal-offer">
      <Square size={13} />
      <span className="mono truncate">{literal.text}</span>
      <Button size="sm" onMouseDown={(event) => event.preventDefault()} onClick={use}>
        {t('composer.makeRegion')}
      </Button>
    </div>
  )
}
