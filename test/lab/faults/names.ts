import dns from 'node:dns'
import type { Lab } from '../fixture/lab'
import { busyWorker, type Fault, whileDraining } from './fault'

// Names that cannot be looked up any more: by the operator's machine, and by nginx.

const system = dns.lookup

/** Stands for DNS: this machine finds core-2 by its name. */
async function nameIsKnown(lab: Lab): Promise<void> {
  const address = lab.address('core-2')
  dns.lookup = ((name: string, options: dns.LookupAllOptions, done: (...args: unknown[]) => void) => {
    if (name !== 'core-2') return system(name, options, done as never)
    return options.all ? done(null, [{ address, family: 4 }]) : done(null, address, 4)
  }) as typeof dns.lookup
}

function nameIsGone(): void {
  dns.lookup = ((name: string, options: dns.LookupAllOptions, done: (...args: unknown[]) => void) => {
    if (name !== 'core-2') return system(name, options, done as never)
    return done(Object.assign(new Error('getaddrinfo ENOTFOUND core-2'), { code: 'ENOTFOUND' }))
  }) as typeof dns.lookup
}

const inHosts = (lab: Lab) =>
  lab.shell('core-1', `printf '%s core-2.lab.test\\n' ${lab.address('core-2')} >>/etc/hosts`)

export const namesFaults: readonly Fault[] = [
  {
    name: "the name of a worker's host is not found any more in a drain, and its connection is cut",
    fleet: { sshNames: { 'core-2': 'core-2' } },
    hosts: nameIsKnown,
    prepare: busyWorker,
    moment: whileDraining,
    strike: async ({ lab }) => {
      nameIsGone()
      await lab.shell('core-2', 'pkill -KILL -x sshd; systemctl restart ssh')
    },
    ends: 'failed',
    says: /core-2/,
    mend: async scene => {
      await nameIsKnown(scene.lab)
      await scene.pretend('core-2', 1, {})
    },
  },
  {
    name: "nginx's machine does not find the name of a server of its upstream any more, in a drain",
    fleet: { addresses: { 'core-2': 'core-2.lab.test' } },
    hosts: inHosts,
    prepare: busyWorker,
    moment: whileDraining,
    strike: async ({ lab, pretend }) => {
      await lab.shell('core-1', "sed '/core-2/d' /etc/hosts >/tmp/hosts; cat /tmp/hosts >/etc/hosts")
      await pretend('core-2', 1, {})
    },
    ends: 'failed',
    says: /port 8001 of core-2\.lab\.test could not be reached/,
    mend: async ({ lab }) => {
      await inHosts(lab)
      await lab.shell('core-1', 'systemctl reload nginx')
    },
  },
]
