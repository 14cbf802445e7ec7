import { type FindingRule, rangeNear } from './rule'

/** One worker is one process, and so one core: above the rule of thumb the audio of its calls degrades. */
export const workerOverCore: FindingRule = {
  code: 'worker-over-core',
  severity: 'warning',
  *find({ document, file, fleet }) {
    const { callsPerCore } = fleet.service
    const message = (calls: number) =>
      `${calls} calls at a time is more than one core carries, about ${callsPerCore}: a worker is one process, and audio degrades. Lower it to ${Math.floor(callsPerCore)}, and run more workers instead.`
    const places = [
      { path: ['service', 'max_concurrent_calls'], calls: file.service?.max_concurrent_calls },
      ...Object.entries(file.servers).map(([name, server]) => ({
        path: ['servers', name, 'max_concurrent_calls'],
        calls: server?.max_concurrent_calls,
      })),
    ]
    for (const { path, calls } of places) {
      if (calls === undefined || calls <= callsPerCore) continue
      const range = rangeNear(document, path)
      const fixes =
        callsPerCore >= 1
          ? [
              {
                title: `Lower to ${Math.floor(callsPerCore)}`,
                edits: [{ range, newText: String(Math.floor(callsPerCore)) }],
                safe: false,
              },
            ]
          : []
      yield { range, message: message(calls), fixes }
    }
  },
}
