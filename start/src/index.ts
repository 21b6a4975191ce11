export type { StartEvent, StartOptions } from './options/options.js'
export { defaultPorts, type Ports } from './ports/ports.js'
export type { RunningSystem } from './system/running-system.js'
export { startSystem } from './system/start-system.js'
