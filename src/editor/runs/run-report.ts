import type { RunEvent } from '../../apply/run-event'
import { withoutControls } from '../../fleet/without-controls'
import type { Plan } from '../../plan/plan'
import type { LiveText } from './live-text'
import { RunningStep, type Said } from './running-step'
import { stepLine } from './step-line'
import { styled } from './terminal-text'

type Show = { readonly [Kind in RunEvent['kind']]: (event: Extract<RunEvent, { kind: Kind }>) => void }

/** Server output that stays on the screen even if the step goes well. */
const alarming = /\b(?:warn|warning|error|emerg|alert|crit|fail|failed|denied)\b/i

/**
 * Shows an operator, in a terminal, how a plan is being carried out: one line per step, under the running ones the servers'
 * output, and at the end how it ended. Of a step that went well, only alarming output stays; the log keeps everything.
 */
export class RunReport {
  #plan: Plan
  readonly #text: LiveText
  readonly #now: () => number
  readonly #ended: (event: Extract<RunEvent, { kind: 'run-finished' }>) => void
  /** By index: several steps may run in parallel. */
  readonly #running = new Map<number, RunningStep>()

  /**
   * @param now milliseconds, by any clock
   * @param ended says how the run ended
   */
  constructor(
    plan: Plan,
    text: LiveText,
    now: () => number,
    ended: (event: Extract<RunEvent, { kind: 'run-finished' }>) => void,
  ) {
    this.#plan = plan
    this.#text = text
    this.#now = now
    this.#ended = ended
  }

  /** Shows one event. */
  show<Kind extends RunEvent['kind']>(event: Extract<RunEvent, { kind: Kind }>): void {
    const show: (event: Extract<RunEvent, { kind: Kind }>) => void = this.#show[event.kind as Kind]
    show(event)
  }

  /** Updates the lines of the running steps; called once a second. */
  tick(): void {
    const lines = [...this.#running].flatMap(([index, running]) => {
      const standing = {
        step: running.step,
        index,
        result: 'running',
        milliseconds: this.#now() - running.since,
      } as const
      // Truncated, not wrapped: what is rewritten in place must be one line.
      return [stepLine(this.#plan, standing, Number.POSITIVE_INFINITY), ...running.lines.map(quoted)]
    })
    this.#text.live(...lines)
  }

  readonly #show: Show = {
    'run-started': ({ plan }) => {
      this.#plan = plan
    },
    'step-started': ({ index, step }) => {
      this.#running.set(index, new RunningStep(step, this.#now()))
      // On the screen it is a live line. The log of a run that breaks off ends with what was in progress.
      const begun = { step, index, result: 'running', milliseconds: 0 } as const
      this.#text.note(stepLine(this.#plan, begun, Number.POSITIVE_INFINITY))
      this.tick()
    },
    output: event => this.#showOutput({ ...event, line: withoutControls(event.line).trimEnd() }),
    'step-finished': ({ index, step, result, milliseconds }) => {
      const failed = result === 'failed' || result === 'cancelled'
      const said = this.#running.get(index)?.said ?? []
      this.#running.delete(index)
      this.tick()
      for (const line of said) if (failed || alarming.test(line)) this.#text.show(quoted(line))
      this.#text.print(stepLine(this.#plan, { step, index, result, milliseconds }, this.#text.columns))
    },
    restoring: ({ message }) => this.#text.print(styled(`  ↩  ${message}`, 'yellow')),
    'run-finished': event => {
      this.#running.clear()
      this.tick()
      this.#text.print()
      this.#ended(event)
    },
  }

  #showOutput(said: Said): void {
    const { server, line } = said
    if (line.trim() === '') return
    this.#text.note(`     │ ${server}: ${line}`)
    const about = [...this.#running.values()].find(running => running.concerns(said))
    if (!about) {
      this.#text.show(quoted(`${server}: ${line}`))
      return
    }
    about.hear(said)
    this.tick()
  }
}

const quoted = (line: string): string => styled(`     │ ${line}`, 'faint')
