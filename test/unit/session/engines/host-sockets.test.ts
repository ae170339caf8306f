import { expect, test } from 'vitest'
import { localPlaces } from '../../../../electron/session/engines/host-sockets'

test('an engine of this machine is awaited where the tools of its user put one', () => {
  const places = localPlaces({ XDG_RUNTIME_DIR: '/run/own' }, 1000, '/home/ada')
  expect(places.slice(0, 3)).toEqual([
    '/var/run/docker.sock',
    '/run/own/docker.sock',
    '/run/user/1000/docker.sock',
  ])
  expect(places).toContain('/run/podman/podman.sock')
  expect(places).toContain('/home/ada/.docker/desktop/docker.sock')
  expect(places).toContain('/home/ada/.colima/docker.sock')
  expect(places.filter((place) => /[$*]/.test(place))).toEqual([])
})

test('what CONTAINER_HOST names is awaited too, where it is a socket', () => {
  const places = (address: string) => localPlaces({ CONTAINER_HOST: address }, 1000, '/home/ada')
  expect(places('unix:///own/podman.sock')).toContain('/own/podman.sock')
  expect(places('ssh://me@host/run/podman.sock')).toEqual(places(''))
})

test('each place is awaited once, without variables too', () => {
  const places = localPlaces({ XDG_RUNTIME_DIR: '', COLIMA_HOME: '/c' }, 0, '/root')
  expect(places).toContain('/run/user/0/podman/podman.sock')
  expect(places).toContain('/c/docker.sock')
  expect(new Set(places).size).toBe(places.length)
})
