import type { ReactElement } from 'react'
import { coreWords } from '../../i18n/core-words'
import type { CoreTold } from '../../i18n/core-words'
import { useLanguage } from '../../i18n/translate'

/** An error or notice in the window's language: what happened, the exact words, what to do next. */
export function Told({ told }: { readonly told: CoreTold }): ReactElement {
  const { message, detail, nextStep } = coreWords(useLanguage(), told)
  return (
    <>
      <p className="told-message">{message}</p>
      {detail ? <p className="told-detail">{detail}</p> : null}
      {nextStep ? <p className="notice-next">{nextStep}</p> : null}
    </>
  )
}
