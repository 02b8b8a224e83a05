import { useLayoutEffect, useRef, useState } from 'react'
import type { ReactElement } from 'react'

export interface CommitFieldProps {
  readonly value: string
  readonly label: string
  readonly placeholder?: string
  readonly disabled?: boolean
  readonly mono?: boolean
  readonly testId?: string
  /** Called once per edit, on Enter or on leaving, and only when the text changed. */
  readonly onCommit: (text: string) => void
}

/**
 * A text field whose edit counts when it is finished; Escape takes it back. A field that goes away
 * while it is written in is finished too: a press on the canvas selects another region, and so
 * replaces the field, before the browser would take the focus from it.
 */
export function CommitField({
  value,
  label,
  placeholder,
  disabled,
  mono,
  testId,
  onCommit
}: CommitFieldProps): ReactElement {
  const [draft, setDraft] = useState<string | null>(null)
  /** What `draft` shows, without waiting for the next drawing: Escape and leaving may share one. */
  const written = useRef<string | null>(null)
  const latest = useRef({ value, onCommit })
  useLayoutEffect(() => {
    latest.current = { value, onCommit }
  }, [value, onCommit])
  const write = (text: string | null): void => {
    written.current = text
    setDraft(text)
  }
  useLayoutEffect(
    () => () => {
      finish(written, latest.current)
    },
    []
  )
  return (
    <input
      className={`field field-sm ${mono ? 'mono' : ''}`}
      aria-label={label}
      placeholder={placeholder}
      disabled={disabled}
      data-testid={testId}
      value={draft ?? value}
      onChange={(event) => write(event.target.value)}
      onBlur={() => {
        finish(written, latest.current)
        setDraft(null)
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && !event.nativeEvent.isComposing) event.currentTarget.blur()
        if (event.key === 'Escape') {
          event.stopPropagation()
          write(null)
        }
      }}
    />
  )
}

/** Hands over what was written, at most once. */
function finish(
  written: { current: string | null },
  { value, onCommit }: Pick<CommitFieldProps, 'value' | 'onCommit'>
): void {
  const text = written.current
  written.current = null
  if (text !== null && text !== value) onCommit(text)
}
