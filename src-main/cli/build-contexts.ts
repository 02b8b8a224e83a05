/** @file `eyrie build --recipe llava`: requests for a language model as a file, and its answers from one. */
import { counted } from '../../src-shared/counted'
import { resolve } from 'node:path'
import { z } from 'zod'
import { CONTEXT_KINDS } from '../../src-shared/builders/context/request'
import type { ContextKind } from '../../src-shared/builders/context/request'
import { AppError } from '../../src-shared/errors'
import { askAll, batchLine, contextRequests, drawImages, modelBuilder } from '../core/build-contexts'
import type { ContextOptions, ModelAnswer } from '../core/build-contexts'
import { CONTEXT_RECIPE } from '../core/model-builds'
import { writeFileAtomically } from '../files/atomic-write'
import { putBuilt } from './build'
import type { BuildTarget } from './build'
import { readLines } from './json-lines'
import { note, printJson, printLine, progressLine, usageError } from './output'
import type { Streams } from './output'
import { withProject } from './project'
import type { ProjectStore } from '../core/ports'
import type { CliRooms } from './rooms'

/** Which images are asked about; `most` null: all. */
export interface Drawn {
  readonly drawn: { readonly most: number | null; readonly seed: number }
}

async function onlyDrawn<T extends ContextOptions & Drawn>(store: ProjectStore, options: T): Promise<T> {
  const { most, seed } = options.drawn
  return most === null ? options : { ...options, images: await drawImages(store, options, { most, seed }) }
}

/** All kinds when none is named. */
export function contextKinds(said: readonly string[]): readonly ContextKind[] {
  if (said.length === 0) return CONTEXT_KINDS
  return said.map((name) => {
    const kind = CONTEXT_KINDS.find((one) => one === name)
    if (kind === undefined)
      throw usageError(`${name} is no kind of ${CONTEXT_RECIPE}.`, `Kinds are ${CONTEXT_KINDS.join(', ')}.`)
    return kind
  })
}

/** Writes a batch file; the project stays as it is. */
export async function writeRequests(
  path: string,
  file: string,
  options: ContextOptions & Drawn & { readonly model: string; readonly overwrite: boolean; readonly json: boolean },
  cli: CliRooms,
  streams: Streams
): Promise<void> {
  await withProject(cli, path, async (store) => {
    let requests = 0
    const lines = async function* (): AsyncGenerator<string> {
      for await (const request of contextRequests(store, await onlyDrawn(store, options))) {
        requests++
        yield `${batchLine(request, options.model)}\n`
      }
    }
    const written = await writeFileAtomically(resolve(file), lines(), { overwrite: options.overwrite })
    if (options.json) return printJson(streams, { requests, file: written })
    printLine(streams, `${written.path}  ${counted(requests, 'request')}  sha256 ${written.sha256}`)
    note(streams, 'eyrie: captions, labels and boxes are in the file, no image; build with its answers: --answers FILE')
  })
}

const chatAnswer = z.object({
  custom_id: z.string(),
  response: z
    .object({
      status_code: z.number().optional(),
      body: z.object({
        model: z.string().optional(),
        choices: z.array(z.object({ message: z.object({ content: z.string().nullable() }) })).optional()
      })
    })
    .nullable(),
  error: z.unknown().optional()
})
const plainAnswer = z.object({ id: z.string(), text: z.string(), model: z.string().optional() })

interface AnswerFile {
  readonly answers: ReadonlyMap<string, ModelAnswer>
  /** Requests that the server did not answer. */
  readonly failed: number
}

/** OpenAI's batch output, or lines {id, text, model?}. Rejects with `file/missing`, `data/invalid`. */
export async function readAnswers(file: string): Promise<AnswerFile> {
  const lines = await readLines(file, z.union([chatAnswer, plainAnswer]), {
    missing: 'Give the file that the batch returned.',
    broken: 'A line is {"id", "text"}, or as the batches of OpenAI’s interface return it.'
  })
  const answers = new Map<string, ModelAnswer>()
  let failed = 0
  for (const line of lines) {
    if ('text' in line) {
      answers.set(line.id, { text: line.text, model: line.model ?? null })
      continue
    }
    const body = line.response?.body
    const text = body?.choices?.[0]?.message.content ?? null
    if (text === null || (line.response?.status_code ?? 200) >= 400) failed++
    else answers.set(line.custom_id, { text, model: body?.model ?? null })
  }
  if (answers.size > 0 || failed > 0) return { answers, failed }
  throw new AppError('build/no-answers', `${file} holds no answer.`, {
    nextStep: 'Give the file that the batch returned.'
  })
}

export async function buildFromAnswers(
  path: string,
  file: string,
  options: ContextOptions & { readonly target: BuildTarget },
  cli: CliRooms,
  streams: Streams
): Promise<void> {
  const { answers, failed } = await readAnswers(resolve(file))
  if (failed > 0) note(streams, `eyrie: ${counted(failed, 'request')} not answered`)
  await buildWith(path, answers, options, cli, streams)
}

async function buildWith(
  path: string,
  answers: ReadonlyMap<string, ModelAnswer>,
  options: ContextOptions & { readonly target: BuildTarget },
  cli: CliRooms,
  streams: Streams
): Promise<void> {
  const { build, report } = modelBuilder(answers, options)
  await putBuilt(path, build, options.target, options.includeProposals ?? false, cli, streams)
  const { answers: known, strangers, used, problems } = report()
  // A preview stops early: what it did not come to is neither used nor strange.
  if (options.target.preview === null) note(streams, `eyrie: ${used} of ${counted(known, 'answer')} used`)
  if (strangers > 0 && options.target.preview === null)
    note(
      streams,
      `eyrie: left out, of another project or of records that have changed since: ${counted(strangers, 'answer')}`
    )
  for (const [code, count] of Object.entries(problems)) note(streams, `eyrie: left out: ${count} × ${code}`)
}

/** Only so many requests: a preview must not cost a whole project's answers. */
async function* firstOf<T>(items: AsyncIterable<T>, limit: number | null): AsyncGenerator<T> {
  let count = 0
  if (limit === 0) return
  for await (const item of items) {
    yield item
    if (++count === limit) return
  }
}

/**
 * Asks a model server that was allowed, then builds from its answers. Ctrl-C stops before anything is built; answers
 * are saved first, where a file for them is given.
 */
export async function buildFromEndpoint(
  path: string,
  endpoint: string,
  options: ContextOptions & Drawn & { readonly target: BuildTarget; readonly saveAnswers: string | null },
  cli: CliRooms,
  streams: Streams
): Promise<void> {
  const { endpoints } = cli.rooms()
  const controller = new AbortController()
  const { signal } = controller
  const cancel = (): void => controller.abort(new AppError('build/cancelled', 'Nothing was built.'))
  const progress = progressLine(streams)
  process.once('SIGINT', cancel)
  let asked = 0
  const { answers, failed } = await withProject(cli, path, async (store) =>
    askAll(
      firstOf(contextRequests(store, await onlyDrawn(store, options)), options.target.preview),
      async ({ system, user }) => {
        const { text } = await endpoints.complete(endpoint, [{ role: 'user', text: `${system}\n\n${user}` }], signal)
        progress.show(counted(++asked, 'answer'))
        return text
      },
      { model: endpoint, signal }
    )
  ).finally(() => {
    process.off('SIGINT', cancel)
    progress.end()
  })
  if (options.saveAnswers !== null) {
    const lines = [...answers].map(
      ([id, { text, model }]) => `${JSON.stringify({ id, text, model: model ?? endpoint })}\n`
    )
    const { path: file } = await writeFileAtomically(resolve(options.saveAnswers), lines, {
      overwrite: options.target.overwrite
    })
    note(streams, `eyrie: ${counted(lines.length, 'answer')} saved in ${file}`)
  }
  for (const reason of new Set(failed.map((one) => one.reason)))
    note(streams, `eyrie: not answered: ${failed.filter((one) => one.reason === reason).length} × ${reason}`)
  if (answers.size === 0 && failed.length > 0)
    throw new AppError('build/no-answers', `${endpoint} answered none of ${counted(failed.length, 'request')}.`, {
      nextStep: `Look at it with: eyrie endpoints check ${endpoint}`
    })
  await buildWith(path, answers, options, cli, streams)
}
