import { testEngine } from './suite/suite'

testEngine('docker-20')
