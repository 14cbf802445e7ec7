import type { SimulatedServer } from '../simulated-server'
import { type AnswerScript, done, lockLost } from './answer'

export const noteRollout: AnswerScript = (server, [, token, moment, ...units]) => {
  if (!server.lock.isHeldBy(token)) return lockLost
  if (moment === 'anew') server.rollout = undefined
  const ids = units.map(unit => Number(/@(\d+)\.service$/.exec(unit)?.[1]))
  const { since, starts } = server.rollout ?? { since: Math.floor(Date.now() / 1_000), starts: new Map() }
  for (const id of ids) {
    if (moment === 'ends') starts.delete(id)
    else if (!starts.has(id)) starts.set(id, startedOf(server, id))
  }
  server.rollout = starts.size > 0 ? { since, starts } : undefined
  return done
}

/** What the probe says of it. */
export function rolloutLines(server: SimulatedServer): string[] {
  if (!server.rollout) return []
  const restarted = [...server.rollout.starts].filter(([id, started]) => startedOf(server, id) !== started)
  return [`rollout=${server.rollout.since}`, ...restarted.map(([id]) => `rollout_restarted=${id}`)]
}

const startedOf = (server: SimulatedServer, id: number): number => server.workers.get(id)?.startedAt ?? 0
