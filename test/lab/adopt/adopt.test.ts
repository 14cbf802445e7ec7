import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { secret } from '../fixture/bare'
import { type CommandLine, commandLine } from '../fixture/command-line'
import { freshLab, type Lab } from '../fixture/lab'
import { foundFleets } from './fleets'

// `adopt` looks at fleets that people have set up by hand; what it writes is a fleet.yaml without errors, for which status finds
// no difference.

let folder: string
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fleet-adopt-'))
})
after(() => rm(folder, { recursive: true }))

/** A home whose ~/.ssh/config is this one. ssh asks the system where home is, so it is laid over the real one for one command. */
async function homeWith(config: string): Promise<readonly string[]> {
  await mkdir(join(folder, 'home/.ssh'), { recursive: true, mode: 0o700 })
  await writeFile(join(folder, 'home/.ssh/config'), await readFile(config), { mode: 0o600 })
  const script = 'mount -t overlay overlay -o "lowerdir=$1:$2" "$2" && shift 2 && exec "$@"'
  return ['unshare', '--mount', '--propagation', 'private', 'sh', '-c', script, 'sh', join(folder, 'home'), homedir()]
}

const sshOptions = ({ facts }: Lab, user: string) => [
  ...['--user', user, '--identity-file', facts.key, '--known-hosts-file', facts.knownHosts],
]

for (const [name, found] of Object.entries(foundFleets))
  test(name, async context => {
    const lab = await freshLab(found.hosts)
    await found.setUp(lab)
    const within = found.byAlias ? await homeWith(lab.facts.sshConfig) : []
    const environment = { FLEET_OPS_SUDO_PASSWORD: found.user === 'oncall' ? 'oncall' : '' }
    const fleetOps = (...args: readonly string[]): CommandLine => commandLine({ within, environment }, ...args)
    const file = join(folder, `${name.replace(/\W+/g, '-')}.fleet.yaml`)
    const options = found.byAlias ? [] : sshOptions(lab, found.user ?? 'deploy')

    const adopt = fleetOps('adopt', ...found.asked(lab), ...options, '--output', file)
    assert.equal(await adopt.ended, 0, adopt.said())
    const text = await readFile(file, 'utf8')
    context.diagnostic(`\n${text}`)

    const validate = fleetOps('validate', file)
    assert.equal(await validate.ended, 0, validate.said() + text)
    const status = fleetOps('status', file)
    assert.equal(await status.ended, 0, status.said() + text)

    assert.match(text, /^# What `fleet-ops adopt [^\n]+\n/, 'it says where it comes from')
    assert.doesNotMatch(text, /^# What status says/m)
    assert.match(text, /^name: \S+ {2}# /m)
    for (const pattern of found.says) assert.match(text, pattern)
    assert.ok(!(adopt.said() + text + status.said()).includes(secret))
  })
