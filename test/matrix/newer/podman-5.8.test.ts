import { failedPauseTests, ownImageTests } from '../commit-tests'
import { podmanTests } from '../podman-tests'
import { testEngine } from '../suite'

testEngine('podman-5.8', (started) => {
  ownImageTests(started)
  failedPauseTests(started)
  podmanTests(started)
})
