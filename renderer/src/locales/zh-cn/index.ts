import type { Messages } from '../en/messages'
import { changing } from './changing'
import { content } from './content'
import { engines } from './engines'
import { failure, reference } from './failure'
import { hosts } from './hosts'
import { looking } from './looking'
import { saving } from './saving'
import { window } from './window'

export const zhCN: Messages = {
  ...window,
  ...hosts,
  ...engines,
  ...looking,
  ...saving,
  ...changing,
  content,
  failure,
  reference,
}
