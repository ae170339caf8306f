/** Which engine a host has, and its other ones. */
export const engines = {
  engines: {
    containerdStore: 'containerd image store',
    rootless: 'rootless',
    inMachine: 'in the virtual machine of {name}',
    namedByVariable: 'named by DOCKER_HOST there',
    namedByContext: 'the current Docker context there',
    others: 'Other engines on this host',
    looking: 'Looking for other engines…',
    open: 'Open {engine} as a host',
    connect: 'Connect {engine}',
    nameHere: '{engine} · here',
    nameThere: '{host} · {engine}',
  },
} as const
