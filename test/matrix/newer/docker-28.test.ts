import { goneBaseTests } from '../base-tests'
import { ownImageTests } from '../commit-tests'
import { testEngine } from '../suite'

testEngine('docker-28', (started) => {
  goneBaseTests(started)
  ownImageTests(started)
})
