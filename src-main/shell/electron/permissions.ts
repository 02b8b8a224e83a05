/**
 * @file What a page may use of the computer: the clipboard for writing, nothing else (J5). Requests and
 * checks both, because some features only check.
 * https://www.electronjs.org/docs/latest/tutorial/security#5-handle-session-permission-requests-from-remote-content
 */
import type { Session } from 'electron'
import { isAppAddress } from './scheme'

const ALLOWED = new Set(['clipboard-sanitized-write'])

export function limitPermissions(session: Session): void {
  session.setPermissionRequestHandler((_contents, permission, answer, details) => {
    answer(ALLOWED.has(permission) && isAppAddress(details.requestingUrl))
  })
  session.setPermissionCheckHandler((_contents, permission, origin) => ALLOWED.has(permission) && isAppAddress(origin))
  session.setDevicePermissionHandler(() => false)
}
