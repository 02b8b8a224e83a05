import { Popover as Radix } from 'radix-ui'
import type { ReactElement, ReactNode } from 'react'

export interface PopoverProps {
  readonly trigger: ReactElement
  readonly open?: boolean
  readonly onOpenChange?: (open: boolean) => void
  /** Takes the focus when it closes, in the place of the trigger. */
  readonly onClosed?: () => void
  readonly align?: 'start' | 'center' | 'end'
  readonly side?: 'top' | 'right' | 'bottom' | 'left'
  readonly label: string
  readonly className?: string
  readonly children: ReactNode
}

export function Popover({
  trigger,
  align = 'end',
  side = 'bottom',
  label,
  className = '',
  onClosed,
  children,
  ...state
}: PopoverProps): ReactElement {
  return (
    <Radix.Root {...state}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          className={`menu popover ${className}`}
          align={align}
          side={side}
          sideOffset={6}
          collisionPadding={8}
          aria-label={label}
          {...(onClosed === undefined
            ? {}
            : {
                onCloseAutoFocus: (event: Event) => {
                  event.preventDefault()
                  onClosed()
                }
              })}
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
