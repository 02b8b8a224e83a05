import type { ReactElement } from 'react'
import type { CoreTold } from '../../i18n/core-words'
import { Told } from './Told'

/** What went wrong, where the person is looking; `reveal` scrolls it into view. */
export function FailureCard({
  told,
  testId,
  className = '',
  reveal = false
}: {
  readonly told: CoreTold
  readonly testId?: string
  readonly className?: string
  readonly reveal?: boolean
}): ReactElement {
  return (
    <div
      className={`ask-failure ${className}`}
      role="alert"
      data-testid={testId}
      ref={reveal ? (element) => element?.scrollIntoView({ block: 'nearest' }) : undefined}
    >
      <Told told={told} />
    </div>
  )
}
