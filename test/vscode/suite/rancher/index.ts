import { runMocha } from '../run-mocha'

export const run = () => runMocha(() => import('./rancher.test'))
