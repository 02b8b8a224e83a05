import { ArrowRight, LocateFixed, ShieldAlert } from 'lucide-react'
import type { ReactElement } from 'react'
import type { ExportRefusal } from '../../../src-shared/formats/round-trip/refusal'
import { coreSentence } from '../../i18n/core-words'
import type { Translate } from '../../i18n/translate'
import { useLanguage, useT } from '../../i18n/translate'
import { Button } from '../../ui/Button'
import { CertificateCounts } from './CertificateCounts'
import { differenceName, shapeName, whatToDo } from './reasons'

type LostThing = ExportRefusal['differences'][number]

/**
 * The export was refused: what came back was not what had gone out, and the writer had not said so. What was lost, where,
 * how far it moved, and what can be done.
 */
export function CertificateFailed({
  refusal,
  name,
  onGoTo
}: {
  readonly refusal: ExportRefusal
  /** Of the format. */
  readonly name: string
  readonly onGoTo: (place: { readonly imageId: string; readonly regionIds: readonly string[] }) => void
}): ReactElement {
  const t = useT()
  const language = useLanguage()
  const { split, reason, counts, silent, differences } = refusal
  return (
    <section
      className="certificate export-failure"
      data-verdict="fail"
      data-testid="certificate"
      role="alert"
      ref={(element) => element?.scrollIntoView({ block: 'nearest' })}
    >
      <h4>
        <ShieldAlert size={16} />
        <span>
          {name}
          {split === null ? '' : ` · ${split}`}
        </span>
        <span className="tag tag-danger" data-testid="certificate-verdict">
          {t('certificate.fail')}
        </span>
      </h4>
      <p>{t('certificate.failed')}</p>
      <ul className="lost-list">
        {Object.entries(silent).map(([code, count]) => (
          <li key={code} data-testid="certificate-lost" data-code={code}>
            <p className="lost-title">
              {differenceName(t, code)} <span className="numeric count">{count}</span>
            </p>
            {differences
              .filter((difference) => difference.code === code)
              .map((difference, i) => (
                <Lost key={i} difference={difference} onGoTo={onGoTo} />
              ))}
          </li>
        ))}
      </ul>
      {reason === null ? null : (
        <p className="check-note">
          {t('certificate.readerSaid')} {coreSentence(language, reason)}
        </p>
      )}
      {counts === null ? null : <CertificateCounts rows={[{ split, counts }]} />}
      <p className="certificate-reason-title">{t('certificate.todo')}</p>
      <ul className="lost-todo" data-testid="certificate-todo">
        {whatToDo(refusal).map((key) => (
          <li key={key}>{t(key)}</li>
        ))}
      </ul>
    </section>
  )
}

function Lost({
  difference,
  onGoTo
}: {
  readonly difference: LostThing
  readonly onGoTo: (place: { readonly imageId: string; readonly regionIds: readonly string[] }) => void
}): ReactElement {
  const t = useT()
  const { image, imageId, region, was, now, movedPx } = difference
  const regionId = region?.id ?? null
  return (
    <div className="lost" data-testid="lost">
      <div className="lost-words">
        {image === null ? null : <span className="mono">{image}</span>}
        {region === undefined ? null : <span>{regionWords(t, region)}</span>}
        {movedPx === undefined ? null : <strong>{t('certificate.moved', { px: movedPx })}</strong>}
        {was === undefined || now === undefined ? null : (
          <span className="lost-change">
            <span className="mono">{was}</span> <ArrowRight size={12} aria-label={t('certificate.became')} />{' '}
            <span className="mono">{now}</span>
          </span>
        )}
      </div>
      {imageId === null ? null : (
        <Button
          size="sm"
          data-testid="lost-go"
          onClick={() => onGoTo({ imageId, regionIds: regionId === null ? [] : [regionId] })}
        >
          <LocateFixed size={13} />
          {t('certificate.goTo')}
        </Button>
      )}
    </div>
  )
}

function regionWords(t: Translate, { kind, name, boundsPx }: NonNullable<LostThing['region']>): string {
  const what = name === null ? shapeName(t, kind) : `${shapeName(t, kind)} “${name}”`
  return boundsPx === null ? what : `${what} (${boundsPx.slice(0, 2).join(', ')} – ${boundsPx.slice(2).join(', ')} px)`
}
