/** @file How the bootstrap speaks: short lines on stderr, and one sentence when it cannot go on. */

/** Something a person has to do first. Printed without a stack. */
export class Stop extends Error {
  name = 'Stop'
}

export const say = (line) => process.stderr.write(`eyrie: ${line}\n`)

/** Runs `main`; a `Stop` ends in one line and exit code 1, anything else is a fault of ours and keeps its stack. */
export async function runMain(main) {
  try {
    const code = await main()
    if (typeof code === 'number') process.exitCode = code
  } catch (error) {
    if (error instanceof Stop) say(error.message)
    else console.error(error)
    process.exitCode = 1
  }
}
