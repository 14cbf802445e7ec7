import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { makeKey, publicKey } from '../../quick/keys'
import { type Sshd, startSshd } from '../../quick/sshd'

export const workersEach = 4

/** Where the workers listen: those of one server are those of all, for the servers are one machine. */
export const sockets = (folder: string): readonly string[] =>
  Array.from({ length: workersEach }, (_, index) => join(folder, `worker_${index + 1}.sock`))

/** Stands for systemctl: four workers run. */
const systemctl = `#!/bin/sh
[ "$1" = show ] || exit 0
for id in 1 2 3 4; do
  printf 'Id=voxcore@%s.service\\nLoadState=loaded\\nActiveState=active\\nSubState=running\\nUnitFileState=enabled\\n' $id
  printf 'NRestarts=0\\nMainPID=10%s\\nExecMainStartTimestamp=@1795000000\\n\\n' $id
done
`

/** The workers, in a process of their own: the one that is measured does nothing else. */
const workerProgram = `
const sockets = process.argv.slice(1)
for (const socket of sockets) require('node:http')
  .createServer((_, response) => response.end(JSON.stringify({ status: 'ok', worker_calls: 1, worker_max: 5 })))
  .listen(socket, () => console.log('listens'))
`

/** So many sshds on loopback, each with its own host key, and the workers behind them. */
export interface Servers {
  readonly all: readonly Sshd[]
  readonly folder: string
  /** The private key that they let in. */
  readonly key: string
  stop(): Promise<void>
}

export async function startServers(folder: string, count: number): Promise<Servers> {
  const key = makeKey(join(folder, 'id'))
  const all: Sshd[] = []
  let workers: ChildProcess | undefined
  const stop = async () => {
    workers?.kill()
    await Promise.all(all.map(sshd => sshd.stop()))
  }
  try {
    workers = await startWorkers(folder)
    for (let index = 0; index < count; index++)
      all.push(await startSshd(join(folder, `s-${index}`), { authorizedKeys: publicKey(key), programs: { systemctl } }))
  } catch (error) {
    await stop()
    throw error
  }
  return { all, folder, key, stop }
}

async function startWorkers(folder: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['-e', workerProgram, ...sockets(folder)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  for (let listening = 0; listening < workersEach; ) {
    const [text] = await once(child.stdout, 'data')
    listening += String(text).match(/listens/g)?.length ?? 0
  }
  return child
}
