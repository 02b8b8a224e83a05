import { ImageOff } from 'lucide-react'
import { useEffect, useMemo, useRef } from 'react'
import type { ReactElement } from 'react'
import type { ImageRecord } from '../../../src-shared/document/records'
import { Canvas } from '../../canvas/Canvas'
import type { CanvasEvents, CanvasHandle } from '../../canvas/contract'
import { CANVAS_STRINGS } from '../../canvas/strings'
import { useStudio, useStudioState } from '../../app/studio-context'
import { foundRegions } from '../../app/state/checks-state'
import { drawRegion, linkToRegion, moveRegions } from '../../app/state/edits'
import { selectRegions } from '../../app/state/selecting'
import { setState, stateOf } from '../../app/state/studio'
import type { Studio } from '../../app/state/studio'
import type { CoreTold } from '../../i18n/core-words'
import { useLanguage, useT } from '../../i18n/translate'
import type { Translate } from '../../i18n/translate'
import { Told } from '../notices/Told'
import { canvasRegions, drawColour } from './canvas-regions'

function canvasEvents(studio: Studio): CanvasEvents {
  return {
    onCreate: (shape) => drawRegion(studio, shape),
    onChange: (id, shape) => moveRegions(studio, [{ id, shape }]),
    onChangeMany: (moves) => moveRegions(studio, moves),
    onSelect: (ids) => {
      const first = ids[0]
      if (stateOf(studio).link && first) linkToRegion(studio, first)
      else selectRegions(studio, ids)
    },
    onHover: (hovered) => setState(studio, { hovered }),
    onPick: (id) => studio.handles.composer?.insertRegion(id),
    onPointer: (pointer) => studio.pointer.setState({ pointer }),
    onView: ({ scale }) => studio.pointer.setState({ scale }),
    onImageError: (imageId, reason) =>
      setState(studio, (state) =>
        state.imageId === imageId ? { imageError: { code: 'image/unreadable', message: reason, nextStep: null } } : {}
      )
  }
}

export function CanvasStage(): ReactElement {
  const studio = useStudio()
  const t = useT()
  const language = useLanguage()
  const handle = useRef<CanvasHandle>(null)
  const image = useStudioState((state) => state.document?.image ?? null)
  const error = useStudioState((state) => state.imageError)
  const tool = useStudioState((state) => state.tool)
  const selection = useStudioState((state) => state.selection)
  const highlighted = useStudioState((state) => state.highlighted)
  const picking = useStudioState((state) => state.composerFocused)
  const readOnly = useStudioState((state) => state.project?.readOnly ?? false)
  const document = useStudioState((state) => state.document)
  const labels = useStudioState((state) => state.labels)
  const hidden = useStudioState((state) => state.hidden)
  const asking = useStudioState((state) => state.asking)
  const showRejected = useStudioState((state) => state.settings.showRejected)
  const findings = useStudioState(({ checks }) => checks.image)
  const found = useMemo(() => foundRegions(findings ?? []), [findings])
  const colour = useStudioState(drawColour)
  const events = useMemo(() => canvasEvents(studio), [studio])
  const regions = useMemo(
    () => canvasRegions({ t, document, labels, hidden, asking, showRejected, found }),
    [t, document, labels, hidden, asking, showRejected, found]
  )
  const canvasImage = useMemo(
    () =>
      image?.status === 'ok' && image.size
        ? { id: image.id, url: `/image/${encodeURIComponent(image.id)}`, size: image.size }
        : null,
    [image]
  )
  useEffect(() => {
    studio.handles.canvas = handle.current
    return () => {
      studio.handles.canvas = null
    }
  }, [studio])

  const problem = error ?? imageProblem(t, image)
  return (
    <main
      className="stage"
      data-picking={picking}
      aria-label={t('canvas.title')}
      onMouseDownCapture={(event) => {
        // The words keep the caret while the person points at what they are about.
        if (picking) event.preventDefault()
      }}
    >
      <Canvas
        ref={handle}
        image={canvasImage}
        regions={regions}
        selection={selection}
        highlighted={highlighted}
        tool={tool}
        drawColour={colour}
        picking={picking}
        readOnly={readOnly}
        strings={CANVAS_STRINGS[language]}
        {...events}
      />
      {problem ? (
        <div className="stage-problem" role="alert" data-testid="image-problem">
          <ImageOff size={26} />
          <strong>{image?.relativePath}</strong>
          <Told told={{ ...problem, nextStep: problem.nextStep ?? t('image.problemNext') }} />
        </div>
      ) : null}
      {picking && !problem ? (
        <p className="stage-hint">{t(tool === 'select' || tool === 'pan' ? 'canvas.picking' : 'canvas.drawing')}</p>
      ) : null}
      <LinkHint />
    </main>
  )
}

/** Why a file that the folder holds cannot be shown; null when it can. */
function imageProblem(t: Translate, image: ImageRecord | null): CoreTold | null {
  if (!image || image.status === 'ok') return null
  const message = image.statusReason ?? t(image.status === 'missing' ? 'image.missing' : 'image.unreadable')
  return { code: image.status === 'missing' ? 'image/missing' : 'image/unreadable', message, nextStep: null }
}

function LinkHint(): ReactElement | null {
  const t = useT()
  const link = useStudioState((state) => state.link)
  return link ? (
    <p className="stage-hint stage-hint-link" role="status">
      {t('link.pick', { words: link.words })}
    </p>
  ) : null
}
