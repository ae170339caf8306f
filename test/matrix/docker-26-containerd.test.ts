import { containerdBaseTests, goneBaseTests } from './base-tests'
import { ownImageTests } from './commit-tests'
import { containerdTests } from './containerd-tests'
import { manyLayersTests } from './many-layers-tests'
import { platformTests } from './platform-tests'
import { testEngine } from './suite'

testEngine('docker-26-containerd', (started) => {
  goneBaseTests(started)
  containerdBaseTests(started, 'snapshot-unverified')
  ownImageTests(started)
  platformTests(started)
  manyLayersTests(started, { layers: 127, takesMore: true })
  containerdTests(started)
})
