import { changing } from './en/changing'
import { content } from './en/content'
import { engines } from './en/engines'
import { failure, reference } from './en/failure'
import { hosts } from './en/hosts'
import { looking } from './en/looking'
import { saving } from './en/saving'
import { window } from './en/window'

export const en = {
  ...window,
  ...hosts,
  ...engines,
  ...looking,
  ...saving,
  ...changing,
  content,
  failure,
  reference,
} as const
