/**
 * @file The room of the model store: what is known, what is there, what there is room for, and the ways in. Nothing is
 * asked of a network unless a person asks for a model.
 */
import { randomUUID } from 'node:crypto'
import { rename, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { AppError } from '../../src-shared/errors'
import type { KnownModel, LicenceTerms, ModelOffer, StoreProgress } from '../../src-shared/ipc/contract'
import type { ModelStoreRoom } from '../core/ports'
import { asFileError } from '../files/atomic-write'
import { temporaryPathFor, syncFolder } from '../files/temporary-files'
import { listCatalogue } from '../inference/repo/catalogue'
import type { StagedModel } from '../inference/repo/add-model'
import { modelNotFound } from '../inference/repo/problems'
import { bringIn, weightBytesOf } from './bring-in'
import { getModel } from './get-model'
import type { TransferLimits } from './get-over'
import { termsOf } from './licence'
import { graphsOf, readManifests } from './manifest'
import type { Manifest, WeightSet } from './manifest'
import { downloadedId, partialBytes, removePartial } from './partial'
import { machineRoom, whyItCannotFit } from './room-for'
import { DEFAULT_SOURCE, parseSource, surveySource } from './source'
import type { Survey } from './source'

export interface ModelStoreOptions {
  readonly storeDir: string
  /** Folders of model folders besides the store. */
  readonly places: readonly string[]
  readonly manifestsDir: string
  /** Where models come from when nobody says where; the public hub when not given. */
  readonly defaultSource?: string
  readonly limits?: Partial<TransferLimits>
  readonly now?: () => Date
}

interface Chosen {
  readonly manifest: Manifest
  readonly set: WeightSet
}

/** Of what the publisher says and what is known here, the one that asks more of the person. */
function licenceOf(manifest: Manifest, survey: Survey): ModelOffer['licence'] {
  const { name, terms, isConfirmed } = manifest.licence
  const said: LicenceTerms = survey.licence === null ? 'unknown' : termsOf(survey.licence)
  // "other" without a name says nothing.
  if (survey.licence === null || said === 'unknown') return { name, terms, isConfirmed }
  if (said === 'open' && terms === 'restricted') return { name: `${name} (${survey.licence})`, terms, isConfirmed }
  return { name: survey.licence, terms: said, isConfirmed: true }
}

/** Throws `model-store/licence`: nothing was taken. */
export function needLicence(name: string, licence: ModelOffer['licence'], isAccepted: boolean): void {
  if (licence.terms === 'open' || isAccepted) return
  throw new AppError(
    'model-store/licence',
    licence.terms === 'unknown'
      ? `${name} says nothing of its licence.`
      : `${name} is under "${licence.name}", which does not allow every use.`,
    {
      nextStep: 'Read the licence at its publisher, then say that you may use the model: --licence-accepted.',
      data: { licence: licence.name, terms: licence.terms }
    }
  )
}

export function createModelStoreRoom(options: ModelStoreOptions): ModelStoreRoom {
  const { storeDir, manifestsDir, limits } = options
  const places = options.places.filter((place) => resolve(place) !== resolve(storeDir))
  const now = options.now ?? (() => new Date())
  const running = new Map<string, AbortController>()
  const staged = new Map<string, { readonly model: StagedModel; readonly offer: ModelOffer }>()

  async function choose(id: string, weights: string | null): Promise<Chosen> {
    const { manifests } = await readManifests(manifestsDir)
    const manifest = manifests.find((one) => one.id === id)
    if (manifest === undefined) {
      throw new AppError('model-store/not-known', `There is no known model "${id}".`, {
        nextStep: `Choose one of ${manifests.map((one) => one.id).join(', ')}.`,
        data: { model: id }
      })
    }
    const set = weights === null ? manifest.weights[0] : manifest.weights.find((one) => one.id === weights)
    if (set === undefined) {
      throw new AppError('model-store/no-weights', `${manifest.name} has no weights "${weights}".`, {
        nextStep: `Choose one of ${manifest.weights.map((one) => one.id).join(', ')}.`,
        data: { model: id }
      })
    }
    return { manifest, set }
  }

  /** Runs `work` so that `cancel` ends it. */
  async function cancellable<T>(requestId: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if (running.has(requestId))
      throw new AppError('model-store/busy', 'This is going on already.', { nextStep: 'Wait until it is done.' })
    const controller = new AbortController()
    running.set(requestId, controller)
    try {
      return await work(controller.signal)
    } finally {
      running.delete(requestId)
    }
  }

  const defaultSource = options.defaultSource ?? DEFAULT_SOURCE
  const sourceOf = (from: string | null): string => parseSource(from ?? defaultSource)

  async function look({ manifest, set }: Chosen, from: string, signal: AbortSignal): Promise<Survey> {
    return surveySource({ manifest, set, from, signal, ...(limits === undefined ? {} : { limits }) })
  }

  async function offerOf({ manifest, set }: Chosen, survey: Survey): Promise<ModelOffer> {
    const id = downloadedId(manifest.id, set.id)
    const name = `${manifest.name} (${set.id})`
    const bytes = survey.files.reduce((sum, file) => sum + (file.bytes ?? 0), 0)
    const haveBytes = Math.min(bytes, await partialBytes(storeDir, id))
    const room = await machineRoom(storeDir)
    const needed = { diskBytes: bytes - haveBytes, memoryBytes: survey.weightBytes }
    const problem = whyItCannotFit(name, needed, room)
    return {
      id,
      name,
      licence: licenceOf(manifest, survey),
      files: survey.files.length,
      bytes,
      haveBytes,
      memoryBytes: survey.weightBytes,
      room,
      hosts: survey.hosts,
      revision: survey.revision,
      hashes: survey.hasHashes ? 'publisher' : 'recorded',
      problem: problem === null ? null : told(problem),
      notes: survey.notes,
      leftOut: []
    }
  }

  const told = ({ code, message, nextStep = '' }: AppError): NonNullable<ModelOffer['problem']> => ({
    code,
    message,
    nextStep
  })

  return {
    async view() {
      const { manifests, broken } = await readManifests(manifestsDir)
      const installed = new Set((await listCatalogue([...places, storeDir])).map(({ summary }) => summary.id))
      const own = (await listCatalogue([storeDir])).map(({ summary }) => summary.id)
      const known: KnownModel[] = []
      for (const manifest of manifests) {
        if (graphsOf(manifest) === null) continue
        const weights: KnownModel['weights'][number][] = []
        for (const { id, bytes } of manifest.weights) {
          const modelId = downloadedId(manifest.id, id)
          const isThere = installed.has(modelId)
          weights.push({
            id,
            bytes,
            modelId,
            isInstalled: isThere,
            partialBytes: isThere ? 0 : await partialBytes(storeDir, modelId)
          })
        }
        const { id, name, repository, dialect, confirmed, unknown, notes } = manifest
        const { name: licence, terms, isConfirmed } = manifest.licence
        known.push({
          id,
          name,
          repository,
          dialect,
          licence: { name: licence, terms, isConfirmed },
          isConfirmed: confirmed,
          unknown,
          notes,
          weights
        })
      }
      return { known, broken, removable: own, room: await machineRoom(storeDir), defaultSource }
    },

    survey: ({ requestId, id, weights, from }) =>
      cancellable(requestId, async (signal) => {
        const chosen = await choose(id, weights)
        return offerOf(chosen, await look(chosen, sourceOf(from), signal))
      }),

    get: ({ requestId, id, weights, from, isLicenceAccepted }, onProgress) =>
      cancellable(requestId, async (signal) => {
        const chosen = await choose(id, weights)
        const source = sourceOf(from)
        const name = `${chosen.manifest.name} (${chosen.set.id})`
        const modelId = downloadedId(chosen.manifest.id, chosen.set.id)
        if ((await listCatalogue([...places, storeDir])).some(({ summary }) => summary.id === modelId)) {
          throw new AppError('model/exists', `${name} is there already.`, {
            nextStep: 'Remove it first to get it anew.',
            data: { model: modelId }
          })
        }
        // What is known here can be refused without asking anybody.
        const { terms, name: licence } = chosen.manifest.licence
        needLicence(name, { name: licence, terms, isConfirmed: true }, isLicenceAccepted)
        onProgress({ phase: 'asking', file: null, done: 0, total: 0 })
        const survey = await look(chosen, source, signal)
        const said = licenceOf(chosen.manifest, survey)
        needLicence(name, said, isLicenceAccepted)
        const got = await getModel({
          ...chosen,
          from: source,
          survey,
          storeDir,
          places,
          licence: said.name,
          signal,
          ...(limits === undefined ? {} : { limits }),
          onProgress,
          now
        })
        return { ...got, licence: said }
      }),

    look: ({ requestId, path }, onProgress: (progress: StoreProgress) => void) =>
      cancellable(requestId, async (signal) => {
        const model = await bringIn(path, { storeDir, places, signal, onProgress })
        const { card } = model.folder
        const offer: ModelOffer = {
          id: card.id,
          name: card.name,
          licence: { name: card.licence, terms: termsOf(card.licence), isConfirmed: card.licence !== '' },
          files: model.files.length,
          bytes: model.files.reduce((sum, { bytes }) => sum + bytes, 0),
          haveBytes: 0,
          memoryBytes: await weightBytesOf(model.folder),
          room: await machineRoom(storeDir),
          hosts: [],
          revision: card.revision,
          hashes: 'recorded',
          problem: null,
          notes: [],
          leftOut: model.leftOut
        }
        const token = randomUUID()
        staged.set(token, { model, offer })
        return { token, offer }
      }),

    async keep(token, isLicenceAccepted) {
      const found = staged.get(token)
      if (found === undefined) {
        throw new AppError('model-store/not-staged', 'This model is not waiting to be added.', {
          nextStep: 'Choose its folder again.'
        })
      }
      const { name, licence } = found.offer
      // Whoever has the folder got it under its licence: only one that restricts is asked about.
      if (licence.terms === 'restricted') needLicence(name, licence, isLicenceAccepted)
      const added = await found.model.keep()
      staged.delete(token)
      return added
    },

    async drop(token) {
      const found = staged.get(token)
      staged.delete(token)
      await found?.model.drop()
    },

    async remove(id) {
      const entries = await listCatalogue([storeDir])
      const entry = entries.find(({ summary }) => summary.id === id)
      if (entry?.dir === undefined) {
        if ((await partialBytes(storeDir, id)) > 0) return removePartial(storeDir, id)
        const ships = (await listCatalogue(places)).some(({ summary }) => summary.id === id)
        if (!ships) throw modelNotFound(id)
        throw new AppError('model-store/ships', `${id} came with the app or from another folder and is not removed.`, {
          nextStep: 'Choose another model; only those of the model store can be removed.',
          data: { model: id }
        })
      }
      // Gone at once for every reader; its bytes go after that.
      const gone = temporaryPathFor(join(storeDir, 'removed'))
      await asFileError(entry.dir, () => rename(entry.dir, gone))
      syncFolder(dirname(gone))
      await rm(gone, { recursive: true, force: true })
    },

    cancel(requestId) {
      const controller = running.get(requestId)
      controller?.abort()
      return controller !== undefined
    },

    async close() {
      for (const controller of running.values()) controller.abort()
      for (const { model } of staged.values()) await model.drop()
      staged.clear()
    }
  }
}
