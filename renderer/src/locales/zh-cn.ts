import type { Messages } from './messages'
import { failure, reference } from './zh-cn/failure'
import { looking } from './zh-cn/looking'
import { saving } from './zh-cn/saving'
import { window } from './zh-cn/window'

export const zhCN: Messages = { ...window, ...looking, ...saving, failure, reference }
