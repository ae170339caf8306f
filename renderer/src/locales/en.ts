import { failure, reference } from './en/failure'
import { looking } from './en/looking'
import { saving } from './en/saving'
import { window } from './en/window'

export const en = { ...window, ...looking, ...saving, failure, reference } as const
