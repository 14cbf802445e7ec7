import { busyWorker, type Fault, type Scene, whileDraining } from './fault'

/** A host whose clock is so many seconds ahead: the lab's hosts share a kernel, so that it is only date(1) that says so. */
const setClock = ({ lab }: Scene, host: string, seconds: number) =>
  lab.shell(
    host,
    `printf '#!/bin/sh\\nexec /bin/date -d "@$(($(/bin/date +%%s) + ${seconds}))" "$@"\\n' >/usr/local/bin/date; chmod 755 /usr/local/bin/date`,
  )

const jumps = (what: string, host: string, seconds: number): Fault => ({
  name: `${what} in a drain`,
  prepare: busyWorker,
  moment: whileDraining,
  strike: async scene => {
    await setClock(scene, host, seconds)
    await scene.pretend('core-2', 1, {})
  },
  ends: 'done',
})

// Clocks that are wrong, and clocks that are put right.
export const clockFaults: readonly Fault[] = [
  jumps("the load balancer's clock jumps an hour ahead", 'core-1', 3600),
  jumps("the load balancer's clock jumps an hour back", 'core-1', -3600),
  {
    name: "a worker's host has a clock that is an hour behind, and the run is cancelled in a drain",
    prepare: async scene => {
      await setClock(scene, 'core-2', -3600)
      await busyWorker(scene)
    },
    moment: whileDraining,
    strike: scene => scene.cancel(),
    ends: 'cancelled',
    mend: scene => scene.pretend('core-2', 1, {}),
  },
]
