/** What the native menu and dialogs say; the window's own texts stand in renderer/src/locales. */
export interface Texts {
  readonly menu: Readonly<Record<'file' | 'edit' | 'view' | 'go' | 'help', string>>
  readonly items: Readonly<
    Record<'refresh' | 'search' | 'containers' | 'images' | 'snapshots' | 'compare' | 'settings', string>
  >
  readonly links: Readonly<Record<'storage' | 'commit', string>>
  readonly log: string
  readonly quit: Readonly<Record<'message' | 'detail' | 'wait' | 'quit', string>>
  readonly undo: Readonly<Record<'message' | 'detail', string>>
  readonly crash: Readonly<
    Record<'message' | 'detail' | 'hung' | 'lost' | 'lostDetail' | 'reload' | 'wait' | 'quit', string>
  >
}

const english: Texts = {
  menu: { file: '&File', edit: '&Edit', view: '&View', go: '&Go', help: '&Help' },
  items: {
    refresh: 'Refresh',
    search: 'Search',
    containers: 'Containers',
    images: 'Images',
    snapshots: 'Snapshots',
    compare: 'Compare',
    settings: 'Settings',
  },
  links: { storage: 'How Layers Are Stored', commit: 'What a Commit Contains' },
  log: 'Show Log',
  quit: {
    message: 'A snapshot is being made',
    detail:
      'The engine finishes it even after Lamina has quit, and the container may stay paused until then. ' +
      'Lamina finds out what became of it at the next start.',
    wait: 'Wait',
    quit: 'Quit Anyway',
  },
  undo: {
    message: 'A change is being undone',
    detail:
      'Quitting now can leave it half undone. Nothing of the image is lost, and the change can be undone again.',
  },
  crash: {
    message: 'The window stopped working',
    detail: 'Work under way in the engine is not affected.',
    hung: 'The window does not respond',
    lost: 'Lamina stopped working',
    lostDetail:
      'Hosts were disconnected and work under way was cut off. What an engine was asked to do it finishes; ' +
      'a snapshot that was cut off is looked for after reloading.',
    reload: 'Reload',
    wait: 'Wait',
    quit: 'Quit',
  },
}

const chinese: Texts = {
  menu: { file: '文件(&F)', edit: '编辑(&E)', view: '视图(&V)', go: '前往(&G)', help: '帮助(&H)' },
  items: {
    refresh: '刷新',
    search: '搜索',
    containers: '容器',
    images: '镜像',
    snapshots: '快照',
    compare: '比较',
    settings: '设置',
  },
  links: { storage: '层的存储方式', commit: '提交包含的内容' },
  log: '显示日志',
  quit: {
    message: '正在创建快照',
    detail: '退出 Lamina 后引擎仍会完成该快照，在此之前容器可能保持暂停。Lamina 会在下次启动时查明结果。',
    wait: '等待',
    quit: '仍然退出',
  },
  undo: {
    message: '正在撤销一处更改',
    detail: '现在退出可能只撤销了一半。镜像中的内容不会丢失，之后可以再次撤销。',
  },
  crash: {
    message: '窗口已停止工作',
    detail: '引擎中正在进行的工作不受影响。',
    hung: '窗口没有响应',
    lost: 'Lamina 已停止工作',
    lostDetail:
      '主机已断开，进行中的工作已中断。已交给引擎的操作会由引擎完成；中断的快照会在重新加载后查找。',
    reload: '重新加载',
    wait: '等待',
    quit: '退出',
  },
}

/** The texts for a locale such as `zh-CN`; English for every language that has none. */
export function textsFor(locale: string): Texts {
  return locale.toLowerCase().startsWith('zh') ? chinese : english
}
