import { containerdBaseTests, goneBaseTests } from './suite/base-tests'
import { ownImageTests } from './suite/commit-tests'
import { containerdTests } from './suite/containerd-tests'
import { manyLayersTests } from './suite/many-layers-tests'
import { platformTests } from './suite/platform-tests'
import { testEngine } from './suite/suite'

testEngine('docker-26-containerd', (started) => {
  goneBaseTests(started)
  containerdBaseTests(started, 'snapshot-unverified')
  ownImageTests(started)
  platformTests(started)
  manyLayersTests(started, { layers: 127, takesMore: true })
  containerdTests(started)
})
