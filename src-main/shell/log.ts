/** @file What the app says on stderr: one block a fault, without letters that could steer a terminal (L2). */

const MAX_LENGTH = 8_000

/** Control letters except newline become visible; long texts end in an ellipsis. */
export function printable(text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what it is about
  const visible = text.replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g, '\ufffd')
  return visible.length > MAX_LENGTH ? `${visible.slice(0, MAX_LENGTH)}…` : visible
}

export type LogFault = (where: string, thrown: unknown) => void

/** Writes a fault of the program (not of the person's data) for whoever looks after it. */
export const logFault: LogFault = (where, thrown) => {
  const detail = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)
  process.stderr.write(`eyrie: fault in ${where}: ${printable(detail)}\n`)
}
