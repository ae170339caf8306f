import { testEngine } from './suite'

testEngine('podman-4')
