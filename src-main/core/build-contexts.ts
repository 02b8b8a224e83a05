/**
 * @file Dialogues by a language model from images as words (LLaVA): the requests of a project, and its answers made
 * dialogues. Who answers is the caller's: a function, or files that went through a batch somewhere else.
 */
import type { BuiltDialogue } from '../../src-shared/builders/build'
import { readAnswer } from '../../src-shared/builders/context/answer'
import { findingsAgainst } from '../../src-shared/builders/context/check'
import { CONTEXT_KINDS, contextOf, requestFor } from '../../src-shared/builders/context/request'
import type { ContextKind, ContextRequest } from '../../src-shared/builders/context/request'
import { hashOf } from '../../src-shared/builders/random'
import { AppError } from '../../src-shared/errors'
import { languageOfLabels } from '../../src-shared/builders/languages'
import type { SceneOptions } from '../../src-shared/builders/scene'
import type { ImageDocument, ImageId, LabelRecord } from '../../src-shared/document/records'
import type { Language } from '../../src-shared/prompts/tasks/task'
import type { Builder } from './builds'
import type { ProjectStore } from './ports'

export interface ContextOptions extends SceneOptions {
  /** Default all. */
  readonly kinds?: readonly ContextKind[]
  /** `auto`: that of most labels of the image. */
  readonly language: Language | 'auto'
  /** Only about these; default all. */
  readonly images?: ReadonlySet<ImageId>
}

/** One for each kind; none for an image with nothing to ask about. */
function requestsOf(
  document: ImageDocument,
  labels: readonly LabelRecord[],
  options: ContextOptions
): readonly ContextRequest[] {
  if (options.images?.has(document.image.id) === false) return []
  const language = options.language === 'auto' ? languageOfLabels(document, labels) : options.language
  return (options.kinds ?? CONTEXT_KINDS).flatMap((kind): readonly ContextRequest[] => {
    const request = requestFor(document, labels, kind, language, options)
    return request === null ? [] : [request]
  })
}

/**
 * So many of the images that there is something to ask about; the same seed draws the same ones, and more of them holds
 * fewer of them. Rejects with the reason of `signal`.
 */
export async function drawImages(
  store: Pick<ProjectStore, 'documents' | 'listLabels'>,
  options: SceneOptions,
  { seed, most, signal }: { readonly seed: number; readonly most: number; readonly signal?: AbortSignal }
): Promise<ReadonlySet<ImageId>> {
  const labels = await store.listLabels()
  const drawn: { readonly id: ImageId; readonly lot: number }[] = []
  for await (const document of store.documents('annotated')) {
    signal?.throwIfAborted()
    const { id, relativePath } = document.image
    if (contextOf(document, labels, options) !== null) drawn.push({ id, lot: hashOf(`${seed} ${relativePath}`) })
  }
  return new Set(
    drawn
      .toSorted((a, b) => a.lot - b.lot)
      .slice(0, most)
      .map(({ id }) => id)
  )
}

/** In the order of the project. */
export async function* contextRequests(
  store: Pick<ProjectStore, 'documents' | 'listLabels'>,
  options: ContextOptions
): AsyncGenerator<ContextRequest> {
  const labels = await store.listLabels()
  for await (const document of store.documents('annotated')) yield* requestsOf(document, labels, options)
}

/** A line of the batch files that OpenAI's interface takes, and servers that copy it. No image goes with it. */
export const batchLine = ({ id, system, user }: ContextRequest, model: string): string =>
  JSON.stringify({
    custom_id: id,
    method: 'POST',
    url: '/v1/chat/completions',
    body: {
      model,
      messages: [
        { role: 'system', content: system },
        { role: 'user', content: user }
      ]
    }
  })

export interface ModelAnswer {
  readonly text: string
  /** As the server named it; null when nobody said. */
  readonly model: string | null
}

/** Answers a request. Rejects when there is no answer; the request is then left out and said. */
export type AskModel = (request: ContextRequest) => Promise<string>

export interface Asked {
  readonly answers: ReadonlyMap<string, ModelAnswer>
  readonly failed: readonly {
    readonly image: string
    readonly kind: ContextKind
    /** Of the `AppError`; `build/not-answered` of another error. */
    readonly code: string
    readonly reason: string
  }[]
}

/** What the server says to every request: asking on would say it again, and may cost. */
const HOPELESS = new Set(
  ['bad-config', 'key-refused', 'no-key', 'not-allowed', 'not-there', 'redirect', 'refused-address', 'unknown'].map(
    (what) => `endpoint/${what}`
  )
)
/** So many failures, and never an answer: nobody is there. */
const MOST_FAILURES = 8

/**
 * So many at a time; order does not matter to the result. Rejects when cancelled, with the signal's reason, and with
 * what the server said when it says so to every request.
 */
export async function askAll(
  requests: AsyncIterable<ContextRequest>,
  ask: AskModel,
  options: { readonly model: string | null; readonly atOnce?: number; readonly signal?: AbortSignal }
): Promise<Asked> {
  const answers = new Map<string, ModelAnswer>()
  const failed: Asked['failed'][number][] = []
  const iterator = requests[Symbol.asyncIterator]()
  let isOver = false
  const work = async (): Promise<void> => {
    for (;;) {
      options.signal?.throwIfAborted()
      const next = await iterator.next()
      if (next.done === true || isOver) return
      const request = next.value
      try {
        answers.set(request.id, { text: await ask(request), model: options.model })
      } catch (error) {
        options.signal?.throwIfAborted()
        const code = error instanceof AppError ? error.code : 'build/not-answered'
        const reason = error instanceof Error ? error.message : String(error)
        failed.push({ image: request.image, kind: request.kind, code, reason })
        if (HOPELESS.has(code) || (answers.size === 0 && failed.length >= MOST_FAILURES)) {
          isOver = true
          throw error
        }
      }
    }
  }
  await Promise.all(Array.from({ length: options.atOnce ?? 4 }, work))
  return { answers, failed }
}

export interface AnswerReport {
  /** Answers that belong to a request of the project as it is now. */
  readonly answers: number
  /** Of another project, or of records that have changed since. */
  readonly strangers: number
  readonly used: number
  /** Why answers, or boxes of them, were left out: code → how often. */
  readonly problems: Readonly<Record<string, number>>
}

export interface ModelBuild {
  readonly build: Builder
  /** Complete after a pass over all images. */
  report(): AnswerReport
}

/** Dialogues of origin `model`; what the linter finds false of the image is left out whole. */
export function modelBuilder(answers: ReadonlyMap<string, ModelAnswer>, options: ContextOptions): ModelBuild {
  // By request, since an export looks at each image several times.
  const outcomes = new Map<string, { readonly isUsed: boolean; readonly codes: readonly string[] }>()
  const dialogueOf = (
    request: ContextRequest,
    answer: ModelAnswer,
    document: ImageDocument,
    labels: readonly LabelRecord[]
  ): BuiltDialogue | null => {
    const { exchanges, problems } = readAnswer(request, answer.text)
    const codes = problems.map(({ code }) => code as string)
    const dialogue: BuiltDialogue = {
      task: request.kind,
      language: request.language,
      exchanges,
      provenance: { origin: 'model', ...(answer.model === null ? {} : { modelId: answer.model }) }
    }
    const findings = exchanges.length === 0 ? [] : findingsAgainst(document, labels, dialogue)
    const isUsed = exchanges.length > 0 && findings.length === 0
    outcomes.set(request.id, { isUsed, codes: [...codes, ...new Set(findings.map(({ rule }) => `lint/${rule}`))] })
    return isUsed ? dialogue : null
  }
  return {
    build: (document, labels) =>
      requestsOf(document, labels, options).flatMap((request): readonly BuiltDialogue[] => {
        const answer = answers.get(request.id)
        const dialogue = answer === undefined ? null : dialogueOf(request, answer, document, labels)
        return dialogue === null ? [] : [dialogue]
      }),
    report() {
      const problems: Record<string, number> = {}
      for (const { codes } of outcomes.values()) for (const code of codes) problems[code] = (problems[code] ?? 0) + 1
      const used = [...outcomes.values()].filter(({ isUsed }) => isUsed).length
      return { answers: outcomes.size, strangers: answers.size - outcomes.size, used, problems }
    }
  }
}
