import type { Messages } from '../en/messages'

export const failure: Messages['failure'] = {
  'invalid-input': { title: '所给内容无法使用', remedy: '请更正上面指出的内容，然后重试。' },
  'unknown-operation': { title: '未知的请求', remedy: '这是程序缺陷，请报告。' },
  'unknown-host': { title: '未知的主机', remedy: '它可能已从列表中移除；请重新添加。' },
  'unsupported-address': {
    title: '不支持该引擎地址',
    remedy: "请使用 ssh://user{'@'}host 或 unix:///path/to/docker.sock 这样的地址。",
  },
  'host-unreachable': {
    title: '无法连接到主机',
    remedy: '请检查地址、主机是否在运行，以及本机能否访问其 SSH 端口。',
  },
  'host-key-changed': {
    title: '主机密钥已改变',
    remedy:
      '可能有人冒充该主机。请先向主机管理者确认密钥是否已更换，确认之后再用 ssh-keygen -R 移除旧密钥并重新连接。',
  },
  'host-key-revoked': { title: '主机密钥已被吊销', remedy: '不应再信任它。请向主机管理者索取新密钥。' },
  'host-key-refused': { title: '未信任该主机密钥', remedy: '请与主机上的指纹核对，然后重新连接。' },
  'authentication-failed': {
    title: '主机未接受登录',
    remedy: '请检查用户、密钥和密码。连接日志中有尝试过的方式。',
  },
  'prompt-required': { title: '需要先回答一个问题', remedy: '请重新连接并回答所问内容。' },
  'connection-lost': { title: '与主机的连接已中断', remedy: '主机恢复响应后 Lamina 会自动重新连接。' },
  'server-misbehaved': {
    title: 'SSH 服务器不遵守协议',
    remedy: '请查明该处运行的是什么程序、中间是否有其他设备，然后重新连接。',
  },
  'engine-unreachable': {
    title: '引擎没有响应',
    remedy: '请在引擎所在的机器上启动它，例如：systemctl start docker',
  },
  'engine-unsupported': { title: '引擎与 Lamina 没有共同的 API 版本', remedy: '请更新其中较旧的一方。' },
  'engine-answer-invalid': { title: '无法理解引擎的应答', remedy: '请检查该地址是否指向容器引擎。' },
  'engine-failed': { title: '引擎拒绝了请求', remedy: '引擎日志中可能有更多信息。' },
  'permission-denied': {
    title: '没有权限',
    remedy: '请向引擎的管理者申请相应的权限。',
  },
  'not-found': { title: '它不存在', remedy: '可能已在此期间被删除。' },
  ambiguous: { title: '有多个匹配项', remedy: '请使用更长的 ID 或完整名称。' },
  conflict: { title: '目前无法进行', remedy: '请在其他操作结束后重试。' },
  'reference-invalid': { title: '名称无效', remedy: '请选择其他名称。' },
  'reference-in-use': { title: '该名称属于另一个镜像', remedy: '请选择其他名称，或移动该名称。' },
  'lens-unavailable': { title: '无法读取主机文件', remedy: '可改用引擎自己的列表，但其中没有大小。' },
  'listing-closed': { title: '该列表已关闭', remedy: '请重新读取更改。' },
  'command-failed': { title: '主机上的命令执行失败', remedy: '请重试。' },
  'outcome-unknown': {
    title: '尚不知道快照是否已创建',
    remedy: '引擎恢复响应后 Lamina 会再次检查；在此之前请勿重复。',
  },
  'base-incomplete': { title: '容器的镜像不完整', remedy: '请重新拉取该镜像，或从归档文件载入。' },
  'snapshot-unverified': { title: '无法检查该快照', remedy: '在依赖它之前，请与其基础镜像比较。' },
  'too-large': { title: '内容过大', remedy: '请保存到文件，或只取一部分。' },
  'storage-failed': { title: '无法读写本机的文件', remedy: '请检查磁盘空间和权限。' },
  cancelled: { title: '已取消', remedy: '不会再有后续操作。' },
  'timed-out': { title: '未及时响应', remedy: '引擎可能繁忙，请重试。' },
  internal: { title: '发生了意外情况', remedy: '这是程序缺陷，请报告。' },
}

export const reference: Messages['reference'] = {
  empty: '需要一个名称，例如 web:1.0。',
  'not-ascii': '只允许使用 ASCII 字符。',
  uppercase: '只有标签可以使用大写字母。',
  'looks-like-id': '64 位十六进制数字或 sha256 作为名称会被当作 ID。',
  'bad-domain': '第一个斜杠之前的镜像仓库不是有效的主机。',
  'bad-name': '名称由小写字母和数字组成，其间可有单个点、下划线或连字符，各部分以斜杠分隔。',
  'name-too-long': '名称最多 255 个字符。',
  'bad-tag': '冒号之后的标签由字母、数字、点、下划线和连字符组成，最多 128 个字符。',
  'bad-digest': '摘要无效。',
  'digest-not-taggable': "快照不能指定摘要；请去掉 {'@'} 及其后的内容。",
  taken: '另一个镜像已有此名称；使用前会先询问。',
}
