import type { Session } from 'electron'

/** Refuses every permission, asked for or merely checked; the window needs none (checklist, point 5). */
export function refusePermissions(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => {
    answer(false)
  })
  session.setPermissionCheckHandler(() => false)
  session.setDevicePermissionHandler(() => false)
  session.setDisplayMediaRequestHandler(null)
  session.on('will-download', (event) => {
    event.preventDefault()
  })
}

/** Refuses requests to anything but the app's own files, whatever the page's policy says (checklist, point 1). */
export function refuseRemoteRequests(session: Session, allowedPrefixes: readonly string[]): void {
  session.webRequest.onBeforeRequest((details, answer) => {
    answer({ cancel: !allowedPrefixes.some((prefix) => details.url.startsWith(prefix)) })
  })
}
