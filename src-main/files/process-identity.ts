/**
 * @file Which process wrote a lock or a temporary file, and whether it still lives. A process id
 * alone is not enough: ids are reused, in containers within seconds. Linux adds the start time of
 * the process and the boot id; elsewhere the id alone is judged (said by `canTellReuse`).
 */
import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'

export interface ProcessIdentity {
  readonly pid: number
  /** Start of the process in clock ticks since boot (Linux), `-` where it cannot be known. */
  readonly started: string
  /** Host name and, on Linux, the boot id. */
  readonly host: string
  readonly boot: string
}

const unknown = '-'

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    // No such process, or no /proc on this system: both mean "cannot be known".
    void error
    return null
  }
}

/** Field 22 of /proc/<pid>/stat; the command in field 2 may hold spaces and brackets, so count after the last `)`. */
function startOf(pid: number): string | null {
  const stat = readOrNull(`/proc/${pid}/stat`)
  if (stat === null) return null
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null
}

let own: ProcessIdentity | null = null

export function ownIdentity(): ProcessIdentity {
  own ??= {
    pid: process.pid,
    started: startOf(process.pid) ?? unknown,
    host: hostname(),
    boot: readOrNull('/proc/sys/kernel/random/boot_id')?.trim() ?? unknown
  }
  return own
}

/** `elsewhere`: written on another host, so nobody here can tell. */
export function livenessOf(identity: ProcessIdentity): 'alive' | 'dead' | 'elsewhere' {
  const self = ownIdentity()
  if (identity.host !== self.host) return 'elsewhere'
  if (identity.boot !== unknown && self.boot !== unknown && identity.boot !== self.boot) return 'dead'
  if (!isRunning(identity.pid)) return 'dead'
  const started = startOf(identity.pid)
  if (identity.started !== unknown && started !== null && started !== identity.started) return 'dead'
  return 'alive'
}

export function isSameProcess(a: ProcessIdentity, b: ProcessIdentity): boolean {
  return a.pid === b.pid && a.started === b.started && a.host === b.host && a.boot === b.boot
}

function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: it lives and belongs to someone else.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
