/**
 * @file Masks for the open project: regions of an image are shown to a model that makes masks, and what it makes is
 * committed as proposals that know the regions they came from.
 */
import { AppError } from '../../src-shared/errors'
import type { ImageDocument, RegionRecord } from '../../src-shared/document/records'
import type { Change } from '../../src-shared/document/transaction'
import { clampToImage } from '../../src-shared/geometry/box'
import { boundsOfShape } from '../../src-shared/geometry/shape'
import type { Params, Result } from '../../src-shared/ipc/contract'
import { MOST_POINTS } from '../../src-shared/prompts/mask-prompt'
import type { MaskPrompt } from '../../src-shared/prompts/mask-prompt'
import { resolveInside } from '../files/inside'
import { chooseMasker, makeMasks } from './masks'
import type { ShapedMask } from './masks'
import type { InferenceService, MediaService } from './ports'
import type { Session, Sessions } from './session'

export interface MaskRequestsOptions {
  readonly sessions: Sessions
  readonly inference: InferenceService
  readonly media: MediaService
  readonly now: () => number
  readonly newId: () => string
}

export interface MaskRequests {
  make(params: Params<'mask.make'>): Promise<Result<'mask.make'>>
  cancel(requestId: string): Promise<boolean>
  /** Before a project closes: nothing that comes later is committed. */
  stop(): Promise<void>
}

const badPlace = (code: string, message: string): AppError =>
  new AppError(code, message, {
    nextStep: 'Select one box, points on the object, or both.'
  })

/** Of one object. Throws `mask/no-place`, `mask/several-boxes`, `mask/outside`. */
export function promptOfRegions(regions: readonly RegionRecord[]): MaskPrompt {
  const points = regions.flatMap(({ shape }) => (shape.type === 'point' ? [shape.point] : []))
  const [extended, ...others] = regions.filter(({ shape }) => shape.type !== 'point')
  if (others.length > 0)
    throw badPlace('mask/several-boxes', 'Points belong to one object, and several boxes were selected with them.')
  if (regions.length === 0 || points.length > MOST_POINTS)
    throw badPlace('mask/no-place', `From 1 to ${MOST_POINTS} regions say which object it is.`)
  const box = extended === undefined ? null : clampToImage(boundsOfShape(extended.shape))
  const isOutside = points.some((point) => point.some((value) => value < 0 || value > 1))
  if (isOutside || (box !== null && (box[0] >= box[2] || box[1] >= box[3])))
    throw badPlace('mask/outside', 'A place outside the image has nothing to mask.')
  return { points: points.map((point) => ({ point, isInside: true })), box }
}

/** Several regions with an extent are an object each; otherwise all say which object it is. */
function objectsOf(regions: readonly RegionRecord[]): readonly (readonly RegionRecord[])[] {
  const isExtended = regions.every(({ shape }) => shape.type !== 'point')
  return isExtended && regions.length > 1 ? regions.map((region) => [region]) : [regions]
}

function regionsOf(document: ImageDocument, ids: readonly string[]): readonly RegionRecord[] {
  return ids.map((id) => {
    const region = document.regions.find((other) => other.id === id)
    if (region !== undefined) return region
    throw new AppError('mask/unknown-region', 'A region that was selected is no longer on the image.', {
      nextStep: 'Select it again, or undo the deletion.'
    })
  })
}

export function createMaskRequests({ sessions, inference, media, now, newId }: MaskRequestsOptions): MaskRequests {
  const pending = new Map<string, { cancelled: boolean }>()

  const maskRecord = (
    { shape, predictedIou }: ShapedMask,
    regions: readonly RegionRecord[],
    made: Pick<RegionRecord, 'imageId' | 'createdAtMs' | 'provenance'>
  ): RegionRecord => ({
    ...made,
    id: newId(),
    shape,
    labelId: regions.find(({ labelId }) => labelId !== null)?.labelId ?? null,
    phrase: regions.find(({ phrase }) => phrase !== null)?.phrase ?? null,
    state: 'proposed',
    original: null,
    confidence: Math.max(0, Math.min(1, predictedIou)),
    provenance: { ...made.provenance, shownRegions: regions.map(({ id }) => id) }
  })

  async function commit(
    session: Session,
    imageId: string,
    shown: readonly RegionRecord[],
    masks: readonly RegionRecord[]
  ) {
    try {
      return await sessions.apply(session, {
        id: newId(),
        label: 'region.mask',
        origin: 'model',
        imageId,
        changes: [
          // Among them unchanged: the store refuses the mask of a region that was moved or deleted meanwhile.
          ...shown.map((region): Change => ({ kind: 'region', id: region.id, before: region, after: region })),
          ...masks.map((mask): Change => ({ kind: 'region', id: mask.id, before: null, after: mask }))
        ],
        createdAtMs: now()
      })
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'store/conflict') throw error
      throw new AppError('mask/dropped', 'A mask was not kept: the region it was made of was changed meanwhile.', {
        nextStep: 'Make it again.',
        cause: error
      })
    }
  }

  async function run(
    session: Session,
    { requestId, imageId, regionIds, modelId }: Params<'mask.make'>,
    state: { cancelled: boolean }
  ): Promise<Result<'mask.make'>> {
    const model = await chooseMasker(inference, modelId)
    const document = await session.store.getDocument(imageId)
    const objects = objectsOf(regionsOf(document, regionIds)).map((regions) => ({
      regions,
      prompt: promptOfRegions(regions)
    }))
    const imagePath = await resolveInside(session.store.imageRoot, document.image.relativePath)
    await media.facts(imagePath)
    const masks: RegionRecord[] = []
    const shown: RegionRecord[] = []
    const without: string[] = []
    for (const { regions, prompt } of objects) {
      if (state.cancelled || session.closed) return null
      try {
        const answer = await makeMasks({ requestId, model, imagePath, prompt }, inference)
        const [best] = answer.masks
        if (best === undefined || answer.isCancelled) return null
        const { id: ranModel, revision: modelRevision } = model
        const provenance = { origin: 'model', modelId: ranModel, modelRevision, provider: answer.provider } as const
        // Lists are in order of time: one millisecond apart, they are in the order of the selection.
        masks.push(maskRecord(best, regions, { imageId, createdAtMs: now() + masks.length, provenance }))
        shown.push(...regions)
      } catch (error) {
        const isNothing = error instanceof AppError && error.code === 'inference/no-mask'
        if (!isNothing || objects.length === 1) throw error
        without.push(...regions.map(({ id }) => id))
      }
    }
    if (state.cancelled || session.closed) return null
    if (masks.length === 0) {
      throw new AppError('inference/no-mask', `${model.name} sees no object in any of them.`, {
        nextStep: 'Draw the boxes closer around the objects.',
        data: { modelId: model.id }
      })
    }
    const committed = await commit(session, imageId, shown, masks)
    return { committed, regionIds: masks.map(({ id }) => id), without }
  }

  async function cancel(requestId: string): Promise<boolean> {
    const state = pending.get(requestId)
    if (state === undefined) return false
    state.cancelled = true
    await inference.cancel(requestId)
    return true
  }

  return {
    async make(params) {
      const session = sessions.need()
      const { requestId } = params
      if (pending.has(requestId)) {
        throw new AppError('inference/duplicate-request', `A request with the id ${requestId} is running already.`, {
          nextStep: 'Wait for it or cancel it.'
        })
      }
      const state = { cancelled: false }
      pending.set(requestId, state)
      return run(session, params, state).finally(() => pending.delete(requestId))
    },
    cancel,
    async stop() {
      await Promise.all([...pending.keys()].map(cancel))
    }
  }
}
