import type { Lab } from '../fixture/lab'
import { type Operator, operatorOf } from '../fixture/session'

/** A fleet as somebody has set it up by hand, and how it is asked for. */
export interface FoundFleet {
  readonly hosts: readonly string[]
  readonly setUp: (lab: Lab) => Promise<unknown>
  /** The arguments of `adopt` but for what every connection needs. */
  readonly asked: (lab: Lab) => readonly string[]
  /** Connections are what ~/.ssh/config says, instead of options. */
  readonly byAlias?: true
  readonly user?: string
  /** The text of the fleet.yaml that is written has all of these. */
  readonly says: readonly RegExp[]
}

const upstreamFile = '/etc/nginx/conf.d/voxcore-upstream.conf'
const addresses = (lab: Lab, ...hosts: readonly string[]) => hosts.map(host => lab.address(host))

/** Replaces the upstream on a host by one that a person has typed. */
const typeUpstream = (lab: Lab, host: string, servers: readonly string[], { file = upstreamFile, rest = '' } = {}) => {
  const lines = servers.map(server => `  server   ${server};  # typed by hand`)
  const text = ['# ours', 'upstream voxcore_workers', '{ least_conn;', ...lines, rest || '  keepalive 32;', '}', '']
  return lab.shell(host, `cat >${file} <<'TYPED'\n${text.join('\n')}\nTYPED\nnginx -t -q && systemctl reload nginx`)
}
const ports = (address: string, ids = [1, 2, 3, 4]) => ids.map(id => `${address}:${8000 + id}`)

const sockets = `printf '#!/bin/sh\\nexport VOXCORE_SOCKET=/tmp/voxcore_$VOXCORE_WORKER.sock\\nexec python3 -I /opt/voxcore/voxcore/app.py\\n' >/opt/voxcore/scripts/run_worker.sh
sed -i 's/^MAX_CONCURRENT_CALLS=.*/MAX_CONCURRENT_CALLS=1/; s/^VOXCORE_WORKERS=.*/VOXCORE_WORKERS=6/' /opt/voxcore/.env
systemctl enable --quiet voxcore@5 voxcore@6; systemctl restart voxcore@1 voxcore@2 voxcore@3 voxcore@4 voxcore@5 voxcore@6`

/** Other unit, folder, file, variables, ports, upstream and site. */
const otherBrand = `mkdir -p /srv/talkwell /etc/talkwell
printf '#!/bin/sh\\nexport VOXCORE_PORT=$((9100 + TALKWELL_WORKER)) MAX_CONCURRENT_CALLS=$TALKWELL_MAX_SESSIONS VOXCORE_WORKERS=$TALKWELL_PROCESSES\\nexec python3 -I /opt/voxcore/voxcore/app.py\\n' >/srv/talkwell/run.sh
chmod 755 /srv/talkwell/run.sh
printf 'TALKWELL_KEY="lab-secret-never-print-me"\\nTALKWELL_MAX_SESSIONS="3"\\nTALKWELL_PROCESSES=2\\nTALKWELL_RATE=16000\\n' >/etc/talkwell/worker.env
sed -e 's/VOXCORE_WORKER=%i/TALKWELL_WORKER=%i/; s#/opt/voxcore/.env#/etc/talkwell/worker.env#; s#/opt/voxcore/scripts/run_worker.sh#/srv/talkwell/run.sh#; s#WorkingDirectory=/opt/voxcore#WorkingDirectory=/srv/talkwell#' /etc/systemd/system/voxcore@.service >/etc/systemd/system/talkwell-worker@.service
systemctl daemon-reload; systemctl disable --quiet --now voxcore@1 voxcore@2 voxcore@3 voxcore@4
systemctl enable --quiet --now talkwell-worker@1 talkwell-worker@2`

/** VoxCore's variable as a list of the instances, which the run script counts; worker 3 was never there. */
const listOfWorkers = `sed -i 's/^VOXCORE_WORKERS=.*/VOXCORE_WORKERS="1,2,4"/' /opt/voxcore/.env
sed -i '2i VOXCORE_WORKERS=$(echo "$VOXCORE_WORKERS" | tr , "\\\\n" | grep -c .)\\nexport VOXCORE_WORKERS' /opt/voxcore/scripts/run_worker.sh
systemctl disable --quiet --now voxcore@3; systemctl restart voxcore@1 voxcore@2 voxcore@4`

const noWorkers = 'systemctl disable --quiet --now voxcore@1 voxcore@2 voxcore@3 voxcore@4; rm -r /opt/voxcore'

const twoServers = async (lab: Lab) =>
  typeUpstream(lab, 'core-1', [...ports('127.0.0.1'), ...ports(lab.address('core-2'))])

const ownBalancer = async (lab: Lab) => {
  await lab.shell('edge', noWorkers)
  await typeUpstream(
    lab,
    'edge',
    addresses(lab, 'core-1', 'core-2').flatMap(address => ports(address)),
  )
  // The workers' own servers have no nginx that serves.
  for (const host of ['core-1', 'core-2'])
    await lab.shell(host, `systemctl disable --quiet --now nginx; rm ${upstreamFile}`)
}

/** A firewall that Fleet Ops has set up, from another fleet.yaml, which nobody has any more. */
const withFirewall = (tool: 'nftables' | 'ufw') => async (lab: Lab) => {
  await twoServers(lab)
  const operator: Operator = await operatorOf(lab, {
    firewall: `{ tool: ${tool}, allow_from: [192.0.2.0/24, 192.0.3.7] }`,
  })
  try {
    for (const operation of ['reload', 'apply']) {
      const { outcome, output } = await operator.run(operation)
      if (outcome.kind !== 'done') throw new Error(output.join('\n'))
    }
  } finally {
    await operator.leave()
  }
}

/** Fleets that run already, as people have them. */
export const foundFleets: Readonly<Record<string, FoundFleet>> = {
  'two servers, with VoxCore as it is delivered': {
    hosts: ['core-1', 'core-2'],
    setUp: twoServers,
    asked: lab => addresses(lab, 'core-1', 'core-2'),
    says: [/^ {2}server: core-1$/m, /^ {4}address: 127\.0\.0\.1$/m, /^ {4}workers: 4$/m],
  },
  'workers on unix sockets, one call each': {
    hosts: ['core-1'],
    setUp: async lab => {
      await lab.shell('core-1', sockets)
      const servers = [1, 2, 3, 4, 5, 6].map(id => `unix:/tmp/voxcore_${id}.sock max_conns=1 fail_timeout=10`)
      await typeUpstream(lab, 'core-1', servers, { rest: '  zone voxcore_workers 64k;' })
    },
    asked: lab => addresses(lab, 'core-1'),
    says: [
      /socket: \/tmp\/voxcore_%i\.sock/,
      /max_concurrent_calls: 1$/m,
      /max_conns: 1$/m,
      /zone: 64k/,
      /workers: 6$/m,
    ],
  },
  'another brand, by somebody whom sudo asks for a password': {
    hosts: ['core-1', 'core-2'],
    user: 'oncall',
    setUp: async lab => {
      for (const host of ['core-1', 'core-2']) await lab.shell(host, otherBrand)
      const servers = ['127.0.0.1', lab.address('core-2')].flatMap(address =>
        [1, 2].map(id => `${address}:${9100 + id}`),
      )
      await lab.shell(
        'core-1',
        `rm ${upstreamFile} && sed -i 's/voxcore_workers/talkwell/' /etc/nginx/sites-available/default && sed -i '1i upstream talkwell { ip_hash; ${servers.map(server => `server ${server} max_fails=2;`).join(' ')} }' /etc/nginx/sites-available/default && nginx -t -q && systemctl reload nginx`,
      )
      await lab.shell('core-2', `rm ${upstreamFile} /etc/nginx/sites-enabled/default`)
    },
    asked: lab => addresses(lab, 'core-1', 'core-2'),
    says: [
      /unit: talkwell-worker@$/m,
      /port: 9100/,
      /env_file: \/etc\/talkwell\/worker\.env/,
      /max_calls_variable: TALKWELL_MAX_SESSIONS {2}# /,
      /workers_variable: TALKWELL_PROCESSES {2}# /,
      /upstream: talkwell$/m,
      /file: \/etc\/nginx\/sites-enabled\/default/,
      /method: ip_hash/,
      /max_fails: 2/,
    ],
  },
  'VOXCORE_WORKERS as a list, and a worker that is down in nginx': {
    hosts: ['core-1'],
    setUp: async lab => {
      await lab.shell('core-1', listOfWorkers)
      const [one = '', two = '', four = ''] = ports('127.0.0.1', [1, 2, 4])
      await typeUpstream(lab, 'core-1', [`${one} weight=2`, `${two} down`, four])
    },
    asked: lab => addresses(lab, 'core-1'),
    says: [/workers: \[1, 2, 4\]/, /^ {6}1: \{ weight: 2 \}$/m, /^ {6}2: \{ down: true \}$/m],
  },
  'a load balancer on a host of its own': {
    hosts: ['edge', 'core-1', 'core-2'],
    setUp: ownBalancer,
    asked: lab => [...addresses(lab, 'core-1', 'core-2'), '--load-balancer', lab.address('edge')],
    says: [/^ {2}host: \S+ {2}# a machine of its own$/m],
  },
  'a load balancer on a host of its own, named among the others': {
    hosts: ['edge', 'core-1', 'core-2'],
    setUp: ownBalancer,
    asked: lab => addresses(lab, 'edge', 'core-1', 'core-2'),
    says: [
      /^ {2}host: \S+ {2}# a machine of its own$/m,
      /^ {2}# \S+: its nginx is the load balancer, and no instance/m,
    ],
  },
  'hosts by their aliases in ~/.ssh/config': {
    hosts: ['core-1', 'core-2'],
    byAlias: true,
    setUp: twoServers,
    asked: () => ['core-1', 'core-2'],
    says: [/^ {2}core-1:\n {4}address: 127\.0\.0\.1$/m, /^ {2}core-2:\n {4}address: 10\./m],
  },
  'a firewall in our table of nftables': {
    hosts: ['core-1', 'core-2'],
    setUp: withFirewall('nftables'),
    asked: lab => addresses(lab, 'core-1', 'core-2'),
    says: [/^name: lab {2}# /m, /^firewall:\n {2}tool: nftables\n {2}allow_from: \[192\.0\.2\.0\/24, 192\.0\.3\.7\]$/m],
  },
  'a firewall in ufw': {
    hosts: ['core-1', 'core-2'],
    setUp: withFirewall('ufw'),
    asked: lab => addresses(lab, 'core-1', 'core-2'),
    says: [/^name: lab {2}# /m, /^firewall:\n {2}tool: ufw\n {2}allow_from: \[192\.0\.2\.0\/24, 192\.0\.3\.7\]$/m],
  },
}
