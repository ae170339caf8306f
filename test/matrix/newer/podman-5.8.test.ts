import { failedPauseTests, ownImageTests } from '../suite/commit-tests'
import { podmanTests } from '../suite/podman/podman-tests'
import { testEngine } from '../suite/suite'

testEngine('podman-5.8', (started) => {
  ownImageTests(started)
  failedPauseTests(started)
  podmanTests(started)
})
