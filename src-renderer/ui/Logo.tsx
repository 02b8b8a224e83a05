/** @file The mark: an eagle seen head-on over the line of its ledge. Also `logo.svg`. */
import type { ReactElement } from 'react'

export function Logo({ size = 20 }: { readonly size?: number }): ReactElement {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" fill="none" aria-hidden="true" className="logo">
      <path className="logo-right" d="M3 6.5 16 14 29 6.5 25.2 16.6 16 25.5 6.8 16.6Z" />
      <path className="logo-left" d="M16 14v11.5L6.8 16.6 3 6.5Z" />
      <path className="logo-ledge" d="M11.2 28.5h9.6" />
      <path className="logo-eye" d="M16 14l3.1 3.4L16 20.2l-3.1-2.8Z" />
    </svg>
  )
}
