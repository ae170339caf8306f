import { goneBaseTests } from '../suite/base-tests'
import { ownImageTests } from '../suite/commit-tests'
import { testEngine } from '../suite/suite'

testEngine('docker-28', (started) => {
  goneBaseTests(started)
  ownImageTests(started)
})
