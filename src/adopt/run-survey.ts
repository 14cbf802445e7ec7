import { t } from '@vscode/l10n'
import type { Machine } from '../fleet/fleet'
import { asRootIfPossible } from '../observe/as-root-if-possible'
import { askHealth } from '../observe/ask-health'
import { unreachableBecause } from '../observe/unreachable'
import type { Connection, Connections, ScriptResult } from '../remote/connection'
import { scriptExit } from '../remote/scripts'
import { type Answer, parseSurvey, type Survey, SurveyError, type SurveyedHost, type SurveyedUnit } from './survey'

export interface SurveyOptions {
  /** The path of a worker's own health, such as `/health`. */
  readonly health: string
  readonly signal?: AbortSignal
}

const surveyTimeout = 60_000
/** With workers in calls, health may take 3 to 6 s (DESIGN §12). */
const healthTimeout = 20_000

/**
 * Asks one host what runs on it, without changing anything, and each unit that may be a worker for its health. Throws only if
 * `signal` aborts; for a host that cannot be asked, the result says why.
 */
export async function surveyHost(
  given: string,
  machine: Machine,
  connections: Connections,
  options: SurveyOptions,
): Promise<SurveyedHost> {
  try {
    const connection = await connections.to(machine)
    const survey = await runSurvey(connection, options.signal)
    return { given, machine, result: { reachable: true, survey, answers: await askUnits(connection, survey, options) } }
  } catch (error) {
    if (options.signal?.aborted) throw error
    return { given, machine, result: unreachableBecause(error) }
  }
}

const runSurvey = (connection: Connection, signal: AbortSignal | undefined): Promise<Survey> =>
  asRootIfPossible(async (privilege, whyNotRoot) => {
    const options = { ...privilege, timeoutMilliseconds: surveyTimeout, ...(signal ? { signal } : {}) }
    return read(await connection.run('survey', [], options), whyNotRoot)
  })

function read({ exitCode, stdout, stderr }: ScriptResult, whyNotRoot: string | undefined): Survey {
  if (exitCode === scriptExit.done) return parseSurvey(stdout, whyNotRoot)
  const said = (stderr.trim() || stdout.trim()).split('\n').at(-1)
  throw new SurveyError(t('It could not be checked: {0}', said || t('the survey exited with {0}', exitCode)))
}

async function askUnits(
  connection: Connection,
  { units, envFiles }: Survey,
  { health: path, signal }: SurveyOptions,
): Promise<readonly Answer[]> {
  const there = new Set(envFiles.filter(({ state }) => state !== 'missing').map(file => file.path))
  const asked = units
    .filter(unit => mayBeWorker(unit, there))
    .flatMap(({ template, id, listens }) => listens.map(endpoint => ({ template, id, endpoint })))
  return Promise.all(
    asked.map(async about => ({
      ...about,
      health: await askHealth(connection, about, {
        path,
        timeoutMilliseconds: healthTimeout,
        ...(signal ? { signal } : {}),
      }),
    })),
  )
}

/** A worker reads an env file. Anything else, such as a database with many instances, is not sent a request that it does not know. */
const mayBeWorker = ({ envFiles, directory }: SurveyedUnit, there: ReadonlySet<string>): boolean =>
  envFiles.length > 0 || (directory !== undefined && there.has(`${directory.replace(/\/$/, '')}/.env`))
