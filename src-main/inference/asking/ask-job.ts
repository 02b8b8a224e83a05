/** @file One question on its way: what has come back so far, so that a killed host loses nothing of it. */
import type { AnswerTimings } from '../../../src-shared/document/records'
import type { AnsweredMask, AskAnswer, AskObserver, AskRequest, SaidAnswer } from '../../core/ports'
import type { HostReply } from '../protocol'

type Token = Extract<HostReply, { kind: 'token' }>
type Loaded = Extract<HostReply, { kind: 'loaded' }>
type Finished = Extract<HostReply, { kind: 'answer' }>

export class AskJob {
  readonly request: AskRequest
  readonly done: Promise<AskAnswer>
  /** Number of the request at the host while it runs there. */
  hostId: number | null = null
  isCancelled = false
  /** It was asked together with others and that failed: its next turn is its own. */
  isAlone = false
  phase: 'queued' | 'loading-model' | 'reading-image' | 'prefill' | 'decoding' = 'queued'
  provider: string | null = null

  private readonly observer: AskObserver
  private readonly startedAt = performance.now()
  private readonly tokenTexts: string[] = []
  private readonly tokenLogProbs: number[] = []
  private readonly tokenRivals: Token['rivals'][] = []
  private text = ''
  private alternatives: readonly SaidAnswer[] = []
  private notes: readonly string[] = []
  private masks: readonly AnsweredMask[] = []
  private settleWith: { resolve(answer: AskAnswer): void; reject(error: unknown): void } | null = null

  constructor(request: AskRequest, observer: AskObserver) {
    this.request = request
    this.observer = observer
    this.done = new Promise((resolve, reject) => {
      this.settleWith = { resolve, reject }
    })
  }

  get isSettled(): boolean {
    return this.settleWith === null
  }

  get tokens(): number {
    return this.tokenTexts.length
  }

  enter(phase: AskJob['phase']): void {
    if (this.isSettled || (phase === this.phase && phase !== 'queued')) return
    this.phase = phase
    this.observer.phase?.(phase)
  }

  addToken({ text, logProb, rivals }: Token): void {
    if (this.isSettled) return
    this.tokenRivals.push(rivals)
    this.tokenTexts.push(text)
    this.tokenLogProbs.push(logProb)
    if (text === '') return
    this.text += text
    this.observer.text?.(this.text)
  }

  /** The answer begins again; what was shown is taken back. */
  restart(): void {
    this.tokenTexts.length = 0
    this.tokenLogProbs.length = 0
    this.tokenRivals.length = 0
    if (this.text === '') return
    this.text = ''
    this.observer.text?.('')
  }

  runsOn({ provider, providerNotes }: Loaded, earlierNotes: readonly string[]): void {
    this.provider = provider
    this.notes = [...earlierNotes, ...providerNotes]
  }

  finish({ stop, limit, tail, timings, alternatives, masks }: Finished): void {
    this.masks = masks
    this.alternatives = alternatives.map(({ tokens }) => ({
      text: tokens.map(({ text }) => text).join(''),
      tokenTexts: tokens.map(({ text }) => text),
      tokenLogProbs: tokens.map(({ logProb }) => logProb),
      tokenRivals: tokens.map(({ rivals }) => rivals)
    }))
    if (tail !== '') {
      const last = this.tokenTexts.length - 1
      this.tokenTexts[last] = (this.tokenTexts[last] ?? '') + tail
      this.text += tail
    }
    this.settle(stop, timings, limit)
  }

  /** Ends it with what has come so far. */
  finishCancelled(): void {
    const totalMs = performance.now() - this.startedAt
    const none = { imageMs: 0, visionMs: 0, prefillMs: 0, decodeMs: 0 }
    this.settle('cancelled', { ...none, totalMs, newTokens: this.tokens }, null)
  }

  fail(error: unknown): void {
    this.settleWith?.reject(error)
    this.settleWith = null
  }

  private settle(stop: AskAnswer['stop'], timings: AnswerTimings, limit: Finished['limit']): void {
    const { text, tokenTexts, tokenLogProbs, tokenRivals, notes: providerNotes } = this
    this.settleWith?.resolve({
      text,
      stop,
      ...(limit === null ? {} : { limit }),
      provider: this.provider ?? 'none',
      providerNotes,
      tokenLogProbs,
      tokenTexts,
      tokenRivals,
      ...(this.alternatives.length === 0 ? {} : { alternatives: this.alternatives }),
      ...(this.request.mask === undefined ? {} : { masks: this.masks }),
      timings
    })
    this.settleWith = null
  }
}
