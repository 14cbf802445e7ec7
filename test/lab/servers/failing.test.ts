import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, type TestContext, test } from 'node:test'
import type { Step } from '../../../src/plan/plan'
import { secret } from '../fixture/bare'
import { nginxServes, upstreamLines } from '../fixture/hosts'
import { type GrowingFleet, growingFleet } from './growing-fleet'

/** Broken at each kind of step by what breaks on servers, add-server and remove-server reach their goal when they are run again. */

let fleet: GrowingFleet

before(async () => {
  fleet = await growingFleet({ install: 'test ! -e /run/no-install && date >>installed', closed: true })
})
after(() => fleet?.operator.leave())

interface Fault {
  readonly at: Step['kind']
  readonly on: string
  readonly break: string
  readonly mend: string
}

/** A program that fails, before others of its name in the PATH of root; of several commands only the given one. */
const failing = (at: Step['kind'], program: string, only = '', on = 'core-3'): Fault => ({
  at,
  on,
  break: `cat >/usr/local/sbin/${program} <<'STUB'
#!/bin/sh
case " $* " in *" ${only}"*) echo "${program} breaks" >&2; exit 1 ;; esac
PATH=/usr/sbin:/usr/bin exec ${program} "$@"
STUB
chmod 755 /usr/local/sbin/${program}`,
  mend: `rm /usr/local/sbin/${program}`,
})

const unwritable = (at: Step['kind']): Fault => ({
  at,
  on: 'core-1',
  break:
    'mount --bind /var/lib/voxbridge.json /var/lib/voxbridge.json && mount -o remount,bind,ro /var/lib/voxbridge.json',
  mend: 'umount /var/lib/voxbridge.json',
})

const refusedByNginx: Fault = {
  at: 'write-upstream',
  on: 'core-1',
  break: 'echo nonsense >/etc/nginx/conf.d/nonsense.conf',
  mend: 'rm /etc/nginx/conf.d/nonsense.conf',
}

const faults: Readonly<Record<'add' | 'remove', readonly Fault[]>> = {
  add: [
    failing('create-user', 'useradd'),
    failing('copy-tree', 'tar'),
    failing('daemon-reload', 'systemctl', 'daemon-reload '),
    { at: 'install', on: 'core-3', break: 'touch /run/no-install', mend: 'rm /run/no-install' },
    failing('set-variable', 'awk', '-v name=VOXCORE_WORKERS '),
    failing('set-firewall', 'nft', '-f '),
    failing('enable-worker', 'systemctl', '--no-ask-password enable --now '),
    failing('wait-ready', 'python3'),
    {
      at: 'wait-reachable',
      on: 'core-3',
      break: `nft add table inet theirs; nft 'add chain inet theirs input { type filter hook input priority -10; }'; nft add rule inet theirs input iifname eth0 tcp dport 8001-8099 reject`,
      mend: 'nft delete table inet theirs',
    },
    refusedByNginx,
    unwritable('register'),
  ],
  remove: [
    unwritable('deregister'),
    refusedByNginx,
    {
      at: 'wait-drained',
      on: 'core-3',
      break: `curl -fsS -X PUT -d '{"calls":1}' http://127.0.0.1:8001/lab/state`,
      mend: `curl -fsS -X PUT -d '{}' http://127.0.0.1:8001/lab/state`,
    },
    failing('disable-worker', 'systemctl', '--no-ask-password disable --now '),
    failing('set-firewall', 'nft', '-f '),
  ],
}

/** Runs it with something broken: it fails at that step and at no other, and nothing is half done. */
async function failsAt(fault: Fault, name: string, given: object, context: TestContext): Promise<void> {
  const { lab, operator } = fleet
  await lab.shell(fault.on, fault.break)
  const { outcome, events } = await operator.run(name, given)
  await lab.shell(fault.on, fault.mend)
  const failed = events.flatMap(event =>
    event.kind === 'step-finished' && event.result === 'failed' ? [event.step.kind] : [],
  )
  assert.equal(outcome.kind, 'failed', `${fault.at}: ${JSON.stringify(outcome)}`)
  assert.deepEqual(failed, [fault.at], JSON.stringify(outcome))
  context.diagnostic(`${fault.at}: ${outcome.kind === 'failed' ? outcome.message : ''}`)
  assert.ok(!JSON.stringify(events).includes(secret))
  assert.ok(await nginxServes(lab))
  assert.equal(await lab.shell('core-3', 'ls -A /opt /etc/systemd/system | grep fleet-ops-new || true'), '')
}

const linesOfNew = async () =>
  (await upstreamLines(fleet.lab)).filter(line => line.includes(fleet.lab.address('core-3')))

test('add-server, failing at each kind of step in turn, goes on where it was and ends whole', async context => {
  const { lab, operator, given, registered } = fleet
  for (const fault of faults.add) {
    await failsAt(fault, 'add-server', given, context)
    if (fault.at !== 'register') assert.deepEqual(await linesOfNew(), [], `${fault.at}: nginx knows nothing of it`)
    assert.deepEqual(await registered(), [])
  }
  const { outcome } = await operator.run('add-server', given)
  assert.deepEqual(outcome, { kind: 'done' }, JSON.stringify(outcome))
  assert.equal((await linesOfNew()).length, 2)
  assert.deepEqual(await registered(), [given.url])
  assert.equal((await lab.shell('core-3', 'wc -l </opt/voxcore/installed')).trim(), '1')
  assert.deepEqual((await operator.run('add-server', given)).outcome, { kind: 'nothing-to-do' })
  assert.deepEqual((await operator.prepare('apply', { server: 'core-3' })).plan.steps, [])
})

test('remove-server, failing at each kind of step in turn, goes on where it was and ends whole', async context => {
  const { lab, operator, registered } = fleet
  for (const fault of faults.remove) {
    await failsAt(fault, 'remove-server', { server: 'core-3' }, context)
    assert.match(await readFile(operator.path, 'utf8'), /core-3/, 'the file says how it is reached until all is done')
  }
  const { outcome } = await operator.run('remove-server', { server: 'core-3' })
  assert.deepEqual(outcome, { kind: 'done' }, JSON.stringify(outcome))
  assert.deepEqual(await linesOfNew(), [])
  assert.deepEqual(await registered(), [])
  assert.equal(await lab.shell('core-3', 'systemctl is-active voxcore@1 voxcore@2 || true'), 'inactive\ninactive\n')
  assert.equal(await lab.shell('core-3', 'nft list ruleset'), '')
  assert.doesNotMatch(await readFile(operator.path, 'utf8'), /core-3/)
})
