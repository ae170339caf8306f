import { join } from 'node:path'
import { deflateSync } from 'node:zlib'
import { runInContainer, startContainer } from '../../engines/docker/containers'
import { buildImage } from '../../engines/images/images'
import { runCommand } from '../../engines/run-command'
import { baseImage, type SharedEngine } from '../../engines/docker/shared-engine'

const nginxConf = [
  'user  nginx;',
  'worker_processes  auto;',
  '',
  'error_log  /var/log/nginx/error.log;',
  'pid        /run/nginx.pid;',
  '',
  'events {',
  '    worker_connections  1024;',
  '}',
  '',
  'http {',
  '    include       /etc/nginx/mime.types;',
  '    default_type  application/octet-stream;',
  '    sendfile      on;',
  '    # gzip is left to the proxy before this one',
  '    gzip          off;',
  '    keepalive_timeout  65;',
  '    server_tokens off;',
  '    client_max_body_size 4m;',
  '    include /etc/nginx/conf.d/*.conf;',
  '}',
  '',
].join('\n')

/** A picture of one colour (PNG, ISO/IEC 15948: signature, IHDR, IDAT, IEND). */
function png(size: number, red: number, green: number, blue: number): Buffer {
  const row = Buffer.from([0, ...Array.from({ length: size }, () => [red, green, blue]).flat()])
  const header = Buffer.from([0, 0, 0, size, 0, 0, 0, size, 8, 2, 0, 0, 0])
  const pixels = deflateSync(Buffer.concat(Array.from({ length: size }, () => row)))
  const parts = [part('IHDR', header), part('IDAT', pixels), part('IEND', Buffer.alloc(0))]
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), ...parts])
}

function part(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  const check = Buffer.alloc(4)
  check.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, check])
}

function crc32(bytes: Buffer): number {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  }
  return (crc ^ 0xffffffff) >>> 0
}

/** A kilobyte of numbers that is not text. */
const table = Buffer.from(Array.from({ length: 1024 }, (_, at) => (at * 7 + (at >> 5)) & 0xff))
const sqlite = Buffer.concat([Buffer.from('SQLite format 3\0\x10\0\x01\x01', 'latin1'), Buffer.alloc(4076)])

const files = {
  'etc/nginx/nginx.conf': nginxConf,
  'etc/shadow': 'root:*:19000:0:99999:7:::\n',
  'etc/motd': 'was here\n',
  'srv/table.bin': table,
  'srv/logo.png': png(48, 36, 99, 216),
  'srv/data.db': sqlite,
  'srv/old/one': 'one\n',
  'srv/old/deep/two': 'two, which is longer\n',
  'srv/notes.txt': 'first\r\nsecond\r\n',
} as const

/** Builds the image whose files the tests change. */
export async function buildContentImage({ docker }: SharedEngine, image: string): Promise<void> {
  const steps = [
    'COPY etc /etc',
    'COPY srv /srv',
    'RUN ln -s 1.0 /srv/current && ln -s ../etc /srv/same',
    'RUN mkdir /srv/many && cd /srv/many && touch $(seq 1000 2199) && echo of its own kind >/srv/place',
  ]
  await buildImage(docker, image, [`FROM ${baseImage}`, ...steps], files)
}

/** What happens in the container. Printf's octal escapes make bytes that are not UTF-8. */
const inContainer = `
cd /etc/nginx
sed -i -e 's/auto;/4;/' -e 's/ 1024;/ 8192;/' nginx.conf
chmod 600 /etc/shadow; chown 33:33 /etc/shadow
rm /etc/motd; rm -r /srv/old /srv/many; mv /srv/place /srv/new-place; echo as it was >/srv/growing
cd /srv
printf '\\377\\376\\375' | dd of=table.bin bs=1 seek=100 conv=notrunc 2>/dev/null
printf '\\001\\002' | dd of=data.db bs=1 seek=40 conv=notrunc 2>/dev/null
ln -sfn 2.0 current
printf '\\326\\320\\316\\304\\262\\342\\312\\324\\n\\265\\332\\266\\376\\320\\320\\n' >chinese.txt
printf 'first\\nsecond\\n' >notes.txt
i=0; while [ $i -lt 52000 ]; do echo "GET /index.html?page=$i 200 the same agent as ever, and a referrer of some length, so that lines are long"; i=$((i + 1)); done >access.log
echo 'latin name' >"$(printf 'caf\\351')"
echo 'two lines' >"$(printf 'new\\nline')"
printf 'safe\\342\\200\\256txt.exe\\033[31m\\n' >hidden.txt
: >empty; mkfifo pipe; echo '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>' >drawing.svg
printf '\\177ELF\\002\\001\\001' >tool
`

/** Starts a container of that image in which everything happened. */
export async function startContentContainer(
  { docker }: SharedEngine,
  image: string,
  name: string,
): Promise<void> {
  await startContainer(docker, { name, image })
  await docker(['exec', '--interactive', name, 'sh', '-c', 'cat >/srv/logo.png'], {
    input: png(64, 20, 140, 80),
  })
  await runInContainer(docker, name, inContainer)
}

/** A capability set as the kernel keeps it: revision 2, effective, cap_net_raw (13) permitted (struct vfs_cap_data). */
const netRaw = '0sAQAAAgAgAAAAAAAAAAAAAAAAAAA='

/** Gives a file of the container's upper layer a capability, as setcap in the container would; busybox has none. */
export async function giveCapability({ docker }: SharedEngine, name: string, path: string): Promise<void> {
  const { stdout } = await docker(['inspect', '--format', '{{.GraphDriver.Data.UpperDir}}', name])
  await runCommand('setfattr', ['-n', 'security.capability', '-v', netRaw, join(stdout.trim(), path)])
}
