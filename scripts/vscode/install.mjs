// A VS Code that needs no desktop: npm's code-server holds VS Code's own server and workbench, npm's node package the Node
// that it wants. Installed once, outside of the clone.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'

/** code-server 4.139.1 is VS Code 1.139.1, and wants Node 24. */
const versions = { codeServer: '4.139.1', node: '24.21.0' }

const cache = process.env.FLEET_OPS_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'fleet-ops')
const folder = join(cache, `vscode-${versions.codeServer}`)
const nodePackage = `node-${process.platform}-${process.arch}`

/** Where the parts of an installed VS Code are. */
export const installedVSCode = {
  node: join(folder, 'node/node_modules', nodePackage, 'bin/node'),
  server: join(folder, 'code-server/node_modules/code-server/lib/vscode/out/server-main.js'),
}

const programs = ['g++', 'make', 'python3', 'pkg-config']

/** What keeps code-server from being installed here, or undefined. Its parts in C++ are compiled at the installation. */
export function missingForInstall() {
  if (isInstalled()) return undefined
  if (process.platform === 'win32') return 'code-server does not run on Windows'
  const absent = programs.filter(name => !find(name))
  const header = process.platform === 'linux' && !existsSync('/usr/include/gssapi/gssapi.h') ? ['libkrb5-dev'] : []
  const packages = [...absent, ...header]
  return packages.length > 0
    ? `${packages.join(', ')} missing (Debian: apt-get install g++ make python3 pkg-config libkrb5-dev)`
    : undefined
}

/** The path of a program on PATH, or undefined. */
export function find(program) {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .map(part => join(part, program))
    .find(path => existsSync(path))
}

const isInstalled = () => existsSync(join(folder, 'complete'))

/** Installs VS Code unless it is there: two to three minutes. A killed installation leaves nothing that is taken for a whole one. */
export async function installVSCode() {
  if (isInstalled()) return
  const missing = missingForInstall()
  if (missing) throw new Error(`VS Code cannot be installed: ${missing}`)
  console.log(`Installing VS Code (code-server ${versions.codeServer}) into ${folder}: two to three minutes, once…`)
  const fresh = `${folder}.${process.pid}.new`
  rmSync(fresh, { recursive: true, force: true })
  try {
    await npmInstall(join(fresh, 'node'), `${nodePackage}@${versions.node}`)
    const home = join(fresh, 'node/node_modules', nodePackage)
    // Native parts are compiled against this Node's own headers, which its package brings along.
    const environment = {
      PATH: `${join(home, 'bin')}${delimiter}${process.env.PATH}`,
      npm_config_nodedir: home,
      npm_config_yes: 'true',
    }
    await npmInstall(join(fresh, 'code-server'), `code-server@${versions.codeServer}`, environment)
    prune(join(fresh, 'code-server/node_modules/code-server/lib/vscode'))
    writeFileSync(join(fresh, 'complete'), '')
    // Another process may have been faster, and use its own by now.
    if (!isInstalled()) renameSync(fresh, folder)
  } finally {
    rmSync(fresh, { recursive: true, force: true })
  }
}

async function npmInstall(directory, name, environment = {}) {
  mkdirSync(directory, { recursive: true })
  writeFileSync(join(directory, 'package.json'), '{ "private": true }\n')
  // Run by npm itself, this process has npm's own variables: they would send the packages into this repository, and tell
  // code-server's installation of the Node that runs this and not of the one that is to run it.
  const inherited = Object.entries(process.env).filter(
    ([key]) =>
      !/^npm_(config_((local_|global_)?prefix|user_agent)|package|lifecycle|command|node_execpath)|^(INIT_CWD|NODE)$/i.test(
        key,
      ),
  )
  const child = spawn(
    'npm',
    ['install', '--save-exact', '--no-audit', '--no-fund', '--loglevel=error', '--foreground-scripts', name],
    {
      cwd: directory,
      env: { ...Object.fromEntries(inherited), ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', text => (output += text))
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`npm install ${name} failed:\n${output.slice(-4000)}`)
}

/** Half of it is for what no test of an extension uses. */
function prune(vscode) {
  const unused = [
    'node_modules/@github',
    'node_modules/@microsoft/mxc-sdk',
    'extensions/copilot',
    'extensions/mermaid-markdown-features',
  ]
  for (const path of unused) rmSync(join(vscode, path), { recursive: true, force: true })
}
