import { ChevronRight } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { ReactElement } from 'react'
import type { GroundedNode } from '../../../src-shared/grounded/nodes'
import type { Result } from '../../../src-shared/ipc/contract'
import { useStudio, useStudioState } from '../../app/studio-context'
import { currentModel } from '../../app/state/dialogue'
import { describeError } from '../../app/state/error-info'
import { useT } from '../../i18n/translate'

const PREVIEW_AFTER_MS = 120

type Preview = Result<'dialogue.preview'> | { readonly error: string }

/** The exact text the model will read, asked from the core, which is the one that will send it. */
export function PromptPreview({
  nodes,
  isEmpty
}: {
  readonly nodes: readonly GroundedNode[]
  readonly isEmpty: boolean
}): ReactElement {
  const t = useT()
  const [open, setOpen] = useState(false)
  const preview = usePreview(nodes, isEmpty)
  const model = useStudioState(currentModel)
  const problem = preview && 'error' in preview ? preview.error : null
  const losses = preview && 'losses' in preview ? preview.losses : []
  return (
    <div className="prompt-preview" data-open={open}>
      <button type="button" className="prompt-toggle" aria-expanded={open} onClick={() => setOpen(!open)}>
        <ChevronRight size={13} />
        <span className="prompt-heading">{t('composer.reads', { dialect: model?.dialect ?? '' })}</span>
        {!open && preview && 'text' in preview ? (
          <span className="mono truncate prompt-line">{preview.text}</span>
        ) : null}
      </button>
      {open ? (
        <pre className="mono prompt-text" data-testid="prompt-text">
          {preview && 'text' in preview ? preview.text : t('composer.readsNothing')}
        </pre>
      ) : null}
      {problem ? <p className="prompt-loss">{problem}</p> : null}
      {losses.map((loss) => (
        <p key={`${loss.code}:${loss.path.join('.')}`} className="prompt-loss">
          {loss.message}
        </p>
      ))}
    </div>
  )
}

function usePreview(nodes: readonly GroundedNode[], isEmpty: boolean): Preview | null {
  const studio = useStudio()
  const imageId = useStudioState((state) => state.imageId)
  const modelId = useStudioState((state) => state.settings.modelId)
  const committed = useStudioState((state) => state.committed)
  const [preview, setPreview] = useState<Preview | null>(null)
  useEffect(() => {
    if (!imageId || isEmpty) {
      setPreview(null)
      return
    }
    let stale = false
    const timer = setTimeout(() => {
      studio.rpc
        .call('dialogue.preview', { imageId, children: nodes, modelId })
        .then((result) => {
          if (!stale) setPreview(result)
        })
        .catch((reason: unknown) => {
          if (!stale) setPreview({ error: describeError(reason).message })
        })
    }, PREVIEW_AFTER_MS)
    return () => {
      stale = true
      clearTimeout(timer)
    }
  }, [studio, imageId, modelId, nodes, isEmpty, committed])
  return preview
}
