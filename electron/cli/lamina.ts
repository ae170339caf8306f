import { isatty } from 'node:tty'
import { dataFolder } from '../storage/data-folder'
import { runCommandLine } from './command-line'

const dataDir = dataFolder(process.env)
const { stdin, stdout, stderr, env, argv } = process
const isTerminal = isatty(0) && isatty(2)
process.exitCode = await runCommandLine(argv.slice(2), { stdin, stdout, stderr, env, dataDir, isTerminal })
