import { failedPauseTests, ownImageTests, unmountableTests } from './suite/commit-tests'
import { manyLayersTests } from './suite/many-layers-tests'
import { podmanTests } from './suite/podman/podman-tests'
import { replacedFilesTests } from './suite/podman/replaced-files-tests'
import { rootfsTests } from './suite/podman/rootfs-tests'
import { testEngine } from './suite/suite'

testEngine('podman-5', (started) => {
  ownImageTests(started)
  failedPauseTests(started)
  unmountableTests(started)
  manyLayersTests(started, { layers: 127, takesMore: true })
  podmanTests(started)
  replacedFilesTests(started)
  rootfsTests(started)
})
