import { join } from 'node:path'
import { isatty } from 'node:tty'
import envPaths from 'env-paths'
import { runCommandLine } from './command-line'

const dataDir = process.env['LAMINA_DATA_DIR'] ?? join(envPaths('lamina', { suffix: '' }).data)
const { stdin, stdout, stderr, env, argv } = process
const isTerminal = isatty(0) && isatty(2)
process.exitCode = await runCommandLine(argv.slice(2), { stdin, stdout, stderr, env, dataDir, isTerminal })
