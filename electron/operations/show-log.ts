import { failed } from '../core/failure'
import type { Handler } from './handler'

export const showLog: Handler<'log.show'> = async ({ log, showFile }) => {
  const { path: file, problem } = log
  if (file === undefined) throw failed('not-found', 'This process keeps no log.')
  await showFile?.(file)
  return problem === undefined ? { file } : { file, problem }
}
