import { failedPauseTests } from './suite/commit-tests'
import { podmanTests } from './suite/podman/podman-tests'
import { replacedFilesTests } from './suite/podman/replaced-files-tests'
import { rootfsTests } from './suite/podman/rootfs-tests'
import { testEngine } from './suite/suite'

testEngine('podman-4', (started) => {
  failedPauseTests(started)
  podmanTests(started)
  replacedFilesTests(started)
  rootfsTests(started)
})
