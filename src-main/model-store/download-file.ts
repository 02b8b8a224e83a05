/**
 * @file One file from a server into a `.part` file, hashed as it comes, begun again where it broke off. The server is
 * asked for the rest only of the very same file: by its strong ETag, or where its hash is known beforehand.
 */
import { createHash } from 'node:crypto'
import type { Hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { lstat, mkdir, open, rename, rm } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { AppError } from '../../src-shared/errors'
import { asFileError, writeFully } from '../files/atomic-write'
import { TRANSFER_LIMITS, getOver, isPassing, notFetched } from './get-over'
import type { Answer, TransferLimits } from './get-over'

export interface WantedFile {
  readonly url: string
  /** As it is called in the model's folder. */
  readonly path: string
  /** null: the server tells it with the file, if at all. */
  readonly bytes: number | null
  /** No more than this is taken where the size is not known. */
  readonly mostBytes: number
  readonly sha256: string | null
}

export interface DownloadHooks {
  readonly signal?: AbortSignal
  readonly limits?: Partial<TransferLimits>
  /** ETag of what is in the `.part` file, as it was kept. */
  readonly etag: string | null
  /** A new file begins: its ETag, to be kept before its bytes. */
  readonly began: (etag: string | null) => Promise<void>
  /** Bytes that are there now; may go back when a file begins anew. */
  readonly onBytes: (have: number) => void
  /** What a person should hear of: that it had to begin anew, and why. */
  readonly note: (sentence: string) => void
}

export interface DownloadedFile {
  readonly bytes: number
  readonly sha256: string
}

/** Codes that mean the file is not to be had, however often one asks. */
function refusal(status: number, host: string, path: string): AppError {
  const data = { host, file: path, status }
  if (status === 401 || status === 403) {
    return new AppError('model-store/not-allowed', `${host} does not give out ${path} (${status}).`, {
      nextStep:
        'Its publisher wants you to sign in or to accept terms first, or has no such model: get the folder with a browser, then add it from disk.',
      data
    })
  }
  if (status === 404 || status === 410) {
    return new AppError('model-store/missing-file', `${host} has no ${path} (${status}).`, {
      nextStep: 'Choose other weights, or another source.',
      data
    })
  }
  const isPassingStatus = status === 429 || status >= 500
  return new AppError(
    isPassingStatus ? 'model-store/busy-server' : 'model-store/bad-answer',
    `${host} answered ${status} when asked for ${path}.`,
    { nextStep: isPassingStatus ? 'Try again later: it goes on where it stopped.' : 'Name another source.', data }
  )
}

const wrong = (code: string, path: string, reason: string, nextStep: string): AppError =>
  new AppError(`model-store/${code}`, `${path} was not taken: ${reason}.`, { nextStep, data: { file: path } })

const isStrong = (etag: string | undefined): etag is string => etag !== undefined && /^"[^"]*"$/.test(etag)

/** Hex digits of a SHA-256 in an ETag, where a publisher puts it there. */
export const hashInEtag = (etag: string | undefined): string | null =>
  /^"?([0-9a-f]{64})"?$/.exec(etag ?? '')?.[1] ?? null

async function sizeOfPart(path: string): Promise<number> {
  try {
    const stats = await lstat(path)
    if (stats.isFile() && stats.nlink === 1) return stats.size
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0
    throw error
  }
  // Something that we did not put there (G1).
  await rm(path, { recursive: true, force: true })
  return 0
}

async function hashOf(path: string): Promise<Hash> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer)
  return hash
}

interface Range {
  readonly from: number
  readonly total: number | null
}

/** `bytes 5-9/10`; null: it says something else. */
function contentRange(text: string | undefined): Range | null {
  const match = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15}|\*)$/.exec(text ?? '')
  return match === null ? null : { from: Number(match[1]), total: match[3] === '*' ? null : Number(match[3]) }
}

const lengthOf = ({ headers }: Answer): number | null => {
  const text = headers['content-length'] ?? ''
  return /^\d{1,15}$/.test(text) ? Number(text) : null
}

/** Seconds or a date, as a server asks for. */
function askedWaitMs(headers: Answer['headers'], most: number): number {
  const text = headers['retry-after'] ?? ''
  const ms = /^\d{1,6}$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - Date.now()
  return Number.isFinite(ms) ? Math.min(most, Math.max(0, ms)) : 0
}

class Download {
  readonly #wanted: WantedFile
  readonly #part: string
  readonly #hooks: DownloadHooks
  readonly #limits: TransferLimits
  #file: FileHandle
  #have = 0
  #hash: Hash = createHash('sha256')
  #etag: string | null
  /** Some of it came in an earlier answer. */
  #isPatched = false
  #size: number | null

  constructor(wanted: WantedFile, part: string, hooks: DownloadHooks, file: FileHandle) {
    this.#wanted = wanted
    this.#part = part
    this.#hooks = hooks
    this.#limits = { ...TRANSFER_LIMITS, ...hooks.limits }
    this.#file = file
    this.#etag = hooks.etag
    this.#size = wanted.bytes
  }

  get #mayGoOn(): boolean {
    return this.#have > 0 && (isStrong(this.#etag ?? undefined) || this.#wanted.sha256 !== null)
  }

  async #restart(reason: string | null): Promise<void> {
    if (reason !== null && this.#have > 0) this.#hooks.note(`${this.#wanted.path} begins anew: ${reason}`)
    await asFileError(this.#part, () => this.#file.truncate(0))
    this.#have = 0
    this.#hash = createHash('sha256')
    this.#isPatched = false
    this.#hooks.onBytes(0)
  }

  /** What an earlier run left. */
  async resume(have: number): Promise<void> {
    this.#have = have
    if (have === 0) return
    if (!this.#mayGoOn || (this.#size !== null && have > this.#size)) return this.#restart('it cannot be gone on with')
    this.#hash = await hashOf(this.#part)
    this.#isPatched = true
    this.#hooks.onBytes(have)
  }

  /** All tries; resolves when every byte is there and is what was promised. */
  async run(): Promise<DownloadedFile> {
    let failures = 0
    let hasBegunAnew = false
    for (;;) {
      const before = this.#have
      try {
        if (this.#size === null || this.#have < this.#size || this.#have === 0) await this.#fetch()
        const sha256 = this.#hash.copy().digest('hex')
        const { sha256: expected, path } = this.#wanted
        if (expected === null || expected === sha256) return { bytes: this.#have, sha256 }
        const wasPatched = this.#isPatched
        await this.#restart(null)
        if (!wasPatched || hasBegunAnew) {
          throw wrong(
            'wrong-hash',
            path,
            `its sha256 is ${sha256.slice(0, 12)}…, its publisher says ${expected.slice(0, 12)}…`,
            'Name another source; this one has another file under that name.'
          )
        }
        hasBegunAnew = true
        this.#hooks.note(`${path} begins anew: put together from two answers it was not what its publisher says`)
      } catch (error) {
        if (!isPassing(error)) throw error
        failures = this.#have > before ? 1 : failures + 1
        if (failures >= this.#limits.tries) throw error
        const asked = Number((error as AppError).data['retryAfterMs'] ?? 0)
        await this.#pause(Math.max(asked, this.#limits.backOffMs * 2 ** (failures - 1)))
      }
    }
  }

  async #pause(ms: number): Promise<void> {
    const most = Math.min(ms, this.#limits.mostBackOffMs)
    try {
      await wait(most, undefined, this.#hooks.signal === undefined ? {} : { signal: this.#hooks.signal })
    } catch {
      // Only an abort ends the wait early.
      throw notFetched()
    }
  }

  async #fetch(): Promise<void> {
    const { url, path } = this.#wanted
    if (this.#have > 0 && !this.#mayGoOn) await this.#restart('its server does not say whether it is the same file')
    const range: Record<string, string> = {}
    if (this.#have > 0) {
      range['range'] = `bytes=${this.#have}-`
      if (isStrong(this.#etag ?? undefined)) range['if-range'] = this.#etag ?? ''
    }
    const { signal } = this.#hooks
    const answer = await getOver({
      url,
      headers: range,
      limits: this.#limits,
      ...(signal === undefined ? {} : { signal })
    })
    const { status, headers, host } = answer
    try {
      if (status === 416 && this.#have > 0) {
        await this.#restart('its server has no more of it')
        throw new AppError('model-store/busy-server', `${host} has no more of ${path} than what had come.`, {
          nextStep: 'Try again.',
          data: { host, file: path }
        })
      }
      if (status === 206 && this.#have > 0) this.#checkRange(answer)
      else if (status === 200) {
        if (this.#have > 0)
          await this.#restart(this.#isOther(headers.etag) ? 'it was changed' : 'its server gives it only as a whole')
        this.#takeSize(lengthOf(answer), host)
        this.#etag = isStrong(headers.etag) ? headers.etag : null
        await this.#hooks.began(this.#etag)
      } else {
        const error = refusal(status, host, path)
        const retryAfterMs = askedWaitMs(headers, this.#limits.mostBackOffMs)
        throw new AppError(error.code, error.message, {
          ...(error.nextStep === undefined ? {} : { nextStep: error.nextStep }),
          data: { ...error.data, retryAfterMs }
        })
      }
      await this.#take(answer)
    } finally {
      answer.close()
    }
    if (this.#size !== null && this.#have < this.#size) {
      throw new AppError(
        'model-store/unreachable',
        `${host}: it ended ${path} after ${this.#have} of ${this.#size} bytes.`,
        {
          nextStep: 'Try again: it goes on where it stopped.',
          data: { host, file: path },
          cause: Object.assign(new Error('short'), { code: 'ECONNRESET' })
        }
      )
    }
  }

  #isOther(etag: string | undefined): boolean {
    return this.#etag !== null && etag !== this.#etag
  }

  /** The rest must begin where ours ends, of a file as long as the one that was begun. */
  #checkRange(answer: Answer): void {
    const range = contentRange(answer.headers['content-range'])
    const { path } = this.#wanted
    if (range === null || range.from !== this.#have) {
      throw wrong(
        'bad-answer',
        path,
        `its server was asked for the bytes from ${this.#have} on and gave others`,
        'Name another source.'
      )
    }
    if (range.total !== null) this.#takeSize(range.total, answer.host)
    this.#isPatched = true
  }

  #takeSize(size: number | null, host: string): void {
    const { path, mostBytes, bytes } = this.#wanted
    if (size === null) return
    if (bytes !== null && size !== bytes) {
      throw wrong(
        'wrong-size',
        path,
        `${host} sends ${size} bytes, ${bytes} were announced`,
        'Ask anew what the source has; the file may just have been replaced.'
      )
    }
    if (size > mostBytes)
      throw wrong('too-large', path, `it has ${size} bytes, ${mostBytes} are the most`, 'Name another source.')
    this.#size = size
  }

  async #take(answer: Answer): Promise<void> {
    const { path, mostBytes } = this.#wanted
    const most = this.#size ?? mostBytes
    for await (const piece of answer.body) {
      if (this.#have + piece.length > most) {
        await this.#restart(null)
        throw wrong(
          this.#size === null ? 'too-large' : 'wrong-size',
          path,
          `its server sends more than ${most} bytes`,
          'Name another source.'
        )
      }
      await asFileError(this.#part, () => writeFully(this.#file, piece))
      this.#hash.update(piece)
      this.#have += piece.length
      this.#hooks.onBytes(this.#have)
    }
    await asFileError(this.#part, () => this.#file.sync())
  }
}

/**
 * Into `target`, through `<target>.part`, which stays when this rejects and is gone on with next time. Rejects with
 * `model-store/…` (`cancelled`, `unreachable`, `timeout`, `busy-server`, `missing-file`, `not-allowed`, `wrong-size`,
 * `wrong-hash`, `too-large`, `bad-answer`, `redirect`) and `file/…`.
 */
export async function downloadFile(wanted: WantedFile, target: string, hooks: DownloadHooks): Promise<DownloadedFile> {
  const part = `${target}.part`
  await asFileError(part, () => mkdir(dirname(part), { recursive: true }))
  const have = await sizeOfPart(part)
  const file = await asFileError(part, () => open(part, 'a', 0o600))
  try {
    const download = new Download(wanted, part, hooks, file)
    await download.resume(have)
    const done = await download.run()
    await asFileError(target, () => rename(part, target))
    return done
  } finally {
    await file.close()
  }
}
