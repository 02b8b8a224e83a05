/** @file Entry `out/main/cli.js`: started by bin/eyrie.mjs with a Node that can run it. */
import { runCli } from './program'

// `eyrie … | head`: whoever read the results has gone, and that is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit(0)
})

process.exitCode = await runCli(process.argv.slice(2), {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  input: process.stdin,
  isErrTerminal: process.stderr.isTTY === true
})
