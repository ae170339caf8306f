/**
 * Places of sockets, below a home folder, that lead into a virtual machine: Docker Desktop (docs.docker.com/desktop), Colima
 * (github.com/abiosoft/colima, docs/FAQ), Rancher Desktop, Lima and Podman's machine.
 */
const places: readonly (readonly [place: RegExp, product: string])[] = [
  [/\/\.docker\/(?:desktop|run)\/[^/]+\.sock$/, 'Docker Desktop'],
  [/\/\.?colima\/(?:[^/]+\/)?docker\.sock$/, 'Colima'],
  [/\/\.rd\/docker\.sock$/, 'Rancher Desktop'],
  [/\/\.lima\/[^/]+\/(?:sock\/)?[^/]+\.sock$/, 'Lima'],
  [/\/containers\/podman\/machine\/(?:.+\/)?[^/]+\.sock$/, 'Podman machine'],
]

/** The product in whose virtual machine the engine behind a socket runs, by the socket's own path without links. */
export function virtualMachineAt(socketPath: string): string | undefined {
  return places.find(([place]) => place.test(socketPath))?.[1]
}
