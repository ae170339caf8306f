import { describe, expect, it } from 'vitest'
import { socketAddress, socketPathIn } from '../../../../electron/core/hosts/socket-address'
import { virtualMachineAt } from '../../../../electron/core/hosts/virtual-machine'

describe('the virtual machine behind a socket', () => {
  it.each([
    ['/home/one/.docker/desktop/docker.sock', 'Docker Desktop'],
    ['/Users/one/.docker/run/docker.sock', 'Docker Desktop'],
    ['/home/one/.colima/default/docker.sock', 'Colima'],
    ['/home/one/.colima/docker.sock', 'Colima'],
    ['/srv/colima/work/docker.sock', 'Colima'],
    ['/home/one/.rd/docker.sock', 'Rancher Desktop'],
    ['/home/one/.lima/docker/sock/docker.sock', 'Lima'],
    ['/home/one/.local/share/containers/podman/machine/qemu/podman.sock', 'Podman machine'],
  ])('%s is of %s', (path, product) => {
    expect(virtualMachineAt(path)).toBe(product)
  })

  it.each([
    '/var/run/docker.sock',
    '/run/user/1000/docker.sock',
    '/run/podman/podman.sock',
    '/home/one/.docker/docker.sock',
    '/home/colima/docker.sock.d/other',
  ])('%s is of none', (path) => {
    expect(virtualMachineAt(path)).toBeUndefined()
  })
})

describe("a socket's address", () => {
  it('is read back', () => {
    expect(socketPathIn(socketAddress('/run/podman/podman.sock'))).toBe('/run/podman/podman.sock')
  })

  it.each([
    'unix://',
    'unix://run/x',
    'unix:///run/../x',
    'unix:///run//x',
    'unix:///run/x\n',
    'ssh://run/x',
    '/x',
  ])('%j is none', (text) => {
    expect(socketPathIn(text)).toBeUndefined()
  })
})
