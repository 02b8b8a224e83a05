import { forwardRef, useCallback, useEffect, useId, useImperativeHandle, useLayoutEffect, useRef } from 'react'
import type { RegionId } from '../../src-shared/grounded/nodes'
import { SpokenRegions } from './SpokenRegions'
import type { CanvasHandle, CanvasProps } from './contract'
import { CanvasEngine } from './engine'
import { attachKeyboardInput } from './keyboard-input'
import { attachPointerInput } from './pointer-input'
import { CANVAS_STRINGS } from './strings'
import './canvas.css'

/**
 * The picture with its regions. Fills its parent. React owns the element and the spoken list; the
 * engine owns what is drawn.
 *
 * The root carries `data-scale`, `data-offset-x`, `data-offset-y`, `data-image-width` and
 * `data-image-height`: a normalized place is at `root.left + offset + place * imageSize * scale`
 * in client coordinates. `data-image-state` is none, loading, ready or failed.
 */
export const Canvas = forwardRef<CanvasHandle, CanvasProps>(function Canvas(props, ref) {
  const root = useRef<HTMLDivElement>(null)
  const host = useRef<HTMLDivElement>(null)
  const engine = useRef<CanvasEngine | null>(null)
  const latest = useRef(props)
  const listId = useId()
  const strings = props.strings ?? CANVAS_STRINGS.en

  useLayoutEffect(() => {
    latest.current = props
    engine.current?.update(props)
  })

  useEffect(() => {
    if (!root.current || !host.current) return
    const made = new CanvasEngine(root.current, host.current, latest.current)
    engine.current = made
    const detachPointer = attachPointerInput(made)
    const detachKeyboard = attachKeyboardInput(made)
    return () => {
      detachPointer()
      detachKeyboard()
      made.dispose()
      engine.current = null
    }
  }, [])

  useImperativeHandle(
    ref,
    (): CanvasHandle => ({
      fit: () => engine.current?.fit(),
      actualSize: () => engine.current?.actualSize(),
      zoomBy: (factor) => engine.current?.zoomBy(factor),
      reveal: (id) => engine.current?.reveal(id),
      cancelGesture: () => engine.current?.cancelGesture() ?? false
    }),
    []
  )

  const optionId = useCallback((id: RegionId) => `${listId}-${id}`, [listId])
  const onSelect = useCallback((ids: readonly RegionId[]) => latest.current.onSelect(ids), [])
  const last = props.selection.at(-1)
  return (
    <div
      ref={root}
      className="eyrie-canvas"
      data-testid="canvas"
      role="application"
      aria-label={strings.canvas}
      aria-activedescendant={last === undefined ? undefined : optionId(last)}
      tabIndex={0}
    >
      <div ref={host} className="eyrie-canvas-layers" aria-hidden="true" />
      <SpokenRegions
        regions={props.regions}
        selection={props.selection}
        strings={strings}
        optionId={optionId}
        onSelect={onSelect}
      />
    </div>
  )
})
