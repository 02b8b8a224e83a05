/** @file Drop-down menus. `modal={false}`: the modal kind would add a style element, which the CSP refuses. */
import { Check } from 'lucide-react'
import { DropdownMenu as Radix } from 'radix-ui'
import type { ReactElement, ReactNode } from 'react'
import { Kbd } from './Kbd'

export interface MenuProps {
  readonly trigger: ReactElement
  readonly align?: 'start' | 'center' | 'end'
  readonly children: ReactNode
}

export function Menu({ trigger, align = 'start', children }: MenuProps): ReactElement {
  return (
    <Radix.Root modal={false}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content className="menu" align={align} sideOffset={4} collisionPadding={8}>
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

export interface MenuItemProps {
  readonly icon?: ReactNode
  readonly keys?: string | undefined
  readonly checked?: boolean
  readonly disabled?: boolean
  readonly testId?: string
  readonly onSelect: () => void
  readonly children: ReactNode
}

export function MenuItem({ icon, keys, checked, disabled, testId, onSelect, children }: MenuItemProps): ReactElement {
  return (
    <Radix.Item className="menu-item" disabled={disabled ?? false} data-testid={testId} onSelect={onSelect}>
      {icon}
      <span className="truncate">{children}</span>
      <span className="menu-item-end">{keys ? <Kbd chord={keys} /> : checked ? <Check size={14} /> : null}</span>
    </Radix.Item>
  )
}

export const MenuHeading = ({ children }: { readonly children: ReactNode }): ReactElement => (
  <Radix.Label className="menu-heading">{children}</Radix.Label>
)
export const MenuRule = (): ReactElement => <Radix.Separator className="menu-rule" />
