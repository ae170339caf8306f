import { testEngine } from './suite'

testEngine('docker-26')
