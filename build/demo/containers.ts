/** A container of the demo and what happens in it. */
export interface DemoContainer {
  readonly name: string
  readonly image: string
  /** Flags of `docker create`. */
  readonly flags: readonly string[]
  readonly command: readonly string[]
  /** Run inside while it runs; absent for one that is never started. */
  readonly script?: string
  /** How it is left. */
  readonly state: 'running' | 'exited' | 'created'
  /** The snapshot that is already made from it. */
  readonly committedAs?: { readonly reference: string; readonly author: string; readonly message: string }
}

const web = `
sed -i 's/worker_processes  auto/worker_processes  4/; s/1024/8192/' /etc/nginx/nginx.conf
printf 'server {\\n    listen 8080;\\n    location /api/ { proxy_pass http://app; }\\n}\\n' > /etc/nginx/conf.d/api.conf
mv /etc/nginx/conf.d/default.conf /etc/nginx/conf.d/default.conf.off
echo 'deploy:x:1000:1000:Deploy:/home/deploy:/bin/sh' >> /etc/passwd
chmod 700 /docker-entrypoint.sh
chmod u+s /usr/sbin/nginx
ln -sfn /usr/share/zoneinfo/Asia/Shanghai /etc/localtime
rm -r /usr/share/nginx/html
mkdir -p /usr/share/nginx/html/assets
echo '<!doctype html><title>Shop</title>' > /usr/share/nginx/html/index.html
head -c 310000 /dev/zero | tr '\\0' 'j' > /usr/share/nginx/html/assets/app.js
head -c 42000 /dev/zero | tr '\\0' 'c' > /usr/share/nginx/html/assets/app.css
cp -r /usr/share/nginx/doc /usr/share/nginx/manual
rm -r /usr/share/nginx/doc
rm -r /var/log/nginx/old
yes '203.0.113.7 - - [23/Nov/2026:14:02:11 +0000] "GET /api/orders HTTP/1.1" 200 1843' | head -c 12400000 > /var/log/nginx/access.log
chmod 640 /var/log/nginx/access.log
head -c 3000000 /dev/zero > /var/cache/nginx/proxy-0001
`

const mariadb = `
mkdir -p /etc/mysql/conf.d
printf '[mariadbd]\\nmax_connections = 400\\n' > /etc/mysql/conf.d/limits.cnf
echo "create database shop;" > /docker-entrypoint-initdb.d/10-shop.sql
echo 4711 > /run/mysqld/mysqld.pid
head -c 2000000 /dev/zero > /var/lib/mysql/ibdata1
`

const worker = `
mv /srv/app/jobs /srv/app/tasks
sed -i 's/concurrency: 4/concurrency: 16/' /srv/app/config.yml
mkdir -p /srv/app/__pycache__ /srv/uploads/2026/11
for number in $(seq 1 360); do echo "cache $number" > /srv/app/__pycache__/module_$number.pyc; done
echo note > '/srv/uploads/2026/11/with space.txt'
echo note > '/srv/uploads/2026/11/résumé ☕.txt'
echo note > "/srv/uploads/2026/11/$(printf 'caf\\351.txt')"
echo note > /srv/app/.wh.main.py
mkfifo /run/worker.pipe
`

const cache = `
head -c 4200000 /dev/zero > /data/dump.rdb
echo 'maxmemory 512mb' > /data/redis.conf
chown redis:redis /data/dump.rdb
`

const ubuntu = `
mkdir -p /opt/tools && echo 'echo hello' > /opt/tools/hello.sh && chmod 755 /opt/tools/hello.sh
sed -i 's/18.04 LTS/18.04.6 LTS/' /etc/os-release
rm -r /usr/share/zoneinfo/Asia
`

// The shell is process 1, which no signal ends that it does not trap.
const untilTold = "trap 'exit 0' TERM; sleep 3600 & wait"

const migrate = `
echo 'create table orders (id int primary key);' > /srv/app/migrations/0002_orders.sql
echo 'migration 0002: lock wait timeout' > /srv/app/migrate.log
`

const firstSnapshot = `
mkdir /test && echo test > /test/file
printf 'mkdir /test\\necho test > /test/file\\n' > /root/.bash_history && chmod 600 /root/.bash_history
`

/** The demo's containers, oldest first; end-to-end tests use the same ones. */
export const demoContainers: readonly DemoContainer[] = [
  { name: 'sleepy_hopper', image: 'mariadb:11', flags: [], command: [], state: 'created' },
  { name: 'migrate', image: 'app/web:2026.11', flags: [], command: [], script: migrate, state: 'exited' },
  {
    name: 'ubuntu01',
    image: 'ubuntu:18.04',
    flags: [],
    command: ['sh', '-c', untilTold],
    script: ubuntu,
    state: 'exited',
  },
  {
    name: 'my_image01',
    image: 'mariadb:11',
    flags: [],
    command: [],
    script: firstSnapshot,
    state: 'exited',
    committedAs: { reference: 'my_image01:1.0', author: 'kirizi', message: 'test commit' },
  },
  { name: 'cache', image: 'redis:7', flags: [], command: [], script: cache, state: 'running' },
  { name: 'worker', image: 'app/worker:2026.11', flags: [], command: [], script: worker, state: 'running' },
  {
    name: 'mariadb',
    image: 'mariadb:11',
    flags: ['--volume', 'mariadb-data:/var/lib/mysql'],
    command: [],
    script: mariadb,
    state: 'running',
  },
  {
    name: 'web-1',
    image: 'nginx:1.27',
    flags: ['--volume', 'nginx-cache:/var/cache/nginx', '--env', 'TZ=Asia/Shanghai'],
    command: [],
    script: web,
    state: 'running',
  },
]
