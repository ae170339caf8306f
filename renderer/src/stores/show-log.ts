import { call } from '../bridge/call'

/** Shows the log in its folder, in the system's own window for files. */
export function showLog(): void {
  void call('log.show', {})
}
