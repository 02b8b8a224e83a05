import { CircleAlert, CircleCheck, Info, TriangleAlert } from 'lucide-react'
import type { ReactElement } from 'react'
import type { Notice } from '../../app/state/studio-state'

const icons = { info: Info, success: CircleCheck, warning: TriangleAlert, error: CircleAlert } as const

export function NoticeIcon({ level }: { readonly level: Notice['level'] }): ReactElement {
  const Icon = icons[level]
  return <Icon size={16} className={`notice-icon notice-${level}`} aria-hidden="true" />
}
