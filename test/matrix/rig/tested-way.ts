import type { Measured } from './documented'
import type { Expected } from './expected'
import type { MatrixEngine } from './matrix-engine'
import type { Way, WayName } from './ways'

/** What the tests of one engine share. The engine stands when a test runs, not when tests are named. */
export interface Suite {
  readonly expected: Expected
  readonly measured: Measured
  readonly wayName: WayName
  engine(): MatrixEngine
  way(): Way
}
