import type { ReactElement, ReactNode } from 'react'
import { useCommand } from '../app/studio-context'
import { IconButton } from './Button'

export interface CommandButtonProps {
  readonly command: string
  readonly testId?: string
  readonly pressed?: boolean
  readonly side?: 'top' | 'right' | 'bottom' | 'left'
  readonly size?: 'sm' | 'md'
  /** Replaces the command's own words where more can be said. */
  readonly label?: string
  readonly children: ReactNode
}

/** An icon button that is a command: its label, key and enabled state come from the registry. */
export function CommandButton({
  command,
  testId,
  pressed,
  side,
  size,
  label,
  children
}: CommandButtonProps): ReactElement {
  const bound = useCommand(command)
  return (
    <IconButton
      label={label ?? bound.label}
      keys={bound.keys}
      disabled={!bound.enabled}
      aria-pressed={pressed}
      data-testid={testId}
      onClick={bound.run}
      {...(side ? { side } : {})}
      {...(size ? { size } : {})}
    >
      {children}
    </IconButton>
  )
}
