import { useState } from 'react'
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

/** A text field whose edit counts when it is finished; Escape takes it back. */
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
  const finish = (): void => {
    if (draft !== null && draft !== value) onCommit(draft)
    setDraft(null)
  }
  return (
    <input
      className={`field field-sm ${mono ? 'mono' : ''}`}
      aria-label={label}
      placeholder={placeholder}
      disabled={disabled}
      data-testid={testId}
      value={draft ?? value}
      onChange={(event) => setDraft(event.target.value)}
      onBlur={finish}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && !event.nativeEvent.isComposing) event.currentTarget.blur()
        if (event.key === 'Escape') {
          event.stopPropagation()
          setDraft(null)
        }
      }}
    />
  )
}
