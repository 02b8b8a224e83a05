/**
 * @file A modal on the browser's own `<dialog>`: focus is trapped and given back, Escape closes, the
 * rest of the window is inert, and no style element is added to the page (the CSP forbids them).
 */
import { X } from 'lucide-react'
import { useEffect, useId, useRef } from 'react'
import type { ReactElement, ReactNode } from 'react'
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
  useEffect(() => {
    const dialog = ref.current
    if (dialog && !dialog.open) {
      dialog.showModal()
      // The first control would show a focus ring nobody asked for; a field that wants the focus has it already.
      if (!dialog.querySelector('input[autofocus], input:focus')) dialog.focus()
    }
    return () => dialog?.close()
  }, [])
  return (
    <dialog
      ref={ref}
      tabIndex={-1}
      className={`dialog ${wide ? 'dialog-wide' : ''} ${className}`}
      aria-labelledby={bare ? undefined : titleId}
      aria-label={bare ? title : undefined}
      data-testid={testId}
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
