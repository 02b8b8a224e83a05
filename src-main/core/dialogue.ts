/**
 * @file Asking a model about an image. The question is committed before the model starts and the
 * answer is committed with its proposals as one step, so whatever dies in between loses nothing.
 */
import { AppError } from '../../src-shared/errors'
import type { DialogueRecord, ImageDocument, TurnRecord } from '../../src-shared/document/records'
import type { Change, Committed } from '../../src-shared/document/transaction'
import type { ImageSize } from '../../src-shared/geometry/space'
import type { GroundedNode, GroundedText } from '../../src-shared/grounded/nodes'
import { regionIdsOf } from '../../src-shared/grounded/visit'
import type { AskResult, Params, Result } from '../../src-shared/ipc/contract'
import { resolveInside } from '../files/inside'
import { answerQuestion, dialectContext } from './answer'
import type { Answer, Question } from './answer'
import { checkForm, chooseModel } from './models'
import type { ChosenModel } from './models'
import type { Emit, InferenceService, MediaService } from './ports'
import { answerChanges } from './proposals'
import type { Session, Sessions } from './session'
import type { SettingsStore } from './settings'

export interface DialoguesOptions {
  readonly sessions: Sessions
  readonly inference: InferenceService
  readonly media: MediaService
  readonly settings: SettingsStore
  readonly emit: Emit
  readonly now: () => number
  readonly newId: () => string
}

export interface Dialogues {
  preview(params: Params<'dialogue.preview'>): Promise<Result<'dialogue.preview'>>
  ask(params: Params<'dialogue.ask'>): Promise<AskResult>
  cancel(requestId: string): Promise<boolean>
  /** Stops the answers of a project that is about to close and waits, shortly, until they are committed. */
  endAll(session: Session): Promise<void>
}

interface Pending {
  readonly session: Session
  readonly dialogueId: string
  cancelled: boolean
  ended: Promise<unknown>
}

/** An answer that is cancelled ends within a second; the commit after it is quick. */
const END_WITHIN_MS = 1_500
const TAKEN_BACK = 'its question was taken back before it came'

/** The tree of `children` over the regions as they are now. Rejects with `dialogue/unknown-region`. */
function treeOf(children: readonly GroundedNode[], document: ImageDocument, isHistory: boolean): GroundedText {
  const regions = regionIdsOf(children).flatMap((id) => {
    const region = document.regions.find((candidate) => candidate.id === id)
    if (region !== undefined) return [{ id, shape: region.shape }]
    if (isHistory) return []
    throw new AppError('dialogue/unknown-region', 'The question names a region that is no longer on the image.', {
      nextStep: 'Take its chip out of the question, or undo the deletion.'
    })
  })
  return { children, regions }
}

/** Questions that were answered, oldest first. A failed answer says nothing to a model. */
function historyOf(turns: readonly TurnRecord[], document: ImageDocument): Question['history'] {
  const pairs: { question: GroundedText; answer: GroundedText }[] = []
  turns.forEach((turn, i) => {
    const asked = turns[i - 1]
    if (turn.role !== 'assistant' || turn.status === 'failed' || asked?.role !== 'user') return
    pairs.push({ question: treeOf(asked.children, document, true), answer: treeOf(turn.children, document, true) })
  })
  return pairs
}

function sizeOf({ image }: ImageDocument): ImageSize {
  if (image.status === 'ok' && image.size !== null) return image.size
  const reason = image.statusReason ?? 'its size is not known'
  throw new AppError('image/unreadable', `${image.relativePath} cannot be shown to a model: ${reason}.`, {
    nextStep: 'Choose another image, or put a readable file in its place and look at the folder again.',
    data: { relativePath: image.relativePath }
  })
}

export function createDialogues(options: DialoguesOptions): Dialogues {
  const { sessions, inference, media, settings, emit, now, newId } = options
  const pending = new Map<string, Pending>()

  const choose = async (modelId: string | null): Promise<ChosenModel> =>
    chooseModel(inference, modelId ?? (await settings.get()).modelId)

  /** The file, once it was seen to be readable: a question about a broken picture is not written down. */
  async function readablePath(session: Session, document: ImageDocument): Promise<string> {
    const path = await resolveInside(session.store.imageRoot, document.image.relativePath)
    await media.facts(path)
    return path
  }

  /** Commits the question, in a new dialogue when there is none. */
  async function commitQuestion(
    session: Session,
    params: Params<'dialogue.ask'>,
    dialogueId: string,
    turns: readonly TurnRecord[],
    rawText: string,
    dialect: string
  ): Promise<{ committed: Committed; order: number; questionId: string }> {
    const { imageId, children } = params
    const order = turns.reduce((highest, turn) => Math.max(highest, turn.order), -1) + 1
    const createdAtMs = now()
    const dialogue: DialogueRecord = { id: dialogueId, imageId, title: null, createdAtMs }
    const turn: TurnRecord = {
      id: newId(),
      dialogueId,
      imageId,
      order,
      role: 'user',
      children,
      rawText,
      status: 'complete',
      statusReason: null,
      provenance: { origin: 'human', dialect },
      timings: null,
      createdAtMs
    }
    const changes: Change[] = [{ kind: 'turn', id: turn.id, before: null, after: turn }]
    if (params.dialogueId === null) changes.unshift({ kind: 'dialogue', id: dialogueId, before: null, after: dialogue })
    const transaction = { id: newId(), label: 'dialogue.ask', origin: 'human', imageId, changes, createdAtMs } as const
    return { committed: await sessions.apply(session, transaction), order: order + 1, questionId: turn.id }
  }

  function dropped(reason: string): AppError {
    const error = new AppError('dialogue/answer-dropped', `An answer was not kept: ${reason}.`, {
      nextStep: 'Ask again.'
    })
    emit('notice', { level: 'warning', code: error.code, message: error.message, nextStep: 'Ask again.', data: {} })
    return error
  }

  async function commitAnswer(
    session: Session,
    params: Params<'dialogue.ask'>,
    place: {
      readonly dialogueId: string
      readonly order: number
      readonly turnId: string
      readonly questionId: string
    },
    { model }: ChosenModel,
    answer: Answer
  ): Promise<Committed> {
    if (session.closed) throw dropped('its project was closed before it came')
    const turns = await session.store.getTurns(place.dialogueId)
    const question = turns.find(({ id }) => id === place.questionId)
    if (question === undefined) throw dropped(TAKEN_BACK)
    const nowMs = now()
    const changes = answerChanges(answer, {
      ...place,
      question,
      imageId: params.imageId,
      labels: await session.store.listLabels(),
      nowMs,
      provenance: {
        origin: 'model',
        modelId: model.id,
        modelRevision: model.revision,
        dialect: model.dialect,
        ...(params.form === null ? {} : { form: params.form.kind }),
        ...(answer.provider === null ? {} : { provider: answer.provider })
      }
    })
    try {
      return await sessions.apply(session, {
        id: newId(),
        label: 'dialogue.answer',
        origin: 'model',
        imageId: params.imageId,
        changes,
        createdAtMs: nowMs
      })
    } catch (error) {
      const isAboutQuestion =
        error instanceof AppError && error.code === 'store/conflict' && error.data.id === place.questionId
      throw isAboutQuestion ? dropped(TAKEN_BACK) : error
    }
  }

  async function run(session: Session, params: Params<'dialogue.ask'>, state: Pending): Promise<AskResult> {
    const { requestId, imageId, children, form } = params
    const { dialogueId } = state
    const chosen = await choose(params.modelId)
    const { model, dialect } = chosen
    checkForm(model, form)
    const document = await session.store.getDocument(imageId)
    const size = sizeOf(document)
    if (params.dialogueId !== null && !document.dialogues.some(({ id }) => id === dialogueId)) {
      throw new AppError('dialogue/unknown', 'The dialogue this question belongs to is no longer there.', {
        nextStep: 'Ask it in a new dialogue, or undo the deletion.'
      })
    }
    const question = treeOf(children, document, false)
    const imagePath = await readablePath(session, document)
    const turns = params.dialogueId === null ? [] : await session.store.getTurns(dialogueId)
    const printed = dialect.print(question, dialectContext(model, size))
    const asked = await commitQuestion(session, params, dialogueId, turns, printed.text, model.dialect)

    const regionIds: string[] = []
    const answer = await answerQuestion(
      {
        requestId,
        model,
        dialect,
        imagePath,
        image: size,
        history: historyOf(turns, document),
        question,
        form,
        regionId: (place) => (regionIds[place] ??= newId())
      },
      inference,
      {
        progress: (phase, text, tree) => {
          if (!session.closed) emit('answer.progress', { requestId, imageId, phase, text, tree })
        },
        isCancelled: () => state.cancelled
      }
    )
    if (answer.error !== null) {
      const { code, message, nextStep = null, data } = answer.error
      emit('notice', { level: 'error', code, message, nextStep, data })
    }
    const place = { dialogueId, order: asked.order, turnId: newId(), questionId: asked.questionId }
    const answered = await commitAnswer(session, params, place, chosen, answer)
    return {
      committed: [asked.committed, answered],
      status: answer.status,
      statusReason: answer.statusReason,
      provider: answer.provider,
      diagnostics: answer.diagnostics
    }
  }

  return {
    async preview({ imageId, children, modelId }) {
      const session = sessions.need()
      const { model, dialect } = await choose(modelId)
      const document = await session.store.getDocument(imageId)
      const { text, losses } = dialect.print(treeOf(children, document, false), dialectContext(model, sizeOf(document)))
      return { text, losses, dialect: model.dialect }
    },
    async ask(params) {
      const session = sessions.need()
      const dialogueId = params.dialogueId ?? newId()
      if (pending.has(params.requestId) || [...pending.values()].some((other) => other.dialogueId === dialogueId)) {
        throw new AppError('dialogue/busy', 'This dialogue is waiting for an answer.', {
          nextStep: 'Wait for it or stop it, then ask again.'
        })
      }
      const state: Pending = { session, dialogueId, cancelled: false, ended: Promise.resolve() }
      pending.set(params.requestId, state)
      const result = run(session, params, state).finally(() => pending.delete(params.requestId))
      // For `endAll`, which waits for the end and not for the result.
      state.ended = result.catch(() => undefined)
      return result
    },
    async cancel(requestId) {
      const state = pending.get(requestId)
      if (state === undefined) return false
      state.cancelled = true
      await inference.cancel(requestId)
      return true
    },
    async endAll(session) {
      const mine = [...pending].filter(([, state]) => state.session === session)
      if (mine.length === 0) return
      for (const [requestId, state] of mine) {
        state.cancelled = true
        // Whether it could be told or not: the wait below ends either way.
        inference.cancel(requestId).catch(() => undefined)
      }
      let timer: NodeJS.Timeout | undefined
      const late = new Promise((resolve) => (timer = setTimeout(resolve, END_WITHIN_MS)))
      await Promise.race([Promise.all(mine.map(([, state]) => state.ended)), late])
      clearTimeout(timer)
    }
  }
}
