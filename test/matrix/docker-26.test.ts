import { goneBaseTests } from './suite/base-tests'
import { ownImageTests } from './suite/commit-tests'
import { manyLayersTests } from './suite/many-layers-tests'
import { testEngine } from './suite/suite'

testEngine('docker-26', (started) => {
  goneBaseTests(started)
  ownImageTests(started)
  // moby, layer/layer_store.go: maxLayerDepth.
  manyLayersTests(started, { layers: 125, takesMore: false })
})
