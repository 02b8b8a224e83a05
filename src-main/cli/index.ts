/** @file Entry `out/main/cli.js`: started by bin/eyrie.mjs with a Node that can run it. */
import { runCli } from './program'

process.exitCode = await runCli(process.argv.slice(2), {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  input: process.stdin,
  isErrTerminal: process.stderr.isTTY === true
})
