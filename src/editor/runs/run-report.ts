import * as vscode from 'vscode'
import type { RunEvent } from '../../apply/run-event'
import type { Plan, Step } from '../../plan/plan'
import type { LiveText } from './live-text'
import { describeOutcome, type StepResult } from './run-outcome'
import { duration, styled, type TextStyle, withoutControls } from './terminal-text'

type Sign = readonly [sign: string, style: TextStyle]
type Show = { readonly [Kind in RunEvent['kind']]: (event: Extract<RunEvent, { kind: Kind }>) => void }

const signs: Readonly<Record<StepResult, Sign>> = {
  done: ['✓', 'green'],
  already: ['✓', 'faint'],
  failed: ['✖', 'red'],
  cancelled: ['⊘', 'yellow'],
}

interface Running {
  readonly step: Step
  readonly since: number
  progress: string
}

/** Steps that only wait. */
const waits: ReadonlySet<Step['kind']> = new Set(['wait-drained', 'wait-ready', 'wait-calls-below', 'pause'])

/** Tells an operator, in a terminal, how a plan is being carried out: one line a step, what the servers say, and how it ended. */
export class RunReport {
  readonly #plan: Plan
  readonly #text: LiveText
  readonly #now: () => number
  readonly #serverWidth: number
  readonly #titleWidth: number
  readonly #finished: StepResult[] = []
  /** By index: several steps may go on side by side. */
  readonly #running = new Map<number, Running>()

  /** @param now milliseconds, by any clock */
  constructor(plan: Plan, text: LiveText, now: () => number) {
    this.#plan = plan
    this.#text = text
    this.#now = now
    this.#serverWidth = Math.max(0, ...plan.steps.map(step => step.server.length))
    this.#titleWidth = Math.max(0, ...plan.steps.map(step => step.title.length))
  }

  /** Shows one event. */
  show<Kind extends RunEvent['kind']>(event: Extract<RunEvent, { kind: Kind }>): void {
    const show: (event: Extract<RunEvent, { kind: Kind }>) => void = this.#show[event.kind as Kind]
    show(event)
  }

  /** Brings the lines of the running steps up to date; called once a second. */
  tick(): void {
    const lines = [...this.#running].map(([index, { step, since, progress }]) =>
      this.#line(step, index, ['…', 'cyan'], this.#now() - since, progress),
    )
    this.#text.live(...lines)
  }

  readonly #show: Show = {
    'run-started': () => {},
    'step-started': ({ index, step }) => {
      this.#running.set(index, { step, since: this.#now(), progress: '' })
      this.tick()
    },
    output: ({ server, line }) => this.#showOutput(server, withoutControls(line)),
    'step-finished': ({ index, step, result, milliseconds }) => {
      const note = result === 'already' ? vscode.l10n.t('already so') : ''
      this.#finished.push(result)
      this.#running.delete(index)
      this.tick()
      this.#text.print(this.#line(step, index, signs[result], milliseconds, note))
    },
    restoring: ({ message }) => this.#text.print(styled(`  ↩  ${withoutControls(message)}`, 'yellow')),
    'run-finished': ({ outcome, milliseconds }) => {
      this.#running.clear()
      this.tick()
      this.#text.print()
      for (const line of describeOutcome(outcome, this.#plan, this.#finished, milliseconds)) this.#text.print(line)
    },
  }

  /** A wait's output is where it stands, and belongs on its own line; other output stays. */
  #showOutput(server: string, line: string): void {
    if (line.trim() === '') return
    const waiting = [...this.#running.values()].filter(({ step }) => step.server === server && waits.has(step.kind))
    const about =
      waiting.find(({ step }) => 'workers' in step && step.workers.some(({ id }) => line.includes(`worker ${id}`))) ??
      waiting[0]
    if (!about) {
      this.#text.print(styled(`     │ ${server.padEnd(this.#serverWidth)}  ${line}`, 'faint'))
      return
    }
    about.progress = line
    this.tick()
  }

  #line(step: Step, index: number, [sign, style]: Sign, milliseconds: number, note: string): string {
    const total = String(this.#plan.steps.length)
    const count = styled(`${String(index + 1).padStart(total.length)}/${total}`, 'faint')
    const took = styled(duration(milliseconds).padStart(9), 'faint')
    const what = `${step.server.padEnd(this.#serverWidth)}  ${step.title.padEnd(this.#titleWidth)}`
    return `  ${styled(sign, style)}  ${count}  ${what} ${took}${note ? `  ${styled(note, 'faint')}` : ''}`
  }
}
