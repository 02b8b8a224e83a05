/** Schemes and the one session. `studio://app/x` is shown as `https://app.studio.standin.test/x`. */
import { strict } from './strict.mjs'

const handlers = new Map()
const privileged = new Set()
const permissions = {}

export const shownAddress = (address) =>
  address.replace(/^([\w-]+):\/\/([^/]*)/, (whole, scheme, host) =>
    handlers.has(scheme) ? `https://${host}.${scheme}.standin.test` : whole
  )
export const realAddress = (address) => address.replace(/^https:\/\/([^/]*)\.([\w-]+)\.standin\.test/, '$2://$1')
export const isShownAddress = (url) => url.hostname.endsWith('.standin.test')

export async function fetchScheme(address, init) {
  const handler = handlers.get(new URL(address).protocol.slice(0, -1))
  return handler(new Request(address, init))
}

let appIsReady = () => false
export const setReadyCheck = (check) => (appIsReady = check)

const sessionProtocol = strict('session.protocol', {
  handle(scheme, handler) {
    if (!privileged.has(scheme)) throw new Error(`stand-in electron: ${scheme} was not registered as privileged`)
    handlers.set(scheme, handler)
  }
})
export const protocol = strict('protocol', {
  registerSchemesAsPrivileged(schemes) {
    if (appIsReady()) throw new Error('protocol.registerSchemesAsPrivileged should be called before app is ready')
    for (const { scheme, privileges } of schemes) {
      if (!privileges.standard || !privileges.secure)
        throw new Error(`stand-in electron: ${scheme} is not standard and secure`)
      privileged.add(scheme)
    }
  }
})

export const session = strict('session', {
  defaultSession: strict('session.defaultSession', {
    protocol: sessionProtocol,
    setPermissionRequestHandler: (handler) => (permissions.request = handler),
    setPermissionCheckHandler: (handler) => (permissions.check = handler),
    setDevicePermissionHandler: (handler) => (permissions.device = handler)
  })
})
/** For tests: the handlers that the app installed. */
export const installedPermissions = permissions
