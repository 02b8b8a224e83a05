/** @file Child processes that end when we are told to end, and end codes that say so. */
import { spawn } from 'node:child_process'
import { constants } from 'node:os'

const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP']

/** The shell's convention: 128 + signal number. */
export const exitCodeOf = (code, signal) => code ?? 128 + (constants.signals[signal] ?? 0)

/**
 * Runs a program to its end. While it runs, signals sent to us go to it, and we wait for it.
 * Resolves to `{ code, signal }`; rejects when it could not be started.
 */
export function runChild(file, args, options = {}) {
  const { onStart, ...spawnOptions } = options
  return new Promise((settle, reject) => {
    const child = spawn(file, args, { stdio: 'inherit', windowsHide: true, ...spawnOptions })
    // Ctrl-C in a terminal reaches the child by itself: it is in the same group, twice does no harm.
    const forward = (signal) => child.kill(signal)
    for (const signal of FORWARDED) process.on(signal, forward)
    const release = () => FORWARDED.forEach((signal) => process.removeListener(signal, forward))
    child.once('error', (error) => {
      release()
      reject(error)
    })
    child.once('exit', (code, signal) => {
      release()
      settle({ code, signal })
    })
    onStart?.(child)
  })
}

const PARENT_LOOK_MS = 500

/**
 * Ends `child` when the process that started us is gone: npm, ended by a signal, does not pass it on,
 * and a server nobody knows of would keep its port.
 */
export function endWithParent(child) {
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid !== parent) child.kill('SIGTERM')
  }, PARENT_LOOK_MS)
  child.once('exit', () => clearInterval(timer))
}

/** As `runChild`, with the output kept instead of shown. Resolves to `{ code, signal, output }`. */
export async function runQuietly(file, args, options = {}) {
  let output = ''
  const end = await runChild(file, args, {
    ...options,
    stdio: ['ignore', 'pipe', 'pipe'],
    onStart: (child) => {
      for (const stream of [child.stdout, child.stderr])
        stream.setEncoding('utf8').on('data', (text) => (output += text))
    }
  })
  return { ...end, output }
}

/** `npm` as a program and its first arguments: the npm that started us, or the one on PATH. */
export function npmCommand() {
  const entry = process.env.npm_execpath
  if (entry && /npm-cli\.[cm]?js$/.test(entry)) return { file: process.execPath, args: [entry], options: {} }
  // npm is a .cmd file on Windows, which only a shell can start; the arguments are our own constants.
  return { file: 'npm', args: [], options: { shell: process.platform === 'win32' } }
}
