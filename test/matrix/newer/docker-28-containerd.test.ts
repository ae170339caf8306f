import { containerdBaseTests, goneBaseTests } from '../base-tests'
import { ownImageTests } from '../commit-tests'
import { containerdTests } from '../containerd-tests'
import { testEngine } from '../suite'

testEngine('docker-28-containerd', (started) => {
  goneBaseTests(started)
  containerdBaseTests(started, 'base-incomplete')
  ownImageTests(started)
  containerdTests(started)
})
