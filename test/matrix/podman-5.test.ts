import { failedPauseTests, ownImageTests, unmountableTests } from './commit-tests'
import { manyLayersTests } from './many-layers-tests'
import { podmanTests } from './podman-tests'
import { replacedFilesTests } from './replaced-files-tests'
import { rootfsTests } from './rootfs-tests'
import { testEngine } from './suite'

testEngine('podman-5', (started) => {
  ownImageTests(started)
  failedPauseTests(started)
  unmountableTests(started)
  manyLayersTests(started, { layers: 127, takesMore: true })
  podmanTests(started)
  replacedFilesTests(started)
  rootfsTests(started)
})
