import type { UpstreamDifference } from '../nginx/compare'

type Words = {
  readonly [Kind in UpstreamDifference['kind']]: (difference: Extract<UpstreamDifference, { kind: Kind }>) => string
}

const words: Words = {
  'missing-block': () => 'nginx has no such upstream',
  'missing-line': ({ address }) => `nginx does not have ${address}`,
  'extra-line': ({ address }) => `nginx has ${address}, and fleet.yaml does not`,
  'repeated-line': ({ address }) => `nginx has ${address} more than once`,
  parameters: ({ address, wanted, found }) =>
    `nginx has ${address} ${found || 'plain'}, and fleet.yaml says ${wanted || 'plain'}`,
  directive: ({ directive, wanted, found }) =>
    `nginx has ${shown(directive, found)}, and fleet.yaml says ${shown(directive, wanted)}`,
}

const shown = (directive: string, value: string | undefined) =>
  value === undefined ? `no ${directive}` : `${directive} ${value}`.trim()

/** A difference of the upstream as a part of a sentence. */
export const sayDifference = (difference: UpstreamDifference): string =>
  (words[difference.kind] as (difference: UpstreamDifference) => string)(difference)
