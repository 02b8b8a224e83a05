/**
 * @file The server as a program: prints where it listens, closes on signals (B14) and when the process
 * that started it is gone. The same from `npm start` and from the command line's `serve`.
 */
import { AppError } from '../../../src-shared/errors'
import { logFault, printable } from '../log'
import { runServe, serveOptions } from './run'

const say = (line: string): void => void process.stdout.write(`${line}\n`)

function tellFailure(thrown: unknown): number {
  if (!(thrown instanceof AppError)) {
    logFault('starting the server', thrown)
    return 1
  }
  process.stderr.write(
    `eyrie: ${printable(thrown.message)}\n${thrown.nextStep ? `       ${printable(thrown.nextStep)}\n` : ''}`
  )
  return thrown.code === 'cli/usage' ? 2 : 1
}

/** Runs until it is told to end; resolves to the exit code. */
export async function serveUntilStopped(args: readonly string[]): Promise<number> {
  try {
    const options = serveOptions(args, process.env.INIT_CWD ?? process.cwd())
    const running = await runServe({
      ...options,
      onSignedIn: () => {
        if (process.stdout.isTTY) say(`\n  A browser signed in. For another one: ${running.signInAddress()}`)
      }
    })
    const address = running.signInAddress()
    say(
      `\n  Eyrie is ready at ${address}\n  The link works once. Ctrl-C ends Eyrie; everything acknowledged is saved.\n`
    )
    process.send?.({ address })
    await new Promise<void>((stop) => {
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop())
      process.once('disconnect', () => stop())
    })
    await running.close()
    return 0
  } catch (thrown) {
    return tellFailure(thrown)
  }
}
