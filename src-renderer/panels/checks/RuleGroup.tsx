import { ChevronRight } from 'lucide-react'
import { useState } from 'react'
import type { ReactElement } from 'react'
import type { LintFinding } from '../../../src-shared/lint/finding'
import type { LintSummary } from '../../../src-shared/ipc/contract'
import { describeError } from '../../app/state/error-info'
import { notifyError } from '../../app/state/notices'
import { useStudio, useStudioState } from '../../app/studio-context'
import { useLanguage, useT } from '../../i18n/translate'
import { Button } from '../../ui/Button'
import { Finding, SeverityIcon } from './Finding'

const AT_A_TIME = 50

/** All findings of one rule; they are fetched when it is opened, some at a time. */
export function RuleGroup({ rule }: { readonly rule: LintSummary['rules'][number] }): ReactElement {
  const t = useT()
  const studio = useStudio()
  const language = useLanguage()
  const title = useStudioState(({ checks }) => checks.rules.get(rule.rule)?.title[language] ?? rule.rule)
  const [isOpen, setOpen] = useState(false)
  const [items, setItems] = useState<readonly LintFinding[]>([])
  const [total, setTotal] = useState(0)

  async function more(): Promise<void> {
    try {
      const page = await studio.rpc.call('lint.list', { rule: rule.rule, offset: items.length, limit: AT_A_TIME })
      setItems((now) => [...now, ...page.items])
      setTotal(page.total)
    } catch (reason) {
      notifyError(studio, describeError(reason))
    }
  }
  const toggle = (): void => {
    setOpen(!isOpen)
    if (!isOpen && items.length === 0) void more()
  }
  return (
    <div className="rule-group" data-testid="rule-group" data-rule={rule.rule}>
      <button type="button" className="rule-head" aria-expanded={isOpen} onClick={toggle}>
        <ChevronRight size={14} className="rule-arrow" />
        <SeverityIcon severity={rule.severity} />
        <span className="truncate">{title}</span>
        <span className="numeric rule-count">{rule.count}</span>
      </button>
      {isOpen ? (
        <>
          <ul className="findings">
            {items.map((finding, i) => (
              <li key={`${finding.imageId ?? ''} ${i}`}>
                <Finding finding={finding} isOfOpenImage={false} />
              </li>
            ))}
          </ul>
          {items.length < total ? (
            <Button size="sm" variant="ghost" onClick={() => void more()}>
              {t('checks.more', { count: total - items.length })}
            </Button>
          ) : null}
        </>
      ) : null}
    </div>
  )
}
