import { isFailure } from '../../core/base/failure'
import type { ContainerFiles } from './container-files'

/**
 * What the host's files tell where they can be read, and else the engine; also where a command on the host fails, or hangs by now.
 * @throws FailureError what the engine's way throws, and the host's but for `command-failed`
 */
export async function hostOrEngine<Value>(
  files: ContainerFiles,
  onHost: (files: Extract<ContainerFiles, { works: true }>) => Promise<Value>,
  throughEngine: () => Promise<Value>,
): Promise<Value> {
  if (files.works) {
    try {
      return await onHost(files)
    } catch (error) {
      if (!isFailure(error, 'command-failed')) throw error
    }
  }
  return await throughEngine()
}
