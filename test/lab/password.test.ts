import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Machine } from '../../src/fleet/fleet'
import { type Connections, RemoteError } from '../../src/remote/connection'
import { createConnections } from '../../src/remote/connections'
import { freshLab, type Lab } from './fixture/lab'

// Against the sshd, PAM and sudo of a Debian server, as the user `oncall`, who has a password, and whom sudo asks for it.

let lab: Lab
const open: Connections[] = []

before(async () => {
  lab = await freshLab(['core-1'])
  // Two seconds for each wrong password add up.
  await lab.shell('core-1', "sed -i 's/pam_unix.so nullok/& nodelay/' /etc/pam.d/common-auth")
})
after(async () => {
  for (const connections of open) await connections.dispose()
})

/** A session whose operator gives these answers, one after the other, and then none. */
function session(answers: readonly string[]) {
  const asked: string[] = []
  const connections = createConnections({
    prompts: { trustHostKey: async () => false, secret: async ({ reason }) => answers[asked.push(reason) - 1] },
    environment: { PATH: process.env.PATH },
  })
  open.push(connections)
  const machine: Machine = {
    name: 'core-1',
    host: lab.address('core-1'),
    ssh: { user: 'oncall', identityFile: '/nowhere/key', knownHostsFile: lab.facts.knownHosts },
  }
  /** Runs a script as root, and gives all that it printed. */
  async function asRoot(): Promise<string> {
    const connection = await connections.to(machine)
    const result = await connection.run('journal', ['voxcore@1.service', '2'], { privileged: true })
    assert.equal(result.exitCode, 0, JSON.stringify(result))
    assert.equal(result.stderr, '')
    return result.stdout
  }
  return { asked, asRoot }
}

const sudo = 'sudo password of oncall'
const login = () => `password of oncall@${lab.address('core-1')}`

test('a password opens the server, and another question makes root; sudo and its lecture say nothing in between', async () => {
  const { asked, asRoot } = session(['wrong', 'oncall', 'wrong', 'oncall'])
  const said = await asRoot()
  assert.deepEqual(asked, [login(), `wrong ${login()}; try again`, sudo, `wrong ${sudo}; try again`])
  assert.match(said, /voxcore|lab|python|systemd/i)
  assert.doesNotMatch(said, /lecture|respect the privacy|oncall$/m)
})

test('the sudo password is kept for the session, over a connection that was cut', async () => {
  const { asked, asRoot } = session(['oncall', 'oncall', 'oncall'])
  await asRoot()
  await asRoot()
  assert.deepEqual(asked, [login(), sudo])
  await lab.shell('core-1', 'pkill -KILL -u oncall -f sshd; true')
  // Nobody may have noticed yet that it is cut.
  const again = async (triesLeft: number): Promise<string> =>
    asRoot().catch(error => {
      if (triesLeft === 0) throw error
      return again(triesLeft - 1)
    })
  await again(5)
  assert.deepEqual(asked, [login(), sudo, login()])
})

test('three wrong sudo passwords are the end, in words', async () => {
  const { asked, asRoot } = session(['oncall', 'a', 'b', 'c', 'oncall'])
  await assert.rejects(asRoot(), (error: unknown) => {
    assert.ok(error instanceof RemoteError)
    assert.equal(error.phase, 'sudo')
    assert.match(
      error.message,
      /^oncall cannot become root on core-1: sudo needs a password, and the one given was wrong or missing/,
    )
    assert.match(error.remedy ?? '', /sudoers/)
    return true
  })
  assert.equal(asked.length, 4)
})

test('what PAM asks by keyboard-interactive is asked with all that it says', async () => {
  await lab.shell(
    'core-1',
    `printf 'PasswordAuthentication no\\nKbdInteractiveAuthentication yes\\n' > /etc/ssh/sshd_config.d/asks.conf
     sed -i '1i auth optional pam_echo.so Only for those on call.' /etc/pam.d/sshd
     systemctl restart ssh`,
  )
  const { asked, asRoot } = session(['wrong', 'oncall', 'oncall'])
  await asRoot()
  const question = 'Only for those on call. Password:'
  assert.deepEqual(
    asked.map(reason => reason.replace(/\(oncall@\S+\) /, '')),
    [question, question, sudo],
  )
})
