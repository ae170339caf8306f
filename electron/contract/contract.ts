import { type z } from 'zod'
import { changeOperations } from './changes'
import { containerOperations } from './containers'
import { contentOperations } from './content'
import { fileOperations } from './files'
import { hostOperations } from './hosts'
import { imageOperations } from './images'
import { logOperations } from './log'
import { promptOperations } from './prompts'
import { settingsOperations } from './settings'
import { snapshotOperations } from './snapshots'
import { storageOperations } from './storage'
import { undoOperations } from './undo'

/** Every operation of Lamina by its name, `noun.verb`: the one table that window, command line and tests share. */
export const operations = {
  ...hostOperations,
  ...promptOperations,
  ...containerOperations,
  ...changeOperations,
  ...contentOperations,
  ...undoOperations,
  ...fileOperations,
  ...imageOperations,
  ...snapshotOperations,
  ...settingsOperations,
  ...storageOperations,
  ...logOperations,
}

export type OperationName = keyof typeof operations
export type OperationInput<Name extends OperationName> = z.infer<(typeof operations)[Name]['input']>
export type OperationOutput<Name extends OperationName> = z.infer<(typeof operations)[Name]['output']>

export function isOperationName(name: string): name is OperationName {
  return Object.hasOwn(operations, name)
}
