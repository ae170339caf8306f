import { goneBaseTests } from './base-tests'
import { ownImageTests } from './commit-tests'
import { manyLayersTests } from './many-layers-tests'
import { testEngine } from './suite'

testEngine('docker-26', (started) => {
  goneBaseTests(started)
  ownImageTests(started)
  // moby, layer/layer_store.go: maxLayerDepth.
  manyLayersTests(started, { layers: 125, takesMore: false })
})
