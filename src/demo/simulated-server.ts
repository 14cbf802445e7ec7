import { readVariable } from './environment-file'
import { SimulatedLock } from './simulated-lock'
import { configurationError, type UpstreamLine, upstreamLines } from './simulated-nginx'
import { SimulatedWorker, type WorkerSettings } from './simulated-worker'

/** The initial state of a simulated server. */
export interface ServerBeginning {
  readonly name: string
  /** As nginx reaches it. */
  readonly address: string
  readonly cores: number
  /** The ids of the workers that run. */
  readonly running: readonly number[]
  /** Nobody has set VoxCore up on it yet. */
  readonly bare?: boolean
  /** The file that holds the upstream, on the server that nginx runs on. */
  readonly upstreamFile?: { readonly path: string; readonly text: string }
}

/** The arguments of the `firewall` script: lists with commas. */
export interface SimulatedFirewall {
  readonly tool: string
  readonly ports: string
  readonly sources: string
}

const firstPort = 8000

/** A Linux server with a small systemd, VoxCore workers and, on one of them, nginx. Its files are texts by path. */
export class SimulatedServer {
  readonly name: string
  readonly address: string
  readonly cores: number
  readonly files = new Map<string, string>()
  readonly workers = new Map<number, SimulatedWorker>()
  readonly hasNginx: boolean
  readonly lock = new SimulatedLock(this)
  /** Fleet Ops's own rules, if it has created any. */
  firewall: SimulatedFirewall | undefined
  readonly environmentFile = '/opt/voxcore/.env'
  readonly directory = '/opt/voxcore'
  readonly unitFile = '/etc/systemd/system/voxcore@.service'
  /** What has been received but not yet put in its place, by path. */
  readonly arriving = new Map<string, string>()
  readonly upstreamFile: string | undefined
  /** The note of a rollout: when it began, in seconds since the epoch, and its workers' starts before it. */
  rollout: { readonly since: number; readonly starts: Map<number, number> } | undefined
  /** What nginx balances over: the upstream as it was when nginx was last reloaded, not as the file is now. */
  upstream: readonly UpstreamLine[] = []
  #nextPid = 1200

  constructor({ name, address, cores, running, bare = false, upstreamFile }: ServerBeginning) {
    this.name = name
    this.address = address
    this.cores = cores
    this.hasNginx = upstreamFile !== undefined
    this.upstreamFile = upstreamFile?.path
    if (!bare) this.#setUp(running.length)
    if (upstreamFile) this.files.set(upstreamFile.path, upstreamFile.text)
    // Long enough ago that every worker answers already.
    for (const id of running) this.worker(id, true).start(Date.now() - 3_600_000, this.newPid(), this.settings())
    this.reloadNginx()
  }

  /** A directory is a file here too: nothing asks what is in it. */
  #setUp(workers: number): void {
    this.files.set(this.directory, 'VoxCore')
    this.files.set(this.unitFile, '[Service]\nExecStart=/opt/voxcore/scripts/run_worker.sh\n')
    this.files.set(
      this.environmentFile,
      // Its secret must never be seen anywhere else: a test looks for it.
      `# VoxCore settings, read by every worker at start.\nMAX_CONCURRENT_CALLS=5\nVOXCORE_WORKERS=${workers}\nAPI_KEY=never-to-be-seen\n`,
    )
  }

  /** The worker of that instance; systemd knows any instance of a template as soon as it is named. */
  worker(id: number, enabled = false): SimulatedWorker {
    const known = this.workers.get(id)
    if (known) return known
    const worker = new SimulatedWorker(id, firstPort + id, enabled, this.name)
    this.workers.set(id, worker)
    return worker
  }

  /** The worker of a unit such as `voxcore@3.service`, if systemd has ever heard of it. */
  workerOfUnit(unit: string): SimulatedWorker | undefined {
    return this.workers.get(Number(/@(\d+)\.service$/.exec(unit)?.[1]))
  }

  newPid(): number {
    this.#nextPid += 7
    return this.#nextPid
  }

  settings(): WorkerSettings {
    const environment = this.files.get(this.environmentFile) ?? ''
    return {
      maxCalls: Number(readVariable(environment, 'MAX_CONCURRENT_CALLS') ?? 5),
      workers: Number(readVariable(environment, 'VOXCORE_WORKERS') ?? 4),
    }
  }

  /** nginx's complaint about its files as they are now, or undefined. */
  nginxComplaint(): string | undefined {
    const text = this.upstreamFile && this.files.get(this.upstreamFile)
    if (text === undefined) return 'host not found in upstream "voxcore_workers"'
    const error = configurationError(text)
    return error && `nginx: [emerg] ${error} of ${this.upstreamFile}`
  }

  reloadNginx(): void {
    const text = this.upstreamFile && this.files.get(this.upstreamFile)
    if (text !== undefined) this.upstream = upstreamLines(text)
  }
}
