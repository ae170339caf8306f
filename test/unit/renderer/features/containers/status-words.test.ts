import { createI18n } from 'vue-i18n'
import { expect, test } from 'vitest'
import { statusWords } from '../../../../../renderer/src/features/containers/status-words'
import { en } from '../../../../../renderer/src/locales/en'
import { zhCN } from '../../../../../renderer/src/locales/zh-cn'

const { t } = createI18n({ legacy: false, locale: 'en', messages: { en, 'zh-CN': zhCN } }).global

function said(status: string, locale: 'en' | 'zh-CN'): string {
  return statusWords(status, (key, named) => t(key, named ?? {}, { locale }), locale)
}

test.each([
  ['Up 3 seconds', 'up 3 seconds', '已运行 3秒钟'],
  ['Up 1 second', 'up 1 second', '已运行 1秒钟'],
  ['Up Less than a second', 'up less than 1 second', '已运行 不到 1秒钟'],
  ['Up About a minute', 'up about 1 minute', '已运行 约 1分钟'],
  ['Up About an hour (healthy)', 'up about 1 hour (healthy)', '已运行 约 1小时（健康）'],
  ['Up 2 weeks (Paused)', 'up 2 weeks (paused)', '已运行 2周（已暂停）'],
  ['Up 5 minutes (health: starting)', 'up 5 minutes (health: starting)', '已运行 5分钟（健康检查启动中）'],
  ['Exited (137) 4 months ago', 'exited (137) 4 months ago', '4个月前退出（137）'],
  ['Restarting (1) 2 seconds ago', 'restarting (1) 2 seconds ago', '2秒钟前开始重启（1）'],
  ['Created', 'created', '已创建'],
  ['Dead', 'dead', '已失效'],
  ['Removal In Progress', 'removal in progress', '正在删除'],
  ['Initialized', 'initialized', 'initialized'],
  ['', '', ''],
  ['Up \u202e5 seconds', 'up \\u202e5 seconds', 'up \\u202e5 seconds'],
])('the status %j is told in both languages', (status, english, chinese) => {
  expect([said(status, 'en'), said(status, 'zh-CN')]).toEqual([english, chinese])
})
