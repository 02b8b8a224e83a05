import type { ImageDocument, TurnRecord } from '../../../src-shared/document/records'
import type { AskResult, ModelSummary } from '../../../src-shared/ipc/contract'
import type { GroundedNode } from '../../../src-shared/grounded/nodes'
import { touchedRegions } from './document-session'
import { AppError } from '../../../src-shared/errors'
import type { AnswerForm, AnswerFormKind } from '../../../src-shared/prompts/answer-form'
import { describeError } from './error-info'
import { receiveCommitted } from './events'
import { setState, stateOf } from './studio'
import type { Studio } from './studio'
import type { StudioState } from './studio-state'

/** The model the next question goes to: the chosen one, else the first that works. */
export function currentModel(state: Pick<StudioState, 'models' | 'settings'>): ModelSummary | null {
  // Models that make masks answer no questions.
  const answering = state.models.filter(({ makesMasks }) => makesMasks !== true)
  return (
    answering.find((model) => model.id === state.settings.modelId) ??
    answering.find((model) => model.state === 'ready') ??
    answering[0] ??
    null
  )
}

/** Those that a person picks from a menu; a schema is a script's. */
export const OFFERED_FORMS = ['boxes', 'phrases', 'labels'] as const satisfies readonly AnswerFormKind[]
export type OfferedForm = (typeof OFFERED_FORMS)[number]

/** Forms that the next question can ask for; one of labels needs labels in the project. */
export const offeredForms = (state: StudioState): readonly OfferedForm[] =>
  OFFERED_FORMS.filter((kind) => currentModel(state)?.forms.includes(kind) ?? false).filter(
    (kind) => kind !== 'labels' || state.labels.length > 0
  )

/** What the next answer is held to; a form that the current model cannot be held to does not count. */
export function answerForm(state: StudioState): Extract<AnswerForm, { readonly kind: OfferedForm }> | null {
  const { answerForm: kind } = state
  if (kind === null || !offeredForms(state).includes(kind)) return null
  return kind === 'labels' ? { kind, labels: state.labels.map(({ name }) => name) } : { kind }
}

/** Words without what a person cannot see: `[]` and blank lines are not a question. */
export const isEmptyMessage = (children: readonly GroundedNode[]): boolean =>
  children.every((node) => (node.type === 'text' || node.type === 'raw' ? node.value.trim() === '' : false))

export function canAsk(state: StudioState): boolean {
  const model = currentModel(state)
  return (
    state.document !== null &&
    state.document.image.status === 'ok' &&
    state.asking === null &&
    model?.state === 'ready' &&
    state.connection === 'connected'
  )
}

/** Turns of the dialogue on screen, in order. */
export const turnsOf = (document: ImageDocument, dialogueId: string | null): readonly TurnRecord[] =>
  dialogueId ? document.turns.filter((turn) => turn.dialogueId === dialogueId) : []

/** Sends a question. False: it could not be sent, and the words stay where they are. */
export function ask(studio: Studio, children: readonly GroundedNode[]): boolean {
  const state = stateOf(studio)
  if (!canAsk(state) || isEmptyMessage(children) || !state.imageId) return false
  const requestId = studio.sources.newId()
  setState(studio, {
    askFailure: null,
    tab: 'dialogue',
    asking: {
      requestId,
      imageId: state.imageId,
      dialogueId: state.dialogueId,
      children,
      phase: 'sending',
      text: '',
      tree: null,
      stopping: false,
      startedAtMs: studio.sources.now()
    }
  })
  void runQuestion(studio, requestId, state.imageId, state.dialogueId, children, answerForm(state))
  return true
}

async function runQuestion(
  studio: Studio,
  requestId: string,
  imageId: string,
  dialogueId: string | null,
  children: readonly GroundedNode[],
  form: AnswerForm | null
): Promise<void> {
  try {
    // The model must read the regions as they are on screen.
    if (!(await studio.queue.flush())) throw new AppError('window/unsaved', studio.t('ask.unsaved'))
    const result = await studio.rpc.call('dialogue.ask', {
      requestId,
      imageId,
      dialogueId,
      children,
      modelId: stateOf(studio).settings.modelId,
      form
    })
    result.committed.forEach((committed) => receiveCommitted(studio, committed))
    selectFirstProposal(studio, imageId, result)
  } catch (reason) {
    setState(studio, { askFailure: { imageId, children, error: describeError(reason) } })
  } finally {
    setState(studio, ({ asking }) => (asking?.requestId === requestId ? { asking: null } : {}))
  }
}

/** The person's next keys are decisions on what just came, unless they are at something else by now. */
function selectFirstProposal(studio: Studio, imageId: string, { committed }: AskResult): void {
  const state = stateOf(studio)
  if (state.imageId !== imageId || state.composerFocused) return
  const proposed = new Set(
    state.document?.regions.filter((region) => region.state === 'proposed').map((region) => region.id)
  )
  const made = committed.flatMap(({ transaction }) => touchedRegions(transaction))
  const first = made.find((id) => proposed.has(id))
  if (first) setState(studio, { selection: [first] })
}

export async function stopAnswer(studio: Studio): Promise<void> {
  const { asking } = stateOf(studio)
  if (!asking || asking.stopping) return
  setState(studio, { asking: { ...asking, stopping: true } })
  try {
    await studio.rpc.call('dialogue.cancel', { requestId: asking.requestId })
  } catch (reason) {
    setState(studio, (state) => ({
      asking: state.asking && { ...state.asking, stopping: false },
      askFailure: { imageId: asking.imageId, children: asking.children, error: describeError(reason) }
    }))
  }
}

/** Asks the question before a failed or stopped answer again. */
export function retryTurn(studio: Studio, turn: TurnRecord): boolean {
  const { document } = stateOf(studio)
  const question = document?.turns.findLast(
    (other) => other.dialogueId === turn.dialogueId && other.role === 'user' && other.order < turn.order
  )
  return question ? ask(studio, question.children) : false
}

export const startDialogue = (studio: Studio): void => setState(studio, { dialogueId: null, askFailure: null })
