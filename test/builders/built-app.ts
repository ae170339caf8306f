import { buildAppIfStale } from '../../build/running/app-build'

/** Vitest calls this once for a project: two files that build at the same time would write over each other. */
export function setup(): void {
  buildAppIfStale()
}
