import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { lockOf, ProbeError, parseProbe } from '../../../src/observe/probe'

const fixture = (name: string) => readFileSync(`test/unit/observe/fixtures/${name}`, 'utf8')

suite('what a probe printed', () => {
  test('of a server with workers', () => {
    const { server, units, loadBalancer } = parseProbe(fixture('server.txt'))
    assert.deepEqual(server, {
      hostname: 'core-2',
      cores: 4,
      load1: 0.42,
      memory: 8589934592,
      environment: { exists: true, setsPort: false, maxCalls: '5', workers: '4' },
    })
    assert.deepEqual(units.get(1), {
      loadState: 'loaded',
      activeState: 'active',
      subState: 'running',
      unitFileState: 'enabled',
      restarts: 0,
      pid: 812,
      startedAt: 1795000000,
    })
    assert.deepEqual(units.get(2), {
      loadState: 'loaded',
      activeState: 'failed',
      subState: 'failed',
      unitFileState: 'enabled',
      restarts: 5,
    })
    assert.deepEqual([...units.keys()], [1, 2, 12])
    assert.equal(loadBalancer, undefined)
  })

  test('of a load balancer', () => {
    const { loadBalancer } = parseProbe(fixture('load-balancer.txt'))
    assert.deepEqual(loadBalancer, {
      reachable: true,
      nginxActive: true,
      nginxVersion: '1.22.1',
      workerShutdownTimeoutSeconds: 5400,
      proxyNextUpstreamTries: 2,
      file: {
        exists: true,
        realPath: '/etc/nginx/conf.d/voxcore-upstream.conf',
        text: 'upstream voxcore_workers { server 127.0.0.1:8001; }\n',
        sha256: '0123abcd',
      },
      unloaded: true,
      lock: { token: 't-1', owner: 'alice@laptop', operation: 'rolling-restart', since: 1795000100 },
    })
  })

  test("of the firewall, and of the load balancer's way to the servers", () => {
    const said = [
      'firewall_seen=yes',
      'nftables=installed',
      'ufw=inactive-with-rules',
      'firewall=nftables 8001-8004,8010 10.0.0.1,2001:db8::1 unsaved',
      'firewall=ufw 8001-8004 - whole',
      'firewall=iptables 1 2 whole',
      'source=10.0.0.2 10.0.0.1',
      'source=core-3.example.com 10.0.0.1',
      'source=core-3.example.com 2001:db8::1',
      'source=core-3.example.com 10.0.0.1',
    ].join('\n')
    const { server, loadBalancer } = parseProbe(`${fixture('load-balancer.txt')}${said}\n`)
    assert.deepEqual(server.firewall, {
      nftables: 'installed',
      ufw: 'inactive-with-rules',
      own: [
        { tool: 'nftables', ports: ['8001-8004', '8010'], sources: ['10.0.0.1', '2001:db8::1'], state: 'unsaved' },
        { tool: 'ufw', ports: ['8001-8004'], sources: [], state: 'whole' },
      ],
    })
    assert.deepEqual(loadBalancer?.reachable && loadBalancer.sources, {
      '10.0.0.2': ['10.0.0.1'],
      'core-3.example.com': ['10.0.0.1', '2001:db8::1'],
    })
    assert.equal(parseProbe(fixture('load-balancer.txt')).server.firewall, undefined, 'whoever is not root cannot look')
  })

  test('without root, where the files may not be read', () => {
    const text = fixture('load-balancer.txt')
      .replace(/^upstream_(base64|sha256)=.*$/gm, '')
      .replace('environment=read', 'upstream=unreadable\nenvironment=unreadable')
    const { server, loadBalancer } = parseProbe(text, 'alice cannot become root.')
    assert.equal(server.environment.unreadable, 'alice cannot become root.')
    assert.deepEqual(loadBalancer, {
      reachable: false,
      message: 'The file that holds the upstream could not be read: alice cannot become root.',
    })
  })

  test('after what a login shell prints', () => {
    const noise = 'Welcome!\ncores\n===\n \nPATH=/usr/bin\n'
    assert.deepEqual(parseProbe(noise + fixture('server.txt')), parseProbe(fixture('server.txt')))
  })

  test('with CRLF', () => {
    assert.deepEqual(parseProbe(fixture('server.txt').replaceAll('\n', '\r\n')), parseProbe(fixture('server.txt')))
  })

  for (const text of ['', 'This account is currently not available.\n', 'cores=4\n', 'cores=x\nload1=y\nmemory=z\n'])
    test(`is none: ${JSON.stringify(text)}`, () => {
      assert.throws(() => parseProbe(text), ProbeError)
    })

  test('whatever it is, it is read or refused and nothing else', () => {
    const line = fc.oneof(
      fc.constantFrom(...fixture('server.txt').split('\n'), ...fixture('load-balancer.txt').split('\n')),
      fc.string(),
      fc.constantFrom('unit=', 'unit=x', 'unit=1', 'lock=', 'upstream_base64=%%%', 'cores=', 'nginx='),
    )
    fc.assert(
      fc.property(fc.array(line), lines => {
        try {
          parseProbe(lines.join('\n'))
        } catch (error) {
          assert.ok(error instanceof ProbeError, String(error))
        }
      }),
    )
  })
})

suite("a lock's owner", () => {
  for (const text of [undefined, '', 'token', 'token YWxpY2U=', ' '])
    test(`${JSON.stringify(text)} is none`, () => assert.equal(lockOf(text), undefined))
})
