/** @file `eyrie models known|get|add|remove`: what can be had, and the ways into the model store. */
import { randomUUID } from 'node:crypto'
import { resolve } from 'node:path'
import { counted } from '../../src-shared/counted'
import { AppError } from '../../src-shared/errors'
import type { LicenceInfo, ModelOffer, StoreProgress } from '../../src-shared/ipc/contract'
import { note, printJson, printLine, printTable, progressLine } from './output'
import type { Streams } from './output'
import type { CliRooms } from './rooms'

export interface GetChoice {
  readonly dtype?: string
  readonly from?: string
  readonly licenceAccepted?: boolean
  readonly json?: boolean
  /** Only say what it would take. */
  readonly dryRun?: boolean
}

const size = (bytes: number | null): string =>
  bytes === null ? '?' : bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`

const licenceLine = ({ name, terms, isConfirmed }: LicenceInfo): string =>
  `licence: ${name === '' ? 'not stated' : name}${isConfirmed ? '' : ' (not confirmed)'}${
    terms === 'open'
      ? ''
      : terms === 'unknown'
        ? ', unknown terms: read them at the publisher'
        : ', does NOT allow every use'
  }`

export async function knownModels(json: boolean, cli: CliRooms, streams: Streams): Promise<void> {
  const view = await cli.rooms().modelStore.view()
  for (const { file, reason } of view.broken) note(streams, `eyrie: models/manifests/${file} cannot be used: ${reason}`)
  if (json) {
    printJson(streams, view)
    return
  }
  printTable(
    streams,
    view.known.map(({ id, dialect, licence, isConfirmed, weights }) => [
      id,
      dialect,
      `${licence.name}${licence.terms === 'open' ? '' : ' (!)'}`,
      weights
        .map(
          (set) =>
            `${set.id} ${size(set.bytes)}${set.isInstalled ? ' (there)' : set.partialBytes > 0 ? ' (begun)' : ''}`
        )
        .join(', '),
      isConfirmed ? '' : 'not confirmed'
    ])
  )
  const { freeDiskBytes, freeMemoryBytes, totalMemoryBytes } = view.room
  note(
    streams,
    `Free: ${size(freeDiskBytes)} of disk, ${size(freeMemoryBytes)} of ${size(totalMemoryBytes)} memory. ? is a size nobody has told; (!) is a licence that does not allow every use.`
  )
  note(streams, 'Nothing was asked of any server. eyrie models get ID fetches one.')
}

/** Bytes, share and speed of what is going on, on one line. */
function shownProgress(streams: Streams): { readonly on: (progress: StoreProgress) => void; readonly end: () => void } {
  const line = progressLine(streams)
  let began: { readonly phase: string; readonly at: number; readonly done: number } | null = null
  return {
    on({ phase, file, done, total }) {
      const now = performance.now()
      if (began === null || began.phase !== phase) began = { phase, at: now, done }
      const rate = ((done - began.done) / Math.max(1, now - began.at)) * 1_000
      line.show(`${phase} ${size(done)} of ${size(total)}, ${size(rate)}/s${file === null ? '' : ` ${file}`}`)
    },
    end: () => line.end()
  }
}

function tellOffer(offer: ModelOffer, streams: Streams): void {
  const { name, licence, bytes, haveBytes, memoryBytes, room, files, hosts, revision, hashes } = offer
  note(
    streams,
    `${name}: ${counted(files, 'file')}, ${size(bytes)}${haveBytes > 0 ? ` (${size(haveBytes)} of it are here)` : ''}`
  )
  note(streams, licenceLine(licence))
  note(streams, `disk: ${size(bytes - haveBytes)} needed, ${size(room.freeDiskBytes)} free`)
  note(
    streams,
    `memory: ${size(memoryBytes)} at least for its weights, ${size(room.freeMemoryBytes)} of ${size(room.totalMemoryBytes)} free`
  )
  if (memoryBytes > room.freeMemoryBytes)
    note(streams, 'eyrie: less memory is free now than its weights take: close other programs before asking it.')
  if (hosts.length > 0) note(streams, `from ${hosts.join(', ')}, revision ${revision}`)
  if (hosts.length > 0 && hashes === 'recorded')
    note(streams, 'Its hashes are recorded as it comes: compare them with what the publisher shows.')
  for (const sentence of offer.notes) note(streams, sentence)
}

export async function getKnownModel(id: string, choice: GetChoice, cli: CliRooms, streams: Streams): Promise<void> {
  const { modelStore } = cli.rooms()
  const wanted = { id, weights: choice.dtype ?? null, from: choice.from ?? null }
  const offer = await modelStore.survey({ requestId: randomUUID(), ...wanted })
  tellOffer(offer, streams)
  if (choice.dryRun === true) {
    if (choice.json === true) printJson(streams, offer)
    if (offer.problem !== null)
      throw new AppError(offer.problem.code, offer.problem.message, { nextStep: offer.problem.nextStep })
    return
  }
  const progress = shownProgress(streams)
  try {
    const got = await modelStore.get(
      { requestId: randomUUID(), ...wanted, isLicenceAccepted: choice.licenceAccepted ?? false },
      progress.on
    )
    progress.end()
    for (const sentence of got.notes) note(streams, sentence)
    if (choice.json === true) printJson(streams, got)
    else
      printLine(
        streams,
        `${got.id}: ${counted(got.files.length, 'file')} in ${got.dir}. Try it: eyrie models test ${got.id}`
      )
  } finally {
    progress.end()
  }
}

/** A folder, or a zip archive of one. */
export async function addModel(path: string, choice: GetChoice, cli: CliRooms, streams: Streams): Promise<void> {
  const { modelStore } = cli.rooms()
  const progress = shownProgress(streams)
  const { token, offer } = await modelStore
    .look({ requestId: randomUUID(), path: resolve(path) }, progress.on)
    .finally(() => progress.end())
  try {
    for (const left of offer.leftOut) note(streams, `eyrie: left out ${left}`)
    tellOffer(offer, streams)
    const added = { ...(await modelStore.keep(token, choice.licenceAccepted ?? false)), leftOut: offer.leftOut }
    if (choice.json === true) printJson(streams, added)
    else
      printLine(
        streams,
        `${added.id}: ${counted(added.files.length, 'file')} copied to ${added.dir}. Try it: eyrie models test ${added.id}`
      )
  } finally {
    await modelStore.drop(token)
  }
}

export async function removeModel(id: string, json: boolean, cli: CliRooms, streams: Streams): Promise<void> {
  await cli.rooms().modelStore.remove(id)
  if (json) printJson(streams, { removed: id })
  else printLine(streams, `${id} is removed from the model store.`)
}
