import type { Files } from '../../test/engines/files'

/** An image of the demo: a Dockerfile above busybox, and the files its COPY steps name. */
export interface DemoImage {
  readonly reference: string
  readonly dockerfile: readonly string[]
  readonly files: Files
}

/** Busybox with an operating system's usual small files; every demo image starts from it. */
export const demoBase = 'ubuntu:18.04'

export const demoBaseFiles: Files = {
  'etc/passwd': 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/bin/false\n',
  'etc/group': 'root:x:0:\nnogroup:x:65534:\n',
  'etc/os-release': 'NAME="Ubuntu"\nVERSION="18.04 LTS (Bionic Beaver)"\nID=ubuntu\n',
  'etc/localtime': { kind: 'symlink', target: '/usr/share/zoneinfo/Etc/UTC' },
  'usr/share/zoneinfo/Etc/UTC': 'TZif2 UTC\n',
  'usr/share/zoneinfo/Asia/Shanghai': 'TZif2 CST-8\n',
  'root/.profile': 'export PATH=/usr/sbin:/usr/bin:/sbin:/bin\n',
  'var/log': { kind: 'directory' },
  run: { kind: 'directory' },
}

// Stands for a server: it lives until it is told to end, so that `docker stop` is quick.
const server = (name: string): Files => ({
  [`usr/sbin/${name}`]: {
    kind: 'file',
    mode: 0o755,
    content: "#!/bin/sh\ntrap 'exit 0' TERM INT\nwhile :; do sleep 3600 & wait $!; done\n",
  },
})

const program = (content: string): Files[string] => ({ kind: 'file', mode: 0o755, content })

const nginx: DemoImage = {
  reference: 'nginx:1.27',
  dockerfile: [
    `FROM ${demoBase}`,
    'LABEL maintainer="NGINX Docker Maintainers"',
    'ENV NGINX_VERSION=1.27.2',
    'RUN echo nginx:x:101: >> /etc/group && echo nginx:x:101:101::/nonexistent:/bin/false >> /etc/passwd',
    'COPY usr/sbin/nginx /usr/sbin/nginx',
    'RUN mkdir -p /usr/lib/nginx/modules && dd if=/dev/zero of=/usr/lib/nginx/modules/ngx_http_image_filter_module.so bs=1k count=9420',
    'COPY etc/nginx /etc/nginx',
    'COPY usr/share/nginx /usr/share/nginx',
    'RUN mkdir -p /var/log/nginx/old && for day in $(seq 1 31); do head -c 70000 /dev/zero > /var/log/nginx/old/access.log.$day; done',
    'COPY docker-entrypoint.sh /',
    'EXPOSE 80',
    'ENTRYPOINT ["/docker-entrypoint.sh"]',
    'CMD ["nginx"]',
  ],
  files: {
    ...server('nginx'),
    'etc/nginx/nginx.conf': [
      'user  nginx;',
      'worker_processes  auto;',
      '',
      'error_log  /var/log/nginx/error.log notice;',
      'pid        /run/nginx.pid;',
      '',
      'events {',
      '    worker_connections  1024;',
      '}',
      '',
      'http {',
      '    include  /etc/nginx/mime.types;',
      '    include  /etc/nginx/conf.d/*.conf;',
      '}',
      '',
    ].join('\n'),
    'etc/nginx/mime.types': 'types {\n    text/html  html;\n    text/css   css;\n}\n',
    'etc/nginx/conf.d/default.conf': 'server {\n    listen       80;\n    server_name  localhost;\n}\n',
    'etc/nginx/modules': { kind: 'symlink', target: '/usr/lib/nginx/modules' },
    'usr/share/nginx/html/index.html': '<!doctype html><title>Welcome to nginx!</title>\n',
    'usr/share/nginx/html/50x.html': '<!doctype html><title>Error</title>\n',
    'usr/share/nginx/html/img/logo.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>\n',
    'usr/share/nginx/doc/CHANGES': 'Changes with nginx 1.27.2\n',
    'usr/share/nginx/doc/LICENSE': 'Redistribution and use in source and binary forms …\n',
    'docker-entrypoint.sh': program('#!/bin/sh\nset -e\nexec "$@"\n'),
  },
}

const mariadb: DemoImage = {
  reference: 'mariadb:11',
  dockerfile: [
    `FROM ${demoBase}`,
    'RUN echo mysql:x:999: >> /etc/group && echo mysql:x:999:999::/nonexistent:/bin/false >> /etc/passwd',
    'ENV GOSU_VERSION=1.17',
    'RUN set -eux; mkdir -p /usr/share/zoneinfo/Europe; dd if=/dev/zero of=/usr/local-tzdata bs=1k count=2950',
    'RUN mkdir /docker-entrypoint-initdb.d',
    'RUN echo "mariadb-server mysql-server/root_password password unused" > /etc/debconf.conf',
    'RUN set -ex; mkdir -p /usr/lib/mysql /var/lib/mysql /run/mysqld; dd if=/dev/zero of=/usr/lib/mysql/libmariadbd.so bs=1k count=29600',
    'COPY healthcheck.sh /usr/local/bin/',
    'COPY mariadbd docker-entrypoint.sh /usr/sbin/',
    'VOLUME /var/lib/mysql',
    'EXPOSE 3306',
    'CMD ["mariadbd"]',
  ],
  files: {
    'healthcheck.sh': program('#!/bin/sh\nexec mariadb-admin ping\n'),
    'docker-entrypoint.sh': program('#!/bin/sh\nset -e\nexec "$@"\n'),
    mariadbd: server('mariadbd')['usr/sbin/mariadbd'] ?? '',
  },
}

const redis: DemoImage = {
  reference: 'redis:7',
  dockerfile: [
    `FROM ${demoBase}`,
    'RUN echo redis:x:999: >> /etc/group && echo redis:x:999:999::/nonexistent:/bin/false >> /etc/passwd',
    'COPY usr/sbin/redis-server /usr/sbin/redis-server',
    'RUN mkdir /data && chown redis:redis /data',
    'WORKDIR /data',
    'CMD ["redis-server"]',
  ],
  files: server('redis-server'),
}

const app = (name: string, tag: string, files: Files): DemoImage => ({
  reference: `app/${name}:${tag}`,
  dockerfile: [
    `FROM ${demoBase}`,
    'RUN mkdir -p /srv/app/public /srv/app/config /srv/uploads',
    `COPY usr/sbin/${name} /usr/sbin/${name}`,
    'COPY app /srv/app',
    'WORKDIR /srv/app',
    `CMD ["${name}"]`,
  ],
  files: { ...server(name), ...files },
})

/** Everything the demo's engine holds before its containers are made, in the order they are built. */
export const demoImages: readonly DemoImage[] = [
  nginx,
  mariadb,
  redis,
  app('worker', '2026.11', {
    'app/main.py': 'print("working")\n',
    'app/config.yml': 'queue: default\nconcurrency: 4\n',
    'app/jobs/resize.py': 'def run(job):\n    return job\n',
    'app/jobs/mail.py': 'def run(job):\n    return None\n',
  }),
  app('web', '2026.11', {
    'app/server.py': 'print("serving")\n',
    'app/config/database.yml': 'adapter: mariadb\nhost: mariadb\n',
    'app/migrations/0001_users.sql': 'create table users (id int primary key);\n',
  }),
]
