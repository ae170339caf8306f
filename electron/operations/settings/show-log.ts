import { failed } from '../../core/base/failure'
import type { Handler } from '../context/handler'

export const showLog: Handler<'log.show'> = async ({ log, showFile }) => {
  const { path: file, problem } = log
  if (file === undefined) throw failed('not-found', 'This process keeps no log.')
  let shown = showFile !== undefined
  try {
    await showFile?.(file)
  } catch (error) {
    shown = false
    log.error('window.failed', error, { what: 'showing the log' })
  }
  return { file, shown, ...(problem === undefined ? {} : { problem }) }
}
