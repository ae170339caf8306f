import type { Messages } from '../en/messages'

export const engines: Pick<Messages, 'engines'> = {
  engines: {
    containerdStore: 'containerd 镜像存储',
    rootless: 'rootless 模式',
    inMachine: '在 {name} 的虚拟机中',
    namedByVariable: '由该处的 DOCKER_HOST 指定',
    namedByContext: '该处的当前 Docker 上下文',
    others: '此主机上的其他引擎',
    looking: '正在查找其他引擎…',
    open: '将 {engine} 作为主机打开',
    connect: '连接 {engine}',
    nameHere: '{engine} · 本机',
    nameThere: '{host} · {engine}',
  },
}
