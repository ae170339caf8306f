import { containerdBaseTests, goneBaseTests } from '../suite/base-tests'
import { ownImageTests } from '../suite/commit-tests'
import { containerdTests } from '../suite/containerd-tests'
import { testEngine } from '../suite/suite'

testEngine('docker-28-containerd', (started) => {
  goneBaseTests(started)
  containerdBaseTests(started, 'base-incomplete')
  ownImageTests(started)
  containerdTests(started)
})
