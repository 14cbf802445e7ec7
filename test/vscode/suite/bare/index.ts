import { runMocha } from '../run-mocha'

export const run = () => runMocha(() => import('./activation.test'))
