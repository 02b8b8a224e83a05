/**
 * @file A modal on the browser's own `<dialog>`: focus stays in it and is given back to what opened it, Escape
 * closes, the rest of the window is inert, and no style element is added to the page (the CSP forbids them).
 */
import { X } from 'lucide-react'
import { useId, useLayoutEffect, useRef } from 'react'
import type { KeyboardEvent, ReactElement, ReactNode } from 'react'
import { useT } from '../i18n/translate'

export interface DialogProps {
  readonly title: string
  readonly wide?: boolean
  readonly testId?: string
  /** Left out while something runs that must not be dropped silently. */
  readonly onClose: () => void
  readonly closable?: boolean
  readonly bare?: boolean
  readonly className?: string
  readonly footer?: ReactNode
  readonly children: ReactNode
}

/** What the focus goes back to: an item of a menu is gone by then, what opened the menu is not. */
function openerOf(element: Element | null): HTMLElement | null {
  const menu = element?.closest('[role=menu]')
  const trigger = menu ? document.getElementById(menu.getAttribute('aria-labelledby') ?? '') : element
  return trigger instanceof HTMLElement && trigger !== document.body ? trigger : null
}

const TABBABLE = 'button, input, select, textarea, summary, a[href], [tabindex]'

/** Where Tab goes, in its order. */
const stopsIn = (dialog: HTMLElement): readonly HTMLElement[] =>
  [...dialog.querySelectorAll<HTMLElement>(TABBABLE)].filter(
    (element) => element.tabIndex >= 0 && !element.matches(':disabled') && element.checkVisibility()
  )

export function Dialog({
  title,
  wide,
  testId,
  onClose,
  closable = true,
  bare,
  className = '',
  footer,
  children
}: DialogProps): ReactElement {
  const t = useT()
  const ref = useRef<HTMLDialogElement>(null)
  const titleId = useId()
  // Before the element leaves the page: a dialog that is gone can give nothing back.
  useLayoutEffect(() => {
    const dialog = ref.current
    const opener = openerOf(document.activeElement)
    if (dialog && !dialog.open) {
      dialog.showModal()
      // The first control would show a focus ring nobody asked for; a field that wants the focus has it already.
      if (!dialog.querySelector('input[autofocus], input:focus')) dialog.focus()
    }
    return () => {
      dialog?.close()
      if (opener?.isConnected === true) opener.focus({ preventScroll: true })
    }
  }, [])

  function onKeyDown(event: KeyboardEvent<HTMLDialogElement>): void {
    if (event.key === 'Escape' && !event.defaultPrevented) {
      // The browser would close it at the second press, whatever still runs.
      event.preventDefault()
      event.stopPropagation()
      if (closable) onClose()
    }
    if (event.key !== 'Tab' || event.defaultPrevented) return
    const stops = stopsIn(event.currentTarget)
    const [first, last] = [stops[0], stops.at(-1)]
    const from = document.activeElement
    const isLeaving = event.shiftKey ? from === first || from === event.currentTarget : from === last
    if (!isLeaving) return
    event.preventDefault()
    ;(event.shiftKey ? last : first)?.focus()
  }

  return (
    <dialog
      ref={ref}
      tabIndex={-1}
      className={`dialog ${wide ? 'dialog-wide' : ''} ${className}`}
      aria-labelledby={bare ? undefined : titleId}
      aria-label={bare ? title : undefined}
      data-testid={testId}
      onKeyDown={onKeyDown}
      onCancel={(event) => {
        event.preventDefault()
        if (closable) onClose()
      }}
      onMouseDown={(event) => {
        if (event.target === ref.current && closable) onClose()
      }}
    >
      {bare ? null : (
        <header className="dialog-head">
          <h2 id={titleId}>{title}</h2>
          <button
            type="button"
            className="icon-button"
            aria-label={t('common.close')}
            disabled={!closable}
            onClick={onClose}
          >
            <X size={16} />
          </button>
        </header>
      )}
      {bare ? children : <div className="dialog-body">{children}</div>}
      {footer ? <footer className="dialog-foot">{footer}</footer> : null}
    </dialog>
  )
}
