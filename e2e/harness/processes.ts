/** @file Processes of a running app, read from /proc. */
import { readFileSync, readdirSync } from 'node:fs'

interface Process {
  readonly pid: number
  readonly parent: number
  readonly command: string
}

function allProcesses(): Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
        const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
        return [
          { pid: Number(name), parent, command: readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ') }
        ]
      } catch {
        // It ended between listing and reading.
        return []
      }
    })
}

/** Process ids below `pid` whose command line matches. */
export function descendants(pid: number, command: RegExp): number[] {
  const all = allProcesses()
  const below = new Set([pid])
  let size = 0
  while (size !== below.size) {
    size = below.size
    for (const process of all) if (below.has(process.parent)) below.add(process.pid)
  }
  below.delete(pid)
  return all.filter((process) => below.has(process.pid) && command.test(process.command)).map((process) => process.pid)
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** Kills one process this test started, if it is still there. */
export function killNow(pid: number): void {
  if (isAlive(pid)) process.kill(pid, 'SIGKILL')
}

/** Waits until `check` holds; throws with `what` when it does not. */
export async function eventually(
  what: string,
  check: () => boolean | Promise<boolean>,
  timeoutMs = 15_000
): Promise<void> {
  const until = performance.now() + timeoutMs
  while (!(await check())) {
    if (performance.now() > until) throw new Error(`waited ${timeoutMs} ms in vain: ${what}`)
    await new Promise((done) => setTimeout(done, 50))
  }
}
