import { testEngine } from './suite/suite'

testEngine('docker-26-vfs')
