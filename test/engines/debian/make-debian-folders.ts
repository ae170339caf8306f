import { debianFolder } from './debian-folder'

// Run beside other work, so that the first test that needs them does not wait for minutes.
await Promise.all([debianFolder('bookworm'), debianFolder('trixie')])
