/**
 * @file `npm start`: sets up, builds when the sources changed, and opens the app: in Electron, or,
 * where that cannot run, as a server on this computer whose address is printed and opened.
 *
 *   npm start -- --project ~/scans          opens a project file or a folder of images
 *   npm start -- --port 5000                the port of the server
 *   EYRIE_SHELL=serve   never Electron      EYRIE_NO_BROWSER=1   never open a browser
 */
import { mkdtempSync, existsSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openBrowser } from './lib/browser.mjs'
import { ensureBuild } from './lib/build.mjs'
import { endWithParent, exitCodeOf, runChild } from './lib/child.mjs'
import { electronBinary, fetchElectron, noWindowReason } from './lib/electron.mjs'
import { environmentFor } from './lib/node.mjs'
import { inRoot } from './lib/paths.mjs'
import { setUp } from './lib/setup.mjs'
import { runMain, say } from './lib/stop.mjs'

/** Electron's end, or null when it never came to show a window. */
async function openElectron(binary, node, args) {
  const scratch = mkdtempSync(join(tmpdir(), 'eyrie-start-'))
  const readyFile = join(scratch, 'ready')
  try {
    const env = { ...environmentFor(node), EYRIE_READY_FILE: readyFile }
    const end = await runChild(binary, [inRoot('out/main/index.js'), ...args], { env, onStart: endWithParent })
    const endedWell = end.code === 0 || existsSync(readyFile)
    return endedWell ? exitCodeOf(end.code, end.signal) : null
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

async function serve(node, args) {
  const { code, signal } = await runChild(node, [inRoot('out/main/serve.js'), ...args], {
    env: environmentFor(node),
    // The channel tells the server that we are gone, however we went, and us where it listens.
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    onStart: (child) => {
      endWithParent(child)
      child.on('message', (message) => message?.address && openBrowser(message.address))
    }
  })
  return exitCodeOf(code, signal)
}

await runMain(async () => {
  const args = process.argv.slice(2)
  const node = await setUp()
  await ensureBuild(node)
  let reason = noWindowReason()
  if (reason === null) {
    const binary = electronBinary() ?? (await fetchElectron(node))
    const exitCode = binary && (await openElectron(binary, node, args))
    if (typeof exitCode === 'number') return exitCode
    reason = binary ? 'Electron ended before it showed a window' : 'the Electron program is not here'
  }
  say(`${reason}, so Eyrie runs as a server on this computer`)
  return serve(node, args)
})
