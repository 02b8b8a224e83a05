/** @file Browsers: the one that shows the app to a person, and the Chromium that tests drive. */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { runQuietly } from './child.mjs'
import { say } from './stop.mjs'

/** What opens an address here, or null: no display, nothing installed, or EYRIE_NO_BROWSER=1. */
function opener(address, env, platform) {
  if (env.EYRIE_NO_BROWSER === '1') return null
  if (platform === 'darwin') return ['open', [address]]
  if (platform === 'win32') return ['rundll32', ['url.dll,FileProtocolHandler', address]]
  if (env.WSL_DISTRO_NAME) return ['wslview', [address]]
  return env.DISPLAY || env.WAYLAND_DISPLAY ? ['xdg-open', [address]] : null
}

/** Opens the person's browser, when there is one. The address is printed anyway, so a failure changes nothing. */
export function openBrowser(address, env = process.env, platform = process.platform) {
  const command = opener(address, env, platform)
  if (!command) return
  const child = spawn(command[0], command[1], { stdio: 'ignore', detached: true, windowsHide: true })
  child.once('error', () => say(`no browser could be opened (${command[0]}); use the address above`))
  child.unref()
}

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'microsoft-edge-stable']
const PLACES = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe'
]

/** Path of a browser of the Chromium family: EYRIE_CHROMIUM, then the usual names and places; or null. */
export function findChromium(env = process.env) {
  if (env.EYRIE_CHROMIUM) return existsSync(env.EYRIE_CHROMIUM) ? env.EYRIE_CHROMIUM : null
  const onPath = (env.PATH ?? '').split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)))
  return [...onPath, ...PLACES].find((path) => existsSync(path)) ?? null
}

/** How to run apt-get without being asked for a password, or null. */
function aptGet() {
  if (process.platform !== 'linux' || spawnSync('apt-get', ['--version'], { stdio: 'ignore' }).status !== 0) return null
  if (process.getuid() === 0) return ['apt-get']
  return spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0 ? ['sudo', '-n', 'apt-get'] : null
}

/** The Chromium for tests, installed by apt when there is none and apt may be used. Path, or null. */
export async function ensureChromium() {
  const found = findChromium()
  if (found) return found
  const apt = aptGet()
  if (!apt) return null
  say('no Chromium found; installing it with apt')
  const [file, ...args] = apt
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  await runQuietly(file, [...args, 'update', '-q'], { env })
  const { code, output } = await runQuietly(file, [...args, 'install', '-qy', '--no-install-recommends', 'chromium'], {
    env
  })
  if (code !== 0) say(`apt could not install chromium: ${output.trim().split('\n').at(-1) ?? `code ${code}`}`)
  return findChromium()
}
