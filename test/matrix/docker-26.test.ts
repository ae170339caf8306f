import { goneBaseTests } from './base-tests'
import { ownImageTests } from './commit-tests'
import { testEngine } from './suite'

testEngine('docker-26', (started) => {
  goneBaseTests(started)
  ownImageTests(started)
})
