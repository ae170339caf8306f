import type { Messages } from './messages'
import { changing } from './zh-cn/changing'
import { content } from './zh-cn/content'
import { engines } from './zh-cn/engines'
import { failure, reference } from './zh-cn/failure'
import { hosts } from './zh-cn/hosts'
import { looking } from './zh-cn/looking'
import { saving } from './zh-cn/saving'
import { window } from './zh-cn/window'

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
