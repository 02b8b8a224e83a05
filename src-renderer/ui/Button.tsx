import type { ButtonHTMLAttributes, ReactElement, ReactNode, Ref } from 'react'
import { Tooltip } from './Tooltip'

type NativeButton = ButtonHTMLAttributes<HTMLButtonElement> & { readonly ref?: Ref<HTMLButtonElement> }

export interface ButtonProps extends NativeButton {
  readonly variant?: 'primary' | 'secondary' | 'ghost' | 'danger'
  readonly size?: 'sm' | 'md' | 'lg'
}

export function Button({ variant = 'secondary', size = 'md', className = '', ...rest }: ButtonProps): ReactElement {
  const sizeClass = size === 'md' ? '' : `button-${size}`
  return <button type="button" className={`button button-${variant} ${sizeClass} ${className}`} {...rest} />
}

export interface IconButtonProps extends NativeButton {
  /** Read aloud and shown in the tooltip. */
  readonly label: string
  readonly keys?: string | undefined
  readonly size?: 'sm' | 'md'
  readonly side?: 'top' | 'right' | 'bottom' | 'left'
  readonly children: ReactNode
}

export function IconButton({
  label,
  keys,
  size = 'md',
  side = 'bottom',
  className = '',
  children,
  ...rest
}: IconButtonProps): ReactElement {
  return (
    <Tooltip text={label} keys={keys} side={side}>
      <button
        type="button"
        aria-label={label}
        className={`icon-button ${size === 'sm' ? 'icon-button-sm' : ''} ${className}`}
        {...rest}
      >
        {children}
      </button>
    </Tooltip>
  )
}
