import { TriangleAlert } from 'lucide-react'
import type { ReactElement, ReactNode } from 'react'
import type { ModelOffer } from '../../../src-shared/ipc/contract'
import { formatBytes } from '../../app/state/format'
import { coreSentence } from '../../i18n/core-words'
import { useLanguage, useT } from '../../i18n/translate'
import { FailureCard } from '../notices/FailureCard'

interface ModelOfferProps {
  readonly offer: ModelOffer
  readonly isFromDisk: boolean
  readonly needsConsent: boolean
  readonly isAccepted: boolean
  readonly onAccept: (isAccepted: boolean) => void
}

/** What a model would take and under which licence it is, before anything of it is taken. */
export function ModelOfferView({
  offer,
  isFromDisk,
  needsConsent,
  isAccepted,
  onAccept
}: ModelOfferProps): ReactElement {
  const t = useT()
  const language = useLanguage()
  const { name, licence, bytes, haveBytes, memoryBytes, room, files, hosts, revision, hashes, notes, leftOut } = offer
  const licenceName = licence.name === '' ? t('adding.licenceNone') : licence.name
  return (
    <div className="model-offer" data-testid="model-offer">
      <h3>{name}</h3>
      <dl className="offer-facts">
        <Fact name={t('adding.licence')}>
          {licence.isConfirmed || licence.name === ''
            ? licenceName
            : t('adding.licenceToldOnly', { licence: licenceName })}
        </Fact>
        <Fact name={t(isFromDisk ? 'adding.files' : 'adding.toDownload')}>
          {haveBytes > 0
            ? t('adding.bytesHave', { bytes: formatBytes(bytes), have: formatBytes(haveBytes), count: files })
            : t('adding.bytes', { bytes: formatBytes(bytes), count: files })}
        </Fact>
        <Fact name={t('adding.diskFree')}>{formatBytes(room.freeDiskBytes)}</Fact>
        <Fact name={t('adding.memory')}>
          {t('adding.memoryOf', {
            needed: formatBytes(memoryBytes),
            free: formatBytes(room.freeMemoryBytes),
            total: formatBytes(room.totalMemoryBytes)
          })}
        </Fact>
        {hosts.length > 0 ? <Fact name={t('adding.hosts')}>{hosts.join(', ')}</Fact> : null}
        {revision === '' ? null : (
          <Fact name={t('adding.revision')}>
            <span className="mono">{revision.slice(0, 12)}</span>
          </Fact>
        )}
        {isFromDisk ? null : (
          <Fact name={t('adding.hashes')}>
            {t(hashes === 'publisher' ? 'adding.hashesPublisher' : 'adding.hashesRecorded')}
          </Fact>
        )}
        {leftOut.length > 0 ? (
          <Fact name={t('adding.leftOut')}>
            <span className="mono">{leftOut.join(', ')}</span>
          </Fact>
        ) : null}
      </dl>
      {offer.problem === null && memoryBytes > room.freeMemoryBytes ? (
        <p className="known-offline">
          <TriangleAlert size={14} />
          {t('adding.memoryTight')}
        </p>
      ) : null}
      {notes.map((note) => (
        <p key={note} className="details-note">
          {coreSentence(language, note)}
        </p>
      ))}
      {offer.problem ? <FailureCard told={offer.problem} testId="offer-problem" /> : null}
      {needsConsent && offer.problem === null ? (
        <label className="offer-licence">
          <input
            type="checkbox"
            checked={isAccepted}
            data-testid="licence-accept"
            onChange={(event) => onAccept(event.target.checked)}
          />
          <span>
            {licence.terms === 'unknown'
              ? t('adding.acceptUnknown')
              : t('adding.acceptRestricted', { licence: licenceName })}
          </span>
        </label>
      ) : null}
    </div>
  )
}

const Fact = ({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactElement => (
  <div>
    <dt>{name}</dt>
    <dd className="numeric">{children}</dd>
  </div>
)
