import type { ReactElement } from 'react'

interface LabelledProps {
  readonly label: string
  readonly testId: string
}

export interface SelectFieldProps<Value extends string> extends LabelledProps {
  readonly value: Value
  readonly options: readonly { readonly value: Value; readonly text: string }[]
  readonly className?: string
  readonly onChange: (value: Value) => void
}

/** A choice among few, with its name above. */
export function SelectField<Value extends string>({
  label,
  testId,
  value,
  options,
  className = '',
  onChange
}: SelectFieldProps<Value>): ReactElement {
  return (
    <label className={`form-field ${className}`}>
      <span>{label}</span>
      <select
        className="field field-sm"
        value={value}
        data-testid={testId}
        onChange={(event) => onChange(event.target.value as Value)}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.text}
          </option>
        ))}
      </select>
    </label>
  )
}

export interface NumberFieldProps extends LabelledProps {
  /** As typed: whether it is a number is for the form to say. */
  readonly value: string
  readonly inputMode?: 'numeric' | 'decimal'
  /** What an empty field means. */
  readonly placeholder?: string
  readonly onChange: (value: string) => void
}

export function NumberField({
  label,
  testId,
  value,
  inputMode = 'numeric',
  placeholder = '',
  onChange
}: NumberFieldProps): ReactElement {
  return (
    <label className="form-field form-field-short">
      <span>{label}</span>
      <input
        className="field field-sm numeric"
        inputMode={inputMode}
        value={value}
        placeholder={placeholder}
        data-testid={testId}
        onChange={(event) => onChange(event.target.value)}
      />
    </label>
  )
}
