/**
 * @file METEOR 1.5 by its own program: a Java process that is fed lines and answers with lines. Its jar is not part of
 * Eyrie; who has it names it. The numbers are those of pycocoevalcap, which runs the same jar with the same options.
 *
 *   SCORE ||| reference ||| … ||| caption   → the statistics of one caption, a line
 *   EVAL ||| statistics ||| …               → the score of each, a line each, then the score of all
 */
import { spawn } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'
import { AppError } from '../../../src-shared/errors'
import type { CaptionSample } from '../../../src-shared/metrics/captions'
import { words } from '../../../src-shared/metrics/report/report'
import type { Words } from '../../../src-shared/metrics/report/report'

export interface MeteorScore {
  readonly all: number
  /** In the order of the samples. */
  readonly each: readonly number[]
}
export type Meteor =
  { readonly isMeasured: true; readonly score: MeteorScore } | { readonly isMeasured: false; readonly reason: Words }

export interface MeteorOptions {
  readonly jar: string
  /** The Java runtime; tests give another program. */
  readonly java?: readonly [command: string, ...args: string[]]
  /** Without a line from it. */
  readonly timeoutMs?: number
}

/** As pycocoevalcap starts it. */
const OPTIONS = ['-', '-', '-stdio', '-l', 'en', '-norm'] as const
const TIMEOUT_MS = 120_000
const SEPARATOR = ' ||| '

/** A text may not look like two, nor like two lines. */
const oneField = (text: string): string =>
  text
    .replaceAll('|||', '')
    .replace(/[\r\n]+/g, ' ')
    .replaceAll('  ', ' ')

const failed = (reason: string): AppError =>
  new AppError('meteor/failed', `METEOR did not answer as METEOR 1.5 does: ${reason}.`, {
    nextStep: 'Name the file meteor-1.5.jar with its data folder beside it, or leave --meteor-jar out.'
  })

/** Rejects with `file/missing` when there is no such jar, and with `meteor/failed`. */
export async function runMeteor(samples: readonly CaptionSample[], options: MeteorOptions): Promise<Meteor> {
  const jar = await stat(options.jar).catch(() => null)
  if (jar?.isFile() !== true) {
    throw new AppError('file/missing', `${options.jar} cannot be read.`, { nextStep: 'Name the file meteor-1.5.jar.' })
  }
  const [command, ...args] = options.java ?? ['java', '-Xmx2G', '-jar', options.jar]
  const child = spawn(command, [...args, ...OPTIONS], { cwd: dirname(options.jar), stdio: ['pipe', 'pipe', 'ignore'] })
  const started = new Promise<boolean>((resolve) => {
    child.once('spawn', () => resolve(true))
    child.once('error', () => resolve(false))
  })
  // A program that ends early closes its input; that it gave no line is what is told.
  child.stdin.on('error', () => undefined)
  if (!(await started))
    return { isMeasured: false, reason: words('no Java runtime was found', '没有找到 Java 运行环境') }
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const next = async (): Promise<string> => {
    const ms = options.timeoutMs ?? TIMEOUT_MS
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(failed(`it was silent for ${ms / 1000} s`)), ms)
    })
    try {
      const line = await Promise.race([lines.next(), late])
      if (line.done === true) throw failed('it ended early')
      return line.value
    } finally {
      clearTimeout(timer)
    }
  }
  const number = async (): Promise<number> => {
    const line = await next()
    const value = Number(line)
    if (line.trim() === '' || !Number.isFinite(value)) throw failed(`${JSON.stringify(line.slice(0, 80))} is no score`)
    return value
  }
  try {
    const statistics: string[] = []
    for (const { caption, references } of samples) {
      child.stdin.write(`${['SCORE', ...references.map(oneField), oneField(caption)].join(SEPARATOR)}\n`)
      statistics.push((await next()).trim())
    }
    child.stdin.write(`${['EVAL', ...statistics].join(SEPARATOR)}\n`)
    const each: number[] = []
    while (each.length < samples.length) each.push(await number())
    return { isMeasured: true, score: { all: await number(), each } }
  } finally {
    child.stdin.end()
    child.kill()
  }
}
