/** @file What the core tells this window, and what the window makes of it. */
import type { Committed } from '../../../src-shared/document/transaction'
import { AppError } from '../../../src-shared/errors'
import type { Events, ProjectInfo } from '../../../src-shared/ipc/contract'
import { applyToDocument, applyToLabels } from '../../../src-shared/document/apply'
import { checkImageSoon, refreshCountsSoon } from './checks'
import { describeError } from './error-info'
import { refreshGallerySoon } from './gallery'
import { reloadImage } from './images'
import { notify, notifyError } from './notices'
import { showProject, showStart } from './project'
import { setState, stateOf } from './studio'
import type { Studio } from './studio'

/** Applies something that is on disk, once, whether it came as an answer or as an event. */
export function receiveCommitted(studio: Studio, committed: Committed): void {
  if (studio.seen.has(committed.seq)) return
  studio.seen.add(committed.seq)
  if (committed.isBulk === true) {
    // What came or went is not listed: what is shown is read again.
    void reloadImage(studio)
    void reloadLabels(studio)
    refreshGallerySoon(studio)
    return
  }
  const before = stateOf(studio)
  const applied = before.committed && applyToDocument(before.committed, committed.transaction)
  const labels = applyToLabels(before.committedLabels, committed.transaction)
  // What this window holds is older than it thought: read again instead of guessing.
  if (applied?.ok === false) void reloadImage(studio)
  if (!labels.ok) void reloadLabels(studio)
  setState(studio, (state) => {
    const document = applied?.ok ? applied.value : state.committed
    const known = new Set(document?.regions.map((region) => region.id))
    return {
      committed: document,
      committedLabels: labels.ok ? labels.value : state.committedLabels,
      dialogueId: newestDialogue(state.dialogueId, committed, document?.dialogues.map((dialogue) => dialogue.id) ?? []),
      selection: document ? keepKnown(state.selection, known, state.pending.length > 0) : state.selection
    }
  })
  refreshGallerySoon(studio)
}

async function reloadLabels(studio: Studio): Promise<void> {
  try {
    setState(studio, { committedLabels: await studio.rpc.call('labels.list', {}) })
  } catch (reason) {
    notifyError(studio, describeError(reason))
  }
}

/** Follows a dialogue that was just made, and leaves one that is gone. */
function newestDialogue(current: string | null, committed: Committed, present: readonly string[]): string | null {
  const made = committed.transaction.changes.findLast((change) => change.kind === 'dialogue' && change.after !== null)
  if (made && present.includes(made.id) && committed.kind === 'edit') return made.id
  if (current && present.includes(current)) return current
  return present.at(-1) ?? null
}

const keepKnown = (
  selection: readonly string[],
  known: ReadonlySet<string>,
  editsUnderWay: boolean
): readonly string[] =>
  editsUnderWay || selection.every((id) => known.has(id)) ? selection : selection.filter((id) => known.has(id))

function receiveProgress(studio: Studio, progress: Events['answer.progress']): void {
  setState(studio, ({ asking }) =>
    asking?.requestId === progress.requestId
      ? { asking: { ...asking, phase: progress.phase, text: progress.text, tree: progress.tree } }
      : {}
  )
}

function receiveModelStatus(studio: Studio, status: Events['model.status']): void {
  const before = stateOf(studio).modelStatus
  setState(studio, { modelStatus: status })
  // One end is told twice by the core: when the process is gone, and with the question it ended.
  if (status.state === 'crashed' && before?.state !== 'crashed') {
    notify(studio, {
      level: 'error',
      message: studio.t('model.crashed', { detail: status.detail ?? '' }),
      nextStep: studio.t('model.crashedNext')
    })
  }
}

function receiveConnection(studio: Studio, connection: 'connected' | 'lost'): void {
  const before = stateOf(studio).connection
  setState(studio, { connection })
  // What was heard before or during the gap says nothing of the project after it.
  if (before !== connection) studio.confirmation.current = null
  if (before === 'lost' && connection === 'connected') void catchUp(studio)
}

/** Events of the gap were not heard: which project it is, then what is in it, then what waited is sent. */
async function catchUp(studio: Studio): Promise<void> {
  const { project } = stateOf(studio)
  try {
    await confirmProject(studio)
  } catch (reason) {
    const { code, ...error } = describeError(reason)
    // That the line is lost again, or that the project is another one, is on screen already.
    if (code !== 'connection/lost' && code !== 'project/switched') notifyError(studio, { code, ...error })
    return
  }
  if (project?.id !== stateOf(studio).project?.id) return
  studio.seen.clear()
  void reloadImage(studio)
  refreshGallerySoon(studio)
  studio.queue.retry()
}

/**
 * Resolves when the core has the project that this window shows. When it has another one, the window
 * goes along, gives up what waited, and this rejects with `project/switched`: it must not be sent there.
 */
export function confirmProject(studio: Studio): Promise<void> {
  const { confirmation } = studio
  if (confirmation.current) return confirmation.current
  const asked = studio.rpc.call('project.info', {}).then((project) => {
    const shown = stateOf(studio).project
    receiveProject(studio, project)
    if (project?.id === shown?.id) return
    throw new AppError('project/switched', studio.t('project.otherNow'))
  })
  confirmation.current = asked
  asked.catch((reason: unknown) => {
    // Once the window shows the other project, that one needs no second question.
    if (confirmation.current === asked)
      confirmation.current = describeError(reason).code === 'project/switched' ? Promise.resolve() : null
  })
  return asked
}

/**
 * All windows of a core share its one project. When another window opens or closes one, this window
 * goes along: an edit or an undo it sent now would meet the wrong project.
 */
function receiveProject(studio: Studio, project: ProjectInfo | null): void {
  const { project: shown, opening, screen } = stateOf(studio)
  if (project && shown?.id === project.id) {
    setState(studio, { project, history: project.history })
    refreshGallerySoon(studio)
    return
  }
  // This window is opening one itself and shows it when it is there.
  if (opening || screen === 'loading' || project?.id === shown?.id) return
  const count = studio.queue.discard().length
  if (count > 0) notify(studio, { level: 'warning', message: studio.t('save.discarded', { count }) })
  if (project) notify(studio, { level: 'info', message: studio.t('project.switched', { name: project.name }) })
  void (project ? showProject(studio, project) : showStart(studio)).catch((reason: unknown) =>
    notifyError(studio, describeError(reason))
  )
}

/** Returns what stops listening. */
export function listen(studio: Studio): () => void {
  const { rpc } = studio
  const stops = [
    rpc.on('document.committed', ({ committed, history }) => {
      setState(studio, { history })
      receiveCommitted(studio, committed)
    }),
    rpc.on('answer.progress', (progress) => receiveProgress(studio, progress)),
    rpc.on('lint.progress', ({ requestId, ...how }) =>
      setState(studio, ({ checks }) =>
        checks.running?.requestId === requestId ? { checks: { ...checks, running: { ...checks.running, ...how } } } : {}
      )
    ),
    // Whatever changed the open image: it is looked at again.
    studio.store.subscribe((now, before) => {
      if (now.committed !== before.committed) checkImageSoon(studio)
      if (now.gallery.items !== before.gallery.items && now.checks.summary !== null) refreshCountsSoon(studio)
    }),
    rpc.on('project.scanning', (looking) =>
      setState(studio, { looking: looking.done === looking.total ? null : looking })
    ),
    rpc.on('history.progress', (replaying) =>
      setState(studio, { replaying: replaying.done === replaying.total ? null : replaying })
    ),
    rpc.on('model.status', (status) => receiveModelStatus(studio, status)),
    rpc.on('project.changed', ({ project }) => receiveProject(studio, project)),
    rpc.on('notice', ({ level, code, message, nextStep }) => notify(studio, { level, code, message, nextStep })),
    rpc.onConnection((connection) => receiveConnection(studio, connection))
  ]
  return () => stops.forEach((stop) => stop())
}
