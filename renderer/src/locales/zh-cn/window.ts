import type { Messages } from '../messages'

export const window: Pick<
  Messages,
  | 'action'
  | 'state'
  | 'size'
  | 'time'
  | 'panes'
  | 'nav'
  | 'tab'
  | 'containers'
  | 'containerState'
  | 'palette'
  | 'settings'
  | 'shortcuts'
  | 'task'
> = {
  action: {
    retry: '重试',
    cancel: '取消',
    close: '关闭',
    dismiss: '关闭提示',
    clear: '清除',
    copied: '已复制',
    copyJson: '复制 JSON',
    back: '返回',
  },
  state: { loading: '正在加载' },
  size: { exact: '{count} 字节', unknown: '大小未知' },
  time: { unknown: '时间未知' },
  panes: { hosts: '主机栏宽度', list: '列表宽度' },
  nav: { containers: '容器', images: '镜像', snapshots: '快照', compare: '比较' },
  tab: {
    changes: '更改',
    layers: '层',
    details: '详情',
    history: '历史',
    configuration: '配置',
    raw: '原始 JSON',
  },
  containers: {
    title: '容器',
    tabs: '容器视图',
    search: '搜索容器',
    filter: { all: '全部', running: '运行中', stopped: '已停止' },
    sort: { label: '容器排序', name: '名称', created: '最新在前', state: '运行中在前' },
    empty: '此主机上没有容器',
    emptyHint: '在终端中创建的容器会自动出现在这里。',
    noMatch: '没有匹配的容器',
    choose: '请选择一个容器',
    chooseHint: '此处会显示容器在自己的层中更改了什么，并可保存为快照。',
    gone: '{name} 已不存在',
    goneHint: '该容器及其自己的层已被删除。为它创建过的快照是独立的镜像，不会随之删除。',
    copyId: '复制容器 ID',
    compareWithImage: '与其镜像比较',
  },
  containerState: {
    created: '已创建',
    running: '运行中',
    paused: '已暂停',
    restarting: '正在重启',
    removing: '正在删除',
    exited: '已退出',
    dead: '已失效',
    unknown: '未知',
  },
  palette: {
    title: '转到',
    placeholder: '转到容器、镜像、命令…',
    results: '结果',
    noMatch: '没有匹配项',
    addHost: '添加主机',
    allHosts: '所有主机的容器',
    connect: '连接 {name}',
    disconnect: '断开 {name}',
    hostLog: '{name} 的连接日志',
    compare: '比较两个层栈',
    compareThis: '将 {name} 与…比较',
    group: { container: '容器', image: '镜像', host: '主机', command: '命令' },
  },
  settings: {
    title: '设置',
    theme: '主题',
    themes: { system: '跟随系统', light: '浅色', dark: '深色' },
    language: '语言',
    systemLanguage: '跟随系统',
    notKept: '设置未能保存',
  },
  shortcuts: {
    title: '键盘快捷键',
    palette: '转到任意位置',
    places: '容器、镜像、快照、比较',
    addHost: '添加主机',
    settings: '设置',
    search: '搜索',
    panes: '下一个与上一个窗格',
    move: '在列表和树中移动',
    fold: '折叠与展开目录',
    letters: '跳到树中的名称',
    rowMenu: '树中一行的菜单',
    undoChange: '撤销所选更改（会先询问）',
    difference: '下一处和上一处差异',
    commit: '在提交框任意位置创建快照',
    refresh: '刷新',
    back: '返回',
    help: '显示此列表',
  },
  task: {
    running: '{name}：{step}…',
    made: '快照 {reference} 已创建',
    madeBut: '快照 {reference} 已创建，但有 {count} 个路径与容器中不同',
    failed: '{name} 的快照失败',
  },
}
