import { failedPauseTests } from './commit-tests'
import { podmanTests } from './podman-tests'
import { replacedFilesTests } from './replaced-files-tests'
import { rootfsTests } from './rootfs-tests'
import { testEngine } from './suite'

testEngine('podman-4', (started) => {
  failedPauseTests(started)
  podmanTests(started)
  replacedFilesTests(started)
  rootfsTests(started)
})
